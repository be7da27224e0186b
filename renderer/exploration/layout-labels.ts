import type { DrawList, Label } from './draw-list.ts';
import { END_GAP } from './layout-geometry.ts';
import type { Geometry } from './layout-geometry.ts';
import { decidedTone, TONES } from './model.ts';
import { PAD_LEFT } from './viewport.ts';

/** Width of a text in pixels. */
export type Measure = (text: string, font: 'label' | 'bold' | 'code') => number;
/** Lines and shapes that labels give way to. */
type Shapes = Pick<DrawList, 'segments' | 'waits' | 'forks' | 'ends'>;

const endColour = { exit: 'dim', pruned: 'prune', rejected: 'bad', stopped: 'dim' } as const;

/** Where labels are put: each takes room that the later ones do not get. */
export class LabelRoom {
  readonly labels: Label[] = [];
  readonly #boxes: { x0: number; x1: number; y: number }[] = [];

  constructor(
    private readonly width: number,
    private readonly measure: Measure,
    private readonly shapes: Shapes,
  ) {}

  widthOf(label: Omit<Label, 'step'>): number {
    return this.measure(label.text, label.code ? 'code' : label.bold ? 'bold' : 'label');
  }

  /** Width of a text in bold. */
  textWidth(text: string): number {
    return this.measure(text, 'bold');
  }

  isFree(x0: number, x1: number, y: number): boolean {
    if (x0 < 0 || x1 > this.width) return false;
    return !this.#boxes.some((box) => Math.abs(box.y - y) < 11 && box.x0 < x1 + 5 && box.x1 > x0 - 5);
  }

  /** Puts a label where it says, if there is room. */
  place(label: Label): void {
    if (label.text === '') return;
    const w = this.widthOf(label);
    const x0 = label.align === 'left' ? label.x : label.align === 'right' ? label.x - w : label.x - w / 2;
    if (!this.isFree(x0, x0 + w, label.y)) return;
    this.#boxes.push({ x0, x1: x0 + w, y: label.y });
    this.labels.push(label);
  }

  /** Whether a text would stand on a waiting line or a lane. */
  crossed(x0: number, x1: number, y: number): boolean {
    const { waits, segments } = this.shapes;
    return (
      waits.some(
        (w) =>
          (!w.stub && Math.abs(w.y1 - (y - 4)) < 8 && w.drop < x1 && w.x1 > x0) ||
          (w.drop > x0 && w.drop < x1 && (y - 4 - w.y0) * (y - 4 - w.y1) < 0),
      ) || segments.some((s) => Math.abs(s.y - (y - 4)) < 9 && s.x0 < x1 && s.x1 + END_GAP > x0)
    );
  }
}

/** Labels of lanes, forks, ends and arcs, the most telling first; what finds no room is left to the tooltip and the text twin. */
export function layLabels(geometry: Geometry, room: LabelRoom, shapes: Shapes, arcLabels: readonly Label[]): void {
  if (!geometry.crowded) labelEnds(room, shapes);
  labelPaths(geometry, room);
  if (!geometry.crowded) labelForks(geometry, room, shapes);
  for (const label of arcLabels) slideArcLabel(geometry, room, label);
  if (!geometry.crowded) labelForkKinds(geometry, room, shapes);
}

function labelEnds(room: LabelRoom, { ends }: Shapes): void {
  for (const end of ends) {
    const bold = end.kind === 'pruned' || end.kind === 'rejected';
    const label: Label = {
      x: end.x + 10,
      y: end.y + 4,
      text: endWords[end.kind],
      align: 'left',
      colour: endColour[end.kind],
      bold,
      code: false,
      step: end.step,
    };
    // Room is judged by the bold width, whatever the weight.
    if (!room.crossed(label.x, label.x + room.textWidth(label.text), label.y)) room.place(label);
  }
}

function labelPaths({ index, x, yOf, from, to, crowded }: Geometry, room: LabelRoom): void {
  for (let i = from; i < to; i++) {
    const path = index.source.paths.at(index.pathAt[i]!)!;
    const end = x(index.last[i]!);
    if (end < PAD_LEFT) continue;
    // A label much longer than its lane would be taken for its neighbour's.
    if (crowded && room.textWidth(path.label) > 1.6 * (end - x(index.first[i]!)) + 24) continue;
    room.place({
      x: Math.max(x(index.first[i]!), PAD_LEFT - 16),
      y: yOf(i) - 12,
      text: path.label,
      align: 'left',
      colour: TONES[index.tone[i]!]!,
      bold: true,
      code: false,
      step: index.first[i]!,
    });
  }
}

function labelForks({ index, dx }: Geometry, room: LabelRoom, { forks }: Shapes): void {
  for (const shape of forks) {
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

// The label of an arc may have to give way to the row below it: it slides along the arc until it stands free.
function slideArcLabel({ view }: Geometry, room: LabelRoom, label: Label): void {
  if (label.y > view.height - 2) return;
  const w = room.widthOf(label);
  const clamp = (at: number) => Math.min(Math.max(at, w / 2 + 8), view.width - w / 2 - 8);
  const free = (at: number) =>
    !room.crossed(at - w / 2, at + w / 2, label.y) && room.isFree(at - w / 2, at + w / 2, label.y);
  for (let shift = 0; shift <= 240; shift += 12) {
    const at = [clamp(label.x - shift), clamp(label.x + shift)].find(free);
    if (at === undefined) continue;
    room.place({ ...label, x: at });
    return;
  }
}

function labelForkKinds({ index }: Geometry, room: LabelRoom, { forks }: Shapes): void {
  for (const shape of forks) {
    const fork = index.source.forks.at(index.forkAt[shape.fork]!)!;
    room.place({
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

const endWords = { exit: 'exit', pruned: 'safe', rejected: 'rejected', stopped: 'stopped' } as const;
const forkWords = {
  next: 'fork at next',
  branch: 'fork at branch',
  may_goto: 'fork at may_goto',
  'all-or-none': 'fork of a value',
  callback: 'fork at callback',
  'async-callback': 'function called later',
  lock: 'fork at lock',
} as const;
