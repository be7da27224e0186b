import { errnoName } from '../../base/errno.ts';
import { grouped } from '../query/numbers.ts';
import type { SeqFileState } from './seq-file-state.ts';
import type { IteratorView, SeqCall, SeqRead } from './seq-file-view.ts';

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** What the buffer is. */
export const bufferWords = ({ bufferPages, bufferSize }: IteratorView): string =>
  `${bufferPages} pages, ${grouped(bufferSize)} bytes; it never grows`;

/** What a call did. */
export function callWords({ atEnd, label, returned, from, to, takenBack, overflowed }: SeqCall): string {
  const object = atEnd ? 'last call, with NULL' : label;
  const wrote = to === from ? 'wrote nothing' : `wrote ${counted(to - from, 'byte')}`;
  if (overflowed) return `${object}: did not fit, taken back`;
  if (takenBack) return `${object}: ${wrote}, taken back, as it returned ${returned}: to be called again`;
  return `${object}: ${wrote}${returned === 0 ? '' : `, returned ${returned}`}`;
}

/** Why what a call wrote slides back out, and what comes of it. */
export function takenBackWords(
  { overflowed, before, returned, label, atEnd }: SeqCall,
  { bufferSize }: IteratorView,
): string {
  const who = atEnd ? 'The last call' : label;
  if (!overflowed)
    return `The program returned ${returned}: what it wrote slides back out, and ${who} is called again.`;
  if (before === 0)
    return `It does not fit into the whole buffer, ${grouped(bufferSize)} bytes, and that never grows: what it wrote slides back out, and read() fails.`;
  return `It does not fit into the ${grouped(bufferSize - before)} bytes that are left, and the buffer never grows: what it wrote slides back out. The next read() calls ${who} again.`;
}

/** A `read()` as strace shows it. */
export const readText = ({ asked, given }: SeqRead): string =>
  `read(${asked}) = ${given < 0 ? `${given} ${errnoName(given)}` : given}`;

/** What a `read()` gave, and why it stopped there. */
export function readWords({ asked, given, left, firstCall, lastCall, overflowed }: SeqRead): string {
  const calls =
    firstCall === 0 ? 'no call' : firstCall === lastCall ? `call ${firstCall}` : `calls ${firstCall} to ${lastCall}`;
  if (given < 0) return `${calls}: nothing is given${overflowed ? ', it does not fit alone' : ''}`;
  if (given === 0) return firstCall === 0 ? 'the end' : `${calls}, which wrote nothing: the end`;
  if (firstCall === 0) return `no call: what was left${left === 0 ? '' : `, and ${left} stay`}`;
  if (left > 0) return `${calls}; ${left} left for the next read`;
  if (overflowed) return `${calls}; the last did not fit`;
  return given < asked ? `${calls}; there was less than it asked for` : calls;
}

/** What has just happened at a position, in one line. */
export function eventWords(event: SeqFileState['event']): string {
  if (event === null) return 'opened; nothing has been read';
  return event.kind === 'call'
    ? `seq_num ${event.seqNum}, ${callWords(event)}`
    : `${readText(event)}: ${readWords(event)}`;
}

/** Where a position is, for those who hear it. */
export const positionWords = ({ events }: IteratorView, { position, event }: SeqFileState): string =>
  `event ${position} of ${events.length}, ${event?.kind === 'call' ? `call ${event.call}, ` : ''}${eventWords(event)}`;
