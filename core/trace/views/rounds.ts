import { regSpot, sameSpot, slotSpot, spotKey, spotName } from '../../verifier/values/spot.ts';
import type { Spot } from '../../verifier/values/spot.ts';
import { SCALAR } from '../../verifier/values/reg.ts';
import { locationName, spotPhrase } from '../explain/walk-cause.ts';
import { namesOf } from '../explain/names.ts';
import { loopHeads, visitsOf } from '../query/loop-heads.ts';
import { numberBounds } from '../query/numbers.ts';
import type { ProgramText } from '../query/program-text.ts';
import type { Trace } from '../record/trace.ts';
import { valueIn } from './comparison-view.ts';
import { ROUND_KINDS } from './round-kinds.ts';
import type { ChangingValue, LoopRounds, RoundsView } from './view.ts';

const WIDENED = ROUND_KINDS.indexOf('widened');
const COVERED = ROUND_KINDS.indexOf('covered');

/** Loops that are shown: those with most rounds. */
const MOST_LOOPS = 6;
/** Of a walk without a loop: places that are shown, those that paths came to most often. */
const MOST_PLACES = 3;
/** Rounds at which the changing value is looked at; each takes a seek. */
const SAMPLES = 240;

/** A walk as rounds of its loops, put together in slices; in the order of the program. */
export function* roundsOf(trace: Trace, text: ProgramText): Generator<undefined, RoundsView> {
  const { insns } = text.program;
  const visits = visitsOf(trace, insns.length);
  const heads = loopHeads(trace, insns, visits);
  yield;
  const most = heads.length === 0 ? MOST_PLACES : MOST_LOOPS;
  const places = heads.length === 0 ? meetingPlaces(trace, visits) : heads;
  const shown = [...places]
    .sort((a, b) => visits[b]! - visits[a]!)
    .slice(0, most)
    .sort((a, b) => a - b);
  const steps = stepsOf(trace, shown, visits);
  const kinds = kindsOf(trace, shown, steps);
  yield;
  const loops: LoopRounds[] = [];
  for (const [i, pc] of shown.entries()) {
    const counts = { new: 0, widened: 0, covered: 0 };
    for (const kind of kinds[i]!) counts[ROUND_KINDS[kind]!]++;
    const line = text.sourceLine(pc);
    loops.push({
      pc,
      line: text.lineNumber(pc),
      text: line === '' ? (text.texts[pc] ?? '') : line,
      loop: heads.length > 0,
      steps: steps[i]!,
      kinds: kinds[i]!,
      counts,
      changing: heads.length > 0 ? yield* changingOf(trace, text, pc, steps[i]!) : null,
    });
  }
  return { loops, more: heads.length === 0 ? 0 : heads.length - shown.length };
}

/** Where there is no loop: the places that many paths come to, which have their states stored. */
function meetingPlaces(trace: Trace, visits: Uint32Array): number[] {
  const found = new Set<number>();
  for (const { pc } of trace.data.checkpoints) if (visits[pc]! > 1) found.add(pc);
  return [...found];
}

/** The steps that process each of some instructions. */
function stepsOf({ data }: Trace, places: readonly number[], visits: Uint32Array): Uint32Array[] {
  const at = new Map(places.map((pc, i) => [pc, i]));
  const steps = places.map((pc) => new Uint32Array(visits[pc]!));
  const filled = new Uint32Array(places.length);
  const { pcs } = data;
  for (let step = 1; step <= pcs.length; step++) {
    const i = at.get(pcs[step - 1]!);
    if (i !== undefined) steps[i]![filled[i]!++] = step;
  }
  return steps;
}

/** What became of each of those steps. */
function kindsOf({ data }: Trace, places: readonly number[], steps: readonly Uint32Array[]): Uint8Array[] {
  const covered = new Set<number>();
  for (const { end, lastStep } of data.paths) if (end === 'pruned') covered.add(lastStep);
  const widened = new Set(data.widened.map(({ step }) => step));
  return places.map((_, i) =>
    Uint8Array.from(steps[i]!, (step) => (covered.has(step) ? COVERED : widened.has(step) ? WIDENED : 0)),
  );
}

/** What kept the rounds of a loop apart: the number that blocked most comparisons, or was widened, or differs between the last two rounds. */
function* changingOf(
  trace: Trace,
  text: ProgramText,
  pc: number,
  steps: Uint32Array,
): Generator<undefined, ChangingValue | null> {
  for (const spot of candidates(trace, pc, steps)) {
    const found = yield* sampled(trace, text, spot, steps);
    if (found !== null) return found;
  }
  return null;
}

function candidates(trace: Trace, pc: number, steps: Uint32Array): Spot[] {
  const count = new Map<string, { spot: Spot; times: number }>();
  const add = (spot: Spot): void => {
    const known = count.get(spotKey(spot));
    if (known === undefined) count.set(spotKey(spot), { spot, times: 1 });
    else known.times++;
  };
  for (const { pc: at, equal, location } of trace.data.comparisons) if (at === pc && !equal && location) add(location);
  for (const { step, location } of trace.data.widened) if (trace.pc(step) === pc) add(location);
  const often = [...count.values()].sort((a, b) => b.times - a.times).map(({ spot }) => spot);
  return [...often, ...differing(trace, pc, steps).filter((spot) => !often.some((one) => sameSpot(one, spot)))];
}

// Registers that are read from there on, and slots, whose values differ between the two last rounds.
function differing(trace: Trace, pc: number, steps: Uint32Array): Spot[] {
  const [last, before] = [steps.at(-1), steps.at(-2)];
  if (last === undefined || before === undefined) return [];
  const now = trace.cursor(last).ids();
  const then = trace.cursor(before).ids();
  const frame = now.frames.length - 1;
  if (then.frames.length !== now.frames.length) return [];
  const live = trace.data.liveRegs[pc] ?? 0x7ff;
  const spots: Spot[] = [];
  for (let reg = 0; reg < 10; reg++) if ((live & (1 << reg)) !== 0) spots.push(regSpot(frame, reg));
  now.frames.forEach(({ slots }, f) => slots.forEach((_, spi) => spots.push(slotSpot(f, spi))));
  return spots.filter(({ what, frame: f, index }) =>
    what === 'reg'
      ? then.frames[f]!.regs[index] !== now.frames[f]!.regs[index]
      : (then.frames[f]!.slots[index] ?? 0) !== (now.frames[f]!.slots[index] ?? 0),
  );
}

/** A value at rounds that lie evenly over all; null where it is never a number, or always the same one. */
function* sampled(
  trace: Trace,
  text: ProgramText,
  spot: Spot,
  steps: Uint32Array,
): Generator<undefined, ChangingValue | null> {
  const count = Math.min(SAMPLES, steps.length);
  if (count === 0) return null;
  const round = Uint32Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : Math.round((i * (steps.length - 1)) / (count - 1)),
  );
  const min = new Float64Array(count).fill(NaN);
  const max = new Float64Array(count).fill(NaN);
  for (let i = 0; i < count; i++) {
    if (i % 16 === 15) yield;
    const reg = valueIn(trace, trace.cursor(steps[round[i]!]!).ids(), spot);
    if (reg?.type !== SCALAR) continue;
    const bounds = numberBounds(reg.scalar);
    min[i] = Number(bounds.min);
    max[i] = Number(bounds.max);
  }
  const numbers = min.filter((value) => !Number.isNaN(value));
  if (numbers.length < 2) return null;
  if (numbers.every((v) => v === numbers[0]) && max.every((v) => Number.isNaN(v) || v === max[0])) return null;
  const words = (at: number): string => spotPhrase(trace, text, trace.cursor(steps[round[at]!]!).ids(), spot);
  const { name, named } = locationName(namesOf(trace, text), steps.at(-1)!, spot);
  return {
    name: spotName(spot),
    variable: named ? name : '',
    round,
    min,
    max,
    first: words(0),
    last: words(count - 1),
  };
}
