import { never } from '../../base/errors.ts';
import { FORK_KINDS, PATH_ENDS } from '../views/packed-exploration.ts';
import type { PackedExploration } from '../views/view.ts';

/**
 * Which paths of a walk are looked at: those that an iterator's forks part (`iterators`); the way from the root to the error (`error`), or to the end of
 * a path (`way`, by its place among the paths); those on which something was found (`steps`, ascending).
 */
export type PathFilter =
  | { readonly kind: 'iterators' }
  | { readonly kind: 'error' }
  | { readonly kind: 'way'; readonly path: number }
  | { readonly kind: 'steps'; readonly steps: Uint32Array };

/** Kept to its end. */
export const WHOLE = 0xffff_ffff;

/**
 * How much of each path a filter keeps, by its place among the paths: the last step that is kept, `WHOLE` for all of it, 0 for nothing. A path that
 * leads to another is kept up to the fork at which the way leaves it.
 */
export function keptUntil(walk: PackedExploration, filter: PathFilter): Uint32Array {
  const kept = new Uint32Array(walk.paths.id.length);
  switch (filter.kind) {
    case 'iterators':
      keepIterators(walk, kept);
      return kept;
    case 'error':
      keepWay(walk, kept, walk.paths.end.indexOf(PATH_ENDS.indexOf('rejected')));
      return kept;
    case 'way':
      keepWay(walk, kept, filter.path);
      return kept;
    case 'steps':
      keepFound(walk, kept, filter.steps);
      return kept;
    default:
      return never(filter);
  }
}

/** Places by id, for ids that are small numbers; -1 for one that is not there. */
function placesOf(ids: Int32Array): (id: number) => number {
  const places = new Map<number, number>();
  ids.forEach((id, place) => places.set(id, place));
  return (id) => places.get(id) ?? -1;
}

// A path that such a fork lies on, or that one gave.
function keepIterators({ paths, forks }: PackedExploration, kept: Uint32Array): void {
  const next = FORK_KINDS.indexOf('next');
  const placeOf = placesOf(paths.id);
  forks.kind.forEach((kind, fork) => {
    if (kind !== next) return;
    for (const id of [forks.path[fork]!, forks.child[fork]!]) {
      const place = placeOf(id);
      if (place >= 0) kept[place] = WHOLE;
    }
  });
}

function keepWay({ paths, forks }: PackedExploration, kept: Uint32Array, path: number): void {
  const pathOf = placesOf(paths.id);
  const forkOf = placesOf(forks.id);
  let last = WHOLE;
  for (let at = path; at >= 0 && at < kept.length && kept[at] === 0;) {
    kept[at] = last;
    const fork = forkOf(paths.fork[at]!);
    if (fork < 0) return;
    last = forks.step[fork]!;
    at = pathOf(forks.path[fork]!);
  }
}

function keepFound({ paths }: PackedExploration, kept: Uint32Array, steps: Uint32Array): void {
  for (let path = 0; path < kept.length; path++) {
    let low = 0;
    let high = steps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (steps[middle]! < paths.first[path]!) low = middle + 1;
      else high = middle;
    }
    if (low < steps.length && steps[low]! <= paths.last[path]!) kept[path] = WHOLE;
  }
}
