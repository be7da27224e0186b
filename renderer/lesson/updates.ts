import { WAYS } from '../../core/lesson/progress.ts';
import type { Memory } from '../state/memory.ts';
import { keepProgress, progressOf } from './progress.ts';
import { moveRecord } from './record.ts';
import { exerciseName, keptTexts, textsOf } from './ways.ts';

/**
 * Where each page of a lesson is in another version of it: the one of the same title; a page that got another title is the one in its place, if that has
 * a new title, too. Null for a page that is gone.
 */
export function movedPages(before: readonly string[], now: readonly string[]): readonly (number | null)[] {
  const taken = new Set<number>();
  const byTitle = before.map((title) => {
    const found = now.findIndex((other, i) => other === title && !taken.has(i));
    if (found >= 0) taken.add(found);
    return found;
  });
  return byTitle.map((found, i) => {
    if (found >= 0) return found;
    if (i >= now.length || taken.has(i)) return null;
    taken.add(i);
    return i;
  });
}

/**
 * A lesson was read, maybe in another version than the last time: what was done, bet on and written goes along with its pages.
 * @param titles of its pages, in order
 */
export function followPages(lesson: string, titles: readonly string[], memory: Memory): void {
  const name = `lesson.${lesson}.pages`;
  const before = keptTexts(memory.text(name));
  memory.keepText(name, JSON.stringify(titles));
  if (before === null || JSON.stringify(before) === JSON.stringify(titles)) return;
  const where = movedPages(before, titles);
  const to = (page: number): number | null => where[page] ?? null;

  const { page, done } = progressOf(lesson);
  keepProgress(lesson, { page: to(page) ?? 0, done: done.flatMap((one) => to(one) ?? []) });
  moveRecord(lesson, to);
  // All are read before any is written: two pages may have changed places.
  const texts = before.flatMap((_title, from) =>
    WAYS.flatMap((way) => textsOf(exerciseName(lesson, from, way))).map((key) => ({
      key,
      from,
      text: memory.text(key),
    })),
  );
  for (const { key } of texts) memory.keepText(key, null);
  for (const { key, from, text } of texts) {
    const page = to(from);
    if (text !== null && page !== null)
      memory.keepText(key.replace(exerciseName(lesson, from), exerciseName(lesson, page)), text);
  }
}
