import type { WhyView } from '../../core/trace/views/view.ts';
import { ENDS, PLAIN, lowerBound, upperBound } from './model.ts';
import type { ExplorationIndex, Tone } from './model.ts';
import { assignRows } from './rows.ts';
import type { Rows } from './rows.ts';
import { PAD_LEFT, PAD_RIGHT, perStep, xOf } from './viewport.ts';
import type { Viewport } from './viewport.ts';

/** Names of the design tokens that drawings use. */
export type Colour = 'text' | 'dim' | 'active' | 'drained' | 'prune' | 'bad' | 'ok';

export interface Segment {
  readonly x0: number;
  readonly x1: number;
  readonly y: number;
  readonly tone: Tone;
  /** Index of the path. */
  readonly path: number;
  /** Steps that it covers. */
  readonly from: number;
  readonly to: number;
}
/** The line along which a path waits, from its fork to the step at which it is taken up. */
export interface Wait {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly tone: Tone;
  /** Index of the fork; of the path that waits, -1 when it was never taken up. */
  readonly fork: number;
  readonly path: number;
  readonly step: number;
  /** Only the two ends are drawn. */
  readonly stub: boolean;
  /** Where it leaves its lane: beside the fork, so that the pc under it stays readable. */
  readonly drop: number;
}
export interface Dot {
  readonly x: number;
  readonly y: number;
  readonly step: number;
}
/** A processed instruction. */
export interface StepDot extends Dot {
  readonly pc: number;
}
export interface ForkShape extends StepDot {
  /** Index of the fork. */
  readonly fork: number;
}
export interface EndShape extends Dot {
  readonly kind: (typeof ENDS)[number];
  readonly path: number;
}
/** From the pruned path's end to the checkpoint that covers it: a cubic curve. */
export interface Arc {
  readonly points: readonly [number, number, number, number, number, number, number, number];
  /** Index of the prune. */
  readonly prune: number;
  readonly step: number;
}
export interface Label {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly align: 'left' | 'right' | 'center';
  readonly colour: Colour;
  readonly bold: boolean;
  /** A pc in the code font. */
  readonly code: boolean;
  /** Step from which on it has happened. */
  readonly step: number;
}
export interface ChainShape {
  /** y of the rail under all lanes. */
  readonly rail: number;
  readonly marks: readonly { readonly x: number; readonly y: number; readonly step: number; readonly error: boolean }[];
}
/** What is to be drawn of the visible part; its size is bounded by the width of the canvas. */
export interface DrawList {
  readonly pitch: number;
  /** Lanes stand so close that shapes get smaller, and what links them is held back until it is asked for. */
  readonly crowded: boolean;
  readonly segments: readonly Segment[];
  readonly waits: readonly Wait[];
  readonly dots: readonly StepDot[];
  readonly forks: readonly ForkShape[];
  readonly ends: readonly EndShape[];
  readonly arcs: readonly Arc[];
  readonly labels: readonly Label[];
  readonly chain: ChainShape | null;
}

export const PITCH = 44;
/** Room above the first row (labels, the playhead's handle) and below the last one (pcs, arcs and their label). */
const ABOVE = 36;
const BELOW = 44;
const CHAIN = 16;
/** Pixels a path under which lanes are crowded. */
const CROWDED = 64;
/** Distance of an end's shape from its last dot. */
const END_GAP = 11;

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

export interface LayoutInput {
  readonly index: ExplorationIndex;
  readonly rows: Rows;
  readonly view: Viewport;
  readonly chain: WhyView['chain'];
  /** Width of a text in pixels. */
  readonly measure: (text: string, font: 'label' | 'bold' | 'code') => number;
}

const toneColour: readonly Colour[] = ['dim', 'active', 'drained', 'bad'];

/** Lays out the visible lanes. Call it only when not `tooDense`. */
export function layoutLanes(input: LayoutInput): DrawList {
  const { index, rows, view, chain, measure } = input;
  const { source } = index;
  const withChain = chain.length > 0;
  const pitch = PITCH;
  const used = (rows.count - 1) * pitch + ABOVE + BELOW + (withChain ? CHAIN : 0);
  const top = ABOVE + Math.max(0, (view.height - used) / 2);
  const yOf = (path: number) => top + rows.row[path]! * pitch;
  const left = -40;
  const right = view.width + 40;
  const x = (step: number) => Math.min(Math.max(xOf(view, step), left), right);
  const dx = perStep(view);

  const segments: Segment[] = [];
  const waits: Wait[] = [];
  const dots: StepDot[] = [];
  const forks: ForkShape[] = [];
  const ends: EndShape[] = [];
  const arcs: Arc[] = [];
  const labels: Label[] = [];
  const boxes: { x0: number; x1: number; y: number }[] = [];

  const width = (label: Omit<Label, 'step'>) =>
    measure(label.text, label.code ? 'code' : label.bold ? 'bold' : 'label');
  const span = (label: Omit<Label, 'step'>): [number, number] => {
    const w = width(label);
    const x0 = label.align === 'left' ? label.x : label.align === 'right' ? label.x - w : label.x - w / 2;
    return [x0, x0 + w];
  };
  const isFree = (x0: number, x1: number, y: number) =>
    x0 >= 0 && x1 <= view.width && !boxes.some((box) => Math.abs(box.y - y) < 11 && box.x0 < x1 + 5 && box.x1 > x0 - 5);
  const place = (label: Label): boolean => {
    if (label.text === '') return false;
    const [x0, x1] = span(label);
    if (!isFree(x0, x1, label.y)) return false;
    boxes.push({ x0, x1, y: label.y });
    labels.push(label);
    return true;
  };

  // One path before the visible ones and one after them, so that lines that leave the picture are drawn.
  const from = Math.max(0, lowerBound(index.last, Math.floor(view.from - 40 / dx)));
  const to = upperBound(index.first, Math.ceil(view.from + view.span + (PAD_RIGHT + 40) / dx));
  const crowded = view.width / Math.max(1, to - from) < CROWDED;
  const withPcs = dx >= 5;
  const forksFrom = lowerBound(index.forkStep, index.first[from] ?? 0);

  let f = forksFrom;
  for (let i = from; i < to; i++) {
    const y = yOf(i);
    let start = index.first[i]!;
    let tone = index.tone[i] as Tone;
    const cut = (step: number) => {
      segments.push({ x0: x(start), x1: x(step), y, tone, path: i, from: start, to: step });
      start = step;
    };
    while (f < index.forkStep.length && index.forkPath[f]! < i) f++;
    for (; f < index.forkStep.length && index.forkPath[f] === i; f++) {
      const step = index.forkStep[f]!;
      cut(step);
      tone = index.forkTone[f] as Tone;
      forks.push({ x: x(step), y, step, fork: f, pc: source.pcs[step - 1] ?? -1 });
    }
    cut(index.last[i]!);
    ends.push({ x: x(index.last[i]!) + END_GAP, y, step: index.last[i]!, kind: ENDS[index.end[i]!]!, path: i });
  }
  // Waiting lines of visible paths, also when their fork lies left of the picture, and of visible forks.
  const lines = new Set<number>();
  for (let i = from; i < to; i++) if (index.fromFork[i]! >= 0) lines.add(index.fromFork[i]!);
  for (const shape of forks) lines.add(shape.fork);
  for (const fork of lines) {
    const child = index.forkChild[fork]!;
    const step = index.forkStep[fork]!;
    const y0 = yOf(index.forkPath[fork]!);
    const drop = x(step) + (dx >= 14 ? 8 : 4);
    if (child < 0) {
      waits.push({
        x0: x(step),
        y0,
        x1: x(step) + 30,
        y1: y0 + 20,
        tone: PLAIN,
        fork,
        path: -1,
        step,
        stub: false,
        drop,
      });
      continue;
    }
    const y1 = yOf(child);
    waits.push({
      x0: x(step),
      y0,
      x1: x(index.first[child]!),
      y1,
      tone: index.tone[child] as Tone,
      fork,
      path: child,
      step,
      stub: rows.stub[child] === 1 || y0 === y1,
      drop,
    });
  }

  const pruneFrom = lowerBound(index.pruneStep, index.first[from] ?? 0);
  const pruneTo = upperBound(index.pruneStep, index.last[to - 1] ?? 0);
  const pathRow = new Map<number, number>();
  for (let i = from; i < to; i++) pathRow.set(source.paths.at(index.pathAt[i]!)!.id, i);
  const arcLabels: Label[] = [];
  for (let p = pruneFrom; p < pruneTo; p++) {
    const prune = source.prunes.at(index.pruneAt[p]!)!;
    const at = index.checkpointAt.get(prune.checkpoint);
    const path = pathRow.get(prune.path);
    if (at === undefined || path === undefined) continue;
    const checkpoint = source.checkpoints.at(at)!;
    const owner = Math.max(0, upperBound(index.first, checkpoint.step) - 1);
    const x0 = x(checkpoint.step);
    const y0 = yOf(owner);
    const x1 = x(index.last[path]!) + END_GAP;
    const y1 = yOf(path);
    const low = Math.max(y0, y1);
    const blocked = segments.some((s) => s.y > low && s.y < low + pitch + 1 && s.x1 > x0 && s.x0 < x1);
    // Under both lanes, below the pcs; where another lane is in the way between the two, above the pruned one.
    const over = blocked && y0 < y1;
    const bend = Math.min(60, Math.abs(x1 - x0) / 3);
    const tip = y0 + (withPcs ? 21 : 8);
    arcs.push({
      points: over
        ? [x1, y1 - 7, x1 - bend * 0.3, y1 - 30, x0 + bend * 0.4, y1 - 24, x0, tip]
        : [x1 + 1, y1 + 7, x1 + 4, low + 44, x0 + bend * 0.2, low + 36, x0, tip],
      prune: p,
      step: prune.step,
    });
    if (crowded) continue;
    arcLabels.push({
      x: (Math.max(x0, PAD_LEFT) + Math.min(x1, view.width - 20)) / 2,
      y: over ? y1 - 30 : low + 43,
      text: prune.label,
      align: 'center',
      colour: 'prune',
      bold: true,
      code: false,
      step: prune.step,
    });
  }

  // Whether a text would stand on a waiting line or a lane.
  const crossed = (x0: number, x1: number, y: number) =>
    waits.some(
      (w) =>
        (!w.stub && Math.abs(w.y1 - (y - 4)) < 8 && w.drop < x1 && w.x1 > x0) ||
        (w.drop > x0 && w.drop < x1 && (y - 4 - w.y0) * (y - 4 - w.y1) < 0),
    ) || segments.some((s) => Math.abs(s.y - (y - 4)) < 9 && s.x0 < x1 && s.x1 + END_GAP > x0);
  // Labels, the most telling first; what finds no room is left to the tooltip and the text twin.
  for (const end of crowded ? [] : ends) {
    const text = endWords[end.kind];
    if (crossed(end.x + 10, end.x + 10 + measure(text, 'bold'), end.y + 4)) continue;
    place({
      x: end.x + 10,
      y: end.y + 4,
      text,
      align: 'left',
      colour: end.kind === 'exit' ? 'dim' : end.kind === 'pruned' ? 'prune' : end.kind === 'rejected' ? 'bad' : 'dim',
      bold: end.kind === 'pruned' || end.kind === 'rejected',
      code: false,
      step: end.step,
    });
  }
  for (let i = from; i < to; i++) {
    const path = source.paths.at(index.pathAt[i]!)!;
    const end = x(index.last[i]!);
    if (end < PAD_LEFT) continue;
    // A label much longer than its lane would be taken for its neighbour's.
    if (crowded && measure(path.label, 'bold') > 1.6 * (end - x(index.first[i]!)) + 24) continue;
    place({
      x: Math.max(x(index.first[i]!), PAD_LEFT - 16),
      y: yOf(i) - 12,
      text: path.label,
      align: 'left',
      colour: toneColour[index.tone[i]!]!,
      bold: true,
      code: false,
      step: index.first[i]!,
    });
  }
  for (const shape of crowded ? [] : forks) {
    const fork = source.forks.at(index.forkAt[shape.fork]!)!;
    place({
      x: shape.x + (dx > 12 ? 14 : 6),
      y: shape.y - 12,
      text: fork.label,
      align: 'left',
      colour: fork.kind === 'next' ? 'drained' : toneColour[index.forkTone[shape.fork]!]!,
      bold: true,
      code: false,
      step: shape.step,
    });
  }
  // The label of an arc may have to give way to the row below it: it slides along the arc until it stands free.
  for (const label of arcLabels) {
    if (label.y > view.height - 2) continue;
    const w = width(label);
    const clamp = (at: number) => Math.min(Math.max(at, w / 2 + 8), view.width - w / 2 - 8);
    for (let shift = 0; shift <= 240; shift += 12) {
      const at = [clamp(label.x - shift), clamp(label.x + shift)].find(
        (at) => !crossed(at - w / 2, at + w / 2, label.y) && isFree(at - w / 2, at + w / 2, label.y),
      );
      if (at === undefined) continue;
      place({ ...label, x: at });
      break;
    }
  }
  for (const shape of crowded ? [] : forks) {
    const fork = source.forks.at(index.forkAt[shape.fork]!)!;
    place({
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

  if (withPcs) {
    const firstStep = Math.max(1, Math.floor(view.from - 4));
    const lastStep = Math.min(index.steps, Math.ceil(view.from + view.span + PAD_RIGHT / dx));
    let path = from;
    for (let step = firstStep; step <= lastStep; step++) {
      while (path < to && index.last[path]! < step) path++;
      if (path >= to) break;
      if (index.first[path]! > step) continue;
      const dot = { x: xOf(view, step), y: yOf(path), step, pc: source.pcs[step - 1] ?? -1 };
      dots.push(dot);
      place({
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
  }

  let chainShape: ChainShape | null = null;
  if (withChain) {
    const rail = Math.min(view.height - 10, top + (rows.count - 1) * pitch + BELOW);
    const marks = chain
      .filter((link) => link.step > 0)
      .map((link) => {
        const owner = Math.max(0, upperBound(index.first, link.step) - 1);
        const error = link.kind === 'error';
        const y = yOf(owner) + (error ? 7 : withPcs ? 21 : 6);
        return { x: x(link.step) + (error ? END_GAP : 0), y, step: link.step, error };
      });
    const origin = chain.find((link) => link.step > 0);
    if (origin !== undefined && marks.length > 0) {
      chainShape = { rail, marks };
      place({
        x: Math.max(marks[0]!.x, PAD_LEFT) + 12,
        y: rail - 9,
        text: origin.text === '' ? '' : `${origin.pc}: ${origin.text.replaceAll('`', '')}`,
        align: 'left',
        colour: 'bad',
        bold: false,
        code: false,
        step: origin.step,
      });
    }
  }
  return { pitch, crowded, segments, waits, dots, forks, ends, arcs, labels, chain: chainShape };
}

const endWords = { exit: 'exit', pruned: 'safe', rejected: 'rejected', stopped: 'stopped' } as const;
const forkWords = {
  next: 'fork at next',
  branch: 'fork at branch',
  may_goto: 'fork at may_goto',
  'all-or-none': 'fork of a value',
  callback: 'fork at callback',
  'async-callback': 'function called later',
} as const;

/** What lies under the pointer. Indices are those of the `ExplorationIndex`. */
export type Hit =
  | { readonly kind: 'fork'; readonly fork: number; readonly step: number }
  | { readonly kind: 'end'; readonly path: number; readonly step: number }
  | { readonly kind: 'prune'; readonly prune: number; readonly step: number }
  | { readonly kind: 'lane'; readonly path: number; readonly step: number }
  | { readonly kind: 'wait'; readonly fork: number; readonly path: number; readonly step: number };

/** Finds what is drawn at a point, shapes before lines. */
export function hitTest(list: DrawList, view: Viewport, px: number, py: number): Hit | null {
  const near = (x: number, y: number, r: number) => Math.abs(px - x) <= r && Math.abs(py - y) <= r;
  for (const fork of list.forks) if (near(fork.x, fork.y, 9)) return { kind: 'fork', fork: fork.fork, step: fork.step };
  for (const end of list.ends) if (near(end.x, end.y, 9)) return { kind: 'end', path: end.path, step: end.step };
  for (const s of list.segments) {
    if (Math.abs(py - s.y) > 9 || px < s.x0 - 5 || px > s.x1 + 5) continue;
    const step = Math.round(view.from + (px - PAD_LEFT) / perStep(view));
    return { kind: 'lane', path: s.path, step: Math.min(Math.max(step, s.from), s.to) };
  }
  for (const arc of list.arcs) {
    for (let t = 0; t <= 1; t += 1 / 32) {
      const [x, y] = cubic(arc.points, t);
      if (near(x, y, 6)) return { kind: 'prune', prune: arc.prune, step: arc.step };
    }
  }
  for (const w of list.waits) {
    const onDrop = Math.abs(px - w.x0) < 6 && (py - w.y0) * (py - w.y1) < 0;
    const onRun = Math.abs(py - w.y1) < 5 && px > w.x0 && px < w.x1;
    if (!w.stub && (onDrop || onRun)) return { kind: 'wait', fork: w.fork, path: w.path, step: w.step };
  }
  return null;
}

/** A point of a cubic curve, `t` from 0 to 1. */
export function cubic(p: Arc['points'], t: number): [number, number] {
  const u = 1 - t;
  const a = u * u * u;
  const b = 3 * u * u * t;
  const c = 3 * u * t * t;
  const d = t * t * t;
  return [a * p[0] + b * p[2] + c * p[4] + d * p[6], a * p[1] + b * p[3] + c * p[5] + d * p[7]];
}
