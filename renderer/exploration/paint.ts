import type { Density } from './density.ts';
import { cubic } from './hit-test.ts';
import type { Arc, DrawList, EndShape, Wait } from './draw-list.ts';
import { TONES } from './model.ts';
import type { Hit } from './hit-test.ts';
import { rgb } from './palette.ts';
import type { Palette } from './palette.ts';
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
}

/** How much of what lies in the future is left to see. */
const AHEAD = 0.62;

export function labelFont(palette: Palette, font: 'label' | 'bold' | 'code'): string {
  if (font === 'code') return `${9 * palette.scale}px ${palette.code}`;
  return `${font === 'bold' ? '600 ' : ''}${10.5 * palette.scale}px ${palette.words}`;
}

/** Paints lanes. Only what the list holds is touched, so the cost is bounded by the canvas's width. */
export function paintLanes(context: CanvasRenderingContext2D, list: DrawList, palette: Palette, moment: Moment): void {
  const ahead = (step: number) => (step > moment.step ? AHEAD : 1);
  const shown = (step: number) => (step === moment.step ? moment.progress : 1);
  context.lineCap = 'round';
  context.lineJoin = 'round';

  if (list.chain !== null) paintChain(context, list, palette);
  for (const wait of list.waits) paintWait(context, wait, palette, moment, shown(wait.step), list.crowded);
  for (const arc of list.arcs) {
    const hovered =
      (moment.hover?.kind === 'prune' && moment.hover.prune === arc.prune) ||
      (moment.hover?.kind === 'end' && moment.hover.step === arc.step);
    const held = list.crowded && arc.step !== moment.step ? 0.3 : ahead(arc.step);
    paintArc(context, arc, palette, hovered ? 1 : held, shown(arc.step), hovered);
  }
  for (const s of list.segments) {
    if (s.x1 < 0 || s.x0 > context.canvas.width) continue;
    const chosen = moment.path === s.path || (moment.hover?.kind === 'lane' && moment.hover.path === s.path);
    context.strokeStyle = palette[TONES[s.tone]!];
    context.lineWidth = chosen ? 3 : 2;
    // The part behind the playhead is full, the part ahead of it is held back.
    const split = Math.min(Math.max(moment.step, s.from), s.to);
    const at = s.to === s.from ? s.x1 : s.x0 + ((s.x1 - s.x0) * (split - s.from)) / (s.to - s.from);
    if (at > s.x0) line(context, s.x0, at, s.y, 1);
    if (at < s.x1) line(context, at, s.x1, s.y, AHEAD);
    if (s.x0 === s.x1) line(context, s.x0 - 2, s.x0 + 2, s.y, ahead(s.from));
  }
  const dots: { ahead: boolean }[] = [{ ahead: false }, { ahead: true }];
  for (const pass of dots) {
    context.beginPath();
    for (const dot of list.dots) {
      if (dot.step > moment.step !== pass.ahead) continue;
      context.moveTo(dot.x + 2.2, dot.y);
      context.arc(dot.x, dot.y, 2.2, 0, Math.PI * 2);
    }
    if (pass.ahead) {
      context.fillStyle = palette.pane;
      context.fill();
      context.strokeStyle = palette.dim;
      context.lineWidth = 1;
      context.stroke();
    } else {
      context.fillStyle = palette.text;
      context.fill();
    }
  }
  if (moment.pc >= 0) {
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
  for (const fork of list.forks) {
    const chosen = moment.fork === fork.fork || (moment.hover?.kind === 'fork' && moment.hover.fork === fork.fork);
    const r = (list.crowded ? 5 : 7) * (0.6 + 0.4 * shown(fork.step)) + (chosen ? 1 : 0);
    diamond(context, fork.x, fork.y, r);
    context.fillStyle = palette.pane;
    context.fill();
    context.globalAlpha = ahead(fork.step);
    const marked = fork.pc === moment.pc;
    context.strokeStyle = marked ? palette.scalar : palette.text;
    context.lineWidth = chosen || marked ? 2.2 : 1.4;
    context.stroke();
    context.globalAlpha = 1;
  }
  for (const end of list.ends) {
    context.globalAlpha = ahead(end.step);
    paintEnd(context, end, palette, list.crowded ? 0.8 : 1);
    context.globalAlpha = 1;
  }
  context.textBaseline = 'alphabetic';
  let font = '';
  for (const label of list.labels) {
    const wanted = labelFont(palette, label.code ? 'code' : label.bold ? 'bold' : 'label');
    if (wanted !== font) context.font = font = wanted;
    context.textAlign = label.align;
    context.fillStyle = palette[label.colour];
    context.fillText(label.text, label.x, label.y);
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

function diamond(context: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  context.beginPath();
  context.moveTo(x, y - r);
  context.lineTo(x + r, y);
  context.lineTo(x, y + r);
  context.lineTo(x - r, y);
  context.closePath();
}

function paintWait(
  context: CanvasRenderingContext2D,
  wait: Wait,
  palette: Palette,
  moment: Moment,
  progress: number,
  crowded: boolean,
): void {
  const { y0, x1, y1, drop } = wait;
  const hovered = (moment.hover?.kind === 'wait' || moment.hover?.kind === 'fork') && moment.hover.fork === wait.fork;
  const chosen = moment.fork === wait.fork;
  context.setLineDash([1, 3.5]);
  context.lineWidth = hovered || chosen ? 2 : 1.2;
  context.strokeStyle = palette[TONES[wait.tone]!];
  context.globalAlpha = hovered || chosen ? 1 : crowded ? 0.5 : 0.85;
  const down = y1 >= y0 ? 1 : -1;
  context.beginPath();
  if (wait.stub && !hovered && !chosen) {
    context.moveTo(drop - 1, y0 + 7 * down);
    context.quadraticCurveTo(drop, y0 + 14 * down, drop + 12, y0 + 14 * down);
    if (wait.path >= 0) {
      context.moveTo(Math.max(x1 - 24, drop + 14), y1);
      context.lineTo(x1, y1);
    }
  } else {
    const bend = Math.min(10, Math.abs(y1 - y0) / 2, Math.max(0, x1 - drop));
    const reach = y0 + (y1 - y0) * Math.min(1, progress * 2);
    context.moveTo(drop, y0 + 6 * down);
    if (progress < 0.5) context.lineTo(drop, reach);
    else {
      context.lineTo(drop, y1 - bend * down);
      context.quadraticCurveTo(drop, y1, drop + bend, y1);
      context.lineTo(drop + bend + (x1 - drop - bend) * (progress * 2 - 1), y1);
    }
  }
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** The curve from the pruned end to its checkpoint, drawn as far as the fold has come. */
function paintArc(
  context: CanvasRenderingContext2D,
  arc: Arc,
  palette: Palette,
  alpha: number,
  progress: number,
  strong: boolean,
): void {
  context.setLineDash([4, 3]);
  context.strokeStyle = palette.prune;
  context.lineWidth = strong ? 2 : 1.3;
  context.globalAlpha = alpha;
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
  context.globalAlpha = 1;
}

function paintEnd(context: CanvasRenderingContext2D, end: EndShape, palette: Palette, scale: number): void {
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

/** Least height of a density cell; its width is one pixel. */
const CELL = 2;
/** Room under the density for the ends of paths. */
const ENDS_STRIP = 26;

/** Paints density: brightness is how many steps fall in a cell, hue is what was known of the iterator. */
export class DensityPainter {
  #canvas: OffscreenCanvas | null = null;
  #image: ImageData | null = null;

  /** Most rows that a canvas of this height has for cells. */
  static rows(height: number): number {
    return Math.max(8, Math.floor((height - ENDS_STRIP - 26) / CELL));
  }

  paint(context: CanvasRenderingContext2D, density: Density, palette: Palette, view: Viewport, top: number): void {
    const { columns, rows, cells, skyline } = density;
    if (this.#canvas === null || this.#canvas.width !== columns || this.#canvas.height !== rows) {
      this.#canvas = new OffscreenCanvas(columns, rows);
      this.#image = null;
    }
    const off = this.#canvas.getContext('2d')!;
    this.#image ??= off.createImageData(columns, rows);
    const tones = TONES.map((name) => rgb(palette[name]));
    // One 32-bit word a pixel, red in the lowest byte.
    const out = new Uint32Array(this.#image.data.buffer);
    const word = (r: number, g: number, b: number, a: number) => ((a << 24) | (b << 16) | (g << 8) | r) >>> 0;
    const pure = tones.map(([r, g, b]) => Array.from({ length: 256 }, (_, a) => word(r, g, b, a)));
    const waiting = word(...tones[1]!, 36);
    for (let r = 0, at = 0, cell = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++, at++, cell += 4) {
        // Under the skyline: the paths that wait.
        if (r < skyline[c]!) {
          out[at] = 0;
          continue;
        }
        const plain = cells[cell]!;
        const active = cells[cell + 1]!;
        const drained = cells[cell + 2]!;
        const bad = cells[cell + 3]!;
        const sum = plain + active + drained + bad;
        if (sum === 0) out[at] = waiting;
        else if (bad > 0) out[at] = pure[3]![255]!;
        else {
          const alpha = (90 + 165 * Math.min(1, Math.sqrt(sum))) | 0;
          if (sum === active) out[at] = pure[1]![alpha]!;
          else if (sum === plain) out[at] = pure[0]![alpha]!;
          else if (sum === drained) out[at] = pure[2]![alpha]!;
          else {
            const [p, n, d] = [tones[0]!, tones[1]!, tones[2]!];
            out[at] = word(
              (plain * p[0] + active * n[0] + drained * d[0]) / sum,
              (plain * p[1] + active * n[1] + drained * d[1]) / sum,
              (plain * p[2] + active * n[2] + drained * d[2]) / sum,
              alpha,
            );
          }
        }
      }
    }
    off.putImageData(this.#image, 0, 0);
    context.imageSmoothingEnabled = false;
    const ground = top + DensityPainter.rows(view.height) * CELL;
    context.drawImage(this.#canvas, 0, top, columns, ground - top);

    const base = ground + ENDS_STRIP - 4;
    const kinds: readonly [number, string][] = [
      [0, palette.ok],
      [1, palette.prune],
      [2, palette.bad],
      [3, palette.dim],
    ];
    const unit = (ENDS_STRIP - 8) / Math.log2(density.mostEnds + 1);
    for (const [kind, colour] of kinds) {
      context.fillStyle = colour;
      for (let c = 0; c < columns; c++) {
        const own = density.ends[kind * columns + c]!;
        if (own === 0) continue;
        let under = 0;
        for (let k = 0; k < kind; k++) under += density.ends[k * columns + c]!;
        const y0 = Math.log2(under + 1) * unit;
        const y1 = kind === 2 ? ENDS_STRIP - 8 : Math.max(y0 + 1, Math.log2(under + own + 1) * unit);
        context.fillRect(c, base - y1, 1, y1 - y0);
      }
    }
    context.strokeStyle = palette.line;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(0, base + 0.5);
    context.lineTo(view.width, base + 0.5);
    context.moveTo(0, ground + 0.5);
    context.lineTo(view.width, ground + 0.5);
    context.stroke();
  }
}

/** The playhead: a line through all lanes with a handle on top. */
export function paintPlayhead(context: CanvasRenderingContext2D, x: number, height: number, palette: Palette): void {
  context.strokeStyle = palette.text;
  context.lineWidth = 1.4;
  context.beginPath();
  context.moveTo(x, 14);
  context.lineTo(x, height);
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

/** A veil over what has not happened yet. */
export function paintVeil(context: CanvasRenderingContext2D, x: number, view: Viewport, palette: Palette): void {
  if (x >= view.width) return;
  const [r, g, b] = rgb(palette.pane);
  context.fillStyle = `rgb(${r} ${g} ${b} / 45%)`;
  context.fillRect(Math.max(0, x), 0, view.width, view.height);
}
