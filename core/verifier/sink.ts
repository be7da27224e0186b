import type { Spot } from './values/spot.ts';
import type { MapDef } from '../elf/object.ts';
import type { Reg } from './values/reg.ts';
import type { StackSlot } from './values/stack.ts';
import type { Rejection } from './rejection.ts';

/** A frame of the state that is being walked. Registers and slots are immutable values: compare by identity to find what changed. */
export interface FrameView {
  /** r0..r10. */
  readonly regs: readonly Reg[];
  /** Slot 0 is fp-8, slot 1 fp-16, …; holes were never written. */
  readonly stack: readonly (StackSlot | undefined)[];
  /** Number of the subprogram it runs. */
  readonly subprog: number;
  /** Instruction index of the call in the caller; -1 in the main program. */
  readonly callsite: number;
}
/** A reference that must be released (iterator, acquired object, saved interrupt state; RCU and preemption sections apart). */
export interface RefView {
  readonly id: number;
  /** Instruction that made it. */
  readonly insn: number;
  /** For saved interrupt state: the id of the state saved before it, 0 for none. Absent for everything else. */
  readonly irqBefore?: number;
  /** For a lock that is held. Absent for everything else. */
  readonly lock?: HeldLock;
}

/** A lock that is held: in which map's value it lies, or in an object that the program allocated; of which kind it is. */
export interface HeldLock {
  readonly of: MapDef | 'objects';
  readonly kind: 'spin' | 'resilient' | 'resilient-irq';
}
/** The state that is being walked. Valid only during the call it is handed to. */
export interface StateView {
  readonly frames: readonly FrameView[];
  readonly refs: readonly RefView[];
}

/**
 * Why a path forked. `next`: an iterator's next (NULL outcome walked first); `branch`: a conditional jump that may go both ways; `may_goto`: its
 * jump, and one round more; `callback`: after the helper, and through the function that it calls; `all-or-none`: the left side of an AND or OR
 * is all ones or 0, and both are walked from the instruction itself; `async-callback`: the function that the kernel will call later, by itself; `lock`: it was taken, or that failed.
 */
export type ForkKind = 'next' | 'branch' | 'may_goto' | 'callback' | 'all-or-none' | 'async-callback' | 'lock';

/** In which sense two states differ. Words for each: `core/trace/explain/words/differences.ts`. */
export const DIFFERENCE_REASONS = [
  // The states as wholes.
  'call-depth',
  'callsite',
  'sleepable',
  'references',
  'rcu-sections',
  'preemption',
  'callback-depth',
  // A value.
  'not-identical',
  'other-type',
  'range-not-within',
  'known-bits-not-within',
  'link-offset',
  'other-links',
  'other-object',
  'other-offset',
  'offset-not-within',
  'id-mismatch',
  'packet-range',
  'other-stack-place',
  // A stack slot.
  'stack-bytes',
  'never-written',
  'not-zero',
  'iterator-type',
  'iterator-state',
  'dynptr',
  // Equal, and still no match, because something else went on between the states.
  'iterator-depth',
  'iterator-drained',
  'may-goto-depth',
] as const;

export type DifferenceReason = (typeof DIFFERENCE_REASONS)[number];

/** How a comparison with an earlier state at the same instruction ended. `location` names the first register or slot that differed. */
export interface Comparison {
  readonly checkpoint: number;
  readonly pc: number;
  readonly mode: 'not-exact' | 'exact' | 'range-within';
  readonly equal: boolean;
  /** Null when equal, or when the states differ as wholes. */
  readonly location: Spot | null;
  /** Absent when equal. */
  readonly reason?: DifferenceReason;
  readonly stored: StateView;
}

/** Why a scalar is needed exactly. */
export interface PreciseMark {
  /** The stored state in which it was marked. */
  readonly checkpoint: number;
  readonly location: Spot;
  /** Instruction that needs it, or where the state that needs it was met. */
  readonly because: number;
  /** Stored state whose own marks ask for it: it covered what came later on this path. -1 when the instruction itself does. */
  readonly covering: number;
}

/** What is known of a program's instructions before the walk; index is the instruction. */
export interface ProgramFacts {
  /** Registers that are live before it, a bit each. */
  readonly liveRegs: Uint16Array;
  /** Number of the loop that it is in, 0 for none. */
  readonly scc: Int32Array;
}

/** How a path ended. */
export type PathEnd = 'exit' | 'pruned' | 'rejected' | 'stopped';

/**
 * What a watcher of the verifier is told, in the order in which it happens. All calls are synchronous. `step` counts processed instructions from 1
 * (the number in the verdict is the last step's).
 */
export interface VerifierSink {
  /** Once, before the first path. */
  onProgram(facts: ProgramFacts): void;
  /** A path begins: the first one (`fork` = -1), or one taken from the pending stack (`fork` is the id given to `onFork`). */
  onPathStart(path: number, fork: number, pc: number): void;
  /** Before the instruction at `pc` is processed. */
  onStep(step: number, pc: number, state: StateView): void;
  /** The current path goes on one way; the other is pushed and waits. `waitsAt` is the pc at which it will go on. */
  onFork(fork: number, kind: ForkKind, pc: number, waitsAt: number): void;
  /** The current state was stored. */
  onCheckpoint(checkpoint: number, pc: number, state: StateView): void;
  onCompare(comparison: Comparison, current: StateView): void;
  /** The path ends. For `pruned`, `checkpoint` is the state that covers it. */
  onPathEnd(path: number, end: PathEnd, pc: number, checkpoint: number, state: StateView): void;
  onPrecise(mark: PreciseMark): void;
  /** Scalar widening at a converging loop: the value differed from the one in the loop's entry, a stored state. */
  onWiden(location: Spot, before: Reg, after: Reg, entry: number): void;
  onReject(rejection: Rejection): void;
}
