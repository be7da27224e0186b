const KEY = 'iterscope.lessons';

/** Pages reached (1-based count) and the page last read, by lesson. */
export interface Progress {
  readonly page: number;
  readonly done: readonly number[];
}
type All = Record<string, Progress>;

function all(): All {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as All;
  } catch {
    return {};
  }
}

/** Where a person was in a lesson. */
export function progressOf(lesson: string): Progress {
  const found = all()[lesson];
  return found !== undefined && Array.isArray(found.done) && Number.isInteger(found.page)
    ? found
    : { page: 0, done: [] };
}

export function keepProgress(lesson: string, progress: Progress): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...all(), [lesson]: progress }));
  } catch {
    // Private windows may refuse storage: progress then lasts as long as the window.
  }
}
