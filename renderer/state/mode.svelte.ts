import type { Theme } from '../../electron/ipc-contract.ts';
import { flag, oneOf } from './choices.ts';
import { Kept } from './kept.svelte.ts';
import type { Mode } from './modes.ts';
import { recall, remember } from './memory.ts';
import type { InstrumentId } from '../exploration/instrument-list.ts';

export type { Mode };

/** What the window shows of the session: mode, tabs, the left pane, the theme. */
class WindowMode {
  current = $state<Mode>('lesson');
  /** Tab of the Exploration pane. */
  tab = $state<InstrumentId>('exploration');
  readonly #shape = new Kept('shape', 'time', oneOf('time', 'rounds', 'tree'));
  /** Whether the left pane explains the rejection instead of showing the lesson. */
  explaining = $state(false);
  /** What a reading gives is not shown: a lesson asks about the program on show, and there was no answer yet. */
  sealed = $state(false);
  /** A lesson that another pane asks the Lesson pane to open; see `openLesson`. */
  wantedLesson = $state.raw<{ readonly id: string; readonly page?: number } | null>(null);
  theme = $state<Theme>('system');
  /** For a room: exploration and one instrument alone, in large type, with what happens as a subtitle. */
  projector = $state(recall('projector', flag) ?? false);

  /** The walk as a tree of forks instead of lanes in time. */
  get tree(): boolean {
    return this.#shape.value === 'tree';
  }
  /** The walk as rounds of its loops, even where lanes would fit. */
  get rounds(): boolean {
    return this.#shape.value === 'rounds';
  }
  /** Chooses the shape of the walk. */
  shape(shape: 'time' | 'rounds' | 'tree'): void {
    this.#shape.value = shape;
  }
  /** Turns the projector on or off. */
  project(on = !this.projector): void {
    this.projector = on;
    if (on) this.leavePage();
    remember('projector', on);
  }
  /** Shows the lesson that is open in the left pane, or all of them. */
  showLesson(): void {
    this.current = 'lesson';
    this.explaining = false;
  }
  /** Opens a lesson in the left pane, at a page (from 0) or where it was left. */
  openLesson(id: string, page?: number): void {
    this.showLesson();
    this.wantedLesson = page === undefined ? { id } : { id, page };
  }
  /** Whether a page hides every other pane. */
  get page(): 'traces' | 'laboratory' | 'summary' | null {
    const { current } = this;
    return current === 'traces' || current === 'laboratory' || current === 'summary' ? current : null;
  }
  /** Leaves a page that hides every other pane. */
  leavePage(): void {
    if (this.page !== null) this.current = 'sandbox';
  }
}

export const mode = new WindowMode();
