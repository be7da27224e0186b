import { expect, test } from 'vitest';
import type { LessonInfo } from '../../core/engine/protocol.ts';
import { courseMap } from './course-map.ts';
import type { LessonProgress } from '../../core/lesson/progress.ts';

const lesson = (id: string, number: string, steps = 2): LessonInfo => ({
  id,
  number,
  title: id,
  minutes: 10,
  steps,
  goal: '',
  track: number.startsWith('1') ? 'First' : 'Second',
  teaches: [],
  file: '',
});
const list = [
  lesson('a', '1.1'),
  lesson('b', '1.2'),
  lesson('c', '2.1'),
  { ...lesson('x', ''), problem: 'unreadable' },
];
const at = (progress: Record<string, LessonProgress>, last: string | null = null) =>
  courseMap(list, (id) => progress[id] ?? { page: 0, done: [] }, last);

test('lanes by track, what is done, and what is next', () => {
  const fresh = at({});
  expect(fresh.tracks.map(({ number, title, lessons }) => [number, title, lessons.length])).toEqual([
    ['1', 'First', 2],
    ['2', 'Second', 1],
  ]);
  expect([fresh.lessons, fresh.done, fresh.minutes, fresh.next?.lesson.id]).toEqual([3, 0, 30, 'a']);
  const some = at({ a: { page: 1, done: [0, 1] }, c: { page: 1, done: [0] } });
  expect([some.done, some.next?.lesson.id, some.tracks[0]!.done]).toEqual([1, 'c', 1]);
  expect(at({ b: { page: 1, done: [0] }, c: { page: 1, done: [0] } }, 'c').next?.lesson.id).toBe('c');
  const all = { page: 1, done: [0, 1] };
  expect(at({ a: all, b: all, c: all }).next).toBeNull();
});
