import { InputError } from '../base/errors.ts';
import { parseJson } from '../base/json.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import { int, list, record, ShapeError, text } from '../base/validate.ts';
import type { Validator } from '../base/validate.ts';

/** How far somebody is in one lesson: pages from 0. */
export interface LessonProgress {
  readonly page: number;
  readonly done: readonly number[];
}
/** What was typed in an exercise. */
export interface ExerciseText {
  readonly lesson: string;
  readonly page: number;
  readonly text: string;
}
/** All that somebody did in the course, as a file. */
export interface CourseProgress {
  readonly version: 1;
  /** Who it is, in their own words; empty where they did not say. */
  readonly name: string;
  readonly lessons: readonly ({ readonly lesson: string } & LessonProgress)[];
  readonly exercises: readonly ExerciseText[];
}

/** Largest file of progress, in bytes. */
const LARGEST = 16 * 1024 * 1024;
const MOST = 2000;
const page = int(0, MOST);
const one: Validator<1> = (value, at) => {
  if (value !== 1) throw new ShapeError(at, 'is of another version; this program reads version 1');
  return 1;
};
const shape = record<CourseProgress>({
  version: one,
  name: text(200),
  lessons: list(MOST, record({ lesson: text(100), page, done: list(MOST, page) })),
  exercises: list(MOST, record({ lesson: text(100), page, text: text(1_000_000) })),
});

/** Reads a file of progress. @throws InputError with the place and the rule broken */
export function readProgress(bytes: Uint8Array, file: string): CourseProgress {
  try {
    return shape(parseJson(bytes, LARGEST), '');
  } catch (error) {
    if (error instanceof ShapeError) throw new InputError(error.message, '', file);
    throw error instanceof InputError ? error.inFile(file) : error;
  }
}

export const writeProgress = (progress: CourseProgress): Uint8Array =>
  encodeUtf8(`${JSON.stringify(progress, null, 1)}\n`);

/** A lesson as a summary needs it. */
export interface SummaryLesson {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly steps: number;
}
/** How far each of a class is. */
export interface CourseSummary {
  readonly learners: readonly {
    readonly name: string;
    readonly done: number;
    readonly begun: number;
    /** Numbers of the lessons that are done. */
    readonly lessons: readonly string[];
  }[];
  readonly lessons: readonly (SummaryLesson & { readonly done: number; readonly begun: number })[];
}

/** Puts the progress of many together. @param name of each: the file's where they gave none */
export function summaryOf(
  lessons: readonly SummaryLesson[],
  all: readonly { readonly name: string; readonly progress: CourseProgress }[],
): CourseSummary {
  const reached = (progress: CourseProgress, { id, steps }: SummaryLesson): 'done' | 'begun' | 'new' => {
    const found = progress.lessons.find((one) => one.lesson === id);
    if (found === undefined) return 'new';
    const pages = new Set(found.done.filter((page) => page < steps)).size;
    return pages >= steps ? 'done' : pages > 0 || found.page > 0 ? 'begun' : 'new';
  };
  return {
    learners: all.map(({ name, progress }) => {
      const states = lessons.map((lesson) => ({ lesson, state: reached(progress, lesson) }));
      const done = states.filter(({ state }) => state === 'done');
      return {
        name: progress.name === '' ? name : progress.name,
        done: done.length,
        begun: states.filter(({ state }) => state === 'begun').length,
        lessons: done.map(({ lesson }) => lesson.number),
      };
    }),
    lessons: lessons.map((lesson) => {
      const states = all.map(({ progress }) => reached(progress, lesson));
      return {
        ...lesson,
        done: states.filter((state) => state === 'done').length,
        begun: states.filter((state) => state === 'begun').length,
      };
    }),
  };
}
