import { decided } from './describe.ts';
import type { PlacedLabel } from './draw-list.ts';
import type { Hit } from './hit-test.ts';
import { geometryOf } from './layout-geometry.ts';
import { LabelRoom } from './layout-labels.ts';
import type { Measure } from './layout-labels.ts';
import { standsOut } from './kept.ts';
import { WHOLE } from '../../core/trace/query/path-filter.ts';
import { layoutTree, pointOf, spotOf } from './layout-tree.ts';
import type { Branch, Spot2, TreeLayout } from './layout-tree.ts';
import { TONES } from './model.ts';
import type { ExplorationIndex } from './model.ts';
import { diamond, paintEnd, paintLabels } from './paint.ts';
import type { Moment } from './paint.ts';
import type { Palette } from './palette.ts';
import { isDense } from './scene.ts';
import type { Scene } from './scene.ts';
import { treeWork } from './tree-work.ts';
import type { TreeWork } from './tree-work.ts';
import { xOf } from './viewport.ts';
import type { Viewport } from './viewport.ts';
import { say } from '../words/index.ts';

/** Points of a branch's curve that are drawn, and asked for what is under the pointer. */
const POINTS = 12;
/** How much of a branch is left to see that the chosen path does not take. */
const ASIDE = 0.42;
/** And of one that is filtered out. */
const OUT = 0.16;

/** Whether a filter keeps a branch: the part of its path that begins where it does. */
const branchStandsOut = (kept: Scene['kept'], { path, from }: Branch): boolean =>
  standsOut(kept, path, from + 1) || standsOut(kept, path, WHOLE);

/** The walk as a tree of forks. It keeps what it has laid out, as the timeline does. */
export class TreePicture {
  #work: { index: ExplorationIndex; work: TreeWork } | null = null;
  #tree: TreeLayout | null = null;
  #labels: readonly PlacedLabel[] = [];
  #key: readonly unknown[] = [];

  /** Levels of forks on the way to the chosen path. */
  get depth(): number {
    return this.#tree?.depth ?? 0;
  }

  /** Lays out what has changed. */
  lay(scene: Scene, view: Viewport, chosen: number, level: number, measure: Measure): TreeLayout {
    const { index, until } = scene;
    const key = [index, until, view.width, view.height, chosen, level, measure, scene.kept];
    if (this.#tree !== null && key.every((part, i) => part === this.#key[i])) return this.#tree;
    this.#key = key;
    if (this.#work === null || this.#work.index !== index || this.#work.work.until !== until)
      this.#work = { index, work: treeWork(index, until) };
    this.#tree = layoutTree(index, this.#work.work, view, { path: chosen }, level);
    this.#labels = layTreeLabels(scene, this.#tree, view, chosen, measure);
    return this.#tree;
  }

  /** @param mix how much it is a tree, 0 (its branches lie where the lanes do) … 1 */
  draw(
    context: CanvasRenderingContext2D,
    scene: Scene,
    view: Viewport,
    palette: Palette,
    moment: Moment,
    mix: number,
  ): void {
    const tree = this.#tree;
    if (tree === null) return;
    const at = placing(scene, view, mix);
    context.lineCap = 'round';
    context.lineJoin = 'round';
    for (const way of [false, true])
      for (const branch of tree.branches)
        if (branch.onWay === way) paintBranch(context, branch, palette, at, mix, scene.kept);
    if (mix === 1) paintChosenArc(context, scene.index, tree, palette);
    for (const branch of tree.branches) paintBranchEnd(context, branch, palette, at(branch, 1), moment, scene.kept);
    if (mix < 1) return;
    paintLabels(context, this.#labels, palette);
    const here = spotOf(tree, scene.index, moment.step);
    if (here === null) return;
    context.strokeStyle = palette.text;
    context.lineWidth = 1.6;
    context.beginPath();
    context.arc(here.x, here.y, 10, 0, Math.PI * 2);
    context.stroke();
  }

  /** What is drawn at a point. */
  hit(x: number, y: number): Hit | null {
    const near = (spot: Spot2, r: number) => Math.abs(spot.x - x) <= r && Math.abs(spot.y - y) <= r;
    for (const branch of this.#tree?.branches ?? []) {
      if (!near(branch.end, 9)) continue;
      if (branch.ending.kind === 'waits')
        return { kind: 'wait', fork: branch.ending.from, path: -1, step: branch.from };
      if (branch.fork >= 0) return { kind: 'fork', fork: branch.fork, step: branch.to };
      return { kind: 'end', path: branch.path, step: branch.to };
    }
    for (const branch of this.#tree?.branches ?? []) {
      if (branch.ending.kind === 'waits') continue;
      for (let i = 0; i <= POINTS; i++)
        if (near(pointOf(branch, i / POINTS), Math.max(5, branch.width / 2 + 2))) {
          const step = Math.round(branch.from + ((branch.to - branch.from) * i) / POINTS);
          return { kind: 'lane', path: branch.path, step };
        }
    }
    return null;
  }
}

type Placing = (branch: Branch, t: number) => Spot2;

/** Where a point of a branch is between its lane and its place in the tree. */
function placing(scene: Scene, view: Viewport, mix: number): Placing {
  if (mix === 1) return pointOf;
  const { index, chain, until, kept } = scene;
  const dense = isDense(scene, view);
  const geometry = geometryOf(index, view, chain.length > 0, until, kept);
  const onLane: Placing = (branch, t) => {
    const step = branch.from + (branch.to - branch.from) * t;
    const share = branch.path / Math.max(1, index.pathCount);
    const y = dense ? 30 + share * (view.height - 60) : geometry.yOf(branch.path, Math.floor(step));
    return { x: xOf(view, step), y };
  };
  return (branch, t) => {
    const a = onLane(branch, t);
    const b = pointOf(branch, t);
    return { x: a.x + (b.x - a.x) * mix, y: a.y + (b.y - a.y) * mix };
  };
}

function paintBranch(
  context: CanvasRenderingContext2D,
  branch: Branch,
  palette: Palette,
  at: Placing,
  mix: number,
  kept: Scene['kept'],
): void {
  const waits = branch.ending.kind === 'waits';
  context.strokeStyle = palette[TONES[branch.tone]!];
  context.lineWidth = 2 + (branch.width - 2) * mix;
  const aside = branch.onWay ? 1 : 1 - (1 - ASIDE) * mix;
  context.globalAlpha = branchStandsOut(kept, branch) ? aside : Math.min(aside, OUT);
  context.setLineDash(waits ? [1, 3.5] : []);
  context.beginPath();
  for (let i = 0; i <= POINTS; i++) {
    const { x, y } = at(branch, i / POINTS);
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function paintBranchEnd(
  context: CanvasRenderingContext2D,
  branch: Branch,
  palette: Palette,
  { x, y }: Spot2,
  moment: Moment,
  kept: Scene['kept'],
): void {
  const { ending, onWay } = branch;
  if (!branchStandsOut(kept, branch)) return;
  context.globalAlpha = onWay ? 1 : 0.75;
  switch (ending.kind) {
    case 'fork': {
      const chosen =
        moment.fork === branch.fork || (moment.hover?.kind === 'fork' && moment.hover.fork === branch.fork);
      diamond(context, x, y, (onWay ? 6 : 4.5) + (chosen ? 1.5 : 0));
      context.fillStyle = palette.pane;
      context.globalAlpha = 1;
      context.fill();
      context.globalAlpha = onWay ? 1 : 0.75;
      context.strokeStyle = palette.text;
      context.lineWidth = chosen ? 2.2 : 1.4;
      context.stroke();
      break;
    }
    case 'end':
      context.globalAlpha = 1;
      paintEnd(
        context,
        { x, y, step: branch.to, kind: ending.how, path: branch.path, prune: ending.prune },
        palette,
        0.95,
      );
      break;
    case 'bundle':
      context.fillStyle = palette[TONES[branch.tone]!];
      context.beginPath();
      context.moveTo(x, y - 3);
      context.lineTo(x + 7, y + 8);
      context.lineTo(x - 7, y + 8);
      context.closePath();
      context.fill();
      break;
    case 'waits':
    case 'open':
      context.beginPath();
      context.arc(x, y, 3.5, 0, Math.PI * 2);
      context.fillStyle = palette.pane;
      context.fill();
      context.strokeStyle = ending.kind === 'open' ? palette.text : palette.dim;
      context.lineWidth = 1.4;
      context.stroke();
      break;
    default:
      ending satisfies never;
  }
  context.globalAlpha = 1;
}

/** From the chosen path's covered end to where the checkpoint stands in the tree, if that is in view. */
function paintChosenArc(
  context: CanvasRenderingContext2D,
  index: ExplorationIndex,
  tree: TreeLayout,
  palette: Palette,
): void {
  for (const { onWay, ending, end } of tree.branches) {
    if (!onWay || ending.kind !== 'end' || ending.prune < 0) continue;
    const mark = index.source.prunes.at(index.pruneAt[ending.prune]!)!;
    const at = index.checkpointAt.get(mark.checkpoint);
    const to = at === undefined ? null : spotOf(tree, index, index.source.checkpoints.at(at)!.step);
    if (to === null) continue;
    context.strokeStyle = palette.prune;
    context.lineWidth = 1.4;
    context.setLineDash([4, 3]);
    context.beginPath();
    context.moveTo(end.x, end.y + 7);
    const aside = Math.min(end.x, to.x) - 40;
    context.bezierCurveTo(end.x - 10, end.y + 30, aside, (end.y + to.y) / 2 + 20, to.x - 7, to.y);
    context.stroke();
    context.setLineDash([]);
  }
}

/** Labels: what the chosen path is, whose fork it is, where covered ends lead, how much a bundle holds. */
function layTreeLabels(
  scene: Scene,
  tree: TreeLayout,
  view: Viewport,
  chosen: number,
  measure: Measure,
): readonly PlacedLabel[] {
  const { index, until } = scene;
  const room = new LabelRoom(view.width, measure, { segments: [], risers: [], waits: [], forks: [], ends: [] });
  const points = tree.branches.flatMap((branch) => [
    ...Array.from({ length: POINTS + 1 }, (_, i) => ({ ...pointOf(branch, i / POINTS), r: branch.width / 2 })),
    { ...branch.end, r: 8 },
  ]);
  const plainLabel = { bold: false, code: false, step: 0, colour: 'dim' } as const;
  const clear = (label: Parameters<LabelRoom['place']>[0]): boolean => {
    const w = room.widthOf(label);
    const x0 = label.align === 'left' ? label.x : label.align === 'right' ? label.x - w : label.x - w / 2;
    const hit = ({ x, y, r }: (typeof points)[number]) =>
      x + r > x0 - 2 && x - r < x0 + w + 2 && y + r > label.y - 10 && y - r < label.y + 3;
    return !points.some(hit) && room.place(label);
  };
  chosenWords(scene, chosen).forEach((text, i) => {
    const common = { ...plainLabel, text, y: 16 + i * 16, bold: i === 0, colour: i === 0 ? 'text' : 'dim' } as const;
    if (!clear({ ...common, x: view.width - 12, align: 'right' })) clear({ ...common, x: 12, align: 'left' });
  });
  const shown = tree.branches.filter((branch) => branchStandsOut(scene.kept, branch));
  const forks = shown.filter(({ ending }) => ending.kind === 'fork');
  for (const way of [true, false])
    for (const { onWay, fork, end } of forks) {
      if (onWay !== way) continue;
      const mark = index.source.forks.at(index.forkAt[fork]!)!;
      const text = decided(mark, index, until);
      const common = { ...plainLabel, text, halo: true, bold: way, colour: way ? 'text' : 'dim' } as const;
      for (const [x, y, align] of [
        [end.x + 12, end.y - 4, 'left'],
        [end.x - 12, end.y - 4, 'right'],
        [end.x + 12, end.y + 12, 'left'],
        [end.x - 12, end.y + 12, 'right'],
      ] as const)
        if (clear({ ...common, x, y, align })) break;
    }
  for (const { ending, end } of shown) {
    const under = { ...plainLabel, x: end.x, y: end.y + 18, align: 'center', code: true } as const;
    if (ending.kind === 'end' && ending.prune >= 0) {
      const { pc } = index.source.prunes.at(index.pruneAt[ending.prune]!)!;
      room.place({ ...under, text: String(pc), colour: 'prune' });
    } else if (ending.kind === 'bundle') clear({ ...under, text: say.exploration.treePicture.ends(ending.ends) });
    else if (ending.kind === 'waits') clear({ ...under, text: say.exploration.treePicture.waits, code: false });
  }
  const foot = [
    say.exploration.treePicture.widthInstructionsSpentBelow,
    say.exploration.treePicture.leftWhatGoesFirstRight,
    ...(tree.top > 0 ? [say.exploration.treePicture.forksAbove(tree.top)] : []),
  ].join(' · ');
  clear({ ...plainLabel, text: foot, x: 12, y: view.height - 8, align: 'left' });
  return room.labels;
}

/** The chosen path, in a few words. */
function chosenWords({ index, until }: Scene, chosen: number): string[] {
  if (chosen < 0) return [];
  const lane = index.source.paths.at(index.pathAt[chosen]!)!;
  const last = Math.min(lane.lastStep, until);
  const known = lane.lastStep <= until;

  const spent = last - lane.firstStep + 1;

  const prune = index.pathPrune[chosen]!;
  return [
    until < index.steps
      ? say.exploration.treePicture.path(chosen + 1, spent, lane.firstStep, last)
      : say.exploration.treePicture.pathOf(chosen + 1, index.pathCount, spent, lane.firstStep, last),
    ...(known && prune >= 0 ? [index.source.prunes.at(index.pruneAt[prune]!)!.label] : []),
  ];
}
