import type { WhyView } from '../../core/trace/views/view.ts';
import { grouped as group } from '../format.ts';
import { binDensity } from './density.ts';
import type { Density } from './density.ts';
import { hitTest, layoutLanes, rowsFor, rowsThatFit, tooDense } from './layout.ts';
import type { DrawList } from './draw-list.ts';
import type { Hit } from './hit-test.ts';
import type { ExplorationIndex } from './model.ts';
import { DensityPainter, labelFont, paintLanes, paintPlayhead, paintVeil } from './paint.ts';
import type { Moment } from './paint.ts';
import type { Palette } from './palette.ts';
import type { Rows } from './rows.ts';
import { nearestStep, stepAt, xOf } from './viewport.ts';
import type { Viewport } from './viewport.ts';

/** Room over the density for the playhead's handle and the scale. */
const DENSITY_TOP = 22;

/**
 * One picture of an exploration on two canvases: the lanes (or their density), and the playhead over them. It keeps what it has laid
 * out, so that a moving playhead costs no layout, and an unchanged picture costs nothing.
 */
export class Timeline {
  #base: HTMLCanvasElement;
  #over: HTMLCanvasElement;
  #rows: { index: ExplorationIndex; fit: number; rows: Rows } | null = null;
  #list: DrawList | null = null;
  #density: Density | null = null;
  #painter = new DensityPainter();
  #widths = new Map<string, number>();
  #layoutKey: readonly unknown[] = [];
  #paintKey: readonly unknown[] = [];

  constructor(base: HTMLCanvasElement, over: HTMLCanvasElement) {
    this.#base = base;
    this.#over = over;
  }

  /** Whether the picture shows density instead of lanes. */
  get dense(): boolean {
    return this.#density !== null;
  }

  /** Forgets what depends on fonts (after they have loaded). */
  fontsChanged(): void {
    this.#widths.clear();
    this.#layoutKey = [];
  }

  /**
   * Draws what has changed.
   * @param head where the playhead stands, a fraction of steps while it slides
   */
  draw(
    index: ExplorationIndex,
    view: Viewport,
    chain: WhyView['chain'],
    palette: Palette,
    moment: Moment,
    head: number,
    ratio: number,
  ): void {
    const resized = size(this.#base, view, ratio);
    size(this.#over, view, ratio);
    const context = this.#base.getContext('2d')!;
    const layoutKey = [index, view.from, view.span, view.width, view.height, chain, palette.words, palette.code];
    if (differ(layoutKey, this.#layoutKey)) {
      this.#layoutKey = layoutKey;
      this.#layout(context, index, view, chain, palette);
      this.#paintKey = [];
    }
    // Density does not depend on the moment: what lies ahead is veiled on the upper canvas.
    const paintKey =
      this.#list === null
        ? [palette]
        : [palette, moment.step, moment.progress, moment.hover, moment.fork, moment.path, moment.pc];
    if (resized || differ(paintKey, this.#paintKey)) {
      this.#paintKey = paintKey;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, view.width, view.height);
      if (this.#list !== null) paintLanes(context, this.#list, palette, moment);
      else if (this.#density !== null) {
        this.#painter.paint(context, this.#density, palette, view, DENSITY_TOP);
        context.fillStyle = palette.dim;
        context.font = labelFont(palette, 'label');
        context.textAlign = 'left';
        const { peak, paths } = this.#density;
        context.fillText(`up to ${group(peak)} paths wait · ${group(paths)} paths in view`, 8, 14);
      }
    }
    const over = this.#over.getContext('2d')!;
    over.setTransform(ratio, 0, 0, ratio, 0, 0);
    over.clearRect(0, 0, view.width, view.height);
    const x = xOf(view, head);
    if (this.#list === null) paintVeil(over, x, view, palette);
    if (x > -8 && x < view.width + 8) paintPlayhead(over, x, view.height, palette);
  }

  #layout(
    context: CanvasRenderingContext2D,
    index: ExplorationIndex,
    view: Viewport,
    chain: WhyView['chain'],
    palette: Palette,
  ): void {
    this.#list = null;
    this.#density = null;
    if (view.width < 2 || view.height < 2) return;
    if (tooDense(index, view)) {
      this.#density = binDensity(index, view, Math.floor(view.width), DensityPainter.rows(view.height));
      return;
    }
    const fit = rowsThatFit(view.height, chain.length > 0);
    if (this.#rows === null || this.#rows.index !== index || this.#rows.fit !== fit) {
      this.#rows = { index, fit, rows: rowsFor(index, view.height, chain.length > 0) };
    }
    const measure = (text: string, font: 'label' | 'bold' | 'code'): number => {
      const key = `${palette.scale} ${font} ${text}`;
      let width = this.#widths.get(key);
      if (width === undefined) {
        context.font = labelFont(palette, font);
        width = context.measureText(text).width;
        if (this.#widths.size > 5000) this.#widths.clear();
        this.#widths.set(key, width);
      }
      return width;
    };
    this.#list = layoutLanes({ index, rows: this.#rows.rows, view, chain, measure });
  }

  /** What is drawn at a point; null on empty ground and in density. */
  hit(view: Viewport, x: number, y: number): Hit | null {
    return this.#list === null ? null : hitTest(this.#list, view, x, y);
  }

  /** What a column of the density stands for, in words. */
  column(index: ExplorationIndex, view: Viewport, x: number): string {
    const density = this.#density;
    if (density === null) return '';
    const c = Math.min(density.columns - 1, Math.max(0, Math.floor(x)));
    const from = Math.max(1, Math.ceil(stepAt(view, c)));
    const to = Math.max(from, Math.min(index.steps, Math.floor(stepAt(view, c + 1))));
    const counts = [0, 1, 2, 3].map((kind) => density.ends[kind * density.columns + c]!);
    const ended = ['exit', 'safe', 'rejected', 'stopped']
      .map((name, kind) => (counts[kind]! > 0 ? `${group(counts[kind]!)} ${name}` : ''))
      .filter((text) => text !== '');
    const top = density.skyline[c]!;
    const waiting =
      top >= density.rows ? 0 : Math.round(((density.rows - 1 - top) / (density.rows - 1)) * density.peak);
    const steps =
      from >= to ? `step ${group(nearestStep(view, x, index.steps))}` : `steps ${group(from)} to ${group(to)}`;
    return `${steps}: ${group(waiting)} paths wait${ended.length > 0 ? ` · ended: ${ended.join(', ')}` : ''}`;
  }
}

function differ(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length !== b.length || a.some((value, i) => value !== b[i]);
}
/** Gives a canvas its size in device pixels; true when that changed (which also clears it). */
export function size(canvas: HTMLCanvasElement, view: { width: number; height: number }, ratio: number): boolean {
  const width = Math.max(1, Math.round(view.width * ratio));
  const height = Math.max(1, Math.round(view.height * ratio));
  if (canvas.width === width && canvas.height === height) return false;
  canvas.width = width;
  canvas.height = height;
  return true;
}
