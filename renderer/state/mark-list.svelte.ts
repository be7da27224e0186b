import type { Mark } from '../../core/engine/protocol.ts';
import { future } from '../exploration/future.svelte.ts';
import { marks } from './marks.svelte.ts';
import { playhead } from './playhead.svelte.ts';

/** The marks as they are listed and gone to. */
class MarkList {
  /** The list is open; `naming` is the step whose name is being written, 0 for none. */
  open = $state(false);
  naming = $state(0);

  /** Those that may be shown: in fog, up to the playhead. */
  get shown(): readonly Mark[] {
    return future.shown ? marks.list : marks.list.filter(({ step }) => step <= playhead.step);
  }
  /** Marks the step under the playhead, and asks for a name. */
  async here(): Promise<void> {
    const { step } = playhead;
    if (step === 0) return;
    playhead.pause();
    this.naming = step;
    this.open = true;
    if (!marks.list.some((mark) => mark.step === step)) await marks.set(step, '');
  }
  /** To the next (1) or previous (-1) mark, if there is one. */
  jump(direction: 1 | -1): void {
    const { step } = playhead;
    const { shown } = this;
    const to =
      direction === 1 ? shown.find((mark) => mark.step > step) : [...shown].reverse().find((mark) => mark.step < step);
    if (to === undefined) return;
    playhead.pause();
    playhead.goTo(to.step);
  }
  toggle(): void {
    this.open = !this.open;
    this.naming = 0;
  }
}

export const markList = new MarkList();
