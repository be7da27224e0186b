import { lowerBound, upperBound } from './model.ts';
import type { ExplorationIndex } from './model.ts';
import { PAD_LEFT, perStep } from './viewport.ts';
import type { Viewport } from './viewport.ts';

/** A walk from a distance: x is the step as ever, y is how many paths wait. One column a pixel. */
export interface Mountain {
  readonly columns: number;
  /** Most paths that wait in each column; -1 where nothing was walked. */
  readonly waiting: Int32Array;
  /** Most paths that wait at once in view, and the first step at which they do. */
  readonly peak: number;
  readonly peakStep: number;
  /** Ends of each kind in each column: ends[kind * columns + column]. */
  readonly ends: Uint32Array;
  /** Paths that are walked in view. */
  readonly paths: number;
}

/**
 * Merges the visible part into columns. Linear in the visible changes plus columns; nothing is allocated for a path.
 * @param until last step of which something is known
 */
export function binMountain(index: ExplorationIndex, view: Viewport, columns: number, until = index.steps): Mountain {
  const { breakStep, breakWaiting, first, last, end } = index;
  const ends = new Uint32Array(columns * 4);
  const waiting = new Int32Array(columns).fill(-1);
  const scale = perStep(view);
  // Columns are counted from the canvas's left edge, not from the axis.
  const origin = PAD_LEFT - view.from * scale;
  const fromStep = Math.max(1, Math.floor((0 - origin) / scale));
  const toStep = Math.min(until + 1, Math.ceil((columns - origin) / scale));
  const from = Math.max(0, upperBound(breakStep, fromStep) - 1);
  const to = upperBound(breakStep, Math.min(toStep, until));
  const column = (step: number): number => Math.min(columns - 1, Math.max(0, (origin + step * scale) | 0));

  let peak = 0;
  let peakStep = breakStep[from] ?? 1;
  for (let k = from; k < to; k++) {
    const now = breakWaiting[k]!;
    if (now > peak) {
      peak = now;
      peakStep = breakStep[k]!;
    }
    const c1 = column(Math.min(until + 1, breakStep[k + 1] ?? index.steps + 1));
    for (let c = column(breakStep[k]!); c <= c1; c++) if (waiting[c]! < now) waiting[c] = now;
  }

  const pathFrom = lowerBound(last, fromStep);
  const pathTo = upperBound(first, Math.min(toStep, until));
  for (let i = pathFrom; i < pathTo; i++) {
    if (last[i]! > until) continue;
    const c = (origin + last[i]! * scale) | 0;
    if (c >= 0 && c < columns) ends[end[i]! * columns + c]!++;
  }
  return { columns, waiting, peak, peakStep, ends, paths: pathTo - pathFrom };
}

/** Room that the mountain takes of a picture's height, its caption above and the steps under it included. */
export const mountainHeight = (height: number): number =>
  Math.round(Math.min(Math.max(86, height * 0.36), Math.min(190, height)));

/** Numbers at which an axis is marked: about `count` of them, round ones, ascending. */
export function ticks(from: number, to: number, count: number): number[] {
  const span = to - from;
  if (!(span > 0)) return [];
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const unit = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw)! * power;
  const step = Math.max(1, unit);
  const marks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) marks.push(at);
  return marks;
}
