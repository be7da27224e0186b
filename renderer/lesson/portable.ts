import { readProgress, WAYS, writeProgress } from '../../core/lesson/progress.ts';
import type { CourseProgress, ExerciseText, Way } from '../../core/lesson/progress.ts';
import type { InputFile, LessonInfo } from '../../core/engine/protocol.ts';
import type { Memory } from '../state/memory.ts';
import { exerciseName } from './ways.ts';
import { keepProgress, progressOf } from './progress.ts';
import { forgetRecord, help, predictions, takeRecord } from './record.ts';

/** What a file of progress is called. */
export const PROGRESS_FILE = 'iterscope-progress.json';

function written(lesson: string, page: number, way: Way, memory: Memory): ExerciseText[] {
  const text = memory.text(exerciseName(lesson, page, way));
  if (text === null) return [];
  return [{ lesson, page, ...(way === 'assembly' ? {} : { way }), text }];
}

/** All that somebody did in the course. */
export function collected(lessons: readonly LessonInfo[], memory: Memory): CourseProgress {
  const known = lessons.filter(({ problem }) => problem === undefined);
  return {
    version: 2,
    name: '',
    lessons: known
      .map(({ id }) => ({ lesson: id, ...progressOf(id) }))
      .filter(({ page, done }) => page > 0 || done.length > 0),
    exercises: known.flatMap(({ id, steps }) =>
      Array.from({ length: steps }, (_, page) => WAYS.flatMap((way) => written(id, page, way, memory))).flat(),
    ),
    predictions: predictions(),
    help: help(),
  };
}

/** Takes progress over: pages done there and here are both done; what was typed there takes the place of what was here. */
export function takeIn(progress: CourseProgress, memory: Memory): void {
  for (const { lesson, page, done } of progress.lessons) {
    const own = progressOf(lesson);
    keepProgress(lesson, { page: Math.max(page, own.page), done: [...new Set([...own.done, ...done])] });
  }
  takeRecord(progress);
  for (const { lesson, page, way, text } of progress.exercises) memory.keepText(exerciseName(lesson, page, way), text);
}

/** Forgets everything. */
export function forget(lessons: readonly LessonInfo[], memory: Memory): void {
  for (const { id, steps } of lessons) {
    keepProgress(id, { page: 0, done: [] });
    for (let page = 0; page < steps; page++) for (const way of WAYS) memory.keepText(exerciseName(id, page, way), null);
  }
  forgetRecord();
  memory.keepText('lesson.last', null);
}

export const progressFile = (progress: CourseProgress): InputFile => ({
  name: PROGRESS_FILE,
  bytes: writeProgress(progress),
});

/** Whether a file looks like one of progress: JSON that speaks of lessons and exercises, near its beginning. */
export function isProgressFile({ name, bytes }: InputFile): boolean {
  if (!name.endsWith('.json')) return false;
  const begin = new TextDecoder().decode(bytes.subarray(0, 2000));
  return /^\s*\{\s*"version":/.test(begin) && begin.includes('"lessons"');
}

/** Reads progress from a file. @throws InputError with the place and the rule broken */
export const progressIn = ({ name, bytes }: InputFile): CourseProgress => readProgress(bytes, name);
