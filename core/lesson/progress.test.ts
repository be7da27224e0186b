import { expect, test } from 'vitest';
import { encodeUtf8 } from '../base/utf8.ts';
import { reachedOf, readProgress, writeProgress } from './progress.ts';
import { readClass, sortedLearners, summaryCsv, summaryOf } from './summary.ts';
import type { CourseProgress } from './progress.ts';

const progress = (name: string, done: Record<string, number[]>): CourseProgress => ({
  version: 2,
  name,
  lessons: Object.entries(done).map(([lesson, pages]) => ({ lesson, page: 0, done: pages })),
  exercises: [{ lesson: 'a', page: 1, text: 'r0 = 0\nexit' }],
  predictions: [
    { lesson: 'a', page: 0, bet: 'Ten times', right: false, tries: 2 },
    { lesson: 'a', page: 1, bet: 'Once', right: true, tries: 1 },
  ],
  help: [{ lesson: 'a', page: 1, hints: 2, solution: true }],
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
  [
    'another version',
    JSON.stringify({ ...progress('', {}), version: 3 }),
    /version.*this program reads versions 1 and 2/,
  ],
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
  expect(summary.learners.map(({ cells: _, ...sums }) => sums)).toEqual([
    { name: 'Ada', done: 1, begun: 1, pages: 3, hints: 2, solutions: 1, bets: 2, right: 1, lessons: ['1.1'] },
    { name: 'two', done: 0, begun: 1, pages: 1, hints: 2, solutions: 1, bets: 2, right: 1, lessons: [] },
  ]);
  expect(summary.learners[0]?.cells.map(({ state, pages }) => [state, pages])).toEqual([
    ['done', 2],
    ['begun', 1],
  ]);
  expect(summary.lessons.map(({ number, done, begun }) => [number, done, begun])).toEqual([
    ['1.1', 1, 1],
    ['1.2', 0, 1],
  ]);
  const names = (by: Parameters<typeof sortedLearners>[1]): string[] =>
    sortedLearners(summary.learners, by).map(({ name }) => name);
  expect([names('name'), names('pages'), names(1)]).toEqual([
    ['Ada', 'two'],
    ['Ada', 'two'],
    ['Ada', 'two'],
  ]);
});

test('a class as a table for other programs: quoted where it must be, and no formulas', () => {
  const odd = [{ id: 'a', number: '1.1', title: 'A, "b"', steps: 2 }];
  const csv = summaryCsv(summaryOf(odd, [{ name: 'x', progress: progress('=1+1', { a: [0] }) }]));
  expect(csv).toBe(
    'learner,"1.1 A, ""b""",lessons done,begun,pages,hints,solutions seen,predictions,right at once\r\n' +
      "'=1+1,1 of 2,0,1,1,2,1,2,1\r\n",
  );
});

test('a file that is none is told with its reason, and the others are read', () => {
  const { learners, refused } = readClass([
    { name: 'class/ada.json', bytes: writeProgress(progress('', { a: [0] })) },
    { name: 'class/notes.json', bytes: encodeUtf8('{"version": 7}') },
    { name: 'class/empty.json', bytes: new Uint8Array() },
  ]);
  expect(learners.map(({ name }) => name)).toEqual(['ada']);
  expect(refused.map(({ name }) => name)).toEqual(['class/notes.json', 'class/empty.json']);
  expect(refused[0]?.reason).toMatch(/version/);
});

test('what version 1 did not know of is empty', () => {
  const old = { version: 1, name: 'Ada', lessons: [{ lesson: 'a', page: 1, done: [0] }], exercises: [] };
  expect(readProgress(encodeUtf8(JSON.stringify(old)), 'p.json')).toEqual({
    ...old,
    version: 2,
    predictions: [],
    help: [],
  });
});

test.each([
  [undefined, { reached: 'new', pages: 0 }],
  [
    { page: 0, done: [] },
    { reached: 'new', pages: 0 },
  ],
  [
    { page: 1, done: [] },
    { reached: 'begun', pages: 0 },
  ],
  [
    { page: 0, done: [0, 0, 1] },
    { reached: 'begun', pages: 2 },
  ],
  [
    { page: 2, done: [2, 0, 1] },
    { reached: 'done', pages: 3 },
  ],
  // Pages that only another version of the lesson had.
  [
    { page: 0, done: [0, 3, 4] },
    { reached: 'begun', pages: 1 },
  ],
])('how far a lesson of three pages is with %j', (progress, found) => expect(reachedOf(progress, 3)).toEqual(found));
