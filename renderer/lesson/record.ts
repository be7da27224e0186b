import type { Help, Prediction } from '../../core/lesson/progress.ts';
import { recall, remember } from '../state/memory.ts';

const BETS = 'lessons.bets';
const HELP = 'lessons.help';

/** What was expected at the question of a page, and what was asked for at its exercise, each by `lesson#page`. */
type Kept<T> = Readonly<Record<string, Omit<T, 'lesson' | 'page'>>>;
const all = <T>(name: string): Kept<T> =>
  recall(name, (value) => (typeof value === 'object' && value !== null ? (value as Kept<T>) : null)) ?? {};
const keyOf = (lesson: string, page: number): string => `${lesson}#${page}`;
function put<T>(name: string, lesson: string, page: number, value: Omit<T, 'lesson' | 'page'>): void {
  remember(name, { ...all<T>(name), [keyOf(lesson, page)]: value });
}
const listed = <T extends object>(name: string): (T & { readonly lesson: string; readonly page: number })[] =>
  Object.entries(all<T>(name)).flatMap(([key, value]) => {
    const match = /^(.+)#(\d+)$/.exec(key);
    return match === null ? [] : [{ ...(value as T), lesson: match[1]!, page: Number(match[2]) }];
  });

/** Counts an answer to a question; the first one is the prediction. */
export function keepBet(lesson: string, page: number, bet: string, right: boolean): void {
  const before = all<Prediction>(BETS)[keyOf(lesson, page)];
  put<Prediction>(
    BETS,
    lesson,
    page,
    before === undefined ? { bet, right, tries: 1 } : { ...before, tries: before.tries + 1 },
  );
}
/** Keeps how much help was asked for at an exercise: the most hints at once, and whether a solution was shown. */
export function keepHelp(lesson: string, page: number, hints: number, solution: boolean): void {
  const before = all<Help>(HELP)[keyOf(lesson, page)] ?? { hints: 0, solution: false };
  put<Help>(HELP, lesson, page, {
    hints: Math.max(before.hints, hints),
    solution: before.solution || solution,
  });
}
/** What was answered first at a question; null before. */
export const betOf = (lesson: string, page: number): Omit<Prediction, 'lesson' | 'page'> | null =>
  all<Prediction>(BETS)[keyOf(lesson, page)] ?? null;
export const predictions = (): Prediction[] => listed<Omit<Prediction, 'lesson' | 'page'>>(BETS);
export const help = (): Help[] => listed<Omit<Help, 'lesson' | 'page'>>(HELP);

/** Takes over what a file of progress has: a prediction that was made here stays the first one. */
export function takeRecord(record: {
  readonly predictions: readonly Prediction[];
  readonly help: readonly Help[];
}): void {
  for (const { lesson, page, ...bet } of record.predictions)
    if (all<Prediction>(BETS)[keyOf(lesson, page)] === undefined) put<Prediction>(BETS, lesson, page, bet);
  for (const { lesson, page, hints, solution } of record.help) keepHelp(lesson, page, hints, solution);
}
/** A lesson's pages are in other places now. @param to where a page is; null where it is gone */
export function moveRecord(lesson: string, to: (page: number) => number | null): void {
  for (const name of [BETS, HELP]) {
    const moved = Object.entries(all<object>(name)).flatMap(([key, value]) => {
      const page = /^(.+)#(\d+)$/.exec(key);
      if (page === null || page[1] !== lesson) return [[key, value] as const];
      const now = to(Number(page[2]));
      return now === null ? [] : [[keyOf(lesson, now), value] as const];
    });
    remember(name, Object.fromEntries(moved));
  }
}
/** Forgets what was expected and asked for. */
export function forgetRecord(): void {
  remember(BETS, {});
  remember(HELP, {});
}
