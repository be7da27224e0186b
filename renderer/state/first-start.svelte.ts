import type { FirstIterator } from '../../core/trace/views/view.ts';
import { future } from '../exploration/future.svelte.ts';
import { connection } from './connection.svelte.ts';
import { memory, recall, remember } from './memory.ts';
import { onShow } from './on-show.svelte.ts';
import { playhead } from './playhead.svelte.ts';
import { sessions } from './sessions.svelte.ts';

/** What a first start begins with. */
const FILE = 'num_sum.bpf.o';
const PROGRAM = 'sum_to_ten';
const STEPPED = 'stepped';

/** The first start of all, and what invites to the first step. */
class FirstStart {
  /** Whether this person has ever gone from a step to another. */
  stepped = $state(recall(STEPPED, (value) => (typeof value === 'boolean' ? value : null)) ?? false);
  /** What was open the last time is open again: whoever comes back is not invited. */
  returned = $state(false);
  /** The first iterator of the session on show, once that has been asked for. */
  #found = $state.raw<{ readonly session: number; readonly iterator: FirstIterator | null } | null>(null);
  #touched = false;

  constructor() {
    playhead.onMove((step, from) => {
      if (from === 0 || step === from) return;
      if (onShow.info?.id === future.first) this.#touched = true;
      if (this.stepped) return;
      this.stepped = true;
      remember(STEPPED, true);
    });
  }

  /** Whether a person who never stepped stands before the first step of a walk of which nothing is told. */
  get #before(): boolean {
    return !this.stepped && !this.returned && playhead.step === 1 && !future.known.all;
  }
  /** What to watch from the first step on; null where nobody is invited to it. */
  readonly invitation = $derived(
    this.#before && this.#found !== null && this.#found.session === onShow.info?.id ? this.#found.iterator : null,
  );
  /** Asks what there is to watch, where somebody is to be invited. */
  look(): void {
    const { engine } = connection;
    const { info } = onShow;
    if (engine === null || info === null || !this.#before || this.#found?.session === info.id) return;
    const session = info.id;
    engine.firstIterator(session).then(
      (iterator) => (this.#found = { session, iterator }),
      () => {},
    );
  }

  /** Opens the first program of all, where nothing else was asked for and nobody was here before. */
  async begin(): Promise<void> {
    const { engine } = connection;
    const known = this.stepped || memory.text('place') !== null || memory.text('lesson') !== null;
    if (engine === null || known || onShow.info !== null || sessions.asked) return;
    await sessions.openFirst(FILE, PROGRAM, ({ session }) => future.begin(session));
  }
  /** Whoever opens something else without having stepped did not want it: it makes room. */
  makeRoom(): void {
    const { first } = future;
    if (first < 0 || this.#touched || this.returned || onShow.info === null || onShow.info.id === first) return;
    future.begin(-1);
    void sessions.close(first);
  }
}

export const firstStart = new FirstStart();
