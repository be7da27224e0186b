import type { FoundProblem } from '../../core/trace/query/find.ts';
import { future } from '../exploration/future.svelte.ts';
import { lowerBound, upperBound } from '../exploration/model.ts';
import { connection } from './connection.svelte.ts';
import { onShow } from './on-show.svelte.ts';
import { playhead } from './playhead.svelte.ts';
import { words } from './problems.svelte.ts';

/** How long a person types before it is searched, milliseconds. */
const DELAY = 120;
const NOTHING = new Uint32Array();

/** The search of the walk on show: its words, and the steps that are found. */
class Search {
  open = $state(false);
  words = $state('');
  /** How often it was asked for: each time its field gets the focus. */
  asked = $state(0);
  /** Ascending; those that are found so far, while it goes on. */
  steps = $state.raw<Uint32Array>(NOTHING);
  problem = $state.raw<FoundProblem | null>(null);
  /** It goes on: so much of it is searched, 0 … 1; null when it is done. */
  share = $state<number | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ending: AbortController | null = null;

  /** The last step that may be searched: in fog that of the playhead. */
  get until(): number {
    return future.shown ? (onShow.info?.steps ?? 0) : playhead.step;
  }
  /** Which of the steps that are found the playhead is at, -1 for none. */
  get at(): number {
    const i = lowerBound(this.steps, playhead.step);
    return this.steps[i] === playhead.step ? i : -1;
  }

  show(): void {
    this.open = true;
    this.asked++;
  }
  close(): void {
    this.#stop();
    this.open = false;
    this.steps = NOTHING;
    this.problem = null;
  }
  /** Searches anew, a moment later. What was under way is ended. */
  ask(): void {
    this.#stop();
    if (!this.open || this.words.trim() === '' || onShow.info === null) {
      this.steps = NOTHING;
      this.problem = null;
      return;
    }
    this.#timer = setTimeout(() => void this.#search(), DELAY);
  }
  /** To the next (1) or previous (-1) step that is found; beyond the last one it goes on from the other end. */
  go(direction: 1 | -1): void {
    const { steps } = this;
    if (steps.length === 0) return;
    const i = direction === 1 ? upperBound(steps, playhead.step) : lowerBound(steps, playhead.step) - 1;
    playhead.pause();
    playhead.goTo(steps[(i + steps.length) % steps.length]!);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#ending?.abort();
    this.#ending = null;
    this.share = null;
  }
  async #search(): Promise<void> {
    const { engine } = connection;
    const { info } = onShow;
    if (engine === null || info === null) return;
    const ending = (this.#ending = new AbortController());
    const current = (): boolean => this.#ending === ending;
    let found: Uint32Array | null = null;
    this.share = 0;
    try {
      const result = await engine.find(info.id, this.words, this.until, {
        signal: ending.signal,
        progress: ({ steps, done = 0, total = 0 }) => {
          if (!current()) return;
          this.share = total === 0 ? 0 : done / total;
          // What was found before stands until something new is.
          found = joined(found ?? NOTHING, steps ?? NOTHING);
          if (found.length > 0) this.steps = found;
        },
      });
      if (!current()) return;
      this.problem = result.problem ?? null;
      this.steps = result.steps ?? NOTHING;
    } catch (error) {
      if (!current() || (error instanceof Error && error.name === 'Cancelled')) return;
      this.problem = { column: 1, text: words(error) };
      this.steps = NOTHING;
    }
    this.share = null;
    this.#ending = null;
  }
}

function joined(a: Uint32Array, b: Uint32Array): Uint32Array {
  const all = new Uint32Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

export const search = new Search();
