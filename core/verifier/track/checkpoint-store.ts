import type { VState } from '../values/state.ts';

/** Names a loop by the way into it; see `callchain`. */
export type SccChain = number | string;

/** One walk into a loop through a chain of calls: where it was entered, and the states that closed it. */
export interface SccVisit {
  readonly text: string;
  entry: VState | null;
  /** In the order in which they came; looked through from the latest. */
  backedges: VState[];
  count: number;
}

/** Stored states and the bookkeeping of loops; what is done with them stands in `checkpoints.ts`. */
export class CheckpointStore {
  /** By the kernel's hash of instruction and call site. */
  stored: (VState[] | undefined)[] = [];
  visits = new Map<SccChain, SccVisit>();
  storedCount = 0;
  freeCount = 0;
  backedgeCount = 0;
  nextId = 0;

  /** Forgets all states: a global function is verified from scratch. The statistics go on counting those of the function before. */
  clear(): void {
    this.stored = [];
    this.visits = new Map();
  }

  /** States that are kept at present. */
  get kept(): number {
    return this.storedCount + this.freeCount + this.backedgeCount;
  }
}
