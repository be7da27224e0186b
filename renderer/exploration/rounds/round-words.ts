import type { LoopRounds, RoundKind } from '../../../core/trace/views/view.ts';
import { counted, grouped } from '../../format.ts';
import { countsUntil, roundsUntil } from './round-cells.ts';
import { say } from '../../words/index.ts';

const WORDS: Readonly<Record<RoundKind, string>> = { new: 'new', widened: 'widened', covered: 'covered' };

/** `83 333 rounds, all new`, `4 rounds: 1 new, 2 widened, 1 covered`. */
export function countWords(loop: LoopRounds, until: number): string {
  const known = roundsUntil(loop, until);
  const counts = countsUntil(loop, known);
  const kinds = (['new', 'widened', 'covered'] as const).filter((kind) => counts[kind] > 0);
  const what = counted(known, loop.loop ? 'round' : 'visit');
  if (kinds.length === 0) return what;
  if (kinds.length === 1) return known === 1 ? `${what}: ${WORDS[kinds[0]!]}` : `${what}, all ${WORDS[kinds[0]!]}`;
  return `${what}: ${kinds.map((kind) => `${grouped(counts[kind])} ${WORDS[kind]}`).join(', ')}`;
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
