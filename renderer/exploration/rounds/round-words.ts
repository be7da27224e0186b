import type { LoopRounds, RoundKind } from '../../../core/trace/views/view.ts';

import { countsUntil, roundsUntil } from './round-cells.ts';
import { say } from '../../words/index.ts';

const WORDS: Readonly<Record<RoundKind, string>> = say.rounds.roundWords.kinds;

/** `83 333 rounds, all new`, `4 rounds: 1 new, 2 widened, 1 covered`. */
export function countWords(loop: LoopRounds, until: number): string {
  const known = roundsUntil(loop, until);
  const counts = countsUntil(loop, known);
  const kinds = (['new', 'widened', 'covered'] as const).filter((kind) => counts[kind] > 0);
  const what = say.rounds.roundWords.known(known, loop.loop);
  if (kinds.length === 0) return what;
  if (kinds.length === 1)
    return known === 1
      ? say.rounds.roundWords.one(what, WORDS[kinds[0]!])
      : say.rounds.roundWords.all(what, WORDS[kinds[0]!]);
  return say.rounds.roundWords.several(
    what,
    kinds.map((kind) => say.rounds.roundWords.ofKind(counts[kind], WORDS[kind])),
  );
}

/** The value that differs, by its name in the source where it has one: `i (r6)`. */
export function valueName({ changing }: LoopRounds): string {
  if (changing === null) return '';
  return changing.variable === '' ? changing.name : `${changing.variable} (${changing.name})`;
}

/** What a round brought, in a word or two. */
export function roundKindWords(kind: RoundKind): string {
  return {
    new: say.rounds.roundWords.new,
    widened: say.rounds.roundWords.widened,
    covered: say.rounds.roundWords.covered,
  }[kind];
}
