import { InputError } from '../base/errors.ts';
import { reachedOf, readProgress } from './progress.ts';
import type { CourseProgress, Reached } from './progress.ts';

/** A lesson as a summary needs it. */
export interface SummaryLesson {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly steps: number;
}
/** How far somebody is in a lesson. */
export interface SummaryCell {
  readonly state: Reached;
  /** Pages that are done, of the lesson's. */
  readonly pages: number;
  /** Hints that were read, and exercises of which a solution was shown before they were solved. */
  readonly hints: number;
  readonly solutions: number;
  /** Predictions, and those of which the first was right. */
  readonly bets: number;
  readonly right: number;
}
/** What is counted of a learner over all lessons. */
export interface SummarySums extends Omit<SummaryCell, 'state'> {
  readonly done: number;
  readonly begun: number;
}
export interface SummaryLearner extends SummarySums {
  readonly name: string;
  /** Numbers of the lessons that are done. */
  readonly lessons: readonly string[];
  /** A cell for each lesson, in the order of `CourseSummary.lessons`. */
  readonly cells: readonly SummaryCell[];
}
/** How far each of a class is. */
export interface CourseSummary {
  readonly learners: readonly SummaryLearner[];
  readonly lessons: readonly (SummaryLesson & { readonly done: number; readonly begun: number })[];
  /** Files that are no progress, and why. */
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
}
/** The progress of somebody. @param name of the file, for who gave none */
export interface Learner {
  readonly name: string;
  readonly progress: CourseProgress;
}

/** What a file is called without its folders and ending. */
const stem = (file: string): string => file.replace(/^.*[/\\]/, '').replace(/\.json$/i, '');

/** Reads the files of a class: those that are no progress are told with their reason, and the others are read all the same. */
export function readClass(files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): {
  readonly learners: readonly Learner[];
  readonly refused: CourseSummary['refused'];
} {
  const learners: Learner[] = [];
  const refused: { name: string; reason: string }[] = [];
  for (const { name, bytes } of files)
    try {
      learners.push({ name: stem(name), progress: readProgress(bytes, '') });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refused.push({ name, reason: error.message });
    }
  return { learners, refused };
}

/** Puts the progress of many together. */
export function summaryOf(
  lessons: readonly SummaryLesson[],
  all: readonly Learner[],
  refused: CourseSummary['refused'] = [],
): CourseSummary {
  const learners = all.map(({ name, progress }): SummaryLearner => {
    const cells = lessons.map((lesson) => cellOf(progress, lesson));
    const sum = (of: (cell: SummaryCell) => number): number => cells.reduce((total, cell) => total + of(cell), 0);
    return {
      name: progress.name === '' ? name : progress.name,
      done: cells.filter(({ state }) => state === 'done').length,
      begun: cells.filter(({ state }) => state === 'begun').length,
      pages: sum(({ pages }) => pages),
      hints: sum(({ hints }) => hints),
      solutions: sum(({ solutions }) => solutions),
      bets: sum(({ bets }) => bets),
      right: sum(({ right }) => right),
      lessons: lessons.filter((_, i) => cells[i]?.state === 'done').map(({ number }) => number),
      cells,
    };
  });
  return {
    learners,
    lessons: lessons.map((lesson, i) => ({
      ...lesson,
      done: learners.filter(({ cells }) => cells[i]?.state === 'done').length,
      begun: learners.filter(({ cells }) => cells[i]?.state === 'begun').length,
    })),
    refused,
  };
}

function cellOf(progress: CourseProgress, { id, steps }: SummaryLesson): SummaryCell {
  const { reached, pages } = reachedOf(
    progress.lessons.find((one) => one.lesson === id),
    steps,
  );
  const help = progress.help.filter(({ lesson }) => lesson === id);
  const bets = progress.predictions.filter(({ lesson }) => lesson === id);
  return {
    state: reached,
    pages,
    hints: help.reduce((sum, { hints }) => sum + hints, 0),
    solutions: help.filter(({ solution }) => solution).length,
    bets: bets.length,
    right: bets.filter(({ right }) => right).length,
  };
}

/** What learners may be sorted by: their name, a sum, or how far they are in the lesson of an index. */
export type SummaryOrder = 'name' | 'done' | 'pages' | 'hints' | 'solutions' | 'right' | number;

/** The learners in an order, those with most first; by name where they have the same. */
export function sortedLearners(learners: readonly SummaryLearner[], by: SummaryOrder): readonly SummaryLearner[] {
  const names = (a: SummaryLearner, b: SummaryLearner): number => a.name.localeCompare(b.name, 'en', { numeric: true });
  if (by === 'name') return [...learners].sort(names);
  const value = ({ cells, ...sums }: SummaryLearner): number =>
    typeof by === 'number' ? (cells[by]?.pages ?? 0) + (cells[by]?.state === 'begun' ? 0.5 : 0) : sums[by];
  return [...learners].sort((a, b) => value(b) - value(a) || names(a, b));
}

/** The summary as a table for other programs (CSV, RFC 4180): a row a learner, pages done of each lesson. */
export function summaryCsv({ learners, lessons }: CourseSummary): string {
  const head = ['learner', ...lessons.map(({ number, title }) => `${number} ${title}`.trim())];
  const sums = ['lessons done', 'begun', 'pages', 'hints', 'solutions seen', 'predictions', 'right at once'];
  const rows = learners.map(({ name, cells, done, begun, pages, hints, solutions, bets, right }) => [
    name,
    ...cells.map(({ pages: done, state }, i) => (state === 'new' ? '' : `${done} of ${lessons[i]?.steps ?? 0}`)),
    ...[done, begun, pages, hints, solutions, bets, right].map(String),
  ]);
  return [[...head, ...sums], ...rows].map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}

/** A field: in quotes where it must be, and never something that a spreadsheet takes for a formula. */
function csvField(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
