import type { StepView } from '../../core/trace/views/view.ts';
import { breakpoints } from './breakpoints.svelte.ts';
import { connection } from './connection.svelte.ts';
import { onShow } from './on-show.svelte.ts';
import { problems, words } from './problems.svelte.ts';
import { StepCache } from './step-cache.ts';
import { Player } from './player.svelte.ts';
import type { Steppable } from './steppable.ts';

/**
 * Where in the walk the window is. `step` moves at once (the playhead follows the pointer); `view` is the newest `StepView` that has arrived, so its
 * `view.step` may lag behind `step` for a moment. Everything drawn about registers, stack and iterators comes from `view`.
 */
class Playhead implements Steppable {
  /** 1 … `info.steps`, 0 when there is no step. */
  step = $state(0);
  #seen = $state.raw<StepView | null>(null);
  /** Takes from a step's view what is not to be known yet; `future` sets it. */
  veil: (view: StepView) => StepView = (view) => view;
  readonly view = $derived(this.#seen === null ? null : this.veil(this.#seen));
  /** Stack frame on show, null for the innermost. */
  frame = $state<number | null>(null);
  #cache = new StepCache<StepView>();
  #wanted = 0;
  #fetching = false;
  // Several steps at once never jump over a breakpoint.
  #player = new Player((steps) => {
    const { info, exploration } = onShow;
    if (info === null || exploration === null) return false;
    let to = this.step;
    let hit = false;
    for (let n = 0; n < steps && to < info.steps && !hit; n++) {
      to++;
      hit = breakpoints.list.includes(exploration.pcs[to - 1] ?? -1);
    }
    this.goTo(to);
    return !hit && to < info.steps;
  });
  readonly #followers: ((step: number, from: number) => void)[] = [];

  readonly start = 1;
  get at(): number {
    return this.step;
  }
  get playing(): boolean {
    return this.#player.playing;
  }
  get speed(): number {
    return this.#player.speed;
  }
  /** Number of the frame on show in `view`. */
  get frameAt(): number {
    const last = (this.view?.frames.length ?? 1) - 1;
    return this.frame !== null && this.frame <= last ? this.frame : last;
  }
  get end(): number {
    return onShow.info?.steps ?? 0;
  }

  /** Calls back whenever it moves, before the view of the step is there; `from` is 0 where a session begins. */
  onMove(follow: (step: number, from: number) => void): void {
    this.#followers.push(follow);
  }

  /** Begins with a session, at a step whose view is there. */
  begin(view: StepView, step: number): void {
    this.#cache.clear();
    this.#cache.set(view.step, view);
    this.#seen = null;
    this.step = 0;
    this.goTo(step);
  }
  /** No session is on show any more. */
  leave(): void {
    this.pause();
    this.#cache.clear();
    this.step = 0;
    this.#seen = null;
    this.frame = null;
  }
  /** What was asked of an engine that has gone does not come any more. */
  reconnected(): void {
    this.#fetching = false;
  }

  /** Moves the playhead, clamped to the trace. */
  goTo(step: number): void {
    const steps = onShow.info?.steps ?? 0;
    if (steps === 0) {
      this.step = 0;
      return;
    }
    const to = Math.min(Math.max(1, Math.round(step)), steps);
    const from = this.step;
    this.step = to;
    this.#wanted = to;
    for (const follow of this.#followers) follow(to, from);
    void this.#fetch();
  }
  stepBy(delta: number): void {
    this.goTo(this.step + delta);
  }
  first(): void {
    this.goTo(1);
  }
  last(): void {
    this.goTo(onShow.info?.steps ?? 0);
  }
  /** To the next (1) or previous (-1) fork, prune, checkpoint, iterator transition or path end. */
  async event(direction: 1 | -1): Promise<void> {
    const { engine } = connection;
    const { info } = onShow;
    if (engine === null || info === null || info.steps === 0) return;
    this.pause();
    try {
      this.goTo(await engine.event(info.id, this.step, direction));
    } catch (error) {
      problems.add(words(error));
    }
  }

  // A call or a return leads to another frame: the innermost is on show again.
  #see(view: StepView): void {
    if (view.frames.length !== this.#seen?.frames.length) this.frame = null;
    this.#seen = view;
  }
  // Latest wins: while one request is under way only the newest wish is remembered, so dragging never queues.
  async #fetch(): Promise<void> {
    const { engine } = connection;
    const { info, revision } = onShow;
    if (engine === null || info === null) return;
    const cached = this.#cache.get(this.#wanted);
    if (cached !== undefined) {
      this.#see(cached);
      return;
    }
    if (this.#fetching) return;
    this.#fetching = true;
    const step = this.#wanted;
    try {
      const view = await engine.step(info.id, step);
      if (revision === onShow.revision) {
        this.#cache.set(step, view);
        this.#see(view);
      }
    } catch (error) {
      problems.add(words(error));
      this.#fetching = false;
      return;
    }
    this.#fetching = false;
    if (this.#wanted !== step || revision !== onShow.revision) void this.#fetch();
  }

  play(): void {
    const { info } = onShow;
    if (info === null || info.steps === 0) return;
    if (this.step >= info.steps) this.goTo(1);
    this.#player.play();
  }
  pause(): void {
    this.#player.pause();
  }
  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }
  setSpeed(speed: number): void {
    this.#player.setSpeed(speed);
  }
}

export const playhead = new Playhead();
