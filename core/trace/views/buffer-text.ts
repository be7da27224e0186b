import { printable } from '../../base/printable.ts';
import { decodeUtf8 } from '../../base/utf8.ts';
import type { SeqFileState } from './seq-file-state.ts';

/** A stretch of the buffer that one call wrote, and that was read as a whole, or not at all. */
export interface BufferStretch {
  /** Index of the call's event. */
  readonly event: number;
  readonly kind: /** A read took it. */ 'given' | 'unread' | /** It did not stay. */ 'taken back';
  /** The last call wrote it. */
  readonly now: boolean;
  readonly text: string;
  /** Bytes that `text` leaves out. */
  readonly more: number;
}

/** Bytes of one stretch that are shown. */
const SHOWN = 400;
/** Stretches that are shown, the newest. */
const MOST = 240;

/** What is in the buffer, as text: the newest stretches, and how many come before them. */
export function bufferText(state: SeqFileState): { readonly before: number; readonly stretches: BufferStretch[] } {
  const { pieces, takenBack, from, position } = state;
  const before = Math.max(0, pieces.length - MOST);
  const stretches = pieces.slice(before).flatMap(({ event, at, bytes }) => {
    const cut = Math.min(Math.max(0, from - at), bytes.length);
    const parts = [
      { kind: 'given', bytes: bytes.subarray(0, cut) },
      { kind: 'unread', bytes: bytes.subarray(cut) },
    ] as const;
    return parts
      .filter((part) => part.bytes.length > 0)
      .map((part) => stretch(part.kind, part.bytes, event, event === position - 1));
  });
  if (takenBack !== null) stretches.push(stretch('taken back', takenBack.bytes, takenBack.event, true));
  return { before, stretches };
}

const stretch = (kind: BufferStretch['kind'], bytes: Uint8Array, event: number, now: boolean): BufferStretch => ({
  event,
  kind,
  now,
  text: printable(decodeUtf8(bytes.subarray(0, SHOWN))),
  more: Math.max(0, bytes.length - SHOWN),
});
