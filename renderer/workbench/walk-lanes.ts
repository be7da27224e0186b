import { packExploration, PATH_ENDS } from '../../core/trace/views/packed-exploration.ts';
import type { Exploration } from '../../core/trace/views/view.ts';

/** A walk as lanes: one a path, in the order in which they are walked. */
export interface WalkLanes {
  readonly steps: number;
  readonly count: number;
  readonly first: Uint32Array;
  readonly last: Uint32Array;
  /** Place in `PATH_ENDS`. */
  readonly end: Uint8Array;
  /** Lane and step of the fork that it was taken from; -1 and 0 for the first. */
  readonly from: Int32Array;
  readonly forkedAt: Uint32Array;
}
export { PATH_ENDS };

/** The lanes of a walk. Linear in its size but for the order of the paths, which is mostly there. */
export function lanesOf(exploration: Exploration): WalkLanes {
  const { steps, paths, forks } = exploration.packed ?? packExploration(exploration);
  const count = paths.id.length;
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  if (paths.first.some((step, i) => i > 0 && step < paths.first[i - 1]!))
    order.sort((a, b) => paths.first[a]! - paths.first[b]!);
  const laneOf = new Map<number, number>();
  order.forEach((at, lane) => laneOf.set(paths.id[at]!, lane));
  const forkAt = new Map<number, number>();
  forks.id.forEach((id, at) => forkAt.set(id, at));
  const lanes = {
    first: new Uint32Array(count),
    last: new Uint32Array(count),
    end: new Uint8Array(count),
    from: new Int32Array(count).fill(-1),
    forkedAt: new Uint32Array(count),
  };
  order.forEach((at, lane) => {
    lanes.first[lane] = paths.first[at]!;
    lanes.last[lane] = Math.max(paths.first[at]!, paths.last[at]!);
    lanes.end[lane] = paths.end[at]!;
    const fork = forkAt.get(paths.fork[at]!);
    if (fork === undefined) return;
    lanes.from[lane] = laneOf.get(forks.path[fork]!) ?? -1;
    lanes.forkedAt[lane] = forks.step[fork]!;
  });
  return { steps, count, ...lanes };
}

/** Where things of two walks lie over each other, on one axis of steps. */
export interface Ground {
  readonly left: number;
  readonly width: number;
  readonly top: number;
  /** Height of a lane, pixels; below one many lanes share a row of pixels. */
  readonly row: number;
  readonly steps: number;
}
const MARGIN = 18;
/** Left free at the bottom for the numbers of steps, and at the right for the name of an end. */
export const AXIS = 22;
const NAME = 54;
/** Tallest lane, and the least at which ends have shapes. */
const TALLEST = 40;
export const SHAPED = 9;
/** The least at which ends are named. */
export const NAMED = 20;

/**
 * The ground for walks of so many steps and lanes.
 * @param above what is left free at the top for the flag of the first difference
 */
export function groundOf(width: number, height: number, above: number, steps: number, lanes: number): Ground {
  const free = Math.max(1, height - above - AXIS);
  return {
    left: MARGIN,
    width: Math.max(1, width - 2 * MARGIN - NAME),
    top: above,
    row: Math.min(TALLEST, free / Math.max(1, lanes)),
    steps: Math.max(1, steps),
  };
}
/** The middle of a step; a walk of one step stands at the left. */
export const xOf = ({ left, width, steps }: Ground, step: number): number =>
  left + (steps === 1 ? 0 : ((step - 1) / (steps - 1)) * width);
export const yOf = ({ top, row }: Ground, lane: number): number => top + (lane + 0.5) * row;
/** The step under a place. */
export const stepAt = ({ left, width, steps }: Ground, x: number): number =>
  Math.min(steps, Math.max(1, Math.round(((x - left) / width) * (steps - 1)) + 1));
