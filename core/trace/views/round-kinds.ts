import type { RoundKind } from './view.ts';

/** What a round of a loop may bring, by its number in `LoopRounds.kinds`. */
export const ROUND_KINDS: readonly RoundKind[] = ['new', 'widened', 'covered'];
