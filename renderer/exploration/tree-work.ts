import type { ExplorationIndex } from './model.ts';

/**
 * What was spent below each branch of the tree of forks, as far as the walk is known: one pass over columns. A branch is the part of a path from
 * its start, or from one of its forks, to its next fork or its end.
 */
export interface TreeWork {
  readonly until: number;
  /** Instructions, and ends of paths, below the start of each path, and below each fork on the path that goes on. */
  readonly startWork: Uint32Array;
  readonly afterWork: Uint32Array;
  readonly startEnds: Uint32Array;
  readonly afterEnds: Uint32Array;
}

/** Children begin later than their parents, so going backwards finds them done. */
export function treeWork(index: ExplorationIndex, until: number): TreeWork {
  const { pathCount, first, last, forkStep, forkPath, forkChild } = index;
  const startWork = new Uint32Array(pathCount);
  const startEnds = new Uint32Array(pathCount);
  const afterWork = new Uint32Array(forkStep.length);
  const afterEnds = new Uint32Array(forkStep.length);
  let f = forkStep.length - 1;
  for (let i = pathCount - 1; i >= 0; i--) {
    let end = Math.min(last[i]!, until);
    let work = 0;
    let ends = 1;
    for (; f >= 0 && forkPath[f]! >= i; f--) {
      const step = forkStep[f]!;
      if (step > until) continue;
      afterWork[f] = work + Math.max(0, end - step);
      afterEnds[f] = ends;
      const child = forkChild[f]!;
      work = afterWork[f]! + (child < 0 ? 0 : startWork[child]!);
      ends = afterEnds[f]! + (child < 0 || first[child]! > until ? 1 : startEnds[child]!);
      end = step;
    }
    if (first[i]! > until) continue;
    startWork[i] = work + Math.max(0, end - first[i]! + 1);
    startEnds[i] = ends;
  }
  return { until, startWork, afterWork, startEnds, afterEnds };
}
