import { hitTest, layoutLanes } from './layout.ts';
import { layLinks } from './layout-links.ts';
import type { Asked } from './layout-links.ts';
import type { Measure } from './layout-labels.ts';
import type { DrawList, Links } from './draw-list.ts';
import type { Hit } from './hit-test.ts';
import { binMinimap, paintMinimap, paintMinimapFrame } from './minimap.ts';
import type { MinimapBins } from './minimap.ts';
import { lowerBound, pathOfStep, upperBound, waitingAt } from './model.ts';
import { binMountain } from './mountain.ts';
import type { Mountain } from './mountain.ts';
import type { ExplorationIndex } from './model.ts';
import { paintMountain } from './paint-mountain.ts';
import { labelFont, paintLanes, paintLinks, paintPlayhead, paintVeil } from './paint.ts';
import type { Moment } from './paint.ts';
import { paintKeptStrip, paintPins } from './paint-marks.ts';
import type { Palette } from './palette.ts';
import { isDense } from './scene.ts';
import type { Scene } from './scene.ts';
import { minimapBox, planRows } from './rows.ts';
import type { RowPlan } from './rows.ts';
import { TreePicture } from './tree-picture.ts';
import { nearestStep, stepAt, xOf } from './viewport.ts';
import type { Viewport } from './viewport.ts';
import { waitingWords } from './describe.ts';
import { say } from '../words/index.ts';

/** Lanes, a tree, or what is between the two. */
export interface Shape {
  /** 0 for lanes … 1 for the tree. */
  readonly mix: number;
  /** The path whose way is bright. */
  readonly chosen: number;
  /** The level of forks at the top. */
  readonly level: number;
}
const LANES: Shape = { mix: 0, chosen: -1, level: 0 };

/**
 * One picture of an exploration on two canvases: the lanes (or, where they are too many, how many paths wait), and over them the playhead and what it or the pointer asks for.
 * It keeps what it has laid out, so that a moving playhead costs no layout, and an unchanged picture costs nothing.
 */
export class Timeline {
  #base: HTMLCanvasElement;
  #over: HTMLCanvasElement;
  #list: DrawList | null = null;
  #links: Links | null = null;
  #mountain: Mountain | null = null;
  #minimap: { key: readonly unknown[]; bins: MinimapBins } | null = null;
  readonly tree = new TreePicture();
  #treeMeasure: { readonly palette: Palette; readonly measure: Measure } | null = null;
  #widths = new Map<string, number>();
  #layoutKey: readonly unknown[] = [];
  #paintKey: readonly unknown[] = [];
  #linkKey: readonly unknown[] = [];

  constructor(base: HTMLCanvasElement, over: HTMLCanvasElement) {
    this.#base = base;
    this.#over = over;
  }

  /** Whether the picture shows how many paths wait instead of lanes. */
  get dense(): boolean {
    return this.#mountain !== null;
  }
  /** Where the rows are; null without lanes. */
  get plan(): RowPlan | null {
    return this.#list?.geometry.plan ?? null;
  }

  /** Forgets what depends on fonts (after they have loaded). */
  fontsChanged(): void {
    this.#widths.clear();
    this.#layoutKey = [];
    this.#treeMeasure = null;
  }

  /**
   * Draws what has changed.
   * @param head where the playhead stands, a fraction of steps while it slides
   */
  draw(
    scene: Scene,
    view: Viewport,
    palette: Palette,
    moment: Moment,
    head: number,
    ratio: number,
    shape: Shape = LANES,
  ): void {
    if (shape.mix > 0) {
      this.#drawTree(scene, view, palette, moment, ratio, shape);
      return;
    }
    const { index, chain, until } = scene;
    const resized = size(this.#base, view, ratio);
    size(this.#over, view, ratio);
    const context = this.#base.getContext('2d')!;
    const { from, span, row, width, height } = view;
    const { rounds, kept } = scene;
    const layoutKey = [index, from, span, row, width, height, chain, until, rounds, kept, palette.words, palette.code];
    if (differ(layoutKey, this.#layoutKey)) {
      this.#layoutKey = layoutKey;
      this.#layout(context, scene, view, palette);
      this.#paintKey = [];
      this.#linkKey = [];
    }
    // How many wait does not depend on the moment: what lies ahead is veiled on the upper canvas.
    const { step, progress, hover, fork, path, pc, focus } = moment;
    const paintKey = this.#list === null ? [palette] : [palette, step, progress, hover, fork, path, pc, focus];
    if (resized || differ(paintKey, this.#paintKey)) {
      this.#paintKey = paintKey;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, view.width, view.height);
      if (this.#list !== null) {
        paintLanes(context, this.#list, palette, moment);
        if (this.#list.geometry.plan.scrolls && scene.lens !== true) this.#paintMinimap(context, this.#list, palette);
      } else if (this.#mountain !== null) paintMountain(context, this.#mountain, index, palette, view, until);
    }
    const over = this.#over.getContext('2d')!;
    over.setTransform(ratio, 0, 0, ratio, 0, 0);
    over.clearRect(0, 0, view.width, view.height);
    const x = xOf(view, head);
    if (this.#list === null) {
      paintVeil(over, x, view, palette, until < index.steps);
      if (scene.kept != null) paintKeptStrip(over, index, scene.kept, view, palette, until);
    }
    paintPins(over, view, moment.pins ?? [], palette, until);
    const links = this.#linksOf(over, scene, moment, palette);
    if (x > -8 && x < view.width + 8) {
      const labels = [...(this.#list?.labels ?? []), ...(links?.labels ?? [])];
      paintPlayhead(over, x, view.height, palette, labels);
    }
    if (this.#list === null) return;
    if (links !== null) paintLinks(over, links, palette, moment);
    const { plan } = this.#list.geometry;
    if (plan.scrolls && scene.lens !== true)
      paintMinimapFrame(over, minimapBox(view), plan, pathOfStep(index, step), palette);
  }

  // The tree is bounded: it is painted anew with every moment, and leaves nothing of the lanes behind.
  #drawTree(
    scene: Scene,
    view: Viewport,
    palette: Palette,
    moment: Moment,
    ratio: number,
    { mix, chosen, level }: Shape,
  ): void {
    this.#layoutKey = [];
    this.#list = null;
    this.#links = null;
    this.#mountain = null;
    size(this.#base, view, ratio);
    size(this.#over, view, ratio);
    const context = this.#base.getContext('2d')!;
    if (this.#treeMeasure?.palette !== palette) {
      this.#treeMeasure = { palette, measure: this.#measure(context, palette) };
    }
    for (const one of [context, this.#over.getContext('2d')!]) {
      one.setTransform(ratio, 0, 0, ratio, 0, 0);
      one.clearRect(0, 0, view.width, view.height);
    }
    this.tree.lay(scene, view, chosen, level, this.#treeMeasure.measure);
    this.tree.draw(context, scene, view, palette, moment, mix);
  }

  #paintMinimap(context: CanvasRenderingContext2D, { geometry }: DrawList, palette: Palette): void {
    const { index, view, plan } = geometry;
    const box = minimapBox(view);
    const key = [index, plan.count, box.height];
    if (this.#minimap === null || differ(key, this.#minimap.key))
      this.#minimap = { key, bins: binMinimap(index, plan.count, Math.floor(box.height)) };
    paintMinimap(context, box, this.#minimap.bins, palette);
  }

  #layout(context: CanvasRenderingContext2D, scene: Scene, view: Viewport, palette: Palette): void {
    const { index, chain, nameOf, until, kept = null } = scene;
    this.#list = null;
    this.#mountain = null;
    if (view.width < 2 || view.height < 2) return;
    if (isDense(scene, view)) {
      this.#mountain = binMountain(index, view, Math.floor(view.width), until);
      return;
    }
    this.#list = layoutLanes({ index, view, chain, measure: this.#measure(context, palette), nameOf, until, kept });
  }
  #measure(context: CanvasRenderingContext2D, palette: Palette): Measure {
    return (text, font) => {
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
  }

  #linksOf(context: CanvasRenderingContext2D, scene: Scene, moment: Moment, palette: Palette): Links | null {
    if (this.#list === null) return (this.#links = null);
    const { step, hover, fork, path, focus } = moment;
    const key = [this.#list, step, hover, fork, path, focus];
    if (!differ(key, this.#linkKey)) return this.#links;
    this.#linkKey = key;
    const { geometry, labels } = this.#list;
    const asked = askedFor(scene.index, moment);
    this.#links = layLinks(geometry, asked, this.#measure(context, palette), labels);
    return this.#links;
  }

  /** What is drawn at a point; null on empty ground and without lanes. */
  hit(view: Viewport, x: number, y: number): Hit | null {
    return this.#list === null ? null : hitTest({ ...this.#list, arcs: this.#links?.arcs ?? [] }, view, x, y);
  }

  /** What a column of the mountain stands for, in words. */
  column(index: ExplorationIndex, view: Viewport, x: number, until: number): string {
    const mountain = this.#mountain;
    if (mountain === null) return '';
    const c = Math.min(mountain.columns - 1, Math.max(0, Math.floor(x)));
    const from = Math.max(1, Math.ceil(stepAt(view, c)));
    if (from > until) return say.exploration.timeline.notWalkedYet;
    const to = Math.max(from, Math.min(until, Math.floor(stepAt(view, c + 1))));
    const counts = [0, 1, 2, 3].map((kind) => mountain.ends[kind * mountain.columns + c]!);
    const ended = (['exit', 'safe', 'rejected', 'stopped'] as const)
      .map((name, kind) =>
        counts[kind]! > 0 ? say.exploration.timeline.ended(counts[kind]!, say.exploration.timeline.ends[name]) : '',
      )
      .filter((text) => text !== '');
    const waiting = Math.max(mountain.waiting[c]!, waitingAt(index, from));
    const steps =
      from >= to
        ? say.exploration.timeline.step(nearestStep(view, x, until))
        : say.exploration.timeline.steps(from, to);
    const wait = waitingWords(waiting);
    return ended.length > 0
      ? say.exploration.timeline.columnEnded(steps, wait, ended)
      : say.exploration.timeline.column(steps, wait);
  }
}

/** What is linked now: what is selected, under the pointer, in focus in the text twin, or happens at the playhead. */
function askedFor(index: ExplorationIndex, { step, hover, fork, path, focus }: Moment): Asked {
  const forks = new Set<number>();
  const paths = new Set<number>();
  const prunes = new Set<number>();
  if (fork >= 0) forks.add(fork);
  if (hover?.kind === 'fork' || hover?.kind === 'wait') forks.add(hover.fork);
  for (const one of [path, focus]) if (one >= 0) paths.add(one);
  if (hover?.kind === 'lane' || hover?.kind === 'end') paths.add(hover.path);
  if (hover?.kind === 'prune') prunes.add(hover.prune);
  const here = lowerBound(index.pruneStep, step);
  if (here < upperBound(index.pruneStep, step)) prunes.add(here);
  const captions = [...paths, pathOfStep(index, step)].filter((one, i, all) => one >= 0 && all.indexOf(one) === i);
  return { forks: [...forks], paths: [...paths], prunes: [...prunes], captions };
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

/** The rows of a view, as it would be drawn; null where there would be no lanes. */
export function rowsOf(scene: Scene, view: Viewport): RowPlan | null {
  const { index, chain, until, kept } = scene;
  return isDense(scene, view) ? null : planRows(index, view, chain.length > 0, until, kept);
}
