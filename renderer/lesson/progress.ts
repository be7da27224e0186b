import type { LessonProgress } from '../../core/lesson/progress.ts';
import { recall, remember } from '../state/memory.ts';

const KEY = 'lessons';

// Pages done and the page last read, by lesson: the only place where they are kept.
type All = Record<string, LessonProgress>;

const all = (): All =>
  recall(KEY, (value) => (typeof value === 'object' && value !== null ? (value as All) : null)) ?? {};

/** Where a person was in a lesson. */
export function progressOf(lesson: string): LessonProgress {
  const found = all()[lesson];
  return found !== undefined && Array.isArray(found.done) && Number.isInteger(found.page)
    ? found
    : { page: 0, done: [] };
}

export function keepProgress(lesson: string, progress: LessonProgress): void {
  remember(KEY, { ...all(), [lesson]: progress });
}

/** Progress with more pages done. */
export const withDone = (progress: LessonProgress, pages: readonly number[]): LessonProgress => ({
  ...progress,
  done: [...new Set([...progress.done, ...pages])],
});

/** Takes over pages (`lesson/page`) that the journal of an earlier release has as done. */
export function takeOver(done: readonly string[]): void {
  for (const entry of done) {
    const [lesson, page] = entry.split('/');
    if (lesson !== undefined && /^\d+$/.test(page ?? ''))
      keepProgress(lesson, withDone(progressOf(lesson), [Number(page)]));
  }
}
