import { extentOf } from './known.ts';
import { lowerBound, upperBound } from './model.ts';
import type { ExplorationIndex } from './model.ts';
import type { Viewport } from './viewport.ts';

/*
 * Every path has a lane of its own, in the order of the walk: path i stands on row i, so that children are below their parents and no lane is used
 * twice, whatever the size of the pane. Only how far rows are apart depends on it: 44 pixels where there is room for labels over and pcs under a lane,
 * from 12 on a caption beside it, 3 at the least; what then does not fit is scrolled.
 */

/** Pixels between rows at most, and at least. */
export const WIDE = 44;
const THIN = 3;
/** From here on a lane has labels over it and pcs under it; from here on a caption beside it. */
const ROOMY = 26;
const CAPTIONED = 12;
/** Room over the first row and under the last one: for labels, the playhead's handle, pcs and the chain; less where rows are close. */
const PADS = { roomy: [36, 40], close: [26, 16] } as const;
export const CHAIN = 16;
/** Screens of rows that are scrolled through before lanes merge into density. */
const SCREENS = 4;

/** Where the rows are. */
export interface RowPlan {
  readonly pitch: number;
  /** How much a row can hold: labels over it and pcs under it, a caption beside it, nothing. */
  readonly detail: 'roomy' | 'captioned' | 'bare';
  /** y of row 0, outside of the picture when rows are scrolled. */
  readonly top: number;
  /** Paths that have a row. */
  readonly count: number;
  /** Rows in view at once. */
  readonly shown: number;
  /** The first row in view. */
  readonly row: number;
  readonly scrolls: boolean;
}

/** Paths of which something is known when the walk has come to a step. */
export const pathsUntil = (index: ExplorationIndex, until: number): number => upperBound(index.first, until);

/** Rows that the part of the axis in view has on the whole, so that panning keeps their distance. */
function expected({ steps }: ExplorationIndex, view: Viewport, count: number, until: number): number {
  const whole = Math.max(1, (until < steps ? extentOf(until) : steps) - 1);
  return Math.max(1, Math.ceil(count * Math.min(1, view.span / whole)));
}

function pads(detail: RowPlan['detail'], chain: boolean): readonly [number, number] {
  const [above, below] = PADS[detail === 'roomy' ? 'roomy' : 'close'];
  return [above, below + (chain ? CHAIN : 0)];
}

/** @param until last step of which something is known */
export function planRows(index: ExplorationIndex, view: Viewport, chain: boolean, until = index.steps): RowPlan {
  const count = Math.max(1, pathsUntil(index, until));
  const gaps = Math.max(1, expected(index, view, count, until) - 1);
  const pitchFor = (detail: RowPlan['detail']): number => {
    const [above, below] = pads(detail, chain);
    return Math.min(WIDE, Math.max(THIN, (view.height - above - below) / gaps));
  };
  const detailOf = (pitch: number): RowPlan['detail'] =>
    pitch >= ROOMY ? 'roomy' : pitch >= CAPTIONED ? 'captioned' : 'bare';
  const roomy = pitchFor('roomy');
  const pitch = detailOf(roomy) === 'roomy' ? roomy : Math.min(ROOMY - 1, pitchFor('bare'));
  const detail = detailOf(pitch);
  const [above, below] = pads(detail, chain);
  const room = Math.max(pitch, view.height - above - below);
  const used = (count - 1) * pitch;
  const shown = Math.floor(room / pitch + 1e-6) + 1;
  // With the future in fog the first row stays where it is while others join it.
  const slack = until < index.steps ? Math.min(24, Math.max(0, (room - used) / 2)) : Math.max(0, (room - used) / 2);
  if (shown >= count) return { pitch, detail, top: above + slack, count, shown: count, row: 0, scrolls: false };
  const row = clampRow(index, view, view.row, shown, count);
  return { pitch, detail, top: above - row * pitch, count, shown, row, scrolls: true };
}

// What is in view on the axis is in view among the rows too: all of it, or as much as fits.
function clampRow(index: ExplorationIndex, view: Viewport, row: number, shown: number, count: number): number {
  const first = lowerBound(index.last, view.from);
  const last = Math.min(count, upperBound(index.first, view.from + view.span)) - 1;
  const a = Math.min(first, count - 1);
  const b = Math.max(0, last - shown + 1);
  return Math.min(Math.max(row, Math.min(a, b), 0), Math.max(a, b), Math.max(0, count - shown));
}

/**
 * Whether lanes are merged into density: there are so many that scrolling through them would show no shape, or a few hold more forks than can be told
 * apart, so that how many paths wait says more.
 */
export function tooDense(index: ExplorationIndex, view: Viewport, until = index.steps): boolean {
  const last = Math.min(view.from + view.span, until);
  const paths = upperBound(index.first, last) - lowerBound(index.last, view.from);
  const forks = upperBound(index.forkStep, last) - lowerBound(index.forkStep, view.from);
  return paths > Math.max(24, (SCREENS * view.height) / THIN) || forks > Math.max(view.width, paths * 8);
}

/** The view with its first row where it is drawn, so that the next scroll goes on from there. */
export function settled(view: Viewport, plan: RowPlan): Viewport {
  return plan.row === view.row ? view : { ...view, row: plan.row };
}
/** Scrolls by as little as needed to show a path's row. */
export function revealRow(view: Viewport, plan: RowPlan, path: number): Viewport {
  if (!plan.scrolls) return view;
  const margin = Math.min(2, (plan.shown - 1) / 2);
  if (path < plan.row + margin) return { ...view, row: path - margin };
  if (path > plan.row + plan.shown - 1 - margin) return { ...view, row: path + margin - plan.shown + 1 };
  return view;
}
/** Scrolls to a row, which is then in the middle; the axis comes along where the path of the row is not on it. */
export function scrollToRow(index: ExplorationIndex, view: Viewport, plan: RowPlan, row: number): Viewport {
  const at = Math.min(Math.max(0, Math.round(row)), plan.count - 1);
  const moved = {
    ...view,
    row: Math.min(Math.max(0, at - (plan.shown - 1) / 2), Math.max(0, plan.count - plan.shown)),
  };
  const first = index.first[at] ?? 1;
  const last = index.last[at] ?? first;
  if (last >= view.from && first <= view.from + view.span) return moved;
  const from = Math.min(Math.max(1, first - view.span / 2), Math.max(1, index.steps - view.span));
  return { ...moved, from };
}

/** All rows of a walk in a strip at the right edge, where only a part of them fits. */
export interface MinimapBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export function minimapBox(view: Viewport): MinimapBox {
  return { x: view.width - 46, y: 22, width: 36, height: Math.max(8, view.height - 34) };
}
