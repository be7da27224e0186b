import { recall, remember } from '../state/memory.ts';

const KEY = 'lessons';

/** Pages reached (1-based count) and the page last read, by lesson. */
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
