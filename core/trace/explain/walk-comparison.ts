import { errnoName } from '../../base/errno.ts';
import { never } from '../../base/errors.ts';
import type { ForkKind, PathEnd } from '../../verifier/sink.ts';
import { spotName } from '../../verifier/values/spot.ts';
import { firstDifference } from '../query/first-difference.ts';
import type { Became, WalkDifference, WalkEvent } from '../query/first-difference.ts';
import type { TraceView } from '../views/trace-view.ts';
import type { FrameState, WalkComparison } from '../views/view.ts';
import { capital, code } from './words/text.ts';

/** Most registers and slots of one state that are laid beside those of the other. */
const MOST_ROWS = 8;

const FORKS: Readonly<Record<ForkKind, string>> = {
  next: 'forks, because the iterator may give an element or NULL',
  branch: 'forks, because the comparison may come out either way',
  may_goto: 'forks, because the loop may be ended here',
  callback: 'forks, because the callback may be called or not',
  'all-or-none': 'forks, because the call may do all or nothing',
  'async-callback': 'forks: the callback is walked by itself',
  lock: 'forks, because the lock may be had or not',
};
const ENDS: Readonly<Record<PathEnd, string>> = {
  exit: 'the path ends with the program',
  pruned: 'the path ends, covered by an earlier state',
  rejected: 'the path is rejected',
  stopped: 'the walk is given up',
};

/**
 * Two walks laid over each other: where they part first, in words, and what is known there in each.
 * @param became the instruction of the later program that one of the earlier became
 */
export function compareWalks(before: TraceView, now: TraceView, became?: Became): WalkComparison | null {
  const difference = firstDifference(before.trace, now.trace, became);
  if (difference === null) return null;
  if (difference.kind === 'verdict') return { step: 0, words: verdictWords(difference), rows: [] };
  const { step } = difference;
  return { step, words: `Step ${step}: ${words(difference, before, now)}`, rows: rowsAt(step, before, now) };
}

function words(difference: Exclude<WalkDifference, { kind: 'verdict' }>, before: TraceView, now: TraceView): string {
  switch (difference.kind) {
    case 'instruction': {
      const [old, next] = [insnWords(difference.left, before), insnWords(difference.right, now)];
      if (old === null) return `the walk before had ended; now ${next ?? 'nothing'} comes next.`;
      if (next === null) return `the walk has ended now; before, ${old} came next.`;
      return old === next ? `${old} is another instruction now.` : `${next} comes where ${old} came before.`;
    }
    case 'state': {
      const where = difference.location === null ? 'calls and references' : code(spotName(difference.location));
      const are = difference.location === null ? 'are not the same' : 'is not what it was';
      return `before ${insnWords(difference.pc, before) ?? ''}, ${where} ${are}.`;
    }
    case 'event':
      return `${eventWords(difference.left, difference.right)}.`;
    default:
      return never(difference);
  }
}

const insnWords = (insn: number | null, { text }: TraceView): string | null =>
  insn === null ? null : code(`${insn}: ${text.texts[insn] ?? ''}`);

function eventWords(before: WalkEvent | null, now: WalkEvent | null): string {
  if (before === null && now !== null) return `only now ${happened(now)}`;
  if (before !== null && now === null) return `only before, ${happened(before)}`;
  if (before === null || now === null) return 'something else happens';
  if (before.what === 'comparison' && now.what === 'comparison' && before.equal !== now.equal)
    return now.equal
      ? 'an earlier state covers this one now, and did not before'
      : 'an earlier state covered this one before, and does not any more';
  return before.what === now.what && happened(before) === happened(now)
    ? `${happened(now)}, and leads elsewhere than before`
    : `now ${happened(now)}; before, ${happened(before)}`;
}

function happened(event: WalkEvent): string {
  switch (event.what) {
    case 'fork':
      return `the walk ${FORKS[event.kind]}`;
    case 'checkpoint':
      return `the state is kept at ${event.pc}`;
    case 'comparison':
      return event.equal ? 'an earlier state is found to cover this one' : 'an earlier state is looked at, and differs';
    case 'path-end':
      return ENDS[event.end];
    default:
      return never(event);
  }
}

function verdictWords({ left, right }: WalkDifference & { kind: 'verdict' }): string {
  const verdict = (errno: number | null): string =>
    errno === null ? 'not covered' : errno === 0 ? 'accepted' : `rejected (${errnoName(errno)})`;
  return `${capital('every step is the same')}, and still the verdict is another: ${verdict(left)} before, ${verdict(right)} now.`;
}

/** What the two states before a step know differently, in the innermost frame. */
function rowsAt(step: number, before: TraceView, now: TraceView): WalkComparison['rows'] {
  if (step > before.trace.steps || step > now.trace.steps) return [];
  const [old, next] = [before.step(step).frames.at(-1), now.step(step).frames.at(-1)];
  if (old === undefined || next === undefined) return [];
  const [was, is] = [valuesOf(old), valuesOf(next)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((name) => ({ name, before: was.get(name) ?? 'never written', now: is.get(name) ?? 'never written' }))
    .filter((row) => row.before !== row.now)
    .slice(0, MOST_ROWS);
}

const valuesOf = ({ regs, slots }: FrameState): ReadonlyMap<string, string> =>
  new Map([...regs, ...slots].map(({ name, words: told }) => [name, told]));
