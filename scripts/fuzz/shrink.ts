import { InputError } from '../../core/base/errors.ts';
import type { Judgement } from '../../electron/cli/kernel/judge.ts';
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

/** Takes pieces away while the disagreement stays of its kind: halves first, single pieces last. */
export function shrink(
  judge: Judge,
  start: Case,
  wanted: Judgement,
  level: 1 | 2,
  limit: { readonly tries: number; readonly ms: number },
): { smallest: Case; judgement: Judgement } {
  let smallest = start;
  let judgement = wanted;
  let tries = 0;
  const end = performance.now() + limit.ms;
  const again = (): boolean => tries < limit.tries && performance.now() < end;
  for (let round = 0, before = -1; round < 4 && before !== smallest.lines.length && again(); round++) {
    before = smallest.lines.length;
    for (let size = Math.ceil(before / 2); size >= 1 && again(); size = size === 1 ? 0 : Math.floor(size / 2))
      for (let at = 0; at < smallest.lines.length && again();) {
        const kept = smallest.without(at, size).some((candidate) => {
          tries++;
          try {
            const outcome = judge.judge(candidate, level);
            if (!('judgement' in outcome) || outcome.judgement.disagreement !== wanted.disagreement) return false;
            smallest = candidate;
            judgement = outcome.judgement;
            return true;
          } catch (error) {
            // A label that went away, or nothing left.
            if (error instanceof InputError) return false;
            throw error;
          }
        });
        if (!kept) at += size;
      }
  }
  return { smallest, judgement };
}
