import { InputError } from '../../core/base/errors.ts';
import type { Judgement } from '../kernel/judge.ts';
import type { Case } from './case.ts';
import type { Judge } from './judge.ts';

/** What has to stay for a smaller program to show the same disagreement. */
export function signature({ disagreement, difference, crash }: Judgement): string {
  const first = (text: string | undefined): string =>
    (text ?? '')
      .replace(/^\d+: /, '')
      .replace(/;.*/, ';')
      .replace(/\d+/g, '#')
      .slice(0, 24);
  if (crash !== undefined) return `crash ${first(crash)}`;
  return `${disagreement} ${first(difference?.left)} ${first(difference?.right)}`;
}

/**
 * Takes pieces away while the program still shows what it is kept for: halves first, single pieces last.
 * @param shows  may throw InputError: then the pieces make no program
 */
export function smallest(
  start: Case,
  shows: (candidate: Case) => boolean,
  limit: { readonly tries: number; readonly ms: number },
): Case {
  let best = start;
  let tries = 0;
  const end = performance.now() + limit.ms;
  const again = (): boolean => tries < limit.tries && performance.now() < end;
  const still = (candidate: Case): boolean => {
    tries++;
    try {
      return shows(candidate);
    } catch (error) {
      // A label that went away, or nothing left.
      if (error instanceof InputError) return false;
      throw error;
    }
  };
  for (let round = 0, before = -1; round < 4 && before !== best.lines.length && again(); round++) {
    before = best.lines.length;
    for (let size = Math.ceil(before / 2); size >= 1 && again(); size = size === 1 ? 0 : Math.floor(size / 2))
      for (let at = 0; at < best.lines.length && again();) {
        const kept = best.without(at, size).find(still);
        if (kept === undefined) at += size;
        else best = kept;
      }
  }
  return best;
}

/** The smallest case that shows a disagreement of the same kind. */
export function shrink(
  judge: Judge,
  start: Case,
  wanted: Judgement,
  level: 1 | 2,
  limit: { readonly tries: number; readonly ms: number },
): { smallest: Case; judgement: Judgement } {
  let judgement = wanted;
  const found = smallest(
    start,
    (candidate) => {
      const outcome = judge.judge(candidate, level);
      if (!('judgement' in outcome) || outcome.judgement.disagreement !== wanted.disagreement) return false;
      ({ judgement } = outcome);
      return true;
    },
    limit,
  );
  return { smallest: found, judgement };
}
