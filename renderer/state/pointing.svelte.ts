import type { Spot } from '../../core/verifier/values/spot.ts';

/** What the pointer or the focus is on, where another pane lights up what belongs to it. */
class Pointing {
  /** A register or a slot; null for nothing. */
  spot = $state.raw<Spot | null>(null);

  /** Handlers of what stands for a spot: it lights up while the pointer or the focus is on it. */
  at(spot: Spot): Record<'onpointerenter' | 'onpointerleave' | 'onfocusin' | 'onfocusout', () => void> {
    const enter = (): void => void (this.spot = spot);
    const leave = (): void => void (this.spot = null);
    return { onpointerenter: enter, onpointerleave: leave, onfocusin: enter, onfocusout: leave };
  }
}

export const pointing = new Pointing();
