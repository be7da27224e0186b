import type { Way } from '../../core/lesson/progress.ts';

/** Under which name what was written at an exercise is kept. @param page from 0 */
export const exerciseName = (lesson: string, page: number, way: Way = 'assembly'): string =>
  `exercise.${lesson}.${page}${way === 'assembly' ? '' : `.${way}`}`;

/** What is kept of it besides: what stood there before *Start over*. */
export const beforeName = (name: string): string => `${name}.before`;
/** All that is kept under a name. */
export const textsOf = (name: string): readonly string[] => [name, beforeName(name)];

/** Pieces that were chosen, as they are kept: by their C, so that they stay what they are when the lesson gets others. */
export const keepablePieces = (pieces: readonly { readonly c: string }[]): string =>
  JSON.stringify(pieces.map(({ c }) => c));
/** A list of texts that was kept; null where there is none. */
export function keptTexts(kept: string | null): readonly string[] | null {
  try {
    const value: unknown = JSON.parse(kept ?? 'null');
    return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : null;
  } catch {
    return null;
  }
}
