import { expect, test } from 'vitest';
import { readProgress, writeProgress } from '../../core/lesson/progress.ts';
import { memory } from '../state/memory.ts';
import { collected, forget, takeIn } from './portable.ts';
import { keepProgress, progressOf, takeOver } from './progress.ts';
import { betOf, keepBet, keepHelp } from './record.ts';

test('what an earlier release kept in its journal is added to what the window has, and nothing else changes', () => {
  keepProgress('number-loop', { page: 3, done: [0, 2] });
  takeOver(['number-loop/1', 'number-loop/2', 'bits/4', 'no page', 'odd/x']);
  expect(progressOf('number-loop')).toEqual({ page: 3, done: [0, 2, 1] });
  expect(progressOf('bits')).toEqual({ page: 0, done: [4] });
  expect(progressOf('odd')).toEqual({ page: 0, done: [] });
});

const lesson = { number: '1.1', title: 'A', minutes: 1, steps: 3, goal: '', track: '', teaches: [], file: '' };
const list = [
  { ...lesson, id: 'a' },
  { ...lesson, id: 'night-school/a', pack: { id: 'night-school', title: 'Night school', author: '' } },
];

test('predictions and help are kept, saved, forgotten and taken in again; the first answer stays the prediction', () => {
  keepBet('a', 0, 'Ten times', false);
  keepBet('a', 0, 'Twice', true);
  keepBet('night-school/a', 1, 'Once', true);
  keepHelp('a', 2, 2, false);
  keepHelp('a', 2, 1, true);
  const saved = readProgress(writeProgress(collected(list, memory)), 'p.json');
  expect(saved.predictions).toEqual([
    { lesson: 'a', page: 0, bet: 'Ten times', right: false, tries: 2 },
    { lesson: 'night-school/a', page: 1, bet: 'Once', right: true, tries: 1 },
  ]);
  expect(saved.help).toEqual([{ lesson: 'a', page: 2, hints: 2, solution: true }]);
  forget(list, memory);
  expect(betOf('a', 0)).toBeNull();
  keepBet('a', 0, 'Once', false);
  takeIn(saved, memory);
  expect(betOf('a', 0)).toEqual({ bet: 'Once', right: false, tries: 1 });
  expect(collected(list, memory).help).toEqual(saved.help);
});

test('what is done in a pack’s lesson is not done in the course’s of the same name', () => {
  keepProgress('night-school/a', { page: 2, done: [0, 1, 2] });
  expect(progressOf('a').done).toEqual([]);
});
