import { lowerBound, upperBound } from './model.ts';
import type { ExplorationIndex } from './model.ts';
import { PAD_LEFT, perStep } from './viewport.ts';
import type { Viewport } from './viewport.ts';

/**
 * The exploration from a distance: x is the step as ever, y is how many paths wait. A cell holds how many of its pixel's
 * steps were walked with so many paths waiting, apart by tone. Under it the ends of paths in each column.
 *
 *     cell(column, row) = cells[(row * columns + column) * 4 + tone]     row 0 is the top: `peak` paths wait
 */
export interface Density {
  readonly columns: number;
  readonly rows: number;
  readonly cells: Float32Array;
  /** Most paths that wait at once in view. */
  readonly peak: number;
  /** Top row that is used in each column, `rows` where nothing was walked. */
  readonly skyline: Uint16Array;
  /** Ends of each kind in each column: ends[kind * columns + column]. */
  readonly ends: Uint32Array;
  readonly mostEnds: number;
  readonly paths: number;
}

/** Buffers that are used again from frame to frame. */
let spareCells = new Float32Array(0);

/**
 * Merges the visible part into `columns` × at most `most` cells (a row for each number of waiting paths where there are few).
 * Linear in the visible changes plus columns; nothing is allocated for a path. The cells belong to the caller until the next call.
 */
export function binDensity(
  index: ExplorationIndex,
  view: Viewport,
  columns: number,
  most: number,
  until = index.steps,
): Density {
  const ends = new Uint32Array(columns * 4);
  const { breakStep, breakWaiting, breakTone, first, last, end } = index;
  const scale = perStep(view);
  // Columns are counted from the canvas's left edge, not from the axis.
  const origin = PAD_LEFT - view.from * scale;
  const fromStep = Math.max(1, Math.floor((0 - origin) / scale));
  const toStep = Math.min(until + 1, Math.ceil((columns - origin) / scale));
  const from = Math.max(0, upperBound(breakStep, fromStep) - 1);
  const to = upperBound(breakStep, Math.min(toStep, until));

  let peak = 1;
  for (let k = from; k < to; k++) if (breakWaiting[k]! > peak) peak = breakWaiting[k]!;
  const rows = Math.max(1, Math.min(most, peak + 1));
  const unit = (rows - 1) / peak;
  const size = columns * rows * 4;
  if (spareCells.length < size) spareCells = new Float32Array(size);
  const cells = spareCells.subarray(0, size).fill(0);
  const skyline = new Uint16Array(columns).fill(rows);
  // The right edge of a stretch is the left edge of the next one; most stretches lie within one column.
  const limit = columns - 1e-6;
  const bottom = rows - 1;
  let x0 = Math.min(limit, Math.max(0, origin + (breakStep[from] ?? 1) * scale));
  let c0 = x0 | 0;
  for (let k = from; k < to; k++) {
    const x1 = Math.min(limit, Math.max(0, origin + Math.min(until + 1, breakStep[k + 1] ?? Infinity) * scale));
    const c1 = x1 | 0;
    const row = bottom - ((breakWaiting[k]! * unit + 0.5) | 0);
    const line = row * columns;
    const tone = breakTone[k]!;
    if (c0 === c1) {
      cells[(line + c0) * 4 + tone]! += x1 - x0;
      if (skyline[c0]! > row) skyline[c0] = row;
    } else {
      cells[(line + c0) * 4 + tone]! += c0 + 1 - x0;
      for (let c = c0 + 1; c < c1; c++) cells[(line + c) * 4 + tone]! += 1;
      cells[(line + c1) * 4 + tone]! += x1 - c1;
      for (let c = c0; c <= c1; c++) if (skyline[c]! > row) skyline[c] = row;
    }
    x0 = x1;
    c0 = c1;
  }

  const pathFrom = lowerBound(last, fromStep);
  const pathTo = upperBound(first, Math.min(toStep, until));
  let mostEnds = 1;
  for (let i = pathFrom; i < pathTo; i++) {
    if (last[i]! > until) continue;
    const c = (origin + last[i]! * scale) | 0;
    if (c < 0 || c >= columns) continue;
    const n = ++ends[end[i]! * columns + c]!;
    if (n > mostEnds) mostEnds = n;
  }
  return { columns, rows, cells, peak, skyline, ends, mostEnds, paths: pathTo - pathFrom };
}
