/** The most recently used values by step; small, because a seek is cheap. */
export class StepCache<T> {
  readonly #entries = new Map<number, T>();
  constructor(readonly limit = 256) {}

  get(step: number): T | undefined {
    const value = this.#entries.get(step);
    if (value !== undefined) {
      this.#entries.delete(step);
      this.#entries.set(step, value);
    }
    return value;
  }
  set(step: number, value: T): void {
    this.#entries.delete(step);
    this.#entries.set(step, value);
    if (this.#entries.size > this.limit) {
      const oldest = this.#entries.keys().next().value;
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
  }
  clear(): void {
    this.#entries.clear();
  }
}
