import { expect, test } from 'vitest';
import { encodeUtf8 } from '../base/utf8.ts';
import { readProgress, summaryOf, writeProgress } from './progress.ts';
import type { CourseProgress } from './progress.ts';

const progress = (name: string, done: Record<string, number[]>): CourseProgress => ({
  version: 1,
  name,
  lessons: Object.entries(done).map(([lesson, pages]) => ({ lesson, page: 0, done: pages })),
  exercises: [{ lesson: 'a', page: 1, text: 'r0 = 0\nexit' }],
});
const lessons = [
  { id: 'a', number: '1.1', title: 'A', steps: 2 },
  { id: 'b', number: '1.2', title: 'B', steps: 3 },
];

test('what is written is read again', () => {
  const one = progress('Ada', { a: [0, 1] });
  expect(readProgress(writeProgress(one), 'p.json')).toEqual(one);
});

test.each([
  ['no JSON', '{', /p\.json/],
  ['another version', JSON.stringify({ ...progress('', {}), version: 2 }), /version.*this program reads version 1/],
  [
    'a page below 0',
    JSON.stringify({ ...progress('', {}), lessons: [{ lesson: 'a', page: -1, done: [] }] }),
    /lessons.*page/,
  ],
  [
    'a text that is none',
    JSON.stringify({ ...progress('', {}), exercises: [{ lesson: 'a', page: 0, text: 7 }] }),
    /text/,
  ],
])('%s is refused with its place', (_name, source, reason) => {
  expect(() => readProgress(encodeUtf8(source), 'p.json')).toThrow(reason);
});

test('a class: who did what, and how many each lesson', () => {
  const summary = summaryOf(lessons, [
    { name: 'one', progress: progress('Ada', { a: [0, 1], b: [0] }) },
    { name: 'two', progress: progress('', { a: [1, 1, 7] }) },
  ]);
  expect(summary.learners).toEqual([
    { name: 'Ada', done: 1, begun: 1, lessons: ['1.1'] },
    { name: 'two', done: 0, begun: 1, lessons: [] },
  ]);
  expect(summary.lessons.map(({ number, done, begun }) => [number, done, begun])).toEqual([
    ['1.1', 1, 1],
    ['1.2', 0, 1],
  ]);
});
