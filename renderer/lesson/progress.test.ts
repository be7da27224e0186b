import { expect, test } from 'vitest';
import { keepProgress, progressOf, takeOver } from './progress.ts';

test('what an earlier release kept in its journal is added to what the window has, and nothing else changes', () => {
  keepProgress('number-loop', { page: 3, done: [0, 2] });
  takeOver(['number-loop/1', 'number-loop/2', 'bits/4', 'no page', 'odd/x']);
  expect(progressOf('number-loop')).toEqual({ page: 3, done: [0, 2, 1] });
  expect(progressOf('bits')).toEqual({ page: 0, done: [4] });
  expect(progressOf('odd')).toEqual({ page: 0, done: [] });
});
