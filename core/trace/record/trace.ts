import type { Spot } from '../../verifier/values/spot.ts';
import type { DifferenceReason, ForkKind, FrameView, PathEnd, StateView } from '../../verifier/sink.ts';
import type { Verdict } from '../../verifier/verdict.ts';
import type { Rejection } from '../../verifier/rejection.ts';
import type { Reg } from '../../verifier/values/reg.ts';
import type { StackSlot } from '../../verifier/values/stack.ts';
import type { StateIds, ValueTable } from './values.ts';
import { MAX_FRAMES, MAX_SLOTS, REGS } from './values.ts';

/** What the verifier said in the end. */
export type TraceStats = Verdict;
export interface PathRecord {
  readonly id: number;
  /** Id of the fork it was taken from, -1 for the first. */
  readonly fork: number;
  readonly pc: number;
  /** 0 when the path ended before its first step. */
  readonly firstStep: number;
  readonly lastStep: number;
  readonly end: PathEnd;
  readonly endPc: number;
  /** Covering checkpoint of a pruned path, else -1. */
  readonly checkpoint: number;
}
export interface ForkRecord {
  readonly id: number;
  readonly kind: ForkKind;
  readonly step: number;
  readonly pc: number;
  readonly waitsAt: number;
  /** Index in `paths` of the path on which it lies. */
  readonly path: number;
}
export interface CheckpointRecord {
  readonly id: number;
  readonly step: number;
  readonly pc: number;
  readonly path: number;
}
export interface ComparisonRecord {
  readonly step: number;
  readonly checkpoint: number;
  readonly pc: number;
  readonly mode: 'not-exact' | 'exact' | 'range-within';
  readonly equal: boolean;
  /** Null when equal, or when the states differ as wholes. */
  readonly location: Spot | null;
  /** Null when equal. */
  readonly reason: DifferenceReason | null;
  /** Value number of the stored state, 0 when only its checkpoint is known. */
  readonly stored: number;
}
export interface PreciseRecord {
  readonly step: number;
  /** Stored state in which the mark was set. */
  readonly checkpoint: number;
  readonly location: Spot;
  /** Instruction that needs the value, or where the state that needs it was met. */
  readonly because: number;
  /** Stored state whose marks ask for it, -1 when the instruction itself does. */
  readonly covering: number;
}
export interface WidenRecord {
  readonly step: number;
  readonly location: Spot;
  /** Value numbers. */
  readonly before: number;
  readonly after: number;
  /** Stored state of the loop's entry, from which the value differed. */
  readonly entry: number;
}

/** How many steps apart full states are kept. A seek decodes at most this many steps' changes. */
export const KEYFRAME_EVERY = 256;

/*
 * Changes: each step has a run of words in `deltas`, ending at `ends[step - 1]`; the first word of a change says where:
 *
 *     bits 0..6 number of the register or slot, or count   7..10 frame   11..12 what
 *     what 0 register: value   1 slot: value   2 frames: subprog and callsite + 1 for each of `count`   3 references: id and insn of each of the
 *     number given by the next word
 *
 * They lead from the state before the step before (in time, not on the path) to the state before this one. A frame that goes away takes its registers and slots along.
 */
export const WHAT_REG = 0;
export const WHAT_SLOT = 1;
export const WHAT_FRAMES = 2;
export const WHAT_REFS = 3;

/** All that a trace consists of; columns and plain records. */
export interface TraceData {
  readonly stats: TraceStats;
  readonly rejection: Rejection | null;
  readonly values: ValueTable;
  /** pc of each step; index 0 is step 1. */
  readonly pcs: Uint32Array;
  readonly ends: Uint32Array;
  readonly deltas: Uint32Array;
  /** Live registers before each instruction, a bit each; empty when the program was turned down before that was known. */
  readonly liveRegs: Uint32Array;
  /** Number of the loop that each instruction is in, 0 for none; as long as `liveRegs`. */
  readonly loops: Uint32Array;
  readonly paths: readonly PathRecord[];
  readonly forks: readonly ForkRecord[];
  readonly checkpoints: readonly CheckpointRecord[];
  readonly comparisons: readonly ComparisonRecord[];
  readonly precise: readonly PreciseRecord[];
  readonly widened: readonly WidenRecord[];
  /** Records that were left out because there were too many of their kind. */
  readonly dropped: { readonly comparisons: number; readonly precise: number; readonly widened: number };
}

/** A state being stepped through: the numbers of all its values, changed in place. */
export class Cursor {
  depth = 0;
  readonly subprogs = new Int32Array(MAX_FRAMES);
  readonly callsites = new Int32Array(MAX_FRAMES);
  readonly regs = new Uint32Array(MAX_FRAMES * REGS);
  readonly slots = new Uint32Array(MAX_FRAMES * MAX_SLOTS);
  refs: number[] = [];

  /** Applies the changes in `deltas[from..to)`. */
  apply(deltas: Uint32Array, from: number, to: number): void {
    for (let at = from; at < to;) {
      const head = deltas[at++]!;
      const index = head & 127;
      const frame = (head >>> 7) & 15;
      switch (head >>> 11) {
        case WHAT_REG:
          this.regs[frame * REGS + index] = deltas[at++]!;
          break;
        case WHAT_SLOT:
          this.slots[frame * MAX_SLOTS + index] = deltas[at++]!;
          break;
        case WHAT_FRAMES:
          for (let f = 0; f < index; f++) {
            this.subprogs[f] = deltas[at++]!;
            this.callsites[f] = deltas[at++]! - 1;
          }
          this.regs.fill(0, index * REGS);
          this.slots.fill(0, index * MAX_SLOTS);
          this.depth = index;
          break;
        default: {
          const count = deltas[at++]!;
          this.refs = Array.from(deltas.subarray(at, at + count * 2));
          at += count * 2;
        }
      }
    }
  }

  copy(): Cursor {
    const c = new Cursor();
    c.depth = this.depth;
    c.subprogs.set(this.subprogs);
    c.callsites.set(this.callsites);
    c.regs.set(this.regs);
    c.slots.set(this.slots);
    c.refs = this.refs;
    return c;
  }

  ids(): StateIds {
    const frames = [];
    for (let f = 0; f < this.depth; f++) {
      let slots = MAX_SLOTS;
      while (slots > 0 && this.slots[f * MAX_SLOTS + slots - 1] === 0) slots--;
      frames.push({
        subprog: this.subprogs[f]!,
        callsite: this.callsites[f]!,
        regs: Array.from(this.regs.subarray(f * REGS, (f + 1) * REGS)),
        slots: Array.from(this.slots.subarray(f * MAX_SLOTS, f * MAX_SLOTS + slots)),
      });
    }
    const refs = [];
    for (let i = 0; i < this.refs.length; i += 2) refs.push({ id: this.refs[i]!, insn: this.refs[i + 1]! });
    return { frames, refs };
  }
}

/** A recorded verification: any step's state, and everything that happened, without running anything again. */
export class Trace {
  readonly #keyframes: Cursor[] = [];
  readonly #forkById = new Map<number, ForkRecord>();
  readonly #checkpointById = new Map<number, CheckpointRecord>();
  readonly #pathOfFork = new Map<number, number>();
  #marks: Map<number, PreciseRecord[]> | null = null;

  constructor(readonly data: TraceData) {
    const cursor = new Cursor();
    for (let step = 1; step <= data.pcs.length; step++) {
      cursor.apply(data.deltas, this.#from(step), data.ends[step - 1]!);
      if ((step - 1) % KEYFRAME_EVERY === 0) this.#keyframes.push(cursor.copy());
    }
    for (const fork of data.forks) this.#forkById.set(fork.id, fork);
    for (const checkpoint of data.checkpoints) this.#checkpointById.set(checkpoint.id, checkpoint);
    data.paths.forEach((path, i) => {
      if (path.fork >= 0) this.#pathOfFork.set(path.fork, i);
    });
  }

  get steps(): number {
    return this.data.pcs.length;
  }

  /** pc of a step, 1-based. */
  pc(step: number): number {
    return this.data.pcs[step - 1] ?? -1;
  }

  fork(id: number): ForkRecord | undefined {
    return this.#forkById.get(id);
  }
  checkpoint(id: number): CheckpointRecord | undefined {
    return this.#checkpointById.get(id);
  }
  /** The precision marks of a stored state, in the order in which they were set. */
  marks(checkpoint: number): readonly PreciseRecord[] {
    if (this.#marks === null) {
      this.#marks = new Map();
      for (const mark of this.data.precise) {
        const list = this.#marks.get(mark.checkpoint);
        if (list === undefined) this.#marks.set(mark.checkpoint, [mark]);
        else list.push(mark);
      }
    }
    return this.#marks.get(checkpoint) ?? [];
  }
  /** Index in `paths` of the path that was taken from this fork, -1 if it never was. */
  pathOfFork(id: number): number {
    return this.#pathOfFork.get(id) ?? -1;
  }

  /** The state before the instruction of `step` (clamped to 1..steps), as value numbers. */
  cursor(step: number): Cursor {
    const to = Math.max(1, Math.min(step, this.steps));
    const key = Math.floor((to - 1) / KEYFRAME_EVERY);
    const cursor = this.#keyframes[key]?.copy() ?? new Cursor();
    const first = key * KEYFRAME_EVERY + 2;
    if (to >= first) cursor.apply(this.data.deltas, this.#from(first), this.data.ends[to - 1]!);
    return cursor;
  }

  /** The state before the instruction of `step`. */
  seek(step: number): StateView {
    return this.state(this.cursor(step).ids());
  }

  /** A state from its value numbers. */
  state(ids: StateIds): StateView {
    const { values } = this.data;
    const frames: FrameView[] = ids.frames.map(({ subprog, callsite, regs, slots }) => ({
      subprog,
      callsite,
      regs: regs.map((id) => values.getReg(id)) as Reg[],
      stack: slots.map((id) => values.getSlot(id) ?? undefined) as (StackSlot | undefined)[],
    }));
    return { frames, refs: ids.refs };
  }

  /** Index in `paths` of the path that a step lies on. */
  pathAt(step: number): number {
    const { paths } = this.data;
    let low = 0;
    let high = paths.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const first = this.#firstStepFrom(middle);
      if (first <= step) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The step before `step` on its own path: the fork's step for a path's first one; 0 at the beginning. */
  before(step: number): number {
    const path = this.data.paths[this.pathAt(step)];
    if (path === undefined || step > path.firstStep) return step - 1;
    return path.fork < 0 ? 0 : (this.#forkById.get(path.fork)?.step ?? 0);
  }

  #from(step: number): number {
    return step === 1 ? 0 : this.data.ends[step - 2]!;
  }

  // Paths without a step of their own begin where the next one with steps does.
  #firstStepFrom(index: number): number {
    for (let i = index; i < this.data.paths.length; i++) {
      const { firstStep } = this.data.paths[i]!;
      if (firstStep > 0) return firstStep;
    }
    return this.steps + 1;
  }
}
