import type { Mark } from '../../core/engine/protocol.ts';
import { connection } from './connection.svelte.ts';
import { journal } from './journal.ts';
import { onShow } from './on-show.svelte.ts';
import { problems, words } from './problems.svelte.ts';

/** Steps of the session on show that a person marked, as the engine keeps them. */
class Marks {
  list = $state.raw<readonly Mark[]>([]);

  /** Asks the engine which there are. */
  async refresh(): Promise<void> {
    const { engine } = connection;
    const { info, revision } = onShow;
    if (engine === null || info === null) {
      this.list = [];
      return;
    }
    const list = await engine.marks(info.id);
    if (revision === onShow.revision) this.list = list;
  }
  /** Marks a step, or names its mark anew; null takes it away. */
  async set(step: number, name: string | null): Promise<void> {
    const { engine } = connection;
    const { info } = onShow;
    if (engine === null || info === null) return;
    try {
      this.list = await engine.setMark(info.id, step, name);
      journal.keep();
    } catch (error) {
      problems.add(words(error));
    }
  }
}

export const marks = new Marks();
