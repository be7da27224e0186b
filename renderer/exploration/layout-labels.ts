import type { DrawList, Label, PlacedLabel } from './draw-list.ts';
import type { Geometry } from './layout-geometry.ts';
import { standsOut } from './kept.ts';
import { takenUp } from './layout-lines.ts';
import { decidedTone, ENDS, frameOfStep, TONES } from './model.ts';
import { say } from '../words/index.ts';

/** Width of a text in pixels. */
export type Measure = (text: string, font: 'label' | 'bold' | 'code') => number;
/** Lines and shapes that labels give way to. */
export type Shapes = Pick<DrawList, 'segments' | 'risers' | 'waits' | 'forks' | 'ends'>;
/** Name of a function by its place in the program. */
export type FunctionName = (subprog: number) => string;

/** Without the marks of code. */
export const plain = (text: string): string => text.replaceAll('`', '');
/** A function as a lane and a tooltip name it; those without a name are named by their place already. */
export const functionWords = (name: string): string => (name === '' || name.includes(' ') ? name : `${name}()`);

const endColour = { exit: 'dim', pruned: 'prune', rejected: 'bad', stopped: 'dim' } as const;
/** Room of the text between its box's edges, pixels. */
const GHOST_PAD = 8;
const LINE = 11;

/** Where labels are put: each takes room that the later ones do not get. */
export class LabelRoom {
  readonly labels: PlacedLabel[] = [];
  readonly #boxes: { x0: number; x1: number; y: number }[] = [];

  constructor(
    private readonly width: number,
    private readonly measure: Measure,
    private readonly shapes: Shapes,
  ) {}

  widthOf(label: Omit<Label, 'step'>): number {
    const width = this.measure(label.text, label.code ? 'code' : label.bold ? 'bold' : 'label');
    return label.ghost ? width + 2 * GHOST_PAD : width;
  }
  /** Leaves room for what another picture has placed. */
  avoid(labels: readonly PlacedLabel[]): void {
    this.#boxes.push(...labels);
  }

  isFree(x0: number, x1: number, y: number): boolean {
    if (x0 < 0 || x1 > this.width) return false;
    return !this.#boxes.some((box) => Math.abs(box.y - y) < LINE && box.x0 < x1 + 5 && box.x1 > x0 - 5);
  }

  /** Puts a label where it says, if there is room; never a part of it. */
  place(label: Label): boolean {
    if (label.text === '') return false;
    const placed = this.#boxOf(label);
    if (!this.isFree(placed.x0, placed.x1, label.y)) return false;
    this.#boxes.push(placed);
    this.labels.push(placed);
    return true;
  }
  /** Puts a label where it says, over whatever is there. */
  force(label: Label): void {
    this.labels.push(this.#boxOf(label));
  }

  /** Whether a text would stand on a waiting line or a lane. */
  crossed(x0: number, x1: number, y: number): boolean {
    const { waits, segments, risers } = this.shapes;
    const middle = y - 4;
    return (
      waits.some(
        (w) =>
          (Math.abs(w.y1 - middle) < 8 && w.drop < x1 && w.x1 > x0) ||
          (w.drop > x0 - 2 && w.drop < x1 + 2 && (middle - w.y0) * (middle - w.y1) < 0),
      ) ||
      segments.some((s) => Math.abs(s.y - middle) < 9 && s.x0 < x1 && s.x1 > x0) ||
      risers.some((r) => r.x > x0 && r.x < x1 && (middle - r.y0) * (middle - r.y1) <= 0)
    );
  }
  /** Puts a label where it says, if there is room and no line. */
  placeClear(label: Label): boolean {
    const { x0, x1 } = this.#boxOf(label);
    return !this.crossed(x0, x1, label.y) && this.place(label);
  }

  // Words of the source are set off by their place here, not by their font.
  #boxOf(said: Label): PlacedLabel {
    const label = { ...said, text: plain(said.text) };
    const w = this.widthOf(label);
    const x0 = label.align === 'left' ? label.x : label.align === 'right' ? label.x - w : label.x - w / 2;
    return { ...label, x0, x1: x0 + w };
  }
}

/** Labels of lanes, forks and ends, the most telling first; what finds no room is left to the tooltip and the text twin. */
export function layLabels(geometry: Geometry, room: LabelRoom, shapes: Shapes, nameOf: FunctionName): void {
  if (geometry.plan.detail === 'bare') return;
  if (geometry.plan.detail === 'captioned') {
    captionPaths(geometry, room, shapes);
    if (geometry.fog) labelGhosts(geometry, room, shapes);
    return;
  }
  labelEnds(geometry, room, shapes);
  labelPaths(geometry, room);
  labelFunctions(geometry, room, shapes, nameOf);
  if (geometry.fog) labelGhosts(geometry, room, shapes);
  labelForks(geometry, room, shapes);
  labelForkKinds(geometry, room, shapes);
}

/** Where a pruned path's hook leads. */
function coveredAt({ index }: Geometry, prune: number): string {
  const mark = prune < 0 ? undefined : index.source.prunes.at(index.pruneAt[prune]!);
  return mark === undefined ? say.exploration.layoutLabels.safe : say.exploration.layoutLabels.safeAs(mark.pc);
}
/** How a path ends. */
export function endWords(geometry: Geometry, path: number): string {
  const kind = ENDS[geometry.index.end[path]!]!;
  return kind === 'pruned' ? coveredAt(geometry, geometry.index.pathPrune[path]!) : say.exploration.layoutLabels[kind];
}

function labelEnds(geometry: Geometry, room: LabelRoom, { ends }: Shapes): void {
  for (const end of ends) {
    const bold = end.kind === 'pruned' || end.kind === 'rejected';
    const label: Label = {
      x: end.x + (end.kind === 'pruned' ? 20 : 10),
      y: end.y + 4,
      text: endWords(geometry, end.path),
      align: 'left',
      colour: endColour[end.kind],
      bold,
      code: false,
      step: end.step,
    };
    // At the right edge there is room over the lane only.
    if (!room.placeClear(label)) room.placeClear({ ...label, x: end.x + 6, y: end.y - 10, align: 'right' });
  }
}

function labelPaths({ index, x, yOf, from, to, first, last, kept }: Geometry, room: LabelRoom): void {
  for (let i = from; i < to; i++) {
    if (!standsOut(kept, i)) continue;
    const begins = Math.max(index.first[i]!, first);
    if (index.last[i]! < first || begins > last) continue;
    const path = index.source.paths.at(index.pathAt[i]!)!;
    const y = yOf(i, begins) - 12;
    const common = {
      y,
      text: path.label,
      colour: TONES[index.tone[i]!]!,
      bold: true,
      code: false,
      step: index.first[i]!,
    };
    const at = Math.max(x(index.first[i]!), 8);
    if (!room.place({ ...common, x: at, align: 'left' }))
      room.place({ ...common, x: Math.max(at, x(Math.min(index.last[i]!, last)) + 4), align: 'right' });
  }
}

/** Where rows are close a path's caption stands behind its end: nothing but the playhead ever crosses there. Before its start where that is too near the edge. */
function captionPaths(geometry: Geometry, room: LabelRoom, { ends }: Shapes): void {
  const { index, x } = geometry;
  for (const end of ends) {
    const path = index.source.paths.at(index.pathAt[end.path]!)!;
    const text = [path.label, end.kind === 'exit' ? '' : endWords(geometry, end.path)]
      .filter((part) => part !== '')
      .join(' · ');
    const colour = end.kind === 'exit' || end.kind === 'stopped' ? TONES[index.tone[end.path]!]! : endColour[end.kind];
    const common = { y: end.y + 4, text, colour, bold: false, code: false, step: end.step };
    if (!room.place({ ...common, x: end.x + 9, align: 'left' }))
      room.place({ ...common, x: x(index.first[end.path]!) - 6, align: 'right', halo: true });
  }
}

/** Names of the functions that lanes sink into, and of those that they begin in. */
function labelFunctions(geometry: Geometry, room: LabelRoom, { risers }: Shapes, nameOf: FunctionName): void {
  const { index, x, yOf, from, to, first, last, kept } = geometry;
  const label = (at: number, y: number, step: number): void => {
    const run = frameOfStep(index, step);
    const text = run < 0 ? '' : functionWords(nameOf(index.frameSubprog[run]!));
    room.place({ x: at, y, text, align: 'left', colour: 'dim', bold: false, code: true, step });
  };
  for (const riser of risers) if (riser.y1 > riser.y0) label(riser.x + 4, riser.y1 - 6, riser.step);
  for (let i = from; i < to; i++) {
    const step = index.first[i]!;
    if (!standsOut(kept, i)) continue;
    if (step < first || step > last || (index.frameDepth[frameOfStep(index, step)] ?? 1) < 2) continue;
    const words = index.source.paths.at(index.pathAt[i]!)!.label;
    label(x(step) + room.widthOf({ ...PLAIN_LABEL, text: plain(words) }) + 10, yOf(i, step) - 12, step);
  }
}
const PLAIN_LABEL = { x: 0, y: 0, align: 'left', colour: 'dim', bold: true, code: false } as const;

function labelForks({ index, dx, fog, until }: Geometry, room: LabelRoom, { forks }: Shapes): void {
  for (const shape of forks) {
    // What goes on first is not known at the fork itself.
    if (fog && shape.step >= until) continue;
    const fork = index.source.forks.at(index.forkAt[shape.fork]!)!;
    room.place({
      x: shape.x + (dx > 12 ? 14 : 6),
      y: shape.y - 12,
      text: fork.label,
      align: 'left',
      colour: TONES[decidedTone(index.forkDecides[shape.fork]!) ?? index.forkTone[shape.fork]!]!,
      bold: true,
      code: false,
      step: shape.step,
    });
  }
}

function labelForkKinds({ index }: Geometry, room: LabelRoom, { forks }: Shapes): void {
  for (const shape of forks) {
    const fork = index.source.forks.at(index.forkAt[shape.fork]!)!;
    room.placeClear({
      x: shape.x - 4,
      y: shape.y - 12,
      text: forkWords[fork.kind],
      align: 'right',
      colour: 'dim',
      bold: false,
      code: false,
      step: shape.step,
    });
  }
}

/** In fog a fork leaves a stub behind: a path waits, and no more is known of it. */
function labelGhosts(geometry: Geometry, room: LabelRoom, { forks, waits }: Shapes): void {
  for (const fork of forks) {
    const wait = waits.find((one) => one.fork === fork.fork);
    if (wait === undefined || takenUp(geometry, fork.fork)) continue;
    room.place({
      x: wait.x1 + 4,
      y: wait.y1 + 4,
      text: say.exploration.layoutLabels.onePathWaits,
      align: 'left',
      colour: 'dim',
      bold: false,
      code: false,
      step: fork.step,
      ghost: geometry.plan.detail === 'roomy',
      halo: true,
    });
  }
}

const forkWords = {
  next: say.exploration.layoutLabels.forkAtNext,
  branch: say.exploration.layoutLabels.forkAtBranch,
  may_goto: say.exploration.layoutLabels.forkAtMayGoto,
  'all-or-none': say.exploration.layoutLabels.forkOfAValue,
  callback: say.exploration.layoutLabels.forkAtCallback,
  'async-callback': say.exploration.layoutLabels.functionCalledLater,
  lock: say.exploration.layoutLabels.forkAtLock,
} as const;
