import type { EndShape, ForkShape, Riser, Segment, Wait } from './draw-list.ts';
import { END_GAP } from './layout-geometry.ts';
import type { Geometry } from './layout-geometry.ts';
import { standsOut } from './kept.ts';
import { decidedTone, ENDS, frameOfStep, lowerBound, PLAIN } from './model.ts';
import type { Tone } from './model.ts';
import { stepAt } from './viewport.ts';

/** The lanes, cut where their tone changes or a function is called, and what stands on them. */
export interface Lanes {
  readonly segments: readonly Segment[];
  readonly faint: readonly Segment[];
  readonly risers: readonly Riser[];
  readonly forks: readonly ForkShape[];
  readonly ends: readonly EndShape[];
}

/** Pixels between forks on one lane from which on each has its diamond. */
const FORK_ROOM = { roomy: 6, captioned: 5, bare: 5 } as const;

class LaneWriter {
  readonly segments: Segment[] = [];
  readonly faint: Segment[] = [];
  readonly risers: Riser[] = [];
  readonly forks: ForkShape[] = [];
  readonly ends: EndShape[] = [];

  constructor(private readonly geometry: Geometry) {}

  /** What of a path is in view. Events that share a pixel are stepped over, so that a path of 100,000 forks costs no more than the picture is wide. */
  lane(path: number): void {
    const { index, x, rowY, sink, first, last, dx, kept } = this.geometry;
    if (!standsOut(kept, path)) return this.#thin(path);
    // From here on the way that is looked at is another path's.
    const leaves = kept?.until[path] ?? Infinity;
    const from = Math.max(index.first[path]!, first);
    const to = Math.min(index.last[path]!, last);
    if (to < from) return;
    let fork = lowerBound(index.forkStep, from);
    let run = frameOfStep(index, from);
    let tone = this.#toneBefore(path, fork);
    let start = from;
    let x0 = x(from);
    let y = rowY(path) + sink(index.frameDepth[run] ?? 1);
    run++;
    const cut = (step: number, at: number) => {
      const split = Math.min(Math.max(leaves, start), step);
      const between = split >= step ? at : split <= start ? x0 : x(split);
      if (split > start || split >= step)
        this.segments.push({ x0, x1: between, y, tone, path, from: start, to: split });
      if (split < step) this.faint.push({ x0: between, x1: at, y, tone, path, from: split, to: step });
      start = step;
      x0 = at;
    };
    let shown = -Infinity;
    for (;;) {
      const forkStep = fork < index.forkStep.length && index.forkPath[fork] === path ? index.forkStep[fork]! : Infinity;
      const runStep = index.frameStep[run] ?? Infinity;
      const step = Math.min(forkStep, runStep);
      if (step > to) break;
      if (runStep <= forkStep) {
        // The call itself is still on the caller's lane.
        const at = Math.max(x0, x(step) - dx / 2);
        cut(step, at);
        const under = rowY(path) + sink(index.frameDepth[run]!);
        if (under !== y) this.risers.push({ x: at, y0: y, y1: under, tone, path, step });
        y = under;
        run = dx >= 1 ? run + 1 : Math.max(run + 1, lowerBound(index.frameStep, step + 1 / dx));
        continue;
      }
      cut(step, x(step));
      if (x0 - shown >= FORK_ROOM[this.geometry.plan.detail]) {
        const shape = { x: x0, y, step, fork, pc: index.source.pcs[step - 1] ?? -1 };
        this.forks.push(this.#isFaint(fork, step > leaves) ? { ...shape, faint: true } : shape);
        shown = x0;
      }
      fork = dx >= 1 ? fork + 1 : Math.max(fork + 1, lowerBound(index.forkStep, step + 1 / dx));
      tone = this.#toneBefore(path, fork);
    }
    cut(to, x(to));
    if (index.last[path]! <= leaves) this.#end(path, y);
  }

  // A path that is filtered out: one thin line, whatever happens on it.
  #thin(path: number): void {
    const { index, x, rowY, first, last } = this.geometry;
    const from = Math.max(index.first[path]!, first);
    const to = Math.min(index.last[path]!, last);
    if (to < from) return;
    this.faint.push({ x0: x(from), x1: x(to), y: rowY(path), tone: index.tone[path]! as Tone, path, from, to });
  }
  // Where iterators' forks are looked at, another is not.
  #isFaint(fork: number, aside: boolean): boolean {
    const { kept, index } = this.geometry;
    return aside || (kept?.iteratorForks === true && decidedTone(index.forkDecides[fork]!) === null);
  }

  // The tone of a path's lane before a fork, which need not be one of its own.
  #toneBefore(path: number, fork: number): Tone {
    const { index } = this.geometry;
    const before = fork > 0 && index.forkPath[fork - 1] === path ? index.forkTone[fork - 1]! : index.tone[path]!;
    return before as Tone;
  }
  #end(path: number, y: number): void {
    const { index, x, last, plan } = this.geometry;
    const step = index.last[path]!;
    if (step > last) return;
    this.ends.push({
      x: x(step) + END_GAP[plan.detail],
      y,
      step,
      kind: ENDS[index.end[path]!]!,
      path,
      prune: index.pathPrune[path]!,
    });
  }
}

export function layLanes(geometry: Geometry): Lanes {
  const writer = new LaneWriter(geometry);
  for (let path = geometry.from; path < geometry.to; path++) writer.lane(path);
  return writer;
}

/** Whether what a fork leaves waiting has been taken up, as far as the walk is known. */
export function takenUp({ index, until }: Geometry, fork: number): boolean {
  const child = index.forkChild[fork]!;
  return child >= 0 && index.first[child]! <= until;
}

/** The line along which the path of a fork waits; a hook where it is not known when it goes on. */
export function waitOf(geometry: Geometry, fork: number): Wait {
  const { index, dx, x, yOf, rowY, plan } = geometry;
  const step = index.forkStep[fork]!;
  const owner = index.forkPath[fork]!;
  const y0 = yOf(owner, step);
  const drop = x(step) + (dx >= 14 ? 8 : plan.detail === 'roomy' ? 4 : 2);
  const common = { x0: x(step), y0, fork, step, drop };
  if (!takenUp(geometry, fork)) {
    const deep = plan.detail === 'roomy' ? 30 : Math.max(4, Math.min(10, plan.pitch * 0.7));
    return { ...common, x1: drop + deep * 0.7, y1: y0 + deep, tone: PLAIN, path: -1, stub: true };
  }
  const child = index.forkChild[fork]!;
  const first = index.first[child]!;
  const y1 = first >= geometry.first && first <= geometry.last ? yOf(child, first) : rowY(child);
  return { ...common, x1: x(first), y1, tone: index.tone[child] as Tone, path: child, stub: false };
}

/** Waiting lines of visible paths, also when their fork lies left of the picture, and of visible forks. Bare rows have none. */
export function layWaits(geometry: Geometry, forks: readonly ForkShape[]): Wait[] {
  const { index, from, to, plan, kept } = geometry;
  if (plan.detail === 'bare') return [];
  const lines = new Set<number>();
  for (let path = from; path < to; path++)
    if (index.fromFork[path]! >= 0 && standsOut(kept, path)) lines.add(index.fromFork[path]!);
  for (const { fork, faint } of forks)
    if (faint !== true && (index.forkChild[fork]! < 0 || standsOut(kept, index.forkChild[fork]!))) lines.add(fork);
  return [...lines].map((fork) => waitOf(geometry, fork));
}

/** The step under a point of the picture that is known, as a whole number. */
export const knownStep = ({ view, until }: Geometry, x: number): number =>
  Math.min(Math.max(1, Math.round(stepAt(view, x))), until);
