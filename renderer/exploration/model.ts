import { ITERATOR_STATES, packExploration, PATH_ENDS } from '../../core/trace/views/packed-exploration.ts';
import type { Exploration, PackedExploration } from '../../core/trace/views/view.ts';

/** Colour of a lane: what is known of the iterator there. Also the names of the design tokens. */
export const TONES = ['dim', 'active', 'drained', 'bad'] as const;
export type Tone = 0 | 1 | 2 | 3;
export const PLAIN: Tone = 0;
export const ACTIVE: Tone = 1;
export const DRAINED: Tone = 2;
export const BAD: Tone = 3;

/** How a lane ends, as a small number: index into this list. */
export const ENDS = PATH_ENDS;
const REJECTED = PATH_ENDS.indexOf('rejected');
const TONE_OF = { undecided: null, active: ACTIVE, drained: DRAINED } as const;
/** Tone of what a fork decides, by its place in `ITERATOR_STATES`; null for nothing. */
export const decidedTone = (state: number): Tone | null => TONE_OF[ITERATOR_STATES[state] ?? 'undecided'];

/**
 * An exploration as typed arrays, so that 100,000 forks are searched and drawn without touching objects.
 *
 *     paths     sorted by first step; their step intervals do not overlap, so the path at a step is a binary search
 *     forks     sorted by step, hence grouped by path
 *     breaks    every step at which the number of waiting paths changes (fork: +1, waiting path taken up: -1)
 */
export interface ExplorationIndex {
  readonly source: Exploration;
  readonly steps: number;
  readonly pathCount: number;
  readonly first: Uint32Array;
  readonly last: Uint32Array;
  /** Index in `ENDS`. */
  readonly end: Uint8Array;
  /** Tone with which the path begins. */
  readonly tone: Uint8Array;
  /** Step of the fork it was taken from, 0 for the first path. */
  readonly waitFrom: Uint32Array;
  /** Index (here) of the fork it was taken from, -1 for the first path. */
  readonly fromFork: Int32Array;
  /** Position in `source.paths` of each path. */
  readonly pathAt: Uint32Array;
  readonly forkStep: Uint32Array;
  /** Index (here) of the path on which it lies. */
  readonly forkPath: Uint32Array;
  /** Index (here) of the path that waited, -1 when it was never taken up. */
  readonly forkChild: Int32Array;
  /** Tone of the lane after the fork. */
  readonly forkTone: Uint8Array;
  /** What it decides of an iterator on that lane: place in `ITERATOR_STATES`. */
  readonly forkDecides: Uint8Array;
  /** Position in `source.forks`. */
  readonly forkAt: Uint32Array;
  readonly pruneStep: Uint32Array;
  /** Position in `source.prunes`. */
  readonly pruneAt: Uint32Array;
  /** The prune (here) that ended each path, -1 for none. */
  readonly pathPrune: Int32Array;
  /** Position in `source.checkpoints` of a checkpoint's id. */
  readonly checkpointAt: ReadonlyMap<number, number>;
  readonly breakStep: Uint32Array;
  /** Paths that wait from `breakStep` on. */
  readonly breakWaiting: Uint32Array;
  readonly breakTone: Uint8Array;
  readonly maxWaiting: number;
  /** Steps at which something happens (fork, path end), sorted, for the scrubber's ticks; kind is an index in `TICKS`. */
  readonly tickStep: Uint32Array;
  readonly tickKind: Uint8Array;
  /** From each of these steps on the walk is in a frame of this depth (1 in the program itself), of this function. */
  readonly frameStep: Uint32Array;
  readonly frameDepth: Uint8Array;
  readonly frameSubprog: Uint32Array;
  /** Steps at which a path was rejected: one at most, but that stands out from any distance. */
  readonly rejected: Uint32Array;
}
export const TICKS = ['fork', 'exit', 'pruned', 'rejected', 'stopped'] as const;

/** Number of entries of a sorted array that are smaller than or equal to `value`. */
export function upperBound(sorted: Uint32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
/** Number of entries of a sorted array that are smaller than `value`. */
export function lowerBound(sorted: Uint32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function orderBy(keys: Uint32Array): Uint32Array {
  const { length } = keys;
  const order = new Uint32Array(length);
  let sorted = true;
  for (let i = 0; i < length; i++) {
    order[i] = i;
    if (i > 0 && keys[i]! < keys[i - 1]!) sorted = false;
  }
  return sorted ? order : order.sort((a, b) => keys[a]! - keys[b]! || a - b);
}

/** Room for where each id stands (ids are small numbers): position + 1, 0 for none. */
function placesOf(ids: Int32Array): Uint32Array {
  let most = 0;
  for (const id of ids) if (id > most) most = id;
  return new Uint32Array(most + 1);
}

/** Places by id: position + 1, 0 for an id that is not there. */
type Places = Uint32Array;

/** The paths by first step. */
function indexPaths({ paths }: PackedExploration) {
  const count = paths.id.length;
  const pathAt = orderBy(paths.first);
  const places: Places = placesOf(paths.id);
  const first = new Uint32Array(count);
  const last = new Uint32Array(count);
  const end = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const at = pathAt[i]!;
    places[paths.id[at]!] = i + 1;
    first[i] = paths.first[at]!;
    last[i] = Math.max(paths.first[at]!, paths.last[at]!);
    end[i] = paths.end[at]!;
  }
  return { pathAt, places, first, last, end };
}
type PathColumns = ReturnType<typeof indexPaths>;

/** The forks by step, and which path each lies on and leads to. */
function indexForks({ forks }: PackedExploration, { places: pathPlaces, first }: PathColumns) {
  const count = forks.id.length;
  const forkAt = orderBy(forks.step);
  const places: Places = placesOf(forks.id);
  const forkStep = new Uint32Array(count);
  const forkPath = new Uint32Array(count);
  const forkChild = new Int32Array(count).fill(-1);
  const forkDecides = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const at = forkAt[i]!;
    places[forks.id[at]!] = i + 1;
    forkStep[i] = forks.step[at]!;
    forkDecides[i] = forks.iterator[at]!;
    const on = pathPlaces[forks.path[at]!] ?? 0;
    forkPath[i] = on > 0 ? on - 1 : Math.max(0, upperBound(first, forks.step[at]!) - 1);
    if (forks.resumedAt[at]! > 0) forkChild[i] = (pathPlaces[forks.child[at]!] ?? 0) - 1;
  }
  return { forkAt, places, forkStep, forkPath, forkChild, forkDecides };
}
type ForkColumns = ReturnType<typeof indexForks>;

/** From which fork each path was taken, and the tones: of a path as it begins, and of its lane after each fork. */
function indexTones({ paths }: PackedExploration, { pathAt, end }: PathColumns, forks: ForkColumns) {
  const pathCount = pathAt.length;
  const { places, forkStep, forkPath, forkDecides } = forks;
  const forkCount = forkStep.length;
  const tone = new Uint8Array(pathCount);
  const waitFrom = new Uint32Array(pathCount);
  const fromFork = new Int32Array(pathCount).fill(-1);
  const forkTone = new Uint8Array(forkCount);
  const before = new Uint8Array(forkCount);
  let f = 0;
  for (let i = 0; i < pathCount; i++) {
    const at = pathAt[i]!;
    const from = (places[paths.fork[at]!] ?? 0) - 1;
    if (from >= 0) {
      fromFork[i] = from;
      waitFrom[i] = forkStep[from]!;
    }
    let now: number = decidedTone(paths.iterator[at]!) ?? (from < 0 ? PLAIN : before[from]!);
    tone[i] = now;
    const firstFork = f;
    for (; f < forkCount && forkPath[f]! <= i; f++) {
      before[f] = now;
      now = decidedTone(forkDecides[f]!) ?? now;
      forkTone[f] = now;
    }
    // The way to the error is red from the last decision on, so that it is seen before it is read.
    if (end[i] === REJECTED) {
      if (f > firstFork) forkTone[f - 1] = BAD;
      else tone[i] = BAD;
    }
  }
  return { tone, waitFrom, fromFork, forkTone };
}

/** Which prune ended each path. */
function indexPathPrunes({ prunes }: PackedExploration, { places, first }: PathColumns, pruneAt: Uint32Array) {
  const pathPrune = new Int32Array(first.length).fill(-1);
  for (let p = 0; p < pruneAt.length; p++) {
    const path = (places[prunes.path[pruneAt[p]!]!] ?? 0) - 1;
    if (path >= 0) pathPrune[path] = p;
  }
  return pathPrune;
}

/** Forks and path starts in step order: the curve of waiting paths, and the scrubber's ticks. */
function indexWaiting(
  { first, last, end }: PathColumns,
  { forkStep, forkPath }: ForkColumns,
  { tone, fromFork, forkTone }: ReturnType<typeof indexTones>,
) {
  const breaks = first.length + forkStep.length;
  const breakStep = new Uint32Array(breaks);
  const breakWaiting = new Uint32Array(breaks);
  const breakTone = new Uint8Array(breaks);
  const tickStep = new Uint32Array(breaks);
  const tickKind = new Uint8Array(breaks);
  let waiting = 0;
  let maxWaiting = 0;
  let n = 0;
  let ticks = 0;
  let f = 0;
  for (let i = 0; i < first.length; i++) {
    if (fromFork[i]! >= 0 && waiting > 0) waiting--;
    breakStep[n] = first[i]!;
    breakWaiting[n] = waiting;
    breakTone[n++] = tone[i]!;
    for (; f < forkStep.length && forkPath[f]! <= i; f++) {
      waiting++;
      maxWaiting = Math.max(maxWaiting, waiting);
      breakStep[n] = forkStep[f]!;
      breakWaiting[n] = waiting;
      breakTone[n++] = forkTone[f]!;
      tickStep[ticks] = forkStep[f]!;
      tickKind[ticks++] = 0;
    }
    tickStep[ticks] = last[i]!;
    tickKind[ticks++] = end[i]! + 1;
  }
  return {
    breakStep: breakStep.subarray(0, n),
    breakWaiting: breakWaiting.subarray(0, n),
    breakTone: breakTone.subarray(0, n),
    maxWaiting,
    tickStep: tickStep.subarray(0, ticks),
    tickKind: tickKind.subarray(0, ticks),
  };
}

/** Prepares an exploration for drawing. Linear in its size (sorts only what is out of order); columns alone, no object for a mark. */
export function indexExploration(source: Exploration): ExplorationIndex {
  const packed = source.packed ?? packExploration(source);
  const paths = indexPaths(packed);
  const forks = indexForks(packed, paths);
  const tones = indexTones(packed, paths, forks);
  const { prunes, checkpoints } = packed;
  const pruneAt = orderBy(prunes.step);
  const checkpointAt = new Map<number, number>();
  checkpoints.id.forEach((id, i) => checkpointAt.set(id, i));
  const { pathAt, first, last, end } = paths;
  const { forkAt, forkStep, forkPath, forkChild, forkDecides } = forks;
  return {
    source,
    steps: source.steps,
    pathCount: first.length,
    first,
    last,
    end,
    pathAt,
    forkStep,
    forkPath,
    forkChild,
    forkDecides,
    forkAt,
    ...tones,
    pruneStep: prunes.step.map((_, i) => prunes.step[pruneAt[i]!]!),
    pruneAt,
    pathPrune: indexPathPrunes(packed, paths, pruneAt),
    checkpointAt,
    ...indexWaiting(paths, forks, tones),
    frameStep: packed.frames.step,
    frameDepth: packed.frames.depth,
    frameSubprog: packed.frames.subprog,
    rejected: last.filter((_, i) => end[i] === REJECTED),
  };
}

/** Index (here) of the path that is walked at a step, -1 outside of all. */
export function pathOfStep(index: ExplorationIndex, step: number): number {
  const i = upperBound(index.first, step) - 1;
  return i >= 0 && step <= index.last[i]! ? i : -1;
}

/** Which run of frames a step is in, -1 where nothing is known of them. */
export const frameOfStep = (index: ExplorationIndex, step: number): number => upperBound(index.frameStep, step) - 1;

/** Paths that wait when a step has been processed. */
export const waitingAt = (index: ExplorationIndex, step: number): number =>
  index.breakWaiting[upperBound(index.breakStep, step) - 1] ?? 0;
