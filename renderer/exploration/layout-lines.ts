import type { Arc, EndShape, ForkShape, Label, Segment, Wait } from './draw-list.ts';
import { END_GAP, PITCH } from './layout-geometry.ts';
import type { Geometry } from './layout-geometry.ts';
import { ENDS, PLAIN, lowerBound, upperBound } from './model.ts';
import type { Tone } from './model.ts';
import { PAD_LEFT } from './viewport.ts';

/** The lanes, cut at their forks, and what stands on them. */
export interface Lanes {
  readonly segments: readonly Segment[];
  readonly forks: readonly ForkShape[];
  readonly ends: readonly EndShape[];
}

export function layLanes({ index, x, yOf, from, to }: Geometry): Lanes {
  const { source } = index;
  const segments: Segment[] = [];
  const forks: ForkShape[] = [];
  const ends: EndShape[] = [];
  let f = lowerBound(index.forkStep, index.first[from] ?? 0);
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
  return { segments, forks, ends };
}

/** The lines along which paths wait: of visible paths, also when their fork lies left of the picture, and of visible forks. */
export function layWaits({ index, rows, dx, x, yOf, from, to }: Geometry, forks: readonly ForkShape[]): Wait[] {
  const waits: Wait[] = [];
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
  return waits;
}

/** The arcs from pruned paths to the checkpoints that cover them, and their labels, for which room has to be found yet. */
export function layArcs(geometry: Geometry, segments: readonly Segment[]): { arcs: Arc[]; labels: Label[] } {
  const { index, view, x, yOf, from, to, crowded, withPcs } = geometry;
  const { source } = index;
  const arcs: Arc[] = [];
  const labels: Label[] = [];
  const pruneFrom = lowerBound(index.pruneStep, index.first[from] ?? 0);
  const pruneTo = upperBound(index.pruneStep, index.last[to - 1] ?? 0);
  const pathRow = new Map<number, number>();
  for (let i = from; i < to; i++) pathRow.set(source.paths.at(index.pathAt[i]!)!.id, i);
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
    const blocked = segments.some((s) => s.y > low && s.y < low + PITCH + 1 && s.x1 > x0 && s.x0 < x1);
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
    labels.push({
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
  return { arcs, labels };
}
