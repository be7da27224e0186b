import { lowerBound, upperBound } from './model.ts';
import type { ExplorationIndex } from './model.ts';
import type { Rows } from './rows.ts';
import { PAD_RIGHT, perStep, xOf } from './viewport.ts';
import type { Viewport } from './viewport.ts';

export const PITCH = 44;
/** Room above the first row (labels, the playhead's handle) and below the last one (pcs, arcs and their label). */
export const ABOVE = 36;
export const BELOW = 44;
export const CHAIN = 16;
/** Pixels a path under which lanes are crowded. */
const CROWDED = 64;
/** Distance of an end's shape from its last dot. */
export const END_GAP = 11;
/** Pixels a step from which on every step has its dot and pc. */
const WITH_PCS = 5;
/** How far lines reach beyond the picture, pixels: what is further away ends there. */
const MARGIN = 40;

/** Where the visible part of an exploration lies. */
export interface Geometry {
  readonly index: ExplorationIndex;
  readonly rows: Rows;
  readonly view: Viewport;
  /** y of the first row. */
  readonly top: number;
  /** Pixels a step. */
  readonly dx: number;
  /** x of a step, kept near the picture. */
  readonly x: (step: number) => number;
  /** y of a path's lane. */
  readonly yOf: (path: number) => number;
  /** Paths in view, `to` excluded, with one before and one after, so that lines that leave the picture are drawn. */
  readonly from: number;
  readonly to: number;
  readonly crowded: boolean;
  readonly withPcs: boolean;
}

export function geometryOf(index: ExplorationIndex, rows: Rows, view: Viewport, withChain: boolean): Geometry {
  const used = (rows.count - 1) * PITCH + ABOVE + BELOW + (withChain ? CHAIN : 0);
  const top = ABOVE + Math.max(0, (view.height - used) / 2);
  const dx = perStep(view);
  const from = Math.max(0, lowerBound(index.last, Math.floor(view.from - MARGIN / dx)));
  const to = upperBound(index.first, Math.ceil(view.from + view.span + (PAD_RIGHT + MARGIN) / dx));
  return {
    index,
    rows,
    view,
    top,
    dx,
    x: (step) => Math.min(Math.max(xOf(view, step), -MARGIN), view.width + MARGIN),
    yOf: (path) => top + rows.row[path]! * PITCH,
    from,
    to,
    crowded: view.width / Math.max(1, to - from) < CROWDED,
    withPcs: dx >= WITH_PCS,
  };
}
