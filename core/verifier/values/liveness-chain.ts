/**
 * Which stack slots may still be read, per chain of calls. Reads and writes are noted while the program is walked; a path that ends
 * lets them flow backwards through the function's graph. A checkpoint forgets slots that nobody reads any more.
 *
 * Four masks an instruction and frame, 64 slots each (two words):
 *     mayRead    read by the instruction on some walk        mustWrite   written by it on every walk
 *     liveBefore may be read later                           mustWriteAcc  written on every way on
 */
export interface FrameMasks {
  readonly mayRead: Int32Array;
  readonly mustWrite: Int32Array;
  readonly mustWriteAcc: Int32Array;
  readonly liveBefore: Int32Array;
}

/** The marks of one chain of calls: a function as it was reached through these calls. */
export interface LivenessChain {
  /** The chain without its last call; null for a function that is verified by itself. */
  readonly outer: LivenessChain | null;
  /** Call instructions from the outermost frame in. */
  readonly callsites: readonly number[];
  /** First instruction of the function, and how many it has. */
  readonly start: number;
  readonly count: number;
  readonly subprog: number;
  /** One per frame of the chain. */
  readonly frames: (FrameMasks | null)[];
  readonly mustWriteSet: Uint8Array;
  /** Chains one call longer, by the call's instruction and the function called. */
  readonly inner: Map<number, LivenessChain>;
  updated: boolean;
  mustWriteDropped: boolean;
}
