// What the timeline draws, mark by mark.

/** One explored path: a lane. Steps are 1-based and inclusive; a path is contiguous in steps. */
export interface PathLane {
  readonly id: number;
  /** Fork it was taken from, -1 for the first. */
  readonly fork: number;
  readonly firstStep: number;
  readonly lastStep: number;
  readonly end: 'exit' | 'pruned' | 'rejected' | 'stopped';
  /** Why it was walked, in the learner's words: `then non-NULL: active`, `w1 is 0`; empty for the first. */
  readonly label: string;
  readonly outcome: 'null' | 'non-null' | 'taken' | 'not-taken' | 'start';
}
export interface ForkMark {
  readonly id: number;
  /** Step at which it forked (the instruction that was processed). */
  readonly step: number;
  readonly pc: number;
  readonly kind: 'next' | 'branch' | 'may_goto' | 'callback' | 'all-or-none' | 'async-callback';
  /** Lane on which it lies. */
  readonly path: number;
  /** Lane that waited, and the step at which it was taken up (0 if never). */
  readonly child: number;
  readonly resumedAt: number;
  /** What the lane that goes on at once takes: `NULL first: drained`. */
  readonly label: string;
  /** Why it forks: e.g. `next may return NULL or an element`, `w1 may be 0 or not`. */
  readonly reason: string;
}
export interface CheckpointMark {
  readonly id: number;
  readonly step: number;
  readonly pc: number;
  readonly path: number;
}
export interface PruneMark {
  /** Step after which the path was found covered. */
  readonly step: number;
  readonly pc: number;
  readonly path: number;
  readonly checkpoint: number;
  /** `covered by the checkpoint at 15: every later round looks the same`. */
  readonly label: string;
}
/** What an array and a set of columns have in common. */
export interface Rows<T> extends Iterable<T> {
  readonly length: number;
  at(i: number): T | undefined;
}
