import type { IteratorView, SeqCall, SeqEvent, SeqRead } from './seq-file-view.ts';

/** What has become of an object so far. */
export type EntityState =
  /** Its call is still to come. */
  | 'waiting'
  /** It is the one of the last call. */
  | 'current'
  | 'wrote'
  /** It was called and wrote nothing. */
  | 'silent'
  /** What it wrote was taken back: it is called again. */
  | 'again'
  /** The link does not visit it. */
  | 'outside';

/** What one call left in the buffer. */
export interface BufferPiece {
  /** Index of the call's event. */
  readonly event: number;
  /** Offset in the buffer. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** A file of an iterator at one moment. */
export interface SeqFileState {
  /** Events that have happened. */
  readonly position: number;
  /** The last of them; null before the first. */
  readonly event: SeqEvent | null;
  /** The last call so far; null before the first. */
  readonly lastCall: SeqCall | null;
  readonly calls: number;
  /** Calls that wrote nothing. */
  readonly silent: number;
  /** Number of the `read()` that is under way, or has just returned; 0 before the first. */
  readonly read: number;
  /** Whether it is still under way. */
  readonly reading: boolean;
  /** Bytes that it asks for. */
  readonly asked: number;
  /** The buffer: where unread bytes begin, how many there are, and what each call wrote since it was last empty. */
  readonly from: number;
  readonly count: number;
  readonly pieces: readonly BufferPiece[];
  /** What the last call wrote and was taken back. */
  readonly takenBack: BufferPiece | null;
  /** Bytes of the buffer that the last `read()` took: `[from, to)`, null where it did not. */
  readonly window: { readonly from: number; readonly to: number } | null;
  /** Bytes that all reads so far have given. */
  readonly given: number;
  /** By index in `WorldView.entities`. */
  readonly entities: readonly EntityState[];
}

/** The reads of a file, in their order. */
export const readsOf = ({ events }: IteratorView): readonly SeqRead[] =>
  events.filter((event): event is SeqRead => event.kind === 'read');

/** A file after so many of its events. */
export function seqFileAt(view: IteratorView, position: number): SeqFileState {
  const { events, written, world, settings } = view;
  const upTo = Math.min(Math.max(0, position), events.length);
  const visited = new Set(events.flatMap((event) => (event.kind === 'call' ? [event.entity] : [])));
  // A file that was not read to its end says nothing of what is left.
  const unvisited = view.problem === '' ? 'outside' : 'waiting';
  const entities = world.entities.map((_, i): EntityState => (visited.has(i) ? 'waiting' : unvisited));
  let [calls, silent, read, from, count, given] = [0, 0, 0, 0, 0, 0];
  let lastCall: SeqCall | null = null;
  let reading = false;
  let pieces: BufferPiece[] = [];
  let takenBack: BufferPiece | null = null;
  let window: SeqFileState['window'] = null;
  for (let i = 0; i < upTo; i++) {
    const event = events[i]!;
    takenBack = null;
    window = null;
    if (!reading) read++;
    if (event.kind === 'call') {
      // Only an empty buffer is filled, from its beginning.
      if (!reading) [pieces, from] = [[], 0];
      reading = true;
      calls++;
      lastCall = event;
      const piece = { event: i, at: event.before, bytes: written.subarray(event.from, event.to) };
      const wrote = event.to > event.from || event.overflowed;
      if (!wrote) silent++;
      if (event.takenBack) takenBack = piece;
      else {
        if (wrote) pieces.push(piece);
        count = event.after;
      }
      if (event.entity >= 0) entities[event.entity] = event.takenBack ? 'again' : wrote ? 'wrote' : 'silent';
    } else {
      if (!reading && count === 0) [pieces, from] = [[], 0];
      reading = false;
      if (event.given > 0) {
        window = { from, to: from + event.given };
        from += event.given;
        given += event.given;
      }
      count = event.left;
    }
  }
  const event = events[upTo - 1] ?? null;
  if (event?.kind === 'call' && event.entity >= 0) entities[event.entity] = 'current';
  return {
    position: upTo,
    event,
    lastCall,
    calls,
    silent,
    read,
    reading,
    asked: settings.size,
    from,
    count,
    pieces,
    takenBack,
    window,
    given,
    entities,
  };
}

/** The position of the next (1) or previous (-1) moment that is more than a call: a `read()` that returns, bytes taken back, the last call. */
export function notablePosition({ events }: IteratorView, position: number, direction: 1 | -1): number {
  for (let at = position + direction; at >= 1 && at <= events.length; at += direction) {
    const event = events[at - 1]!;
    if (event.kind === 'read' || event.takenBack || event.atEnd) return at;
  }
  return direction === 1 ? position : 0;
}
