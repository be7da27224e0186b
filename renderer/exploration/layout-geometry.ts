import { frameOfStep, lowerBound, upperBound } from './model.ts';
import type { ExplorationIndex } from './model.ts';
import { minimapBox, planRows } from './rows.ts';
import type { Kept } from './kept.ts';
import type { RowPlan } from './rows.ts';
import { PAD_RIGHT, perStep, xOf } from './viewport.ts';
import type { Viewport } from './viewport.ts';

/** Distance of an end's shape from its last dot, by the detail of rows. */
export const END_GAP = { roomy: 11, captioned: 8, bare: 4 } as const;
/** How far a lane sinks with each call, and at most, pixels. */
const SINK = { roomy: [6, 18], captioned: [2, 6], bare: [0, 0] } as const;
/** Pixels a step from which on every step has its dot; with its pc where rows are roomy. */
const WITH_DOTS = 5;
/** How far lines reach beyond the picture, pixels: what is further away ends there. */
const MARGIN = 40;

/** Where the visible part of an exploration lies. */
export interface Geometry {
  readonly index: ExplorationIndex;
  readonly plan: RowPlan;
  readonly view: Viewport;
  /** Last step of which something is known: that of the playhead in fog, else the last one. */
  readonly until: number;
  readonly fog: boolean;
  /** Which paths stand out; null where nothing is filtered. */
  readonly kept: Kept | null;
  /** Pixels a step. */
  readonly dx: number;
  /** x of a step, kept near the picture. */
  readonly x: (step: number) => number;
  /** y of a path's row, and of its lane at a step: lower in a function that was called. Kept near the picture. */
  readonly rowY: (path: number) => number;
  readonly yOf: (path: number, step: number) => number;
  /** How far a lane sinks at a depth of frames. */
  readonly sink: (depth: number) => number;
  /** Paths in view, `to` excluded, with one before and one after, so that lines that leave the picture are drawn. */
  readonly from: number;
  readonly to: number;
  /** Steps in view. */
  readonly first: number;
  readonly last: number;
  readonly withDots: boolean;
}

export function geometryOf(
  index: ExplorationIndex,
  view: Viewport,
  withChain: boolean,
  until = index.steps,
  kept: Kept | null = null,
): Geometry {
  const plan = planRows(index, view, withChain, until, kept);
  const dx = perStep(view);
  const first = Math.max(1, Math.floor(view.from - MARGIN / dx));
  const last = Math.min(until, Math.ceil(view.from + view.span + (PAD_RIGHT + MARGIN) / dx));
  const rowFrom = Math.max(0, Math.floor(plan.row) - 1);
  const rowTo = Math.min(plan.count, Math.ceil(plan.row) + plan.shown + 1);
  const [each, most] = SINK[plan.detail];
  const sink = (depth: number) => Math.min(most, Math.max(0, depth - 1) * each);
  const rowY = (path: number) =>
    Math.min(Math.max(Math.round(plan.top + plan.offset(path)), -MARGIN), view.height + MARGIN);
  return {
    index,
    plan,
    view,
    until,
    fog: until < index.steps,
    kept,
    dx,
    x: (step) => Math.min(Math.max(xOf(view, step), -MARGIN), view.width + MARGIN),
    rowY,
    yOf: (path, step) => rowY(path) + sink(index.frameDepth[frameOfStep(index, step)] ?? 1),
    sink,
    from: Math.max(rowFrom, lowerBound(index.last, first)),
    to: Math.min(rowTo, upperBound(index.first, last)),
    first,
    last,
    withDots: dx >= WITH_DOTS && plan.detail !== 'bare',
  };
}

/** Where labels end: at the strip of all lanes, where there is one. */
export const labelEdge = ({ plan, view }: Geometry): number => (plan.scrolls ? minimapBox(view).x - 12 : view.width);
