/**
 * Runs one job at a time: while it is under way only the newest wish is remembered, so that whoever drags or holds a key down never queues work. A
 * result that is not wanted any more is dropped.
 */
export class Latest {
  #running = false;
  #next: (() => Promise<void>) | null = null;
  #turn = 0;

  /** Asks for something; `take` gets it unless something newer was asked for meanwhile. */
  ask<T>(job: () => Promise<T>, take: (value: T) => void, fail: (error: unknown) => void = () => {}): void {
    const turn = ++this.#turn;
    this.#next = async () => {
      try {
        const value = await job();
        if (turn === this.#turn) take(value);
      } catch (error) {
        if (turn === this.#turn) fail(error);
      }
    };
    if (!this.#running) void this.#run();
  }
  /** Forgets what was asked for. */
  drop(): void {
    this.#turn++;
    this.#next = null;
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let job = this.#next; job !== null; job = this.#next) {
      this.#next = null;
      await job();
    }
    this.#running = false;
  }
}
