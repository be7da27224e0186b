import { ENDS, lowerBound, pathOfStep, PLAIN, upperBound } from './model.ts';
import type { ExplorationIndex, Tone } from './model.ts';
import type { TreeWork } from './tree-work.ts';

/*
 * The forks of a walk by their structure: from the top down, first to the left, then to the right, as wide as what was spent below. What is laid out is
 * bounded by the size of the picture: the way to the chosen path first, then what cost most; the rest is bundled.
 */

/** Room around the tree, and of a level and a leaf at least, pixels. */
const TOP = 34;
const BOTTOM = 30;
const SIDE = 40;
const LEVEL = { least: 20, most: 46 } as const;
const LEAF = 24;
/** Width of what was spent below the top; of a branch the root of its share, so that a tenth is still seen. */
const WIDEST = 13;
const NARROWEST = 1.5;

/** Where something in the tree is. */
export interface Spot2 {
  readonly x: number;
  readonly y: number;
}
/** The part of a path between two forks. */
export interface Branch {
  readonly path: number;
  /** Fork that it comes from on its own path, -1 at the path's start. */
  readonly after: number;
  /** Fork at its end, -1 where the path ends. */
  readonly fork: number;
  readonly from: number;
  readonly to: number;
  readonly tone: Tone;
  readonly work: number;
  readonly level: number;
  /** On the way to the chosen path. */
  readonly onWay: boolean;
  readonly start: Spot2;
  readonly end: Spot2;
  readonly width: number;
  /** How it ends: at its fork, as its path does, in a bundle of so many ends, not yet, or as a path that waits. */
  readonly ending:
    | { readonly kind: 'fork' }
    | { readonly kind: 'end'; readonly how: (typeof ENDS)[number]; readonly prune: number }
    | { readonly kind: 'bundle'; readonly ends: number }
    | { readonly kind: 'open' }
    | { readonly kind: 'waits'; readonly from: number };
}
export interface TreeLayout {
  readonly branches: readonly Branch[];
  /** Level at the top, and the levels of the chosen path's way. */
  readonly top: number;
  readonly depth: number;
  readonly total: number;
}

interface Node {
  readonly path: number;
  readonly after: number;
  readonly level: number;
  readonly onWay: boolean;
  readonly waits: number;
  children: readonly [Node, Node] | null;
  x: number;
}

/** The forks on the way to a path at a step, from the root on. */
export function wayTo(index: ExplorationIndex, path: number, until: number): number[] {
  const way: number[] = [];
  let at = path;
  let limit = until;
  for (;;) {
    const from = lowerBound(index.forkStep, index.first[at]!);
    for (let f = upperBound(index.forkStep, Math.min(index.last[at]!, limit)) - 1; f >= from; f--) way.push(f);
    const fork = index.fromFork[at]!;
    if (fork < 0) break;
    way.push(fork);
    limit = index.forkStep[fork]! - 1;
    at = index.forkPath[fork]!;
  }
  return way.reverse();
}

/** How many forks lie on the way to a step of a path. */
export function depthOf(index: ExplorationIndex, path: number, until: number): number {
  let depth = 0;
  let at = path;
  let limit = until;
  for (;;) {
    const from = lowerBound(index.forkStep, index.first[at]!);
    depth += Math.max(0, upperBound(index.forkStep, Math.min(index.last[at]!, limit)) - from);
    const fork = index.fromFork[at]!;
    if (fork < 0) return depth;
    depth++;
    limit = index.forkStep[fork]! - 1;
    at = index.forkPath[fork]!;
  }
}
/** Levels of forks that a picture of this height has room for. */
export const levelsThatFit = (height: number): number => Math.max(3, Math.floor((height - TOP - BOTTOM) / LEVEL.least));
/** The level at the top with which one of `depth` is in view, moved by as little as needed. */
export function levelFor(level: number, depth: number, height: number): number {
  const shown = levelsThatFit(height);
  if (depth > level + shown - 1) return Math.max(0, depth - shown + 1);
  return depth - 2 < level ? Math.max(0, depth - shown + 1) : level;
}

/**
 * @param chosen the path whose way is opened first, as far as a step
 * @param wanted the level that is asked to be at the top
 */
export function layoutTree(
  index: ExplorationIndex,
  work: TreeWork,
  size: { readonly width: number; readonly height: number },
  chosen: { readonly path: number },
  wanted: number,
): TreeLayout {
  return new TreeWriter(index, work, size, chosen).lay(wanted);
}

class TreeWriter {
  readonly #way: readonly number[];
  readonly #branches: Branch[] = [];

  constructor(
    private readonly index: ExplorationIndex,
    private readonly work: TreeWork,
    private readonly size: { readonly width: number; readonly height: number },
    private readonly chosen: { readonly path: number },
  ) {
    this.#way = chosen.path < 0 ? [] : wayTo(index, chosen.path, work.until);
  }

  lay(wanted: number): TreeLayout {
    const { index, size } = this;
    const levels = levelsThatFit(size.height);
    const depth = this.#way.length;
    const top = Math.min(Math.max(0, Math.round(wanted)), Math.max(0, depth - 2));
    const root = this.#rootAt(top);
    const total = Math.max(1, this.#workOf(root));
    if (index.pathCount === 0) return { branches: [], top: 0, depth: 0, total };
    const leaves = this.#expand(root, top + levels, Math.max(6, Math.floor((size.width - 2 * SIDE) / LEAF)));
    let deepest = top;
    let n = 0;
    const place = (node: Node): void => {
      deepest = Math.max(deepest, node.level);
      if (node.children === null) {
        node.x = SIDE + ((n++ + 0.5) * (size.width - 2 * SIDE)) / leaves;
        return;
      }
      for (const child of node.children) place(child);
      node.x = (node.children[0].x + node.children[1].x) / 2;
    };
    place(root);
    const level = Math.min(LEVEL.most, (size.height - TOP - BOTTOM) / Math.max(1, deepest - top + 1));
    const y = (at: number): number => TOP + (at - top + 1) * level;
    this.#write(root, { x: root.x, y: TOP }, y, total);
    return { branches: this.#branches, top, depth, total };
  }

  // The branch of the way that begins at a level: at the start of the walk, or behind the fork over it.
  #rootAt(level: number): Node {
    const { index, chosen } = this;
    const before = this.#way[level - 1];
    const common = { level, onWay: chosen.path >= 0, waits: -1, children: null, x: 0 };
    const next = this.#way[level];
    const path = next === undefined ? Math.max(0, chosen.path) : index.forkPath[next]!;
    if (before === undefined) return { ...common, path, after: -1 };
    return path === index.forkPath[before] ? { ...common, path, after: before } : { ...common, path, after: -1 };
  }

  #forkOf({ path, after, waits }: Node): number {
    const { index, work } = this;
    if (waits >= 0) return -1;
    const next = after >= 0 ? after + 1 : lowerBound(index.forkStep, index.first[path]!);
    return next < index.forkStep.length && index.forkPath[next] === path && index.forkStep[next]! <= work.until
      ? next
      : -1;
  }
  #workOf({ path, after, waits }: Node): number {
    return waits >= 0 ? 0 : after < 0 ? this.work.startWork[path]! : this.work.afterWork[after]!;
  }
  #endsOf({ path, after, waits }: Node): number {
    return waits >= 0 ? 1 : after < 0 ? this.work.startEnds[path]! : this.work.afterEnds[after]!;
  }

  // Opens forks while there is room for leaves: the way first, then what cost most. Returns the number of leaves.
  #expand(root: Node, below: number, room: number): number {
    const { index, work, chosen } = this;
    const open: Node[] = [root];
    let leaves = 1;
    while (open.length > 0 && leaves < room) {
      let best = 0;
      for (let i = 1; i < open.length; i++) {
        const [a, b] = [open[i]!, open[best]!];
        if (a.onWay !== b.onWay ? a.onWay : this.#workOf(a) > this.#workOf(b)) best = i;
      }
      const [node] = open.splice(best, 1);
      const fork = this.#forkOf(node!);
      if (fork < 0 || node!.level + 1 > below) continue;
      const child = index.forkChild[fork]!;
      const taken = child >= 0 && index.first[child]! <= work.until;
      const next = this.#way[node!.level + 1];
      const step = next === undefined ? null : index.forkPath[next]!;
      const onWay = node!.onWay && this.#way[node!.level] === fork;
      const goesTo = step ?? chosen.path;
      const common = { level: node!.level + 1, children: null, x: 0 };
      const left: Node = {
        ...common,
        path: node!.path,
        after: fork,
        waits: -1,
        onWay: onWay && goesTo === node!.path,
      };
      const right: Node = {
        ...common,
        path: taken ? child : node!.path,
        after: -1,
        waits: taken ? -1 : fork,
        onWay: onWay && taken && goesTo === child,
      };
      node!.children = [left, right];
      open.push(left, right);
      leaves++;
    }
    return leaves;
  }

  #write(node: Node, start: Spot2, y: (level: number) => number, total: number): void {
    const { index, work } = this;
    const fork = this.#forkOf(node);
    const end = { x: node.x, y: y(node.level) };
    const from = node.after >= 0 ? index.forkStep[node.after]! : index.first[node.path]!;
    const last = Math.min(index.last[node.path]!, work.until);
    const to = fork >= 0 ? index.forkStep[fork]! : Math.max(from, last);
    const spent = this.#workOf(node);
    const tone = node.waits >= 0 ? PLAIN : node.after >= 0 ? index.forkTone[node.after]! : index.tone[node.path]!;
    this.#branches.push({
      path: node.path,
      after: node.after,
      fork,
      from,
      to,
      tone: tone as Tone,
      work: spent,
      level: node.level,
      onWay: node.onWay,
      start,
      end,
      width: Math.max(NARROWEST, WIDEST * Math.sqrt(spent / total)),
      ending: this.#ending(node, fork, last),
    });
    for (const child of node.children ?? []) this.#write(child, end, y, total);
  }
  #ending(node: Node, fork: number, last: number): Branch['ending'] {
    const { index } = this;
    if (node.waits >= 0) return { kind: 'waits', from: node.waits };
    if (node.children !== null) return { kind: 'fork' };
    if (fork >= 0) return { kind: 'bundle', ends: this.#endsOf(node) };
    if (index.last[node.path]! > last) return { kind: 'open' };
    return { kind: 'end', how: ENDS[index.end[node.path]!]!, prune: index.pathPrune[node.path]! };
  }
}

/** A point of a branch, `t` from 0 to 1: it leaves downwards, runs aside, and comes in downwards. */
export function pointOf({ start, end }: Branch, t: number): Spot2 {
  const u = 1 - t;
  const middle = (start.y + end.y) / 2;
  const b = 3 * u * u * t;
  const c = 3 * u * t * t;
  return {
    x: (u * u * u + b) * start.x + (c + t * t * t) * end.x,
    y: u * u * u * start.y + (b + c) * middle + t * t * t * end.y,
  };
}

/** Where a step is in the tree; null where it is not laid out. */
export function spotOf(tree: TreeLayout, index: ExplorationIndex, step: number): Spot2 | null {
  const path = pathOfStep(index, step);
  const on = tree.branches.find(
    (branch) => branch.path === path && branch.ending.kind !== 'waits' && step >= branch.from && step <= branch.to,
  );
  if (on === undefined) return null;
  return pointOf(on, on.to === on.from ? 1 : (step - on.from) / (on.to - on.from));
}
