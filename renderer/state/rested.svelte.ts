/** Work that is done a moment after the last change, and ended by the next one. */
export class Rested {
  /** Something is waiting to be done, or is being done. */
  pending = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ending: AbortController | null = null;

  /**
   * Does this in the place of what was waiting or under way.
   * @param wait milliseconds
   * @param work is told by `current` whether it is still wanted
   */
  later(wait: number, work: (signal: AbortSignal, current: () => boolean) => Promise<void>): void {
    this.stop();
    this.pending = true;
    this.#timer = setTimeout(() => void this.#do(work), wait);
  }
  stop(): void {
    clearTimeout(this.#timer);
    this.#ending?.abort();
    this.#ending = null;
    this.pending = false;
  }
  async #do(work: (signal: AbortSignal, current: () => boolean) => Promise<void>): Promise<void> {
    const ending = (this.#ending = new AbortController());
    const current = (): boolean => this.#ending === ending;
    await work(ending.signal, current);
    if (!current()) return;
    this.#ending = null;
    this.pending = false;
  }
}
