import type { Spot } from '../../verifier/values/spot.ts';
import { regSpot, slotSpot } from '../../verifier/values/spot.ts';
import type { Cursor, Trace } from '../record/trace.ts';
import { WHAT_FRAMES, WHAT_REFS, WHAT_REG, WHAT_SLOT } from '../record/trace.ts';
import { MAX_SLOTS, REGS } from '../record/values.ts';

/** One stretch of a path, steps inclusive. */
export interface Segment {
  readonly path: number;
  readonly first: number;
  readonly last: number;
}

/** The number of the value that a spot has in a state. */
export const valueAt = (cursor: Cursor, spot: Spot): number =>
  spot.what === 'reg'
    ? cursor.regs[spot.frame * REGS + spot.index]!
    : cursor.slots[spot.frame * MAX_SLOTS + spot.index]!;

/** Calls `visit` for every change recorded at `step` (against the step before in time). */
export function changesAt(trace: Trace, step: number, visit: (spot: Spot, value: number) => void): void {
  const { deltas, ends } = trace.data;
  const to = ends[step - 1] ?? 0;
  for (let at = step > 1 ? ends[step - 2]! : 0; at < to;) {
    const head = deltas[at++]!;
    const index = head & 127;
    const frame = (head >>> 7) & 15;
    const what = head >>> 11;
    if (what === WHAT_REG) visit(regSpot(frame, index), deltas[at++]!);
    else if (what === WHAT_SLOT) visit(slotSpot(frame, index), deltas[at++]!);
    else if (what === WHAT_FRAMES) at += index * 2;
    else if (what === WHAT_REFS) at += 1 + deltas[at]! * 2;
  }
}

/** Calls `visit` for every change of a stack slot in the whole trace, in order of the steps. */
export function slotChanges(
  trace: Trace,
  visit: (step: number, frame: number, spi: number, value: number) => void,
): void {
  const { deltas, ends } = trace.data;
  let at = 0;
  for (let step = 1; step <= ends.length; step++) {
    for (const to = ends[step - 1]!; at < to;) {
      const head = deltas[at++]!;
      const what = head >>> 11;
      if (what === WHAT_SLOT) visit(step, (head >>> 7) & 15, head & 127, deltas[at]!);
      at += what === WHAT_FRAMES ? (head & 127) * 2 : what === WHAT_REFS ? 1 + deltas[at]! * 2 : 1;
    }
  }
}

/**
 * The stretches of paths that lead to `step`, latest first: its own path up to it, then the path it was forked from up to the fork, and so on.
 * @param limit most stretches to give
 */
export function* lineage(trace: Trace, step: number, limit = 10_000): Generator<Segment> {
  let last = step;
  for (let n = 0; n < limit && last > 0; n++) {
    const index = trace.pathAt(last);
    const path = trace.data.paths[index];
    if (path === undefined) return;
    yield { path: index, first: path.firstStep, last };
    if (path.fork < 0) return;
    last = trace.fork(path.fork)?.step ?? 0;
  }
}

/**
 * The step whose instruction gave `spot` the value it has before `step`; 0 if it had it from the beginning, or if it was longer ago than `limit`
 * steps.
 */
export function writerStep(trace: Trace, step: number, spot: Spot, limit = 512): number {
  let budget = limit;
  const value = valueAt(trace.cursor(step), spot);
  for (const segment of lineage(trace, step, 64)) {
    for (let s = segment.last; s > segment.first; s--) {
      if (budget-- <= 0) return 0;
      let written = false;
      changesAt(trace, s, (at) => {
        if (at.what === spot.what && at.frame === spot.frame && at.index === spot.index) written = true;
      });
      if (written) return s - 1;
    }
    // A path's first step differs from the step before in time by all that two paths differ: compare with the fork instead.
    const before = trace.before(segment.first);
    if (before === 0) return 0;
    if (valueAt(trace.cursor(before), spot) !== value) return before;
  }
  return 0;
}

/** The records of a step, from a list in order of steps. */
export function between<T extends { readonly step: number }>(records: readonly T[], step: number): T[] {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (records[middle]!.step < step) low = middle + 1;
    else high = middle;
  }
  const out: T[] = [];
  while (records[low]?.step === step) out.push(records[low++]!);
  return out;
}
