import { connection } from './connection.svelte.ts';
import { problems, words } from './problems.svelte.ts';
import { sessions } from './sessions.svelte.ts';

/** Files that were opened last, as far as the host remembers them. */
class Recent {
  /** Names or paths, newest first. */
  list = $state.raw<readonly string[]>([]);

  async refresh(): Promise<void> {
    this.list = (await connection.host?.recent()) ?? [];
  }
  async open(name: string): Promise<void> {
    try {
      await sessions.open((await connection.host?.openRecent(name)) ?? []);
    } catch (error) {
      problems.add(words(error));
    }
    await this.refresh();
  }
}

export const recent = new Recent();
