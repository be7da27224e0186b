import type { Progress } from '../../core/engine/control.ts';
import type { EngineApi } from '../../core/engine/protocol.ts';
import { say } from '../words/index.ts';

/** Work that takes its time: what it is, how far, and how it is ended. */
export interface Job {
  readonly id: number;
  readonly what: string;
  /** Programs verified, of those found so far; 0 of 0 where nothing is counted. */
  readonly done: number;
  readonly total: number;
  /** Said when it was ended before its time. */
  readonly ended: string;
  cancel(): void;
}
/** How a job is followed and ended. */
export interface Following {
  readonly signal: AbortSignal;
  readonly progress: (told: Progress) => void | Promise<void>;
}

/** What is under way and can be cancelled. */
export class Jobs {
  list = $state.raw<readonly Job[]>([]);
  #last = 0;

  /**
   * Runs work that can be followed and cancelled.
   * @param guard waits for the engine and tells errors
   * @param job gives how many programs were left when it was cancelled
   */
  async run(
    what: string,
    guard: (what: string, job: (engine: EngineApi) => Promise<void>) => Promise<void>,
    job: (engine: EngineApi, control: Following) => Promise<number | undefined>,
  ): Promise<void> {
    const id = ++this.#last;
    const ending = new AbortController();
    const change = (more: Partial<Job>): void => {
      this.list = this.list.map((one) => (one.id === id ? { ...one, ...more } : one));
    };
    const close = (): void => {
      this.list = this.list.filter((one) => one.id !== id);
    };
    const cancel = (): void => ending.abort();
    this.list = [...this.list.filter(({ ended }) => ended === ''), { id, what, done: 0, total: 0, ended: '', cancel }];
    const control: Following = {
      signal: ending.signal,
      progress: ({ done, total }) => {
        if (done !== undefined || total !== undefined) change({ done: done ?? 0, total: total ?? 0 });
      },
    };
    let left: number | undefined;
    await guard(say.state.jobs.underWay(what), async (engine) => {
      try {
        left = await job(engine, control);
      } catch (error) {
        if (!(error instanceof Error && error.name === 'Cancelled')) throw error;
        left = 0;
      }
    });
    const now = this.list.find((one) => one.id === id);
    if (!ending.signal.aborted || now === undefined) return close();
    const words =
      left === undefined || left === 0 ? say.state.jobs.cancelled : say.state.jobs.cancelledAt(now.done, left);
    change({ ended: words, cancel: close });
  }
}
