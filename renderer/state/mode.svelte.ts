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
  /** A lesson that another pane asks the Lesson pane to open; see `openLesson`. */
  wantedLesson = $state<string | null>(null);
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
  /** Opens a lesson in the left pane. */
  openLesson(id: string): void {
    this.current = 'lesson';
    this.explaining = false;
    this.wantedLesson = id;
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
