/** Something that is gone through step by step: what the transport's buttons and the keys move. */
export interface Steppable {
  /** Where it is, `start` … `end`. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
  readonly playing: boolean;
  readonly speed: number;
  goTo(at: number): void;
  stepBy(delta: number): void;
  first(): void;
  last(): void;
  /** To the next (1) or previous (-1) moment of note. */
  event(direction: 1 | -1): void | Promise<void>;
  pause(): void;
  toggle(): void;
  setSpeed(speed: number): void;
}

export const SPEEDS = [0.5, 1, 2, 4, 16, 64] as const;
