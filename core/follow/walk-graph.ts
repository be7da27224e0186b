import type { Reg } from '../verifier/values/reg.ts';
import type { FrameView, StateView } from '../verifier/sink.ts';
import type { StackSlot } from '../verifier/values/stack.ts';
import type { ComparisonRecord, Cursor, Trace } from '../trace/record/trace.ts';
import { placeOf } from './effects.ts';
import type { Place } from './effects.ts';
import { KEYFRAME_EVERY } from '../trace/record/trace.ts';
import { MAX_FRAMES, MAX_SLOTS, REGS } from '../trace/record/values.ts';

/** A path that ended because an earlier state covers it: the walk goes on from there. */
export interface PruneEdge {
  /** Step at which the covering state was stored. */
  readonly to: number;
  /** That state as it was when they were compared: precision marks set, dead registers and slots forgotten. Null when it was not kept. */
  readonly stored: StateView | null;
  readonly mode: 'not-exact' | 'exact' | 'range-within';
}

/** Runs of `KEYFRAME_EVERY` steps whose states are kept decoded. */
const KEPT_RUNS = 512;

/**
 * A recorded verification as a graph: its nodes are the verifier's steps, its edges lead to the step after on the same path, to the
 * paths that forked off, and from a pruned path's last step to the state that covers it.
 */
export class WalkGraph {
  readonly #runs = new Map<number, StateView[]>();
  readonly #forks = new Map<number, readonly number[]>();
  readonly #again = new Map<number, readonly number[]>();
  readonly #prunes = new Map<number, { readonly to: number; readonly comparison: ComparisonRecord | null }>();
  /** Last steps of paths: what follows in time does not follow from them. */
  readonly #last = new Set<number>();
  readonly #roots = new Map<number, number>();
  readonly #decoded = new Map<number, StateView>();
  readonly #precise = new Map<number, Set<Place>>();

  constructor(readonly trace: Trace) {
    const { paths, forks, comparisons, precise } = trace.data;
    for (const { step, id, kind } of forks) {
      const first = paths[trace.pathOfFork(id)]?.firstStep ?? 0;
      const edges = kind === 'all-or-none' ? this.#again : this.#forks;
      if (first > 0) edges.set(step, [...(edges.get(step) ?? NONE), first]);
    }
    for (const { checkpoint, location } of precise) {
      const step = trace.checkpoint(checkpoint)?.step ?? 0;
      const marked = this.#precise.get(step) ?? new Set();
      marked.add(placeOf(location));
      this.#precise.set(step, marked);
    }
    const covering = new Map(comparisons.filter(({ equal }) => equal).map((one) => [one.step, one]));
    for (const { fork, firstStep, lastStep, pc, end, checkpoint } of paths) {
      if (firstStep === 0) continue;
      this.#last.add(lastStep);
      if (fork < 0 && !this.#roots.has(pc)) this.#roots.set(pc, firstStep);
      if (end !== 'pruned') continue;
      const comparison = covering.get(lastStep);
      this.#prunes.set(lastStep, {
        to: trace.checkpoint(checkpoint)?.step ?? 0,
        comparison: comparison?.checkpoint === checkpoint ? comparison : null,
      });
    }
  }

  /** Instruction of a step. */
  pc(step: number): number {
    return this.trace.pc(step);
  }

  /** First step of the walk that began at an instruction: the program's at 0, a global function's at its first. 0 when there is none. */
  root(pc: number): number {
    return this.#roots.get(pc) ?? 0;
  }

  /** Registers that are alive before an instruction, a bit each; all where that isn't known. */
  liveRegs(pc: number): number {
    return this.trace.data.liveRegs[pc] ?? 0x7ff;
  }

  /** Steps that may follow a step, on its own path and on those that fork off. */
  successors(step: number): readonly number[] {
    const forks = this.#forks.get(step) ?? NONE;
    return this.#last.has(step) ? forks : [step + 1, ...forks];
  }

  /** Scalars that the rest of the walk relies on, in the state that was stored at a step: those marked precise in it by the end. */
  precise(step: number): ReadonlySet<Place> {
    return this.#precise.get(step) ?? NOWHERE;
  }

  /** Steps that process the same instruction once more, from a state in which its operand is known better (`&=` and `|=`). */
  again(step: number): readonly number[] {
    return this.#again.get(step) ?? NONE;
  }

  /** Where the walk goes on when its path was pruned at this step. */
  prune(step: number): PruneEdge | undefined {
    const edge = this.#prunes.get(step);
    if (edge === undefined) return undefined;
    const { to, comparison } = edge;
    const stored = comparison?.stored ?? 0;
    return { to, stored: stored === 0 ? null : this.#snapshot(stored), mode: comparison?.mode ?? 'not-exact' };
  }

  /** The state before the instruction of a step. Values that two steps share are the same objects, as far as they are near each other. */
  state(step: number): StateView {
    const run = Math.floor((step - 1) / KEYFRAME_EVERY);
    let states = this.#runs.get(run);
    if (states === undefined) {
      if (this.#runs.size >= KEPT_RUNS) for (const oldest of this.#runs.keys()) return this.#evict(oldest, step);
      this.#runs.set(run, (states = this.#decode(run)));
    }
    return states[(step - 1) % KEYFRAME_EVERY]!;
  }

  #evict(run: number, step: number): StateView {
    this.#runs.delete(run);
    return this.state(step);
  }

  #snapshot(id: number): StateView {
    let state = this.#decoded.get(id);
    if (state === undefined) this.#decoded.set(id, (state = this.trace.state(this.trace.data.values.getSnapshot(id))));
    return state;
  }

  #decode(run: number): StateView[] {
    const { deltas, ends } = this.trace.data;
    const first = run * KEYFRAME_EVERY + 1;
    const last = Math.min(first + KEYFRAME_EVERY - 1, this.trace.steps);
    const cursor = this.trace.cursor(first);
    const states: StateView[] = [];
    let frames: FrameView[] = [];
    for (let step = first; step <= last; step++) {
      if (step > first) cursor.apply(deltas, ends[step - 2]!, ends[step - 1]!);
      frames = this.#frames(cursor, frames);
      const refs = [];
      for (let i = 0; i < cursor.refs.length; i += 2) refs.push({ id: cursor.refs[i]!, insn: cursor.refs[i + 1]! });
      states.push({ frames, refs });
    }
    return states;
  }

  /** Frames of a cursor, with the arrays of the step before where nothing changed. */
  #frames(cursor: Cursor, before: readonly FrameView[]): FrameView[] {
    const { values } = this.trace.data;
    const frames: FrameView[] = [];
    for (let f = 0; f < Math.min(cursor.depth, MAX_FRAMES); f++) {
      const old = before[f];
      let regs: Reg[] | null = null;
      for (let r = 0; r < REGS; r++) {
        const reg = values.getReg(cursor.regs[f * REGS + r]!)!;
        if (regs === null && old?.regs[r] !== reg) regs = (old?.regs ?? []).slice(0, r);
        regs?.push(reg);
      }
      let slots = MAX_SLOTS;
      while (slots > 0 && cursor.slots[f * MAX_SLOTS + slots - 1] === 0) slots--;
      let stack: (StackSlot | undefined)[] | null = old !== undefined && old.stack.length === slots ? null : [];
      for (let s = 0; s < slots; s++) {
        const slot = values.getSlot(cursor.slots[f * MAX_SLOTS + s]!) ?? undefined;
        if (stack === null && old!.stack[s] !== slot) stack = old!.stack.slice(0, s);
        stack?.push(slot);
      }
      const subprog = cursor.subprogs[f]!;
      const callsite = cursor.callsites[f]!;
      frames.push(
        old !== undefined && regs === null && stack === null && old.subprog === subprog && old.callsite === callsite
          ? old
          : { regs: regs ?? old!.regs, stack: stack ?? old!.stack, subprog, callsite },
      );
    }
    return frames;
  }
}

const NONE: readonly number[] = [];
const NOWHERE: ReadonlySet<Place> = new Set();
