import type { WhyView } from '../../core/trace/views/view.ts';
import type { ChainShape, DrawList, StepDot } from './draw-list.ts';
import { ABOVE, BELOW, CHAIN, END_GAP, geometryOf, PITCH } from './layout-geometry.ts';
import type { Geometry } from './layout-geometry.ts';
import { LabelRoom, layLabels } from './layout-labels.ts';
import type { Measure } from './layout-labels.ts';
import { layArcs, layLanes, layWaits } from './layout-lines.ts';
import { lowerBound, upperBound } from './model.ts';
import type { ExplorationIndex } from './model.ts';
import { assignRows } from './rows.ts';
import type { Rows } from './rows.ts';
import { PAD_LEFT, PAD_RIGHT, xOf } from './viewport.ts';
import type { Viewport } from './viewport.ts';

export { cubic, hitTest } from './hit-test.ts';

/** Rows of lanes that a canvas of this height has room for, labels included. */
export function rowsThatFit(height: number, chain: boolean): number {
  return Math.max(2, 1 + Math.floor((height - ABOVE - BELOW - (chain ? CHAIN : 0)) / PITCH));
}
export function rowsFor(index: ExplorationIndex, height: number, chain: boolean): Rows {
  return assignRows(index, rowsThatFit(height, chain));
}
/** From how many visible paths on lanes are merged into density: a lane needs some pixels to be one. */
export function tooDense(index: ExplorationIndex, view: Viewport): boolean {
  const visible = upperBound(index.first, view.from + view.span) - lowerBound(index.last, view.from);
  return visible > Math.max(12, view.width / 9);
}

interface LayoutInput {
  readonly index: ExplorationIndex;
  readonly rows: Rows;
  readonly view: Viewport;
  readonly chain: WhyView['chain'];
  readonly measure: Measure;
}

/** Lays out the visible lanes. Call it only when not `tooDense`. */
export function layoutLanes({ index, rows, view, chain, measure }: LayoutInput): DrawList {
  const geometry = geometryOf(index, rows, view, chain.length > 0);
  const lanes = layLanes(geometry);
  const waits = layWaits(geometry, lanes.forks);
  const { arcs, labels: arcLabels } = layArcs(geometry, lanes.segments);
  const shapes = { ...lanes, waits };
  const room = new LabelRoom(view.width, measure, shapes);
  layLabels(geometry, room, shapes, arcLabels);
  const dots = layDots(geometry, room);
  const chainShape = layChain(geometry, room, chain);
  return { pitch: PITCH, crowded: geometry.crowded, ...shapes, dots, arcs, labels: room.labels, chain: chainShape };
}

/** A dot for every step, with its pc, where there is room for them. */
function layDots({ index, view, dx, yOf, from, to, withPcs }: Geometry, room: LabelRoom): StepDot[] {
  const dots: StepDot[] = [];
  if (!withPcs) return dots;
  const firstStep = Math.max(1, Math.floor(view.from - 4));
  const lastStep = Math.min(index.steps, Math.ceil(view.from + view.span + PAD_RIGHT / dx));
  let path = from;
  for (let step = firstStep; step <= lastStep; step++) {
    while (path < to && index.last[path]! < step) path++;
    if (path >= to) break;
    if (index.first[path]! > step) continue;
    const dot = { x: xOf(view, step), y: yOf(path), step, pc: index.source.pcs[step - 1] ?? -1 };
    dots.push(dot);
    room.place({
      x: dot.x,
      y: dot.y + 16,
      text: dot.pc < 0 ? '' : String(dot.pc),
      align: 'center',
      colour: 'dim',
      bold: false,
      code: true,
      step,
    });
  }
  return dots;
}

/** The chain from origin to error, on a rail under all lanes. */
function layChain(geometry: Geometry, room: LabelRoom, chain: WhyView['chain']): ChainShape | null {
  const { index, rows, view, top, x, yOf, withPcs } = geometry;
  const origin = chain.find((link) => link.step > 0);
  if (origin === undefined) return null;
  const rail = Math.min(view.height - 10, top + (rows.count - 1) * PITCH + BELOW);
  const marks = chain
    .filter((link) => link.step > 0)
    .map((link) => {
      const owner = Math.max(0, upperBound(index.first, link.step) - 1);
      const error = link.kind === 'error';
      const y = yOf(owner) + (error ? 7 : withPcs ? 21 : 6);
      return { x: x(link.step) + (error ? END_GAP : 0), y, step: link.step, error };
    });
  room.place({
    x: Math.max(marks[0]!.x, PAD_LEFT) + 12,
    y: rail - 9,
    text: origin.text === '' ? '' : `${origin.pc}: ${origin.text.replaceAll('`', '')}`,
    align: 'left',
    colour: 'bad',
    bold: false,
    code: false,
    step: origin.step,
  });
  return { rail, marks };
}
