import { InputError } from '../base/errors.ts';
import { parseJson } from '../base/json.ts';
import { withSchema } from '../base/json-schema.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import { bool, int, list, oneOf, optional, record, ShapeError, text } from '../base/validate.ts';
import type { Validator } from '../base/validate.ts';

/** How far somebody is in one lesson: pages from 0. */
export interface LessonProgress {
  readonly page: number;
  readonly done: readonly number[];
}
/** How far a lesson is. */
export type Reached = 'done' | 'begun' | 'new';
/** How far somebody is in a lesson of so many pages, and how many of these are done: what another version of it had more is not counted. */
export function reachedOf(
  progress: LessonProgress | undefined,
  steps: number,
): { readonly reached: Reached; readonly pages: number } {
  const { page = 0, done = [] } = progress ?? {};
  const pages = new Set(done.filter((one) => one < steps)).size;
  const all = progress !== undefined && pages >= steps;
  return { reached: all ? 'done' : pages > 0 || page > 0 ? 'begun' : 'new', pages };
}
/** The ways in which an exercise can be solved: in its own language, assembly or a definition; in C; of pieces of C. */
export const WAYS = ['assembly', 'c', 'pieces'] as const;
export type Way = (typeof WAYS)[number];
/** What was typed in an exercise. */
export interface ExerciseText {
  readonly lesson: string;
  readonly page: number;
  /** In its own language unless told. */
  readonly way?: Way | undefined;
  readonly text: string;
}
/** What somebody expected at a question, before it was seen. */
export interface Prediction {
  readonly lesson: string;
  readonly page: number;
  /** The words of the answer that was chosen first. */
  readonly bet: string;
  /** Whether that was right. */
  readonly right: boolean;
  /** Answers that were tried, the first among them. */
  readonly tries: number;
}
/** What somebody asked for at an exercise. */
export interface Help {
  readonly lesson: string;
  readonly page: number;
  /** Hints that were read. */
  readonly hints: number;
  /** A solution was shown before it was solved. */
  readonly solution: boolean;
}
/** All that somebody did in the course, as a file. */
export interface CourseProgress {
  readonly version: 2;
  /** Who it is, in their own words; empty where they did not say. */
  readonly name: string;
  readonly lessons: readonly ({ readonly lesson: string } & LessonProgress)[];
  readonly exercises: readonly ExerciseText[];
  readonly predictions: readonly Prediction[];
  readonly help: readonly Help[];
}
/** The same as a file has it: version 1 knew of no predictions and no help. */
interface ProgressFile extends Omit<CourseProgress, 'version' | 'predictions' | 'help'> {
  readonly version: 1 | 2;
  readonly predictions: readonly Prediction[] | undefined;
  readonly help: readonly Help[] | undefined;
}

/** Largest file of progress, in bytes. */
const LARGEST = 16 * 1024 * 1024;
const MOST = 2000;
const page = int(0, MOST);
/** A lesson's id; one of a pack is `PACK/lesson`. */
const lesson = text(200);
const version: Validator<1 | 2> = withSchema({ enum: [1, 2] }, (value, at) => {
  if (value !== 1 && value !== 2)
    throw new ShapeError(at, 'is of another version; this program reads versions 1 and 2');
  return value;
});
/** What a file of progress must be like. */
export const progressFile = record<ProgressFile>({
  version,
  name: text(200),
  lessons: list(MOST, record({ lesson, page, done: list(MOST, page) })),
  exercises: list(MOST, record<ExerciseText>({ lesson, page, way: optional(oneOf(...WAYS)), text: text(1_000_000) })),
  predictions: optional(
    list(MOST, record<Prediction>({ lesson, page, bet: text(1000), right: bool, tries: int(1, 1_000_000) })),
  ),
  help: optional(list(MOST, record<Help>({ lesson, page, hints: int(0, MOST), solution: bool }))),
});

/** Reads a file of progress. @throws InputError with the place and the rule broken */
export function readProgress(bytes: Uint8Array, file: string): CourseProgress {
  try {
    const { predictions = [], help = [], ...rest } = progressFile(parseJson(bytes, LARGEST), '');
    return { ...rest, version: 2, predictions, help };
  } catch (error) {
    if (error instanceof ShapeError) throw new InputError(error.message, '', file);
    throw error instanceof InputError ? error.inFile(file) : error;
  }
}

export const writeProgress = (progress: CourseProgress): Uint8Array =>
  encodeUtf8(`${JSON.stringify(progress, null, 1)}\n`);
