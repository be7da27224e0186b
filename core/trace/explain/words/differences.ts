import type { DifferenceReason } from '../../../verifier/sink.ts';
import type { RowKind } from '../../views/view.ts';

/** In which sense a stored and a current state differ, in words that follow the name of the register or slot, or stand alone. */
export const DIFFERENCE_WORDS: Readonly<Record<DifferenceReason, string>> = {
  'call-depth': 'more or fewer functions were being called then',
  callsite: 'the function had been called from elsewhere',
  sleepable: 'one of the two may sleep, the other not',
  references: 'other references are held than then',
  'rcu-sections': 'one of the two is in an RCU read section, the other not',
  preemption: 'preemption is disabled in one of the two, not in the other',
  'callback-depth': 'the callback has been through another number of rounds',
  'not-identical': 'it is not exactly the same',
  'other-type': 'it is another kind of value',
  'range-not-within': 'its range now is not inside the stored one',
  'known-bits-not-within': 'bits that were known then are not the same now',
  'link-offset': 'it is tied to another value by another difference',
  'other-links': 'it is tied to other values than then',
  'other-object': 'it points to another object',
  'other-offset': 'it points to another place in the same object',
  'offset-not-within': 'its offset now is not inside the stored range',
  'id-mismatch': 'what was the same object then is not the same one now',
  'packet-range': 'less of the packet was checked than then',
  'other-stack-place': 'it points to another place on the stack',
  'stack-bytes': 'other bytes of it are written',
  'never-written': 'it was never written on this path',
  'not-zero': 'its bytes were known to be zero then and are not now',
  'iterator-type': 'another kind of iterator lives there',
  'iterator-state': 'its iterator is active in one of the two and drained in the other',
  dynptr: 'a dynptr lives there',
  'iterator-depth': 'all values are the same, but an iterator went on: it is the next round, not an endless loop',
  'iterator-drained': 'all values fit, but the iterator is drained: no loop is closed here',
  'may-goto-depth': 'all values are the same, but may_goto counted a round: it is no endless loop',
};

/** Why numbers may not differ here although nothing is known to need them. */
export const OPEN_LOOP_WORDS =
  'in a loop that is still being walked every number counts, for what needs it exactly may still come';

/** What it means that a value differs from the stored one and does no harm. */
export const ROW_WORDS: Readonly<Record<Exclude<RowKind, 'blocked'>, string>> = {
  same: '',
  unread: 'nobody reads it after this point',
  absent: 'nothing was known to be there, so anything will do',
  'any-number': 'any number will do: nothing depended on it',
  renamed: 'the same under another number',
  iterator: 'the same state: depth and reference numbers may differ',
  inside: 'inside what was stored',
  different: '',
};

/** What it means that two values differ in the P before them alone. */
export const MARK_WORDS = 'the same: P only marks that the exact value is needed';
