import type { WhyView } from '../../core/trace/views/view.ts';
import type { ChainShape, DrawList, Fog, StepDot } from './draw-list.ts';
import { END_GAP, geometryOf, labelEdge } from './layout-geometry.ts';
import type { Geometry } from './layout-geometry.ts';
import { LabelRoom, layLabels } from './layout-labels.ts';
import type { FunctionName, Measure, Shapes } from './layout-labels.ts';
import { standsOut } from './kept.ts';
import type { Kept } from './kept.ts';
import { layLanes, layWaits } from './layout-lines.ts';
import { upperBound, waitingAt } from './model.ts';
import type { ExplorationIndex } from './model.ts';
import { PAD_LEFT, xOf } from './viewport.ts';
import type { Viewport } from './viewport.ts';
import { say } from '../words/index.ts';

export { cubic, hitTest } from './hit-test.ts';
export { tooDense } from './rows.ts';

interface LayoutInput {
  readonly index: ExplorationIndex;
  readonly view: Viewport;
  readonly chain: WhyView['chain'];
  readonly measure: Measure;
  readonly nameOf: FunctionName;
  /** Last step of which something is known; all of them without it. */
  readonly until?: number;
  readonly kept?: Kept | null;
}

/** Lays out the visible lanes. Call it only when not `tooDense`. */
export function layoutLanes({ index, view, chain, measure, nameOf, until, kept = null }: LayoutInput): DrawList {
  const geometry = geometryOf(index, view, chain.length > 0, until, kept);
  const lanes = layLanes(geometry);
  const shapes: Shapes = {
    segments: lanes.segments,
    risers: lanes.risers,
    forks: lanes.forks,
    ends: lanes.ends,
    waits: layWaits(geometry, lanes.forks),
  };
  const room = new LabelRoom(labelEdge(geometry), measure, shapes);
  // What is filtered out has no words.
  layLabels(geometry, room, { ...shapes, forks: shapes.forks.filter(({ faint }) => faint !== true) }, nameOf);
  const dots = layDots(geometry, room);
  const chainShape = geometry.fog ? null : layChain(geometry, room, chain);
  const fog = geometry.fog ? layFog(geometry, room) : null;
  return { geometry, ...shapes, faint: lanes.faint, dots, labels: room.labels, chain: chainShape, fog };
}

/** A dot for every step, with its pc, where there is room for them. */
function layDots(geometry: Geometry, room: LabelRoom): StepDot[] {
  const { index, view, x, yOf, from, to, first, last, withDots, plan, kept } = geometry;
  const dots: StepDot[] = [];
  if (!withDots) return dots;
  let path = from;
  for (let step = Math.max(first, index.first[from] ?? 1); step <= last; step++) {
    while (path < to && index.last[path]! < step) path++;
    if (path >= to) break;
    if (index.first[path]! > step || x(step) < 0 || x(step) > view.width) continue;
    if (!standsOut(kept, path, step)) continue;
    const dot = { x: xOf(view, step), y: yOf(path, step), step, pc: index.source.pcs[step - 1] ?? -1 };
    dots.push(dot);
    if (plan.detail !== 'roomy' || dot.pc < 0) continue;
    const text = String(dot.pc);
    room.place({ x: dot.x, y: dot.y + 16, text, align: 'center', colour: 'dim', bold: false, code: true, step });
  }
  return dots;
}

/** The axis ahead of the playhead, on the lane that is walked. */
function layFog(geometry: Geometry, room: LabelRoom): Fog {
  const { index, until, x, yOf } = geometry;
  const path = Math.max(0, upperBound(index.first, until) - 1);
  const fog = { x: x(until), y: yOf(path, until) };
  const waiting = waitingAt(index, until);
  const common = { colour: 'dim', bold: false, code: false, step: until, halo: true } as const;
  const edge = labelEdge(geometry) - 24;
  // In the corner where the playhead, which stands at the walk's newest step, comes last.
  if (waiting > 1)
    room.place({ ...common, x: edge, y: 15, text: say.exploration.describe.pathsWait(waiting), align: 'right' });
  room.placeClear({ ...common, x: edge, y: fog.y + 4, text: say.exploration.layout.notWalkedYet, align: 'right' });
  return fog;
}

/** The chain from origin to error, on a rail under all lanes. */
function layChain(geometry: Geometry, room: LabelRoom, chain: WhyView['chain']): ChainShape | null {
  const { index, plan, view, x, yOf } = geometry;
  const origin = chain.find((link) => link.step > 0);
  if (origin === undefined) return null;
  const under = plan.top + plan.offset(plan.count - 1) + (plan.detail === 'roomy' ? 44 : 24);
  const rail = Math.min(view.height - 10, under);
  const marks = chain
    .filter((link) => link.step > 0)
    .map((link) => {
      const owner = Math.max(0, upperBound(index.first, link.step) - 1);
      const error = link.kind === 'error';
      const y = yOf(owner, link.step) + (error ? 7 : plan.detail === 'roomy' ? 21 : 6);
      return { x: x(link.step) + (error ? END_GAP[plan.detail] : 0), y, step: link.step, error };
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
    halo: true,
  });
  return { rail, marks };
}
