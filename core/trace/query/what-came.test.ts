import { expect, test } from 'vitest';
import type { Exploration } from '../views/view.ts';
import { whatCame } from './what-came.ts';

const walk = {
  steps: 35,
  pcs: new Uint32Array(35),
  checkpoints: [],
  paths: [
    { id: 0, fork: -1, firstStep: 1, lastStep: 15, end: 'exit', label: '', outcome: 'start' },
    { id: 1, fork: 0, firstStep: 16, lastStep: 28, end: 'exit', label: '', outcome: 'non-null' },
    { id: 2, fork: 1, firstStep: 29, lastStep: 35, end: 'pruned', label: '', outcome: 'non-null' },
  ],
  forks: [
    { id: 0, step: 9, pc: 8, kind: 'next', path: 0, child: 1, resumedAt: 16, label: 'NULL first: drained', reason: '' },
    { id: 1, step: 22, pc: 15, kind: 'next', path: 1, child: 2, resumedAt: 29, label: 'NULL again', reason: '' },
  ],
  prunes: [{ step: 35, pc: 15, path: 2, checkpoint: 1, label: 'covered by the checkpoint at 15' }],
} satisfies Exploration;

test.each([
  [1, 8, null],
  // At the fork itself it is not seen yet which way is taken.
  [9, 9, null],
  [9, 10, { kind: 'fork', step: 9, words: 'NULL first: drained' }],
  [9, 15, { kind: 'end', step: 15, words: 'the exit is reached' }],
  [16, 24, { kind: 'fork', step: 22, words: 'NULL again' }],
  [16, 35, { kind: 'pruned', step: 35, words: 'covered by the checkpoint at 15' }],
])('from step %i to %i', (from, to, came) => expect(whatCame(walk, from, to)).toEqual(came));
