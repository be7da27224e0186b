import { oneOf } from './choices.ts';
import { recall, remember } from './memory.ts';
import { SPEEDS } from './steppable.ts';

const isSpeed = oneOf<number>(...SPEEDS);
/** Steps a second at speed 1. */
const PACE = 2.5;
/** Above so many frames a second a tick takes several steps. */
const FRAMES = 20;

/** Plays something that is gone through step by step: its clock, and whether it runs. */
export class Player {
  playing = $state(false);
  speed = $state<number>(recall('speed', isSpeed) ?? 1);
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** @param advance goes on by so many steps; false when it has come to where playing ends */
  constructor(private readonly advance: (steps: number) => boolean) {}

  play(): void {
    this.playing = true;
    this.#tick();
  }
  pause(): void {
    this.playing = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
  setSpeed(speed: number): void {
    this.speed = speed;
    remember('speed', speed);
    if (this.playing) this.#tick();
  }

  #tick(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const rate = PACE * this.speed;
    const stride = Math.max(1, Math.round(rate / FRAMES));
    this.#timer = setTimeout(
      () => {
        if (!this.playing) return;
        if (this.advance(stride)) this.#tick();
        else this.pause();
      },
      (1000 * stride) / rate,
    );
  }
}
