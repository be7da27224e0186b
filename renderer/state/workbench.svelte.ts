import type { Trial } from '../../core/engine/protocol.ts';
import { unpackExploration } from '../../core/trace/views/packed-exploration.ts';
import type { Exploration } from '../../core/trace/views/view.ts';
import { future } from '../exploration/future.svelte.ts';
import { connection } from './connection.svelte.ts';
import { journal } from './journal.ts';
import { recall, remember } from './memory.ts';
import { notes } from './notes.svelte.ts';
import { onShow } from './on-show.svelte.ts';
import { playhead } from './playhead.svelte.ts';
import { Rested } from './rested.svelte.ts';
import { problems, words } from './problems.svelte.ts';
import { sessions } from './sessions.svelte.ts';
import { say } from '../words/index.ts';

/** From the last key on it is waited this long before the text is verified, milliseconds. */
export const REST = 300;
/** So many texts that were begun are kept, of so many characters together. */
const KEPT = 8;
const LARGEST = 200_000;

/** A text that was begun and is not the program's own, by the session that it changes. */
interface Begun {
  readonly session: number;
  readonly text: string;
}
const begunTexts = (value: unknown): Begun[] | null =>
  Array.isArray(value) &&
  value.every((one: Partial<Begun>) => typeof one.session === 'number' && typeof one.text === 'string')
    ? (value as Begun[])
    : null;

/** The program on show, being changed: its text, and what the verifier makes of it while it is written. */
class Workbench {
  /** Whether it is in the place of source and exploration. */
  shown = $state(false);
  /** The session that is being changed; -1 until its text is there. */
  base = $state(-1);
  /** The text as it is now. */
  text = $state('');
  /** The text that stands for the program as it is. */
  original = $state.raw('');
  /** Why the program can't be changed here; empty when it can. */
  refused = $state('');
  /** What became of the newest text that was verified. */
  trial = $state.raw<Trial | null>(null);
  /** The walk of that text; of an earlier one while it is being verified, and while there is something wrong with it. */
  walk = $state.raw<Exploration | null>(null);
  readonly changed = $derived(this.text !== this.original);
  readonly keepable = $derived(this.trial !== null && this.trial.problem === undefined && !this.trial.same);
  readonly #rested = new Rested();
  #begun: readonly Begun[] = recall('workbench', begunTexts) ?? [];

  /** A text is waiting to be verified, or is being verified. */
  get pending(): boolean {
    return this.#rested.pending;
  }
  toggle(): void {
    this.shown = !this.shown;
    if (!this.shown) this.#rested.stop();
  }

  /** Takes the session on show as what is to be changed, with the text that was begun for it. */
  async take(session: number): Promise<void> {
    const { engine } = connection;
    if (engine === null || session === this.base) return;
    this.#rested.stop();
    this.base = -1;
    [this.trial, this.walk, this.refused] = [null, null, ''];
    try {
      const original = await engine.programText(session);
      if (onShow.info?.id !== session) return;
      this.original = original;
      this.text = this.#begun.find((one) => one.session === session)?.text ?? original;
    } catch (error) {
      if (onShow.info?.id !== session) return;
      [this.original, this.text, this.refused] = ['', '', words(error)];
    }
    this.base = session;
    if (this.changed) this.#later(0);
  }

  /** The text was changed: it is verified a moment after the last key. */
  change(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.#note();
    this.#later(REST);
  }
  /** Verifies what is there at once. */
  now(): void {
    this.#later(0);
  }

  /** Keeps what was tried as a program of its own, and shows it. */
  async keep(): Promise<void> {
    const { engine } = connection;
    const { trial } = this;
    if (engine === null || trial === null || trial.problem !== undefined || !this.keepable) return;
    try {
      const entry = await engine.keepTrial(trial.entry.session);
      this.#forget(this.base);
      sessions.meet(await engine.sessions());
      await sessions.show(entry.session);
      journal.keep();
      notes.tell(say.state.workbench.kept(entry.program));
    } catch (error) {
      problems.add(words(error));
    }
  }
  /** Offers what was tried for saving, as an `.iterscope` file. */
  async share(): Promise<void> {
    const { trial } = this;
    if (trial === null || trial.problem !== undefined) return;
    const { session } = trial.entry;
    await connection.during(say.state.workbench.writingTheTrace, async (engine) => {
      await connection.host?.save(await engine.exportTrace(session, 'iterscope'));
    });
  }
  /** Puts the playhead where the two walks part, where that is known. */
  goToDifference(): void {
    const step = this.trial?.problem === undefined ? (this.trial?.comparison?.step ?? 0) : 0;
    // It is not what shows a walk that was not walked.
    if (step > 0 && step <= future.known.until && onShow.info?.id === this.base) playhead.goTo(step);
  }
  /** A new engine knows nothing of what was tried. */
  reconnected(): void {
    if (this.base >= 0 && this.changed) this.#later(0);
  }

  #later(wait: number): void {
    this.#rested.later(wait, (signal, current) => this.#verify(signal, current));
  }
  async #verify(signal: AbortSignal, current: () => boolean): Promise<void> {
    const { engine } = connection;
    const { base, text } = this;
    if (engine === null || base < 0) return;
    try {
      const trial = await engine.tryText(base, text, { signal });
      if (!current()) return;
      if (trial.problem === undefined) {
        const walk = unpackExploration(await engine.exploration(trial.entry.session, { signal }));
        if (!current()) return;
        this.walk = walk;
      }
      this.trial = trial;
      this.goToDifference();
    } catch (error) {
      // What was cancelled by the next key is nobody's business.
      if (current()) problems.add(words(error));
    }
  }

  // A text that was begun is there again in a window that is opened anew.
  #note(): void {
    const others = this.#begun.filter(({ session }) => session !== this.base);
    const mine = this.changed && this.text.length <= LARGEST ? [{ session: this.base, text: this.text }] : [];
    this.#begun = [...mine, ...others].slice(0, KEPT);
    remember('workbench', this.#begun);
  }
  #forget(base: number): void {
    this.#begun = this.#begun.filter(({ session }) => session !== base);
    remember('workbench', this.#begun);
  }
}

export const workbench = new Workbench();
