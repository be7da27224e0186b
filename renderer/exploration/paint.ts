import { cubic } from './hit-test.ts';
import type { Arc, DrawList, EndShape, Fog, Links, Pin, PlacedLabel, Wait } from './draw-list.ts';
import { TONES } from './model.ts';
import type { Hit } from './hit-test.ts';
import { rgb } from './palette.ts';
import type { Palette } from './palette.ts';
import type { RowPlan } from './rows.ts';
import type { Viewport } from './viewport.ts';

/** Moving state of a picture: where the playhead is and how far the change at its step has been shown. */
export interface Moment {
  /** Step of the playhead. */
  readonly step: number;
  /** 0 … 1: how much of what happens at `step` is drawn (a fork that parts, a lane that folds into its checkpoint). */
  readonly progress: number;
  readonly hover: Hit | null;
  /** Selected fork and path, indices of the `ExplorationIndex`; -1 for none. */
  readonly fork: number;
  readonly path: number;
  /** Chosen instruction, -1 for none. */
  readonly pc: number;
  /** The path that the text twin has in focus, -1 for none. */
  readonly focus: number;
  /** What is marked on the axis. */
  readonly pins?: readonly Pin[];
}

/** How much of what lies in the future is left to see. */
const AHEAD = 0.62;

export function labelFont(palette: Palette, font: 'label' | 'bold' | 'code'): string {
  if (font === 'code') return `${9 * palette.scale}px ${palette.code}`;
  return `${font === 'bold' ? '600 ' : ''}${10.5 * palette.scale}px ${palette.words}`;
}

/** Paints lanes. Only what the list holds is touched, so the cost is bounded by the canvas's size. */
export function paintLanes(context: CanvasRenderingContext2D, list: DrawList, palette: Palette, moment: Moment): void {
  const { plan } = list.geometry;
  context.lineCap = plan.detail === 'bare' ? 'butt' : 'round';
  context.lineJoin = 'round';
  if (list.fog !== null) paintFog(context, list.fog, list.geometry.view, palette);
  if (list.chain !== null) paintChain(context, list, palette);
  for (const wait of list.waits) paintWait(context, wait, palette, plan.detail, progressOf(moment, wait.step));
  paintFaint(context, list, palette);
  paintSegments(context, list, palette, moment);
  paintDots(context, list, palette, moment);
  for (const fork of list.forks) {
    if (plan.pitch < FORKS_FROM) break;
    const chosen = moment.fork === fork.fork || (moment.hover?.kind === 'fork' && moment.hover.fork === fork.fork);
    if (fork.faint === true && !chosen) {
      paintFaintFork(context, fork, palette);
      continue;
    }
    const r = FORK_SIZE[plan.detail] * (0.6 + 0.4 * progressOf(moment, fork.step)) + (chosen ? 1 : 0);
    diamond(context, fork.x, fork.y, r);
    context.fillStyle = palette.pane;
    context.fill();
    context.globalAlpha = alphaOf(moment, fork.step);
    const marked = fork.pc === moment.pc;
    context.strokeStyle = marked ? palette.scalar : palette.text;
    context.lineWidth = plan.detail === 'bare' ? 1 : chosen || marked ? 2.2 : 1.4;
    context.stroke();
    context.globalAlpha = 1;
  }
  for (const end of list.ends) {
    context.globalAlpha = alphaOf(moment, end.step);
    if (plan.detail === 'bare') paintSmallEnd(context, end, palette, plan.pitch);
    else {
      paintEnd(context, end, palette, plan.detail === 'roomy' ? 1 : Math.min(0.8, plan.pitch / 15));
      if (end.kind === 'pruned' && plan.detail === 'roomy') paintHook(context, end, palette);
    }
    context.globalAlpha = 1;
  }
  paintLabels(context, list.labels, palette);
}

/** Pixels between rows under which a fork is its lane's change of colour alone. */
const FORKS_FROM = 5;
const FORK_SIZE = { roomy: 7, captioned: 4.5, bare: 2 } as const;
const alphaOf = (moment: Moment, step: number): number => (step > moment.step ? AHEAD : 1);
const progressOf = (moment: Moment, step: number): number => (step === moment.step ? moment.progress : 1);

/** How much is left to see of what is filtered out. */
export const FAINT = 0.45;

function paintFaint(context: CanvasRenderingContext2D, { faint }: DrawList, palette: Palette): void {
  if (faint.length === 0) return;
  context.globalAlpha = FAINT;
  context.strokeStyle = palette.dim;
  context.lineWidth = 1;
  context.beginPath();
  for (const { x0, x1, y } of faint) {
    context.moveTo(x0, y);
    context.lineTo(Math.max(x1, x0 + 2), y);
  }
  context.stroke();
  context.globalAlpha = 1;
}
function paintFaintFork(context: CanvasRenderingContext2D, { x, y }: { x: number; y: number }, palette: Palette): void {
  context.globalAlpha = FAINT + 0.2;
  diamond(context, x, y, 2.5);
  context.fillStyle = palette.dim;
  context.fill();
  context.globalAlpha = 1;
}

function paintSegments(context: CanvasRenderingContext2D, list: DrawList, palette: Palette, moment: Moment): void {
  const { plan } = list.geometry;
  const width = (path: number): number => {
    const chosen =
      moment.path === path || moment.focus === path || (moment.hover?.kind === 'lane' && moment.hover.path === path);
    if (plan.detail === 'bare') return chosen ? Math.min(4, plan.pitch) : Math.min(2, plan.pitch * 0.6);
    return chosen ? 3 : 2;
  };
  for (const s of list.segments) {
    context.strokeStyle = palette[TONES[s.tone]!];
    context.lineWidth = width(s.path);
    // The part behind the playhead is full, the part ahead of it is held back.
    const split = Math.min(Math.max(moment.step, s.from), s.to);
    const at = s.to === s.from ? s.x1 : s.x0 + ((s.x1 - s.x0) * (split - s.from)) / (s.to - s.from);
    if (at > s.x0) line(context, s.x0, at, s.y, 1);
    if (at < s.x1) line(context, at, s.x1, s.y, AHEAD);
    if (s.x1 - s.x0 < 1) line(context, s.x0 - 1, s.x0 + 1, s.y, alphaOf(moment, s.from));
  }
  for (const riser of list.risers) {
    context.strokeStyle = palette[TONES[riser.tone]!];
    context.lineWidth = width(riser.path);
    context.globalAlpha = alphaOf(moment, riser.step);
    context.beginPath();
    context.moveTo(riser.x, riser.y0);
    context.lineTo(riser.x, riser.y1);
    context.stroke();
    context.globalAlpha = 1;
  }
}

function paintDots(context: CanvasRenderingContext2D, list: DrawList, palette: Palette, moment: Moment): void {
  const r = list.geometry.plan.detail === 'roomy' ? 2.2 : 1.6;
  for (const ahead of [false, true]) {
    context.beginPath();
    for (const dot of list.dots) {
      if (dot.step > moment.step !== ahead) continue;
      context.moveTo(dot.x + r, dot.y);
      context.arc(dot.x, dot.y, r, 0, Math.PI * 2);
    }
    context.fillStyle = ahead ? palette.pane : palette.text;
    context.fill();
    if (!ahead) continue;
    context.strokeStyle = palette.dim;
    context.lineWidth = 1;
    context.stroke();
  }
  if (moment.pc < 0) return;
  context.strokeStyle = palette.scalar;
  context.lineWidth = 1.6;
  context.beginPath();
  for (const dot of list.dots) {
    if (dot.pc !== moment.pc) continue;
    context.moveTo(dot.x + 4.6, dot.y);
    context.arc(dot.x, dot.y, 4.6, 0, Math.PI * 2);
  }
  context.stroke();
}

/** Labels over whatever is behind them: where that is a line it gives way. */
export function paintLabels(context: CanvasRenderingContext2D, labels: readonly PlacedLabel[], palette: Palette): void {
  context.textBaseline = 'alphabetic';
  let font = '';
  for (const label of labels) {
    const { x0, x1, y } = label;
    if (label.halo === true) {
      context.fillStyle = palette.pane;
      context.fillRect(x0 - 3, y - 9, x1 - x0 + 6, 11);
    }
    if (label.ghost === true) {
      context.strokeStyle = palette.faint;
      context.lineWidth = 1;
      context.setLineDash([3, 2]);
      context.beginPath();
      context.roundRect(x0 + 0.5, y - 13.5, x1 - x0 - 1, 19, 9.5);
      context.fillStyle = palette.pane;
      context.fill();
      context.stroke();
      context.setLineDash([]);
    }
    const wanted = labelFont(palette, label.code ? 'code' : label.bold ? 'bold' : 'label');
    if (wanted !== font) context.font = font = wanted;
    context.textAlign = 'left';
    context.fillStyle = palette[label.colour];
    context.fillText(label.text, label.ghost === true ? x0 + 8 : x0, y);
  }
}

/** Links of what is asked for, over the lanes. */
export function paintLinks(context: CanvasRenderingContext2D, links: Links, palette: Palette, moment: Moment): void {
  for (const wait of links.waits) paintWait(context, wait, palette, 'roomy', progressOf(moment, wait.step), 2);
  for (const arc of links.arcs) paintArc(context, arc, palette, progressOf(moment, arc.step));
  paintLabels(context, links.labels, palette);
}

/** The axis that is not walked yet: a row of faint dots that fades away, into a ground of dots that grows thicker. */
function paintFog(context: CanvasRenderingContext2D, fog: Fog, view: Viewport, palette: Palette): void {
  paintGround(context, fog.x + GROUND_FROM, view, palette);
  const { width } = view;
  const from = fog.x + 10;
  const to = width - 12;
  if (to <= from) return;
  const [r, g, b] = rgb(palette.dim);
  const fade = context.createLinearGradient(from, 0, to, 0);
  fade.addColorStop(0, `rgb(${r} ${g} ${b} / 70%)`);
  fade.addColorStop(1, `rgb(${r} ${g} ${b} / 15%)`);
  context.strokeStyle = fade;
  context.lineWidth = 1.2;
  context.setLineDash([1.2, 6]);
  context.beginPath();
  context.moveTo(from, fog.y);
  context.lineTo(to, fog.y);
  context.stroke();
  context.setLineDash([]);
}

/** Where the ground of dots begins right of the playhead, their distance, and into how many strengths it is cut. */
const GROUND_FROM = 60;
const GROUND_STEP = 10;
const GROUND_PARTS = 8;

function paintGround(context: CanvasRenderingContext2D, from: number, view: Viewport, palette: Palette): void {
  const { width, height } = view;
  const [r, g, b] = rgb(palette.dim);
  const part = (width - from) / GROUND_PARTS;
  for (let i = 0; i < GROUND_PARTS && part > 0; i++) {
    context.fillStyle = `rgb(${r} ${g} ${b} / ${4 + i * 3}%)`;
    const start = Math.ceil((from + i * part) / GROUND_STEP) * GROUND_STEP;
    for (let x = start; x < from + (i + 1) * part; x += GROUND_STEP)
      for (let y = GROUND_STEP; y < height; y += GROUND_STEP) context.fillRect(x, y, 1, 1);
  }
}

function line(context: CanvasRenderingContext2D, x0: number, x1: number, y: number, alpha: number): void {
  context.globalAlpha = alpha;
  context.beginPath();
  context.moveTo(x0, y);
  context.lineTo(x1, y);
  context.stroke();
  context.globalAlpha = 1;
}

export function diamond(context: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  context.beginPath();
  context.moveTo(x, y - r);
  context.lineTo(x + r, y);
  context.lineTo(x, y + r);
  context.lineTo(x - r, y);
  context.closePath();
}

/** @param strong width of a line that was asked for; without it the line stays in the background */
function paintWait(
  context: CanvasRenderingContext2D,
  wait: Wait,
  palette: Palette,
  detail: RowPlan['detail'],
  progress: number,
  strong = 0,
): void {
  const { y0, x1, y1, drop, stub } = wait;
  const gap = Math.min(FORK_SIZE[detail] - 1, Math.abs(y1 - y0) / 2);
  context.setLineDash([1, 3.5]);
  context.lineWidth = strong > 0 ? strong : 1.2;
  context.strokeStyle = palette[TONES[wait.tone]!];
  context.globalAlpha = strong > 0 ? 1 : detail === 'roomy' ? 0.85 : 0.45;
  const bend = Math.max(0, Math.min(10, Math.abs(y1 - y0) / 2, x1 - drop));
  const reach = y0 + (y1 - y0) * Math.min(1, progress * 2);
  context.beginPath();
  context.moveTo(drop, y0 + gap);
  if (progress < 0.5) context.lineTo(drop, reach);
  else {
    context.lineTo(drop, y1 - bend);
    context.quadraticCurveTo(drop, y1, drop + bend, y1);
    context.lineTo(drop + bend + (x1 - drop - bend) * (progress * 2 - 1), y1);
  }
  context.stroke();
  context.setLineDash([]);
  if (stub && progress >= 1 && detail === 'roomy') {
    context.fillStyle = palette.dim;
    context.beginPath();
    context.arc(x1, y1, 1.8, 0, Math.PI * 2);
    context.fill();
  }
  context.globalAlpha = 1;
}

/** The curve from the pruned end to its checkpoint, drawn as far as the fold has come. */
function paintArc(context: CanvasRenderingContext2D, arc: Arc, palette: Palette, progress: number): void {
  context.setLineDash([4, 3]);
  context.strokeStyle = palette.prune;
  context.lineWidth = 1.5;
  context.beginPath();
  const p = arc.points;
  context.moveTo(p[0], p[1]);
  if (progress >= 1) context.bezierCurveTo(p[2], p[3], p[4], p[5], p[6], p[7]);
  else {
    for (let t = 0; t <= progress; t += 0.04) {
      const [x, y] = cubic(p, t);
      context.lineTo(x, y);
    }
  }
  context.stroke();
  context.setLineDash([]);
  if (progress < 1) paintFolding(context, arc, palette, progress);
  if (progress >= 1) {
    const [x, y] = [p[6], p[7]];
    const angle = Math.atan2(y - p[5], x - p[4]);
    context.fillStyle = palette.prune;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x - 6 * Math.cos(angle - 0.45), y - 6 * Math.sin(angle - 0.45));
    context.lineTo(x - 6 * Math.cos(angle + 0.45), y - 6 * Math.sin(angle + 0.45));
    context.fill();
  }
}

/** Part of an arc that the lane covers while it slides along. */
const FOLDING = 0.3;

/** The end of the lane that slides along its arc into the checkpoint. */
function paintFolding(context: CanvasRenderingContext2D, arc: Arc, palette: Palette, progress: number): void {
  const to = progress * (1 + FOLDING);
  context.strokeStyle = palette[TONES[arc.tone]!];
  context.lineWidth = 3;
  context.lineCap = 'round';
  context.beginPath();
  for (let t = Math.max(0, to - FOLDING); t < Math.min(1, to); t += 0.03) context.lineTo(...cubic(arc.points, t));
  context.stroke();
}

/** A short hook at a covered end, which leads back: where to is beside it, and in full on hover and focus. */
function paintHook(context: CanvasRenderingContext2D, end: EndShape, palette: Palette): void {
  const { x, y } = end;
  context.strokeStyle = palette.prune;
  context.lineWidth = 1.2;
  context.beginPath();
  context.moveTo(x + 8, y - 2);
  context.bezierCurveTo(x + 15, y - 3, x + 17, y + 5, x + 9.5, y + 5.5);
  context.moveTo(x + 12.5, y + 2.5);
  context.lineTo(x + 9, y + 5.5);
  context.lineTo(x + 12.5, y + 8.5);
  context.stroke();
}

/** Where rows are close an end is a spot of its colour, a little wider than its lane; a rejection stands out from any distance. */
function paintSmallEnd(context: CanvasRenderingContext2D, end: EndShape, palette: Palette, pitch: number): void {
  const colour = { exit: palette.ok, pruned: palette.prune, rejected: palette.bad, stopped: palette.dim }[end.kind];
  if (end.kind === 'rejected') {
    paintEnd(context, end, palette, 0.8);
    return;
  }
  context.fillStyle = colour;
  context.fillRect(end.x - 2, end.y - Math.min(2, pitch / 2), 4, Math.min(4, pitch));
}

export function paintEnd(context: CanvasRenderingContext2D, end: EndShape, palette: Palette, scale: number): void {
  const { x, y } = end;
  context.lineWidth = 1.5;
  if (end.kind === 'pruned') {
    diamond(context, x, y, 6.5 * scale);
    context.fillStyle = palette.prune;
    context.fill();
    return;
  }
  const colour = end.kind === 'exit' ? palette.ok : end.kind === 'rejected' ? palette.bad : palette.dim;
  const [r, g, b] = rgb(colour);
  context.beginPath();
  context.arc(x, y, 5.5 * scale, 0, Math.PI * 2);
  context.fillStyle = palette.pane;
  context.fill();
  context.fillStyle = `rgb(${r} ${g} ${b} / 25%)`;
  context.fill();
  context.strokeStyle = colour;
  context.stroke();
  context.beginPath();
  if (end.kind === 'exit') {
    context.moveTo(x - 2.6, y + 0.2);
    context.lineTo(x - 0.7, y + 2.1);
    context.lineTo(x + 2.7, y - 2);
  } else if (end.kind === 'rejected') {
    context.moveTo(x - 2.2, y - 2.2);
    context.lineTo(x + 2.2, y + 2.2);
    context.moveTo(x + 2.2, y - 2.2);
    context.lineTo(x - 2.2, y + 2.2);
  } else {
    context.moveTo(x - 2.5, y);
    context.lineTo(x + 2.5, y);
  }
  context.stroke();
}

function paintChain(context: CanvasRenderingContext2D, list: DrawList, palette: Palette): void {
  const chain = list.chain!;
  const first = chain.marks[0]!;
  const last = chain.marks[chain.marks.length - 1]!;
  context.strokeStyle = palette.bad;
  context.lineWidth = 1.2;
  context.setLineDash([2.5, 2.5]);
  context.beginPath();
  context.moveTo(first.x, first.y);
  context.lineTo(first.x, chain.rail);
  context.lineTo(last.x, chain.rail);
  context.lineTo(last.x, last.y);
  context.stroke();
  context.setLineDash([]);
  context.font = `600 8px ${palette.words}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  let previous = -Infinity;
  chain.marks.forEach((mark, i) => {
    if (mark.x < 0 || mark.x - previous < 13) return;
    previous = mark.x;
    context.beginPath();
    context.arc(mark.x, chain.rail, 5.5, 0, Math.PI * 2);
    context.fillStyle = mark.error ? palette.bad : palette.pane;
    context.fill();
    context.stroke();
    context.fillStyle = mark.error ? palette.pane : palette.bad;
    context.fillText(String(i + 1), mark.x, chain.rail + 0.5);
  });
}

/** The parts of the playhead's line between the words that it would strike through. */
export function playheadParts(
  x: number,
  height: number,
  labels: readonly PlacedLabel[],
  scale: number,
): readonly (readonly [from: number, to: number])[] {
  const parts: [number, number][] = [];
  let from = HANDLE;
  const crossed = labels.filter(({ x0, x1 }) => x > x0 - 3 && x < x1 + 3).sort((a, b) => a.y - b.y);
  for (const { y, ghost } of crossed) {
    const [over, under] = ghost === true ? [16, 8] : [11, 4];
    if (y - over * scale > from) parts.push([from, y - over * scale]);
    from = Math.max(from, y + under * scale);
  }
  if (height > from) parts.push([from, height]);
  return parts;
}
/** Where the playhead's handle ends. */
const HANDLE = 14;

/** The playhead: a line through all lanes with a handle on top. It gives way to words, which it would strike through. */
export function paintPlayhead(
  context: CanvasRenderingContext2D,
  x: number,
  height: number,
  palette: Palette,
  labels: readonly PlacedLabel[],
): void {
  context.strokeStyle = palette.text;
  context.lineWidth = 1.4;
  context.beginPath();
  for (const [from, to] of playheadParts(x, height, labels, palette.scale)) {
    context.moveTo(x, from);
    context.lineTo(x, to);
  }
  context.stroke();
  context.fillStyle = palette.text;
  context.beginPath();
  context.moveTo(x - 4, 5);
  context.lineTo(x + 4, 5);
  context.lineTo(x + 4, 11);
  context.lineTo(x, 15);
  context.lineTo(x - 4, 11);
  context.closePath();
  context.fill();
}

/** A veil over what has not happened yet; in fog nothing is seen through it. */
export function paintVeil(
  context: CanvasRenderingContext2D,
  x: number,
  view: Viewport,
  palette: Palette,
  fog: boolean,
): void {
  if (x >= view.width) return;
  const [r, g, b] = rgb(palette.pane);
  context.fillStyle = fog ? palette.pane : `rgb(${r} ${g} ${b} / 45%)`;
  context.fillRect(Math.max(0, x), 0, view.width, view.height);
}
