import { never } from '../../base/errors.ts';
import { NOT_INIT, PTR_MAYBE_NULL, SCALAR } from '../../verifier/values/reg.ts';
import type { Reg } from '../../verifier/values/reg.ts';
import type { Scalar } from '../../verifier/values/scalar/scalar.ts';
import { slotByte, STACK_ZERO } from '../../verifier/values/stack.ts';
import type { StackSlot } from '../../verifier/values/stack.ts';
import { Cursor } from '../record/trace.ts';
import type { Trace } from '../record/trace.ts';
import { MAX_SLOTS, REGS } from '../record/values.ts';
import { isOfState } from './find.ts';
import type { Compare, FindEvent, FindTerm, ValueState, Where } from './find.ts';
import type { ProgramText } from './program-text.ts';

/** Steps that are searched between two offers to pause, and between two tellings. */
const SLICE = 4096;
const TELL_EVERY = 65_536;

/** Told meanwhile: what was found since the last time, and how many steps were searched. */
export type TellFound = (steps: Uint32Array, searched: number) => void;

/** How an instruction fits a search: not at all, as one step of a stretch (its line does, or nothing is asked of it), or by itself. */
const STRETCH = 1;
const ITSELF = 2;

/**
 * The steps from 1 to `until` at which all terms hold; of a stretch of steps that are found by their values or their line alone, the first. Ascending.
 * Offers to pause every few thousand steps.
 */
export function* findSteps(
  trace: Trace,
  text: ProgramText,
  terms: readonly FindTerm[],
  until: number,
  tell: TellFound = () => {},
): Generator<undefined, Uint32Array> {
  const last = Math.min(until, trace.steps);
  const insns = insnsOf(text, terms);
  const lines = lineNumbers(text, terms);
  const events = terms.flatMap((term) => (term.kind === 'event' ? [eventSteps(trace, term.event)] : []));
  const tests = terms.filter(isOfState).map((term) => stateTest(trace, term));
  const cursor = new Cursor();
  const { deltas, ends, pcs } = trace.data;
  const starts = pathStarts(trace);
  const held = new Uint8Array(last + 1);
  const found: number[] = [];
  let told = 0;
  const tellNow = (step: number): void => {
    tell(Uint32Array.from(found.slice(told)), step);
    told = found.length;
  };
  for (let step = 1; step <= last; step++) {
    if (tests.length > 0) cursor.apply(deltas, step === 1 ? 0 : ends[step - 2]!, ends[step - 1]!);
    const pc = pcs[step - 1]!;
    const here = insns[pc] !== 0 && events.every((steps) => steps[step] === 1) && tests.every((test) => test(cursor));
    if (here) {
      held[step] = 1;
      const before = starts.get(step) ?? step - 1;
      const goesOn = held[before] === 1 && lines[pcs[before - 1] ?? 0] === lines[pc];
      if (!goesOn || insns[pc] === ITSELF || events.length > 0) found.push(step);
    }
    if (step % TELL_EVERY === 0) tellNow(step);
    if (step % SLICE === 0) yield;
  }
  if (told > 0 || last > TELL_EVERY) tellNow(last);
  return Uint32Array.from(found);
}

/** The step before the first one of each path on its own way: that of its fork, 0 at the beginning. */
function pathStarts(trace: Trace): ReadonlyMap<number, number> {
  const starts = new Map<number, number>();
  for (const { firstStep, fork } of trace.data.paths)
    if (firstStep > 0) starts.set(firstStep, fork < 0 ? 0 : (trace.fork(fork)?.step ?? 0));
  return starts;
}

/** The line of each instruction where lines are searched, so that another line is another stretch; else all are one. */
function lineNumbers(text: ProgramText, terms: readonly FindTerm[]): Uint32Array {
  const asked = terms.some(({ kind }) => kind === 'line' || kind === 'text');
  return Uint32Array.from(text.texts, (_, insn) => (asked ? text.lineNumber(insn) : 0));
}

/** How each instruction fits the terms that are about instructions and lines. */
function insnsOf(text: ProgramText, terms: readonly FindTerm[]): Uint8Array {
  const tests = terms.flatMap((term): ((insn: number) => number)[] => {
    if (term.kind === 'insn') return [(insn) => (insn >= term.from && insn <= term.to ? ITSELF : 0)];
    if (term.kind === 'line') return [(insn) => (lineWithin(text, insn, term.from, term.to) ? STRETCH : 0)];
    if (term.kind === 'text') return [textTest(text, term.text)];
    return [];
  });
  return Uint8Array.from(text.texts, (_, insn) => {
    const fits = tests.map((test) => test(insn));
    return fits.includes(0) ? 0 : Math.max(STRETCH, ...fits);
  });
}

function lineWithin(text: ProgramText, insn: number, from: number, to: number): boolean {
  const line = text.lineNumber(insn);
  return line > 0 && line >= from && line <= to;
}

function textTest(text: ProgramText, sought: string): (insn: number) => number {
  const needle = sought.toLowerCase();
  const starts = new Map(text.subprogs.map(({ name, start }) => [start, name]));
  // The name of a register is a word: `r1` is not in `r10`.
  const whole = isRegisterName(needle);
  const found = (part: string | undefined): boolean => contains((part ?? '').toLowerCase(), needle, whole);
  return (insn) => {
    if ([text.texts[insn], text.callee(insn), starts.get(insn), text.addressedVariable(insn)].some(found))
      return ITSELF;
    return found(text.sourceLine(insn)) ? STRETCH : 0;
  };
}

const isDigit = (char: string): boolean => char >= '0' && char <= '9';
const isRegisterName = (word: string): boolean =>
  word.length > 1 && (word[0] === 'r' || word[0] === 'w') && [...word.slice(1)].every(isDigit);
const isWordChar = (char: string | undefined): boolean =>
  char !== undefined && (isDigit(char) || char === '_' || (char >= 'a' && char <= 'z'));

function contains(text: string, needle: string, whole: boolean): boolean {
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1))
    if (!whole || (!isWordChar(text[at - 1]) && !isWordChar(text[at + needle.length]))) return true;
  return false;
}

/** A mark for each step at which an event happens. */
function eventSteps(trace: Trace, event: FindEvent): Uint8Array {
  const { forks, checkpoints, paths, widened } = trace.data;
  const marks = new Uint8Array(trace.steps + 1);
  const steps: readonly { readonly step: number }[] =
    event === 'fork'
      ? forks
      : event === 'checkpoint'
        ? checkpoints
        : event === 'widened'
          ? widened
          : paths
              .filter(({ end }) => end === (event === 'prune' ? 'pruned' : 'rejected'))
              .map(({ lastStep }) => ({ step: lastStep }));
  for (const { step } of steps) marks[step] = 1;
  return marks;
}

type StateTest = (state: Cursor) => boolean;

function stateTest(trace: Trace, term: FindTerm): StateTest {
  if (term.kind === 'ref') {
    const { id } = term;
    return ({ refs }) => (id === null ? refs.length > 0 : refs.some((one, i) => i % 2 === 0 && one === id));
  }
  if (term.kind !== 'compare' && term.kind !== 'state') return () => true;
  const { values } = trace.data;
  // Values are shared: each is looked at once.
  const known = new Map<number, boolean>();
  const what = term.where.in === 'running' ? term.where.what : term.where.spot.what;
  const holds = (id: number): boolean => {
    const slot = what === 'slot' ? values.getSlot(id) : null;
    const reg = what === 'slot' ? null : values.getReg(id);
    return term.kind === 'state'
      ? stateHolds(term.state, reg, slot, what)
      : compareHolds(term.compare, term.number, numberIn(reg, slot));
  };
  return (state) => {
    const id = valueOf(state, term.where);
    if (id < 0) return false;
    let is = known.get(id);
    if (is === undefined) known.set(id, (is = holds(id)));
    return is;
  };
}

/** The number of the value at a place; -1 where there is no such frame. */
function valueOf(state: Cursor, where: Where): number {
  const frame = where.in === 'running' ? state.depth - 1 : where.spot.frame;
  const { what, index } = where.in === 'running' ? where : where.spot;
  if (frame < 0 || frame >= state.depth) return -1;
  return what === 'reg' ? state.regs[frame * REGS + index]! : state.slots[frame * MAX_SLOTS + index]!;
}

const ZERO = { smin: 0n, smax: 0n, umin: 0n, umax: 0n, value: 0n, mask: 0n } as const;
type Numbers = Pick<Scalar, 'smin' | 'smax' | 'umin' | 'umax' | 'value' | 'mask'>;

/** What is known of the number at a place; null for what is none. */
function numberIn(reg: Reg | null, slot: StackSlot | null): Numbers | null {
  if (slot !== null && isZero(slot)) return ZERO;
  const value = reg ?? slot?.spilled ?? null;
  return value !== null && value.type === SCALAR ? value.scalar : null;
}
const isZero = ({ types }: StackSlot): boolean =>
  [0, 1, 2, 3, 4, 5, 6, 7].every((byte) => slotByte(types, byte) === STACK_ZERO);

function compareHolds(compare: Compare | 'may', n: bigint, scalar: Numbers | null): boolean {
  if (scalar === null) return false;
  // A number below 0 can only be meant signed, one from 2⁶³ on unsigned; of others both readings count, as the kernel compares in both ways.
  const signed = n < 1n << 63n && inOrder(compare, n, scalar.smin, scalar.smax);
  const unsigned = n >= 0n && inOrder(compare, n, scalar.umin, scalar.umax);
  switch (compare) {
    case '=':
      return scalar.mask === 0n && scalar.value === BigInt.asUintN(64, n);
    case '!=':
      return !mayBe(scalar, n);
    case 'may':
      return mayBe(scalar, n);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return signed || unsigned;
    default:
      return never(compare);
  }
}

/** Whether every number from `min` to `max` stands so to `n`. */
function inOrder(compare: Compare | 'may', n: bigint, min: bigint, max: bigint): boolean {
  if (compare === '<') return max < n;
  if (compare === '<=') return max <= n;
  return compare === '>' ? min > n : compare === '>=' && min >= n;
}

function mayBe({ smin, smax, umin, umax, value, mask }: Numbers, n: bigint): boolean {
  const [signed, unsigned] = [BigInt.asIntN(64, n), BigInt.asUintN(64, n)];
  const inside = signed >= smin && signed <= smax && unsigned >= umin && unsigned <= umax;
  return inside && (unsigned & ~mask) === value;
}

const ALL_BITS = (1n << 64n) - 1n;

function stateHolds(state: ValueState, reg: Reg | null, slot: StackSlot | null, what: 'reg' | 'slot'): boolean {
  if (state === 'active' || state === 'drained') return slot?.iter?.state === state;
  if (state === 'unreadable') return what === 'slot' ? slot === null : reg === null || reg.type === NOT_INIT;
  const number = numberIn(reg, slot);
  const value = reg ?? slot?.spilled ?? null;
  switch (state) {
    case 'null':
      return number !== null && number.mask === 0n && number.value === 0n;
    case 'number':
      return number !== null;
    case 'unknown':
      return number !== null && number.mask === ALL_BITS && number.umin === 0n && number.umax === ALL_BITS;
    case 'pointer':
      return value !== null && value.type !== NOT_INIT && value.type !== SCALAR;
    case 'maybe-null':
      return value !== null && (value.type & PTR_MAYBE_NULL) !== 0;
    case 'precise':
      return value?.precise === true;
    default:
      return never(state);
  }
}
