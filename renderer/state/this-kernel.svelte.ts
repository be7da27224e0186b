import type { KernelAnswer } from '../../core/engine/kernel-question.ts';
import { connection } from './connection.svelte.ts';
import { onShow } from './on-show.svelte.ts';
import { words } from './problems.svelte.ts';

/** Walks up to so many steps are compared as a whole; of longer ones what level 1 of the log tells. */
const WHOLE = 50_000;

/** What this machine's kernel says of a program. */
class ThisKernel {
  busy = $state(false);
  answer = $state.raw<KernelAnswer | null>(null);
  /** The session that it is about. */
  session = $state(-1);
  /** Level of the logs that were compared. */
  level = $state<1 | 2>(2);

  /** Asks about the session on show. */
  async compare(): Promise<void> {
    const { engine, host } = connection;
    const { info } = onShow;
    if (engine === null || info === null || host?.askKernel === undefined || this.busy) return;
    this.busy = true;
    this.answer = null;
    this.session = info.id;
    this.level = info.steps <= WHOLE ? 2 : 1;
    try {
      const question = await engine.question(info.id);
      this.answer = await host.askKernel({ ...question, level: this.level });
    } catch (error) {
      this.answer = { release: '', refused: words(error) };
    } finally {
      this.busy = false;
    }
  }
  close(): void {
    this.answer = null;
    this.session = -1;
  }
}

export const thisKernel = new ThisKernel();
