import type { Arc, Links, PlacedLabel, Wait } from './draw-list.ts';
import { END_GAP, labelEdge } from './layout-geometry.ts';
import type { Geometry } from './layout-geometry.ts';
import { endWords, LabelRoom } from './layout-labels.ts';
import type { Measure } from './layout-labels.ts';
import { waitOf } from './layout-lines.ts';
import { upperBound } from './model.ts';
import type { ExplorationIndex, Tone } from './model.ts';
import { say } from '../words/index.ts';

/** What asks for its links: indices of the `ExplorationIndex`, each once. */
export interface Asked {
  readonly forks: readonly number[];
  readonly paths: readonly number[];
  readonly prunes: readonly number[];
  /** Paths whose captions are wanted where rows have none. */
  readonly captions: readonly number[];
}

/** Waiting lines and arcs of what is selected, under the pointer, or at the playhead: a handful, laid out anew whenever that changes. */
export function layLinks(geometry: Geometry, asked: Asked, measure: Measure, taken: readonly PlacedLabel[]): Links {
  const { index, until } = geometry;
  const waits = new Map<number, Wait>();
  const prunes = new Set(asked.prunes);
  for (const fork of asked.forks) waits.set(fork, waitOf(geometry, fork));
  for (const path of asked.paths) {
    const fork = index.fromFork[path]!;
    if (fork >= 0) waits.set(fork, waitOf(geometry, fork));
    if (index.pathPrune[path]! >= 0) prunes.add(index.pathPrune[path]!);
  }
  const arcs: Arc[] = [];
  const room = new LabelRoom(labelEdge(geometry), measure, {
    segments: [],
    risers: [],
    waits: [],
    forks: [],
    ends: [],
  });
  room.avoid(taken);
  for (const prune of prunes) {
    const arc = arcOf(geometry, prune);
    if (arc === null || arc.step > until) continue;
    arcs.push(arc);
    labelArc(geometry, arc, room);
  }
  if (geometry.plan.detail === 'bare') for (const path of asked.captions) captionPath(geometry, path, room);
  return { waits: [...waits.values()], arcs, labels: room.labels };
}

/** What a lane is, beside its end; before its start where that is too near the edge. */
function captionPath(geometry: Geometry, path: number, room: LabelRoom): void {
  const { index, x, rowY, from, to, until } = geometry;
  if (path < from || path >= to) return;
  const { label } = index.source.paths.at(index.pathAt[path]!)!;
  const last = index.last[path]!;
  const end = last > until ? '' : endWords(geometry, path);
  const text = [say.exploration.layoutLinks.path(path + 1), label, end].filter((part) => part !== '').join(' · ');
  const common = {
    y: rowY(path) + 4,
    text,
    colour: 'text',
    bold: false,
    code: false,
    step: index.first[path]!,
    halo: true,
  } as const;
  if (!room.place({ ...common, x: x(Math.min(last, until)) + 14, align: 'left' }))
    room.place({ ...common, x: x(index.first[path]!) - 8, align: 'right' });
}

/** From a pruned path's end to the checkpoint that covers it; null when the checkpoint is not known. */
function arcOf({ index, x, yOf, rowY, first, last, plan }: Geometry, prune: number): Arc | null {
  const mark = index.source.prunes.at(index.pruneAt[prune]!)!;
  const at = index.checkpointAt.get(mark.checkpoint);
  if (at === undefined) return null;
  const stored = index.source.checkpoints.at(at)!.step;
  const y = (step: number): number => {
    const path = Math.max(0, upperBound(index.first, step) - 1);
    return step >= first && step <= last ? yOf(path, step) : rowY(path);
  };
  const step = index.pruneStep[prune]!;
  const [x0, y0] = [x(stored), y(stored)];
  const [x1, y1] = [x(step) + END_GAP[plan.detail], y(step)];
  const low = Math.max(y0, y1);
  const dip = plan.detail === 'roomy' ? 38 : Math.min(38, 16 + Math.abs(x1 - x0) / 12);
  const bend = Math.min(60, Math.abs(x1 - x0) / 3);
  const tip = y0 + (plan.detail === 'roomy' ? 21 : 6);
  return {
    points: [x1 + 1, y1 + 6, x1 + 4, low + dip, x0 + bend * 0.2, low + dip - 6, x0, tip],
    prune,
    step: mark.step,
    tone: toneAt(index, step),
  };
}

/** Tone of the lane that is walked at a step. */
function toneAt(index: ExplorationIndex, step: number): Tone {
  const path = Math.max(0, upperBound(index.first, step) - 1);
  const fork = upperBound(index.forkStep, step) - 1;
  return (fork >= 0 && index.forkPath[fork] === path ? index.forkTone[fork]! : index.tone[path]!) as Tone;
}

// Under the arc's lowest part, over it where the picture ends there, shifted sideways until it stands free.
function labelArc({ index, view }: Geometry, arc: Arc, room: LabelRoom): void {
  const text = index.source.prunes.at(index.pruneAt[arc.prune]!)!.label;
  const [x1, , , low, , , x0] = arc.points;
  const label = {
    text,
    align: 'center',
    colour: 'prune',
    bold: true,
    code: false,
    step: arc.step,
    halo: true,
  } as const;
  const half = room.widthOf({ ...label, x: 0, y: 0 }) / 2;
  const clamp = (at: number) => Math.min(Math.max(at, half + 8), view.width - half - 8);
  const middle = (Math.max(x0, 0) + Math.min(x1, view.width)) / 2;
  for (const y of [low + 4, low - 22, low + 20, low - 38]) {
    if (y > view.height - 4 || y < 26) continue;
    for (let shift = 0; shift <= 240; shift += 16)
      for (const at of [clamp(middle - shift), clamp(middle + shift)])
        if (room.isFree(at - half, at + half, y)) {
          room.place({ ...label, x: at, y });
          return;
        }
  }
  room.force({ ...label, x: clamp(middle), y: Math.min(view.height - 6, Math.max(26, low + 4)) });
}
