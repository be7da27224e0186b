import { expect, test } from 'vitest';
import { labelEvery, PAD, positionAt, xOf } from './calls-axis.ts';

test.each([0, 1, 13, 40])('position %i is found where it is drawn', (at) => {
  expect(positionAt(640, 40, xOf(640, 40, at))).toBe(at);
});

test('places beyond an end are the end; a file without events has one place', () => {
  expect([positionAt(640, 40, -5), positionAt(640, 40, 9999)]).toEqual([0, 40]);
  expect([xOf(640, 0, 0), positionAt(640, 0, 300)]).toEqual([PAD, 0]);
});

test.each([
  [40, 30, 1],
  [14, 30, 5],
  [0.9, 30, 50],
])('with %f pixels each and labels of %f every %i-th has one', (pixels, room, every) => {
  expect(labelEvery(pixels, room)).toBe(every);
});
