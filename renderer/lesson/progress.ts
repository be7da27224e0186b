import { recall, remember } from '../state/memory.ts';

const KEY = 'lessons';

/** Pages done and the page last read, of one lesson: the only place where it is kept. */
export interface Progress {
  readonly page: number;
  readonly done: readonly number[];
}
type All = Record<string, Progress>;

const all = (): All =>
  recall(KEY, (value) => (typeof value === 'object' && value !== null ? (value as All) : null)) ?? {};

/** Where a person was in a lesson. */
export function progressOf(lesson: string): Progress {
  const found = all()[lesson];
  return found !== undefined && Array.isArray(found.done) && Number.isInteger(found.page)
    ? found
    : { page: 0, done: [] };
}

export function keepProgress(lesson: string, progress: Progress): void {
  remember(KEY, { ...all(), [lesson]: progress });
}

/** Progress with more pages done. */
export const withDone = (progress: Progress, pages: readonly number[]): Progress => ({
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
