import { lowerBound } from '../exploration/model.ts';
import { reducedMotion } from '../exploration/motion.ts';
import { indexOf } from '../exploration/prepare.ts';
import { onShow } from '../state/on-show.svelte.ts';
import { playhead } from '../state/playhead.svelte.ts';

/** Milliseconds that it takes at most, and that a step does; a fork takes as long as so many steps, and so does the rest at the end. */
const LONGEST = 1200;
const STEP = 90;
const FORK = 4;
const END = 5;
/** Steps that are shown at most: of a longer way those before its end, and some of the rest. */
const SHOWN = 32;

/** The steps that are stopped at on the way, and how long at each, milliseconds. */
export function stopsOf(
  forkStep: Uint32Array,
  from: number,
  to: number,
): readonly { readonly step: number; readonly rest: number }[] {
  const near = Math.max(from, to - SHOWN / 2);
  const stride = Math.max(1, Math.ceil((near - from) / (SHOWN / 2)));
  const steps: number[] = [];
  for (let step = from + stride; step < near; step += stride) steps.push(step);
  for (let step = Math.max(from + 1, near); step <= to; step++) steps.push(step);
  const weight = (step: number): number =>
    step === to ? END : forkStep[lowerBound(forkStep, step)] === step ? FORK : 1;
  const sum = steps.reduce((total, step) => total + weight(step), 0);
  const unit = Math.min(STEP, LONGEST / Math.max(1, sum));
  return steps.map((step) => ({ step, rest: weight(step) * unit }));
}

/** Runs the playhead to the moment that decides, slower at forks. Whoever moves it meanwhile has it. */
class Watching {
  running = $state(false);
  #hurried = false;
  #wake = (): void => {};

  async to(step: number): Promise<void> {
    playhead.pause();
    const { exploration } = onShow;
    if (exploration === null || reducedMotion() || playhead.step >= step) {
      playhead.goTo(step);
      return;
    }
    this.running = true;
    this.#hurried = false;
    let at = playhead.step;
    for (const stop of stopsOf(indexOf(exploration).forkStep, at, step)) {
      if (this.#hurried || playhead.step !== at || onShow.exploration !== exploration) break;
      playhead.goTo(stop.step);
      at = playhead.step;
      await this.#rest(stop.rest);
    }
    if (this.#hurried && onShow.exploration === exploration) playhead.goTo(step);
    this.running = false;
  }
  /** Goes there at once. */
  hurry(): void {
    this.#hurried = true;
    this.#wake();
  }
  #rest(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, milliseconds);
    });
  }
}

export const watching = new Watching();
