import type { Spot } from '../../verifier/values/spot.ts';
import type { MapDef } from '../../elf/object.ts';
import type { Rejection } from '../../verifier/rejection.ts';
import type { Reg } from '../../verifier/values/reg.ts';
import type {
  Comparison,
  ForkKind,
  FrameView,
  PathEnd,
  PreciseMark,
  ProgramFacts,
  StateView,
  VerifierSink,
} from '../../verifier/sink.ts';
import type { StackSlot } from '../../verifier/values/stack.ts';
import type {
  CheckpointRecord,
  ComparisonRecord,
  ForkRecord,
  PathRecord,
  PreciseRecord,
  TraceStats,
  WidenRecord,
} from './trace.ts';
import { Trace, WHAT_FRAMES, WHAT_REFS, WHAT_REG, WHAT_SLOT } from './trace.ts';
import { U32List } from './u32-list.ts';
import type { StateIds } from './values.ts';
import { MAX_FRAMES, MAX_SLOTS, REGS, ValueTable } from './values.ts';

/** Comparisons kept; those after are counted only. */
const MAX_COMPARISONS = 200_000;
/** Comparisons for which the stored state is kept as it was then; later ones refer to their checkpoint's step. */
const MAX_SNAPSHOTS = 50_000;
const MAX_MARKS = 200_000;

/** Watches a verification and makes a `Trace` of it. One recorder records one verification. */
export class TraceRecorder implements VerifierSink {
  readonly #values: ValueTable;
  readonly #pcs = new U32List(4096);
  readonly #ends = new U32List(4096);
  readonly #deltas = new U32List(16_384);
  readonly #paths: PathRecord[] = [];
  readonly #forks: ForkRecord[] = [];
  readonly #checkpoints: CheckpointRecord[] = [];
  readonly #comparisons: ComparisonRecord[] = [];
  readonly #precise: PreciseRecord[] = [];
  readonly #widened: WidenRecord[] = [];
  #dropped = { comparisons: 0, precise: 0, widened: 0 };
  #rejection: Rejection | null = null;
  #liveRegs = new Uint32Array();
  #loops = new Uint32Array();

  // The last state: the objects, to see at once that nothing changed, and their numbers, to leave out changes that only look like one.
  #depth = 0;
  readonly #subprogs = new Int32Array(MAX_FRAMES);
  readonly #callsites = new Int32Array(MAX_FRAMES);
  readonly #regs: (Reg | undefined)[] = new Array<Reg | undefined>(MAX_FRAMES * REGS).fill(undefined);
  readonly #regIds = new Uint32Array(MAX_FRAMES * REGS);
  readonly #slots: (StackSlot | undefined)[] = new Array<StackSlot | undefined>(MAX_FRAMES * MAX_SLOTS).fill(undefined);
  readonly #slotIds = new Uint32Array(MAX_FRAMES * MAX_SLOTS);
  readonly #slotCounts = new Int32Array(MAX_FRAMES);
  readonly #refs = new U32List(16);
  #refCount = 0;

  /** @param maps the maps of the object that is verified */
  constructor(maps: readonly MapDef[]) {
    this.#values = new ValueTable(maps);
  }

  /** Bytes that the recording takes, about. */
  get bytes(): number {
    return (
      (this.#pcs.length + this.#ends.length + this.#deltas.length) * 4 +
      this.#values.bytes +
      this.#comparisons.length * 128
    );
  }

  get #step(): number {
    return this.#pcs.length;
  }

  onProgram({ liveRegs, scc }: ProgramFacts): void {
    this.#liveRegs = Uint32Array.from(liveRegs);
    this.#loops = Uint32Array.from(scc);
  }

  onPathStart(path: number, fork: number, pc: number): void {
    this.#paths.push({ id: path, fork, pc, firstStep: 0, lastStep: 0, end: 'stopped', endPc: pc, checkpoint: -1 });
  }

  onStep(_step: number, pc: number, state: StateView): void {
    const frames = state.frames;
    if (frames.length !== this.#depth || !this.#sameCalls(frames)) this.#recordFrames(frames);
    for (let f = 0; f < frames.length; f++) {
      const { regs, stack } = frames[f]!;
      const base = f * REGS;
      for (let r = 0; r < REGS; r++) {
        const reg = regs[r]!;
        if (reg !== this.#regs[base + r]) this.#recordReg(f, r, reg);
      }
      const slots = f * MAX_SLOTS;
      const count = Math.max(stack.length, this.#slotCounts[f]!);
      for (let s = 0; s < count; s++) {
        const slot = stack[s];
        if (slot !== this.#slots[slots + s]) this.#recordSlot(f, s, slot);
      }
      this.#slotCounts[f] = stack.length;
    }
    if (!this.#sameRefs(state)) this.#recordRefs(state);
    this.#pcs.push(pc);
    this.#ends.push(this.#deltas.length);
    const path = this.#paths[this.#paths.length - 1] as { firstStep: number; lastStep: number } | undefined;
    if (path !== undefined) {
      if (path.firstStep === 0) path.firstStep = this.#step;
      path.lastStep = this.#step;
    }
  }

  onFork(fork: number, kind: ForkKind, pc: number, waitsAt: number): void {
    this.#forks.push({ id: fork, kind, step: this.#step, pc, waitsAt, path: this.#paths.length - 1 });
  }

  onCheckpoint(checkpoint: number, pc: number): void {
    this.#checkpoints.push({ id: checkpoint, step: this.#step, pc, path: this.#paths.length - 1 });
  }

  onCompare(comparison: Comparison): void {
    if (this.#comparisons.length >= MAX_COMPARISONS) {
      this.#dropped.comparisons++;
      return;
    }
    const { checkpoint, pc, mode, equal, location, reason, stored } = comparison;
    const snapshot = this.#comparisons.length < MAX_SNAPSHOTS ? this.#values.snapshot(this.#intern(stored)) : 0;
    this.#comparisons.push({
      step: this.#step,
      checkpoint,
      pc,
      mode,
      equal,
      location,
      reason: reason ?? null,
      stored: snapshot,
    });
  }

  onPathEnd(_path: number, end: PathEnd, pc: number, checkpoint: number): void {
    const index = this.#paths.length - 1;
    const path = this.#paths[index];
    if (path === undefined) return;
    this.#paths[index] = { ...path, end, endPc: pc, checkpoint: end === 'pruned' ? checkpoint : -1 };
  }

  onPrecise(mark: PreciseMark): void {
    if (this.#precise.length < MAX_MARKS) this.#precise.push({ step: this.#step, ...mark });
    else this.#dropped.precise++;
  }

  onWiden(location: Spot, before: Reg, after: Reg, entry: number): void {
    if (this.#widened.length < MAX_MARKS)
      this.#widened.push({
        step: this.#step,
        location,
        before: this.#values.reg(before),
        after: this.#values.reg(after),
        entry,
      });
    else this.#dropped.widened++;
  }

  onReject(rejection: Rejection): void {
    this.#rejection = rejection;
  }

  /** The trace of what was seen. The recorder must not be used afterwards. */
  finish(stats: TraceStats, rejection: Rejection | null = this.#rejection): Trace {
    const last = this.#paths.length - 1;
    const open = this.#paths[last];
    if (open !== undefined && open.end === 'stopped')
      this.#paths[last] = {
        ...open,
        end: rejection === null ? 'stopped' : 'rejected',
        endPc: this.#pcs.length > 0 ? this.#pcs.at(this.#pcs.length - 1) : open.pc,
      };
    return new Trace({
      stats,
      rejection,
      values: this.#values,
      pcs: this.#pcs.trimmed(),
      ends: this.#ends.trimmed(),
      deltas: this.#deltas.trimmed(),
      liveRegs: this.#liveRegs,
      loops: this.#loops,
      paths: this.#paths,
      forks: this.#forks,
      checkpoints: this.#checkpoints,
      comparisons: this.#comparisons,
      precise: this.#precise,
      widened: this.#widened,
      dropped: this.#dropped,
    });
  }

  #sameCalls(frames: readonly FrameView[]): boolean {
    for (let f = 0; f < frames.length; f++)
      if (frames[f]!.callsite !== this.#callsites[f] || frames[f]!.subprog !== this.#subprogs[f]) return false;
    return true;
  }

  #recordFrames(frames: readonly FrameView[]): void {
    const depth = frames.length;
    this.#deltas.push((WHAT_FRAMES << 11) | depth);
    frames.forEach((frame, f) => {
      this.#subprogs[f] = frame.subprog;
      this.#callsites[f] = frame.callsite;
      this.#deltas.push(frame.subprog);
      this.#deltas.push(frame.callsite + 1);
    });
    this.#regs.fill(undefined, depth * REGS);
    this.#regIds.fill(0, depth * REGS);
    this.#slots.fill(undefined, depth * MAX_SLOTS);
    this.#slotIds.fill(0, depth * MAX_SLOTS);
    this.#slotCounts.fill(0, depth);
    this.#depth = depth;
  }

  #recordReg(frame: number, r: number, reg: Reg): void {
    const at = frame * REGS + r;
    this.#regs[at] = reg;
    const id = this.#values.reg(reg);
    if (id === this.#regIds[at]) return;
    this.#regIds[at] = id;
    this.#deltas.push((WHAT_REG << 11) | (frame << 7) | r);
    this.#deltas.push(id);
  }

  #recordSlot(frame: number, spi: number, slot: StackSlot | undefined): void {
    const at = frame * MAX_SLOTS + spi;
    this.#slots[at] = slot;
    const id = this.#values.slot(slot);
    if (id === this.#slotIds[at]) return;
    this.#slotIds[at] = id;
    this.#deltas.push((WHAT_SLOT << 11) | (frame << 7) | spi);
    this.#deltas.push(id);
  }

  #sameRefs(state: StateView): boolean {
    const { refs } = state;
    if (refs.length !== this.#refCount) return false;
    for (let i = 0; i < refs.length; i++)
      if (refs[i]!.id !== this.#refs.at(i * 2) || refs[i]!.insn !== this.#refs.at(i * 2 + 1)) return false;
    return true;
  }

  #recordRefs(state: StateView): void {
    const { refs } = state;
    this.#deltas.push(WHAT_REFS << 11);
    this.#deltas.push(refs.length);
    while (this.#refs.length < refs.length * 2) this.#refs.push(0);
    refs.forEach((ref, i) => {
      this.#refs.set(i * 2, ref.id);
      this.#refs.set(i * 2 + 1, ref.insn);
      this.#deltas.push(ref.id);
      this.#deltas.push(ref.insn);
    });
    this.#refCount = refs.length;
  }

  #intern(state: StateView): StateIds {
    return {
      refs: state.refs,
      frames: state.frames.map((frame) => ({
        subprog: frame.subprog,
        callsite: frame.callsite,
        regs: frame.regs.slice(0, REGS).map((reg) => this.#values.reg(reg)),
        slots: Array.from(frame.stack, (slot) => this.#values.slot(slot)),
      })),
    };
  }
}
