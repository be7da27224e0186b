import type { EngineApi } from '../../core/engine/protocol.ts';
import type { Host } from '../host/host.ts';
import { Jobs } from './jobs.svelte.ts';
import type { Following } from './jobs.svelte.ts';
import { problems, words } from './problems.svelte.ts';

/** The engine and the host, and what is under way with them. */
class Connection {
  /** Null until it has started, and while it is started again. */
  engine = $state.raw<EngineApi | null>(null);
  host = $state.raw<Host | null>(null);
  /** What is being waited for, in words; empty when nothing is. */
  busy = $state('');
  /** What is under way and can be cancelled. */
  readonly jobs = new Jobs();
  #waiting: ((engine: EngineApi) => void)[] = [];

  /** An engine has started: what waited for it goes on. */
  connected(engine: EngineApi): void {
    this.engine = engine;
    for (const resolve of this.#waiting.splice(0)) resolve(engine);
  }
  lost(): void {
    this.engine = null;
  }

  /** Does something with the engine as soon as there is one, saying so meanwhile; errors are told as problems. */
  async during(what: string, job: (engine: EngineApi) => Promise<void>): Promise<void> {
    this.busy = what;
    try {
      await job(this.engine ?? (await new Promise<EngineApi>((resolve) => this.#waiting.push(resolve))));
    } catch (error) {
      problems.add(words(error));
    } finally {
      this.busy = '';
    }
  }
  /** The same for work that can be followed and cancelled. */
  run(what: string, job: (engine: EngineApi, control: Following) => Promise<number | undefined>): Promise<void> {
    return this.jobs.run(what, (text, work) => this.during(text, work), job);
  }
}

export const connection = new Connection();
