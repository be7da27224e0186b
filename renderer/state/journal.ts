import { connection } from './connection.svelte.ts';
import { memory } from './memory.ts';

/** Many changes within this time are one, milliseconds. */
const DELAY = 150;

/** What is open, kept for an engine or a window that has to come back. */
export class Journal {
  /** As it was kept last; null before. */
  last: Uint8Array | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Keeps what is open now, a moment later. */
  keep(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      connection.engine?.journal().then(
        (journal) => {
          this.last = journal;
          void memory.keepWork(journal);
        },
        () => {},
      );
    }, DELAY);
  }
}

export const journal = new Journal();
