import { expect, test } from 'vitest';
import { packExploration } from '../views/packed-exploration.ts';
import type { Exploration, ForkMark, PathLane } from '../views/view.ts';
import { keptUntil, WHOLE } from './path-filter.ts';

const path = (id: number, fork: number, firstStep: number, lastStep: number, end: PathLane['end']): PathLane => ({
  id,
  fork,
  firstStep,
  lastStep,
  end,
  label: '',
  outcome: 'start',
});
const fork = (id: number, step: number, on: number, child: number, kind: ForkMark['kind']): ForkMark => ({
  id,
  step,
  pc: 0,
  kind,
  path: on,
  child,
  resumedAt: child < 0 ? 0 : 1,
  label: '',
  reason: '',
});
// 0 forks at 3 (a branch: path 2) and 5 (next: path 1); 1 forks at 9 (a branch that was never taken); 2 ends in an error.
const walk = packExploration({
  steps: 14,
  paths: [path(0, -1, 1, 6, 'exit'), path(7, 1, 7, 10, 'pruned'), path(3, 0, 11, 14, 'rejected')],
  forks: [fork(0, 3, 0, 3, 'branch'), fork(1, 5, 0, 7, 'next'), fork(2, 9, 7, -1, 'branch')],
  checkpoints: [],
  prunes: [],
  pcs: new Uint32Array(14),
} satisfies Exploration);
const kept = (filter: Parameters<typeof keptUntil>[1]): number[] => [...keptUntil(walk, filter)];

test('only what an iterator’s forks part', () => expect(kept({ kind: 'iterators' })).toEqual([WHOLE, WHOLE, 0]));
test('the way to the error leaves its paths at their forks', () =>
  expect(kept({ kind: 'error' })).toEqual([3, 0, WHOLE]));
test('the way to a path', () => {
  expect(kept({ kind: 'way', path: 1 })).toEqual([5, WHOLE, 0]);
  expect(kept({ kind: 'way', path: 0 })).toEqual([WHOLE, 0, 0]);
  expect(kept({ kind: 'way', path: 9 })).toEqual([0, 0, 0]);
});
test('paths on which something was found', () => {
  expect(kept({ kind: 'steps', steps: Uint32Array.of(6, 11) })).toEqual([WHOLE, 0, WHOLE]);
  expect(kept({ kind: 'steps', steps: new Uint32Array() })).toEqual([0, 0, 0]);
});
