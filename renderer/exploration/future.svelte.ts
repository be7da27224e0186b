import type { SessionEntry } from '../../core/engine/protocol.ts';
import { recall, remember } from '../state/memory.ts';
import { mode } from '../state/mode.svelte.ts';
import { onShow } from '../state/on-show.svelte.ts';
import { playhead } from '../state/playhead.svelte.ts';
import { knownOf } from './known.ts';

const KEY = 'future';
const FIRST = 'future.first';
const baseName = (path: string): string => path.split('/').at(-1) ?? path;
type Told = Pick<SessionEntry, 'program' | 'file'>;

/**
 * Whether the window shows what the verifier has not done yet at the playhead. Where a lesson tells of a program it does not, so that no prediction
 * stands beside its answer; nor in the walk that a first start begins with; elsewhere the switch decides, and is remembered.
 */
class Future {
  wanted = $state(recall(KEY, (value) => (typeof value === 'boolean' ? value : null)) ?? true);
  /** The session that the first start began with, until the switch is turned; -1 for none. */
  first = $state(recall(FIRST, (value) => (Number.isInteger(value) ? (value as number) : null)) ?? -1);
  /** The programs that the lesson on show tells of. */
  lesson = $state.raw<readonly Told[]>([]);

  /** A lesson that tells of the program on show is open. */
  get held(): boolean {
    return onShow.info !== null && this.#holds(onShow.info);
  }
  get shown(): boolean {
    return onShow.info === null ? this.wanted : this.shownOf(onShow.info.id, onShow.info);
  }
  readonly #all = $derived(this.shown || playhead.step >= playhead.end);
  /** What is known of the session on show. Where that is all of it, no step makes it anew. */
  readonly known = $derived.by(() => {
    const { info, exploration, why } = onShow;
    return knownOf({ info, exploration, why, step: this.#all ? Infinity : playhead.step });
  });

  constructor() {
    playhead.veil = (view) => this.known.view(view);
  }

  /** Whether it would be shown of a session. */
  shownOf(session: number, told: Told): boolean {
    return this.wanted && session !== this.first && !this.#holds(told);
  }
  #holds({ program, file }: Told): boolean {
    return (
      mode.current === 'lesson' &&
      this.lesson.some((open) => open.program === program && baseName(open.file) === baseName(file))
    );
  }
  toggle(): void {
    if (onShow.info?.id === this.first) {
      this.begin(-1);
      this.wanted = true;
    } else this.wanted = !this.wanted;
    remember(KEY, this.wanted);
  }
  /** A first start begins with a session, of which nothing is told before it is walked. */
  begin(session: number): void {
    if (session === this.first) return;
    this.first = session;
    remember(FIRST, session);
  }
  /** These sessions are open: numbers of those that are not may be given again. */
  keep(open: readonly SessionEntry[]): void {
    if (!open.some(({ session }) => session === this.first)) this.begin(-1);
  }
}

export const future = new Future();
