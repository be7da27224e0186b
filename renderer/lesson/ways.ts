import type { Way } from '../../core/lesson/progress.ts';

/** Under which name what was written at an exercise is kept. @param page from 0 */
export const exerciseName = (lesson: string, page: number, way: Way = 'assembly'): string =>
  `exercise.${lesson}.${page}${way === 'assembly' ? '' : `.${way}`}`;

/** Pieces that were chosen, as they are kept: by their C, so that they stay what they are when the lesson gets others. */
export const keepablePieces = (pieces: readonly { readonly c: string }[]): string =>
  JSON.stringify(pieces.map(({ c }) => c));
/** The C of the pieces that were kept; none where it is not what was kept. */
export function keptPieces(kept: string | null): readonly string[] {
  try {
    const value: unknown = JSON.parse(kept ?? '[]');
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}
