import type { Spot } from './spot.ts';
import type { Reg } from './reg.ts';
import type { StackSlot } from './stack.ts';
import type { LivenessChain } from './liveness-chain.ts';
import type { FrameView, RefView, StateView } from '../sink.ts';

// Flags of a history entry.
export const HIST_SRC_REG_STACK = 1;
export const HIST_DST_REG_STACK = 2;

/**
 * One step that backtracking must know of: a jump, or an instruction that touched the stack or refined linked registers. The steps since
 * the last checkpoint are a list from the latest one back, which states that part at a fork share.
 */
export interface HistoryEntry {
  readonly idx: number;
  readonly prevIdx: number;
  readonly flags: number;
  /** The stack slot that it read or wrote whole, if it did. */
  readonly slot: Spot | null;
  /** Registers and spilled slots that shared a scalar id when a branch refined one of them. */
  readonly linked: readonly Spot[] | null;
  readonly before: HistoryEntry | null;
  /** Length of the list that this entry ends. */
  readonly count: number;
}

/** Range that a callback's return value must lie in. */
export interface ReturnRange {
  readonly min: number;
  readonly max: number;
}

const NO_RANGE: ReturnRange = { min: 0, max: 0 };

/** One function's registers and stack. Mutable; its registers and slots are immutable values. */
export class Frame implements FrameView {
  inCallback = false;
  inAsyncCallback = false;
  /** How many functions that the kernel calls by itself led to this one. */
  asyncEntries = 0;
  inExceptionCallback = false;
  callbackDepth = 0;
  callbackRange: ReturnRange = NO_RANGE;
  /** Where the stack slots that this chain of calls reads and writes are noted; see `StackLiveness`. */
  chain: LivenessChain | null = null;

  constructor(
    readonly frameno: number,
    readonly subprog: number,
    readonly callsite: number,
    public regs: Reg[],
    public stack: StackSlot[] = [],
  ) {}

  clone(): Frame {
    const copy = new Frame(this.frameno, this.subprog, this.callsite, this.regs.slice(), this.stack.slice());
    copy.inCallback = this.inCallback;
    copy.inAsyncCallback = this.inAsyncCallback;
    copy.asyncEntries = this.asyncEntries;
    copy.inExceptionCallback = this.inExceptionCallback;
    copy.callbackDepth = this.callbackDepth;
    copy.callbackRange = this.callbackRange;
    copy.chain = this.chain;
    return copy;
  }
}

/** A verifier state: the one being walked, one that waits, or one that was stored as a checkpoint. */
export class VState implements StateView {
  frames: Frame[] = [];
  /** References that must be released; the array is replaced, never changed in place. */
  refs: readonly RefView[] = [];
  parent: VState | null = null;
  /** Paths that still have to be walked from here; a stored state with none is known to be safe. */
  branches = 1;
  insnIdx = 0;
  firstInsn = 0;
  lastInsn = -1;
  history: HistoryEntry | null = null;
  mayGotoDepth = 0;
  callbackUnrollDepth = 0;
  dfsDepth = 0;
  activeRcuLocks = 0;
  activePreemptLocks = 0;
  /** Reference of the interrupt state saved last, 0 while interrupts are on. */
  activeIrqId = 0;
  inSleepable = false;

  // Of stored states only.
  hits = 0;
  misses = 0;
  cleaned = false;
  inFreeList = false;
  checkpoint = -1;
  /** The stored state that covered a back edge's state. */
  equalTo: VState | null = null;

  get top(): Frame {
    return this.frames[this.frames.length - 1]!;
  }

  get curframe(): number {
    return this.frames.length - 1;
  }

  clone(): VState {
    const copy = new VState();
    for (const frame of this.frames) copy.frames.push(frame.clone());
    copy.refs = this.refs;
    copy.parent = this.parent;
    copy.branches = this.branches;
    copy.insnIdx = this.insnIdx;
    copy.firstInsn = this.firstInsn;
    copy.lastInsn = this.lastInsn;
    copy.history = this.history;
    copy.mayGotoDepth = this.mayGotoDepth;
    copy.callbackUnrollDepth = this.callbackUnrollDepth;
    copy.dfsDepth = this.dfsDepth;
    copy.activeRcuLocks = this.activeRcuLocks;
    copy.activePreemptLocks = this.activePreemptLocks;
    copy.activeIrqId = this.activeIrqId;
    copy.inSleepable = this.inSleepable;
    return copy;
  }

  /** Instruction that frame `i` is at: its own for the innermost, the call for the others. */
  frameInsn(i: number): number {
    return i === this.frames.length - 1 ? this.insnIdx : this.frames[i + 1]!.callsite;
  }
}
