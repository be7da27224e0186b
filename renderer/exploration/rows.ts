import { extentOf } from './known.ts';
import { keptOf, standsOut } from './kept.ts';
import type { Kept } from './kept.ts';
import { lowerBound, upperBound } from './model.ts';
import type { ExplorationIndex } from './model.ts';
import { fit } from './viewport.ts';
import type { Viewport } from './viewport.ts';

/*
 * Every path has a lane of its own, in the order of the walk: path i stands on row i, so that children are below their parents and no lane is used
 * twice, whatever the size of the pane. Only how far rows are apart depends on it: 44 pixels where there is room for labels over and pcs under a lane,
 * from 12 on a caption beside it, 3 at the least; what then does not fit is scrolled. Paths that are filtered out have rows of 3 pixels between the others.
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
/** Screens of rows that are scrolled through before lanes give way to rounds. */
const SCREENS = 4;
/** A pane of the usual size. */
const USUAL = { width: 760, height: 240 };

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
  /** Pixels from the first row to a row, and the row (a fraction) so many pixels from the first one. */
  readonly offset: (row: number) => number;
  readonly rowAt: (offset: number) => number;
  /** Pixels between the first and the last row in view, at most. */
  readonly room: number;
}

/** Paths of which something is known when the walk has come to a step. */
export const pathsUntil = (index: ExplorationIndex, until: number): number => upperBound(index.first, until);

/** Where rows are that are not all equally far apart. */
function spacing(pitch: number, kept: Kept | null): Pick<RowPlan, 'offset' | 'rowAt'> {
  if (kept === null) return { offset: (row) => row * pitch, rowAt: (offset) => offset / pitch };
  const thin = Math.min(THIN, pitch);
  const at = (row: number): number => {
    const full = keptOf(kept, row);
    return full * pitch + (row - full) * thin;
  };
  const most = kept.until.length;
  const offset = (row: number): number => {
    const whole = Math.min(Math.max(0, Math.floor(row)), most);
    return at(whole) + (row - whole) * (at(whole + 1) - at(whole));
  };
  const rowAt = (pixels: number): number => {
    let low = 0;
    let high = most;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (at(middle) <= pixels) low = middle;
      else high = middle - 1;
    }
    return low + (pixels - at(low)) / Math.max(1e-6, at(low + 1) - at(low));
  };
  return { offset, rowAt };
}

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
export function planRows(
  index: ExplorationIndex,
  view: Viewport,
  chain: boolean,
  until = index.steps,
  filtered: Kept | null = null,
): RowPlan {
  const count = Math.max(1, pathsUntil(index, until));
  // Where everything stands out rows are as they are without a filter.
  const kept = filtered !== null && keptOf(filtered, count) < count ? filtered : null;
  const all = expected(index, view, count, until);
  const full = kept === null ? all : Math.max(1, Math.ceil((all * Math.max(1, keptOf(kept, count))) / count));
  // Behind the last row that is not thin there may be some that are.
  const gaps = Math.max(1, standsOut(kept, count - 1) ? full - 1 : full);
  // What is filtered out takes half of the room at most, so that the rest can be read; then rows are scrolled.
  const thin = Math.min((all - full) * THIN, view.height / 2);
  const pitchFor = (detail: RowPlan['detail']): number => {
    const [above, below] = pads(detail, chain);
    return Math.min(WIDE, Math.max(THIN, (view.height - above - below - thin) / gaps));
  };
  const detailOf = (pitch: number): RowPlan['detail'] =>
    pitch >= ROOMY ? 'roomy' : pitch >= CAPTIONED ? 'captioned' : 'bare';
  const roomy = pitchFor('roomy');
  const pitch = detailOf(roomy) === 'roomy' ? roomy : Math.min(ROOMY - 1, pitchFor('bare'));
  const detail = detailOf(pitch);
  const [above, below] = pads(detail, chain);
  const room = Math.max(pitch, view.height - above - below);
  const { offset, rowAt } = spacing(pitch, kept);
  const used = offset(count - 1);
  const common = { pitch, detail, count, offset, rowAt, room };
  // With the future in fog the first row stays where it is while others join it.
  const slack = until < index.steps ? Math.min(24, Math.max(0, (room - used) / 2)) : Math.max(0, (room - used) / 2);
  if (used <= room + 1e-6) return { ...common, top: above + slack, shown: count, row: 0, scrolls: false };
  const row = clampRow(index, view, view.row, common);
  const shown = Math.floor(rowAt(offset(row) + room) - row + 1e-6) + 1;
  return { ...common, top: above - offset(row), shown, row, scrolls: true };
}

/** The first row in view with which a row is the last one. */
const firstFor = ({ offset, rowAt, room }: Pick<RowPlan, 'offset' | 'rowAt' | 'room'>, row: number): number =>
  Math.ceil(rowAt(offset(row) - room) - 1e-6);

// What is in view on the axis is in view among the rows too: all of it, or as much as fits.
function clampRow(
  index: ExplorationIndex,
  view: Viewport,
  row: number,
  plan: Pick<RowPlan, 'offset' | 'rowAt' | 'room' | 'count'>,
): number {
  const { count } = plan;
  const first = lowerBound(index.last, view.from);
  const last = Math.min(count, upperBound(index.first, view.from + view.span)) - 1;
  const a = Math.min(first, count - 1);
  const b = Math.max(0, firstFor(plan, last));
  return Math.min(Math.max(row, Math.min(a, b), 0), Math.max(a, b), Math.max(0, firstFor(plan, count - 1)));
}

/**
 * Whether lanes give way to rounds: there are so many that scrolling through them would show no shape, or a few hold more forks than can be told
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
  if (path > plan.row + plan.shown - 1 - margin) return { ...view, row: firstFor(plan, path + margin) };
  return view;
}
/** Scrolls the lanes by pixels. */
export function scrollBy(view: Viewport, plan: RowPlan, pixels: number): Viewport {
  return pixels === 0 ? view : { ...view, row: plan.rowAt(plan.offset(view.row) + pixels) };
}
/** Scrolls to a row, which is then in the middle; the axis comes along where the path of the row is not on it. */
export function scrollToRow(index: ExplorationIndex, view: Viewport, plan: RowPlan, row: number): Viewport {
  const at = Math.min(Math.max(0, Math.round(row)), plan.count - 1);
  const moved = {
    ...view,
    row: Math.min(
      Math.max(0, plan.rowAt(plan.offset(at) - plan.room / 2)),
      Math.max(0, firstFor(plan, plan.count - 1)),
    ),
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

/** Whether a walk as a whole is seen as rounds, in a pane of the usual size; so that the pane's size does not depend on itself. */
export const isLong = (index: ExplorationIndex, until: number): boolean =>
  index.steps > 0 && tooDense(index, fit(USUAL.width, USUAL.height, index.steps), until);
