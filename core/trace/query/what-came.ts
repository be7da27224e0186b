import type { Exploration } from '../views/view.ts';

/** What decided a stretch of a walk. */
export interface WhatCame {
  readonly kind: 'fork' | 'pruned' | 'end';
  /** The step at which it happened. */
  readonly step: number;
  readonly words: string;
}

const ENDS = { exit: 'the exit is reached', pruned: 'covered', rejected: 'rejected', stopped: 'stopped' } as const;

/**
 * What came of a walk between two steps, both included: a path that was covered, else one that ended, else what a fork took first; the last of its kind.
 * Null where nothing was decided.
 */
export function whatCame(walk: Exploration, from: number, to: number): WhatCame | null {
  let came: WhatCame | null = null;
  for (const { step, label } of walk.prunes)
    if (step >= from && step <= to && step >= (came?.step ?? 0)) came = { kind: 'pruned', step, words: label };
  if (came !== null) return came;
  for (const { lastStep, end } of walk.paths)
    if (lastStep >= from && lastStep <= to && lastStep >= (came?.step ?? 0))
      came = { kind: 'end', step: lastStep, words: ENDS[end] };
  if (came !== null) return came;
  // What a fork takes first is seen with the step after it.
  for (const { step, label } of walk.forks)
    if (step >= from && step < to && step >= (came?.step ?? 0)) came = { kind: 'fork', step, words: label };
  return came;
}
