import type { Reg } from './reg.ts';
import type { StackSlot } from './stack.ts';
import type { Rejection } from './rejection.ts';

/** A frame of the state that is being walked. Registers and slots are immutable values: compare by identity to find what changed. */
export interface FrameView {
  /** r0..r10. */
  readonly regs: readonly Reg[];
  /** Index spi: slot 0 is fp-8, slot 1 fp-16, …; holes were never written. */
  readonly stack: readonly (StackSlot | undefined)[];
  /** Number of the subprogram it runs. */
  readonly subprog: number;
  /** Instruction index of the call in the caller; -1 in the main program. */
  readonly callsite: number;
}
/** A reference that must be released (iterator, acquired kptr, RCU and preemption sections apart). */
export interface RefView {
  readonly id: number;
  /** Instruction that made it. */
  readonly insn: number;
}
/** The state that is being walked. Valid only during the call it is handed to. */
export interface StateView {
  readonly frames: readonly FrameView[];
  readonly refs: readonly RefView[];
}

/** Why a path forked. `next`: an iterator's next (NULL outcome walked first); `branch`: a conditional jump that may go both ways. */
export type ForkKind = 'next' | 'branch' | 'may_goto' | 'callback';

/** How a comparison with an earlier state at the same instruction ended. `location` names the first register or slot that differed. */
export interface Comparison {
  readonly checkpoint: number;
  readonly pc: number;
  readonly mode: 'not-exact' | 'exact' | 'range-within';
  readonly equal: boolean;
  /** E.g. `{ frame: 0, reg: 6 }` or `{ frame: 0, spi: 0 }`; absent when equal. */
  readonly location?: { readonly frame: number; readonly reg?: number; readonly spi?: number };
  /** In which sense it differed, e.g. `range not within`, `id mismatch`, `iterator depth`, `reference`. */
  readonly reason?: string;
  readonly stored: StateView;
}

/** How a path ended. */
export type PathEnd = 'exit' | 'pruned' | 'rejected' | 'stopped';

/**
 * What a watcher of the verifier is told, in the order in which it happens. All calls are synchronous. `step` counts processed instructions from 1
 * (the number in the verdict is the last step's).
 */
export interface VerifierSink {
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
  /** A register or slot was marked precise in a stored state or the current one, because instruction `because` needs it exactly. */
  onPrecise(frame: number, location: { readonly reg?: number; readonly spi?: number }, because: number): void;
  /** Scalar widening at a converging loop. */
  onWiden(frame: number, location: { readonly reg?: number; readonly spi?: number }, before: Reg, after: Reg): void;
  onReject(rejection: Rejection): void;
}
