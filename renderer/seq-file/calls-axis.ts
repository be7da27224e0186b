import type { IteratorView, SeqRead } from '../../core/trace/views/seq-file-view.ts';

/** Room at either end of the axis, in pixels. */
export const PAD = 28;

/** Where on the axis a position is, 0 … `end` events. */
export const xOf = (width: number, end: number, at: number): number =>
  PAD + (end === 0 ? 0 : (at / end) * Math.max(1, width - 2 * PAD));

/** The position that is nearest to a place. */
export const positionAt = (width: number, end: number, x: number): number =>
  Math.round(Math.min(Math.max(0, ((x - PAD) / Math.max(1, width - 2 * PAD)) * end), end));

/** A `read()` on the axis: the positions between which it was under way. */
export interface ReadSpan {
  readonly read: SeqRead;
  readonly from: number;
  readonly to: number;
}

/** The reads that returned, with where they began. */
export function readSpans({ events }: IteratorView): ReadSpan[] {
  const spans: ReadSpan[] = [];
  let from = 0;
  events.forEach((event, i) => {
    if (event.kind !== 'read') return;
    spans.push({ read: event, from, to: i + 1 });
    from = i + 1;
  });
  return spans;
}

/** Bytes in the buffer after each event; the first is that of the open file. */
export function fillLevels({ events }: IteratorView): number[] {
  let count = 0;
  return [
    0,
    ...events.map((event) => {
      if (event.kind === 'read') count = event.left;
      else if (!event.takenBack) count = event.after;
      return count;
    }),
  ];
}

/** Which multiples are labelled so that labels are at least `room` pixels apart. */
export function labelEvery(pixelsEach: number, room: number): number {
  for (let magnitude = 1; ; magnitude *= 10)
    for (const step of [1, 2, 5]) if (step * magnitude * pixelsEach >= room) return step * magnitude;
}
