import { ROUND_KINDS } from '../../../core/trace/views/round-kinds.ts';
import type { ChangingValue, LoopRounds, RoundKind } from '../../../core/trace/views/view.ts';
import { lowerBound, upperBound } from '../model.ts';
import { PAD_LEFT, axisWidth, perStep, stepAt, xOf } from '../viewport.ts';
import type { Viewport } from '../viewport.ts';

/** Least width of a cell, in pixels; where rounds are shorter, several share a cell. */
const LEAST = 8;

/** One cell of a loop's strip: a round, or so many that follow each other. */
export interface RoundCell {
  /** First round, from 0, and the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly x0: number;
  readonly x1: number;
  readonly counts: Readonly<Record<RoundKind, number>>;
}
export interface RoundCells {
  readonly cells: readonly RoundCell[];
  /** Rounds a cell. */
  readonly each: number;
}

/** Rounds of which something is known at a step. */
export const roundsUntil = (loop: LoopRounds, until: number): number => upperBound(loop.steps, until);

/**
 * The rounds in view as cells on the axis of steps, each from where it begins to where the next one does. How many share a cell depends on the zoom
 * alone, and cells begin at multiples of it, so that panning changes none.
 * @param until last step of which something is known
 */
export function cellsOf(loop: LoopRounds, view: Viewport, until: number, steps: number): RoundCells {
  const { steps: starts, kinds } = loop;
  const known = roundsUntil(loop, until);
  if (known === 0) return { cells: [], each: 1 };
  const right = PAD_LEFT + axisWidth(view.width);
  // A round is as wide as most are; where a loop comes and goes, more steps lie between some.
  const usual = (starts.at(-1)! + 1 - starts[0]!) / starts.length;
  const each = Math.max(1, 2 ** Math.ceil(Math.log2(LEAST / (usual * perStep(view)))));
  const first = Math.max(0, lowerBound(starts, stepAt(view, PAD_LEFT) - usual * each) - 1);
  const cells: RoundCell[] = [];
  for (let from = first - (first % each); from < known; from += each) {
    const to = Math.min(known, from + each);
    const x0 = Math.max(PAD_LEFT, xOf(view, starts[from]!));
    const end = to < starts.length ? starts[to]! : steps + 1;
    const x1 = Math.min(right, xOf(view, Math.min(end, until + 1)));
    if (x0 > right) break;
    if (x1 <= PAD_LEFT) continue;
    const counts = { new: 0, widened: 0, covered: 0 };
    for (let r = from; r < to; r++) counts[ROUND_KINDS[kinds[r]!]!]++;
    cells.push({ from, to, x0, x1, counts });
  }
  return { cells, each };
}

/** The round that a step is in, from 0; -1 before the first. */
export const roundAt = (loop: LoopRounds, step: number): number => upperBound(loop.steps, step) - 1;

/** Numbers of each kind among the first `known` rounds. */
export function countsUntil(loop: LoopRounds, known: number): Readonly<Record<RoundKind, number>> {
  if (known >= loop.steps.length) return loop.counts;
  const counts = { new: 0, widened: 0, covered: 0 };
  for (let r = 0; r < known; r++) counts[ROUND_KINDS[loop.kinds[r]!]!]++;
  return counts;
}

/** The changing value as points on the axis, and the numbers at the bottom and the top. */
export interface ValueLine {
  readonly points: readonly { readonly x: number; readonly min: number; readonly max: number }[];
  readonly low: number;
  readonly high: number;
}

/** Numbers beyond this are "any number" to the eye: they fill the height and leave the scale to the others. */
const HUGE = 2 ** 31 - 1;

/** @param known rounds of which something is known */
export function valueLine(value: ChangingValue, starts: Uint32Array, view: Viewport, known: number): ValueLine {
  const points: { x: number; min: number; max: number }[] = [];
  let low = Infinity;
  let high = -Infinity;
  for (const [i, round] of value.round.entries()) {
    const min = value.min[i]!;
    const max = value.max[i]!;
    if (round >= known || Number.isNaN(min)) continue;
    if (Math.abs(min) < HUGE) {
      low = Math.min(low, min);
      high = Math.max(high, min);
    }
    if (Math.abs(max) < HUGE) {
      high = Math.max(high, max);
      low = Math.min(low, max);
    }
    points.push({ x: xOf(view, starts[round]!), min, max });
  }
  if (low > high) [low, high] = [0, 1];
  return { points, low, high: high === low ? low + 1 : high };
}
