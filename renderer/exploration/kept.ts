import { keptUntil } from '../../core/trace/query/path-filter.ts';
import type { PathFilter } from '../../core/trace/query/path-filter.ts';
import { packExploration } from '../../core/trace/views/packed-exploration.ts';
import type { ExplorationIndex } from './model.ts';

/** Which paths stand out, by their place in the `ExplorationIndex`: the others have a thin row, and are dimmed. */
export interface Kept {
  /** The last step of each path that stands out; 0 where none of it does. */
  readonly until: Uint32Array;
  /** How many of the first n paths stand out, n from 0. */
  readonly before: Uint32Array;
  /** Of forks, those of iterators alone stand out. */
  readonly iteratorForks: boolean;
}

/** What several filters keep: what each of them does. Null where nothing is filtered. */
export function keptBy(index: ExplorationIndex, filters: readonly PathFilter[]): Kept | null {
  if (filters.length === 0) return null;
  const walk = index.source.packed ?? packExploration(index.source);
  const until = new Uint32Array(index.pathCount).fill(0xffff_ffff);
  for (const filter of filters) {
    const own = keptUntil(walk, filter);
    for (let path = 0; path < until.length; path++) until[path] = Math.min(until[path]!, own[index.pathAt[path]!]!);
  }
  const before = new Uint32Array(until.length + 1);
  for (let path = 0; path < until.length; path++) before[path + 1] = before[path]! + (until[path]! > 0 ? 1 : 0);
  return { until, before, iteratorForks: filters.some(({ kind }) => kind === 'iterators') };
}

/** How many of the first `count` paths stand out. */
export const keptOf = (kept: Kept, count: number): number => kept.before[Math.min(count, kept.before.length - 1)]!;

/** Whether a path stands out at a step. */
export const standsOut = (kept: Kept | null | undefined, path: number, step = 1): boolean =>
  kept === null || kept === undefined || (kept.until[path] ?? 0) >= step;
