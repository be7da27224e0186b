import { expect, test } from 'vitest';
import type { Exploration } from '../../core/trace/views/view.ts';
import { groundOf, lanesOf, PATH_ENDS, SHAPED, stepAt, xOf, yOf } from './walk-lanes.ts';

const exploration: Exploration = {
  steps: 12,
  pcs: new Uint32Array(12),
  checkpoints: [],
  prunes: [],
  paths: [
    { id: 0, fork: -1, firstStep: 1, lastStep: 6, end: 'exit', label: '', outcome: 'start' },
    { id: 2, fork: 5, firstStep: 10, lastStep: 12, end: 'pruned', label: '', outcome: 'taken' },
    { id: 1, fork: 4, firstStep: 7, lastStep: 9, end: 'rejected', label: '', outcome: 'taken' },
  ],
  forks: [
    { id: 4, step: 3, pc: 2, kind: 'branch', path: 0, child: 1, resumedAt: 7, label: '', reason: '' },
    { id: 5, step: 8, pc: 2, kind: 'branch', path: 1, child: 2, resumedAt: 10, label: '', reason: '' },
  ],
};

test('a path is a lane, in the order of the walk, and knows where it was forked', () => {
  const lanes = lanesOf(exploration);
  expect([...lanes.first]).toEqual([1, 7, 10]);
  expect([...lanes.last]).toEqual([6, 9, 12]);
  expect([...lanes.end].map((end) => PATH_ENDS[end])).toEqual(['exit', 'rejected', 'pruned']);
  expect([...lanes.from]).toEqual([-1, 0, 1]);
  expect([...lanes.forkedAt]).toEqual([0, 3, 8]);
});

test('steps and places belong to each other', () => {
  const ground = groundOf(640, 200, 30, 35, 3);
  for (let step = 1; step <= 35; step++) expect(stepAt(ground, xOf(ground, step))).toBe(step);
  expect(stepAt(ground, -50)).toBe(1);
  expect(stepAt(ground, 5000)).toBe(35);
  expect(yOf(ground, 2)).toBeLessThan(200);
  expect(ground.row).toBeGreaterThan(SHAPED);
});

test('lanes shrink as far as they have to, and a walk of nothing is drawn nowhere else', () => {
  expect(groundOf(640, 200, 30, 1_000_000, 100_000).row).toBeLessThan(0.01);
  expect(yOf(groundOf(640, 200, 30, 9, 100_000), 99_999)).toBeLessThanOrEqual(200);
  expect(xOf(groundOf(640, 200, 30, 1, 1), 1)).toBe(xOf(groundOf(640, 200, 30, 0, 0), 1));
});
