import type { Moment } from '../../core/engine/protocol.ts';
import { indexOf } from '../exploration/prepare.ts';
import { pathOfStep } from '../exploration/model.ts';
import { mode } from './mode.svelte.ts';
import { onShow } from './on-show.svelte.ts';
import { playhead } from './playhead.svelte.ts';

/** A state that is chosen for the difference: what follows the playhead, or one that stays. */
export type StateChoice =
  | { readonly kind: 'here' | 'before' }
  | { readonly kind: 'step'; readonly step: number }
  | { readonly kind: 'checkpoint'; readonly checkpoint: number }
  /** The same step of another session. */
  | { readonly kind: 'session'; readonly session: number };

/** The two states whose difference is shown. */
class Difference {
  from = $state.raw<StateChoice>({ kind: 'before' });
  to = $state.raw<StateChoice>({ kind: 'here' });

  /** The step under the playhead is compared with what comes, whatever is shown. */
  setFrom(): void {
    if (playhead.step === 0) return;
    this.from = { kind: 'step', step: playhead.step };
    this.to = { kind: 'here' };
    mode.tab = 'difference';
  }
  clear(): void {
    this.from = { kind: 'before' };
    this.to = { kind: 'here' };
  }
  /** The step that is pinned as *from*; 0 for none. */
  get pinned(): number {
    return this.from.kind === 'step' ? this.from.step : 0;
  }
}

export const difference = new Difference();

/** The step before the playhead's on its own path: at a path's first one, its fork's. At the beginning it is the step itself. */
function stepBefore(): number {
  const { step } = playhead;
  const { exploration } = onShow;
  if (exploration === null) return Math.max(1, step - 1);
  const index = indexOf(exploration);
  const path = pathOfStep(index, step);
  const before = path >= 0 && index.first[path] === step ? index.waitFrom[path]! : step - 1;
  return Math.max(1, before);
}

/** The state that a choice stands for now; null where there is none. */
export function momentOf(choice: StateChoice): Moment | null {
  const session = onShow.info?.id;
  const { step } = playhead;
  if (session === undefined || step === 0) return null;
  switch (choice.kind) {
    case 'here':
      return { at: 'step', session, step };
    case 'before':
      return { at: 'step', session, step: stepBefore() };
    case 'step':
      return { at: 'step', session, step: choice.step };
    case 'checkpoint':
      return { at: 'checkpoint', session, checkpoint: choice.checkpoint };
    case 'session':
      return { at: 'step', session: choice.session, step };
    default:
      return choice satisfies never;
  }
}
