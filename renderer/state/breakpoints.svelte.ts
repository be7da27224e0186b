import { connection } from './connection.svelte.ts';
import { journal } from './journal.ts';
import { onShow } from './on-show.svelte.ts';
import { problems, words } from './problems.svelte.ts';

/** Breakpoints of the session on show. */
class Breakpoints {
  /** Instructions. */
  list = $state.raw<readonly number[]>([]);

  async toggle(insn: number): Promise<void> {
    const { engine } = connection;
    const { info } = onShow;
    if (engine === null || info === null) return;
    try {
      await engine.setBreakpoint(info.id, insn, !this.list.includes(insn));
      await this.refresh();
      journal.keep();
    } catch (error) {
      problems.add(words(error));
    }
  }
  /** Asks the engine which there are. */
  async refresh(): Promise<void> {
    const { engine } = connection;
    const { info } = onShow;
    if (engine !== null && info !== null) this.list = (await engine.info(info.id)).breakpoints;
  }
}

export const breakpoints = new Breakpoints();
