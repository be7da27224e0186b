/** Whether the person asked for no movement. */
export function reducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Ease out, 0 … 1. */
export function ease(t: number): number {
  return 1 - (1 - t) ** 3;
}

/**
 * A number that slides to its goal. Frames are asked for only while it moves: at rest it costs nothing.
 */
export class Slide {
  #from = 0;
  #to = 0;
  #start = 0;
  #duration = 0;

  /** Sends it to `to` within `duration` milliseconds (0 cuts). */
  go(to: number, duration: number, now = performance.now()): void {
    this.#from = this.at(now);
    this.#to = to;
    this.#start = now;
    this.#duration = duration;
  }
  /** Where it is. */
  at(now: number): number {
    const t = this.progress(now);
    return this.#from + (this.#to - this.#from) * ease(t);
  }
  /** How much of the way is done, 0 … 1. */
  progress(now: number): number {
    return this.#duration <= 0 ? 1 : Math.min(1, Math.max(0, (now - this.#start) / this.#duration));
  }
}
