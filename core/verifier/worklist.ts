import type { VState } from './values/state.ts';

/** A path that waits to be walked. */
export interface Pending {
  readonly state: VState;
  readonly insnIdx: number;
  readonly prevInsnIdx: number;
  /** Length of the log when it was put aside: at level 1 the log goes back to it. */
  readonly logLength: number;
  /** Number of the fork that it was put aside at, counted from 0. */
  readonly fork: number;
}

/** Paths that wait, a stack: the one put aside last is walked next. */
export class Worklist {
  private readonly pending: Pending[] = [];
  private forks = 0;

  /** How many paths wait. */
  get length(): number {
    return this.pending.length;
  }

  /** Puts a path aside; returns the number of its fork. */
  add(state: VState, insnIdx: number, prevInsnIdx: number, logLength: number): number {
    const fork = this.forks++;
    this.pending.push({ state, insnIdx, prevInsnIdx, logLength, fork });
    return fork;
  }

  /** Takes the path that was put aside last; undefined when none waits. */
  take(): Pending | undefined {
    return this.pending.pop();
  }
}
