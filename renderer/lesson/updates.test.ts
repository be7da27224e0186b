import { describe, expect, test } from 'vitest';
import { memory } from '../state/memory.ts';
import { keepProgress, progressOf } from './progress.ts';
import { betOf, keepBet } from './record.ts';
import { followPages, movedPages } from './updates.ts';
import { exerciseName } from './ways.ts';

describe('where pages are in another version of a lesson', () => {
  test.each([
    ['the same', ['a', 'b'], ['a', 'b'], [0, 1]],
    ['one before them', ['a', 'b'], ['new', 'a', 'b'], [1, 2]],
    ['one less', ['a', 'b', 'c'], ['a', 'c'], [0, null, 1]],
    ['changed places', ['a', 'b', 'c'], ['c', 'a', 'b'], [1, 2, 0]],
    ['another title in its place', ['a', 'b', 'c'], ['a', 'B', 'c'], [0, 1, 2]],
    ['two of one title', ['a', 'a'], ['x', 'a', 'a'], [1, 2]],
  ])('%s', (_what, before, now, where) => expect(movedPages(before, now)).toEqual(where));
});

test('what was done, bet and written goes along with its page', () => {
  followPages('moving', ['One', 'Two', 'Three'], memory);
  keepProgress('moving', { page: 2, done: [0, 2] });
  keepBet('moving', 0, 'Twice', true);
  memory.keepText(exerciseName('moving', 2), 'exit');
  memory.keepText(exerciseName('moving', 2, 'c'), 'int x;');
  memory.keepText(exerciseName('moving', 1), 'gone');
  followPages('moving', ['Zero', 'One', 'Three'], memory);
  expect(progressOf('moving')).toEqual({ page: 2, done: [1, 2] });
  expect(betOf('moving', 0)).toBeNull();
  expect(betOf('moving', 1)).toMatchObject({ bet: 'Twice' });
  expect(memory.text(exerciseName('moving', 2))).toBe('exit');
  expect(memory.text(exerciseName('moving', 2, 'c'))).toBe('int x;');
  // "Two" is gone, and a new page stands elsewhere: what was written there is in no other's place.
  expect(memory.text(exerciseName('moving', 1))).toBeNull();
  // A second time nothing moves.
  followPages('moving', ['Zero', 'One', 'Three'], memory);
  expect(progressOf('moving')).toEqual({ page: 2, done: [1, 2] });
});
