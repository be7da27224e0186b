import type { Spot } from './values/spot.ts';
import { regSpot } from './values/spot.ts';
import { E2BIG, EFAULT, ENOMEM } from '../base/errno.ts';
import { Unsupported } from '../base/errors.ts';
import type { Insn } from '../isa/insn.ts';
import { InsnFacts } from './before/facts.ts';
import type { CallFact, Subprog } from './before/facts.ts';
import { ProgramContext } from './context.ts';
import type { Subject } from './context.ts';
import type { Scratched } from './log.ts';
import type { Log } from './log-output.ts';
import { LogWriter } from './log-writer.ts';
import type { Rejection, RejectionKind, RejectionRest } from './rejection.ts';
import type { ForkKind, VerifierSink } from './sink.ts';
import type { MemoryAccess } from './memory/access.ts';
import { CheckpointStore } from './track/checkpoint-store.ts';
import { Comparer } from './track/equality.ts';
import { StackLiveness } from './track/stack-liveness.ts';
import { Tracked } from './track/tracked.ts';
import { Reg } from './values/reg.ts';
import { Scalar } from './values/scalar/index.ts';
import type { HistoryEntry, VState } from './values/state.ts';
import { Worklist } from './worklist.ts';
import type { Pending } from './worklist.ts';

/**
 * Thrown when the program is rejected; caught once, at the top, where `Env.rejection` says why. One object for all: making an error costs
 * more than many a verification.
 */
export const REJECTED = new Error('rejected');

/** Thrown when the caller's budget ran out or it cancelled. */
export class Stopped extends Error {}

/** Limits that a caller sets on one verification. */
export interface Budget {
  /** Called now and then; throw or return true to stop. */
  readonly cancelled?: () => boolean;
  /** Called more often: true to interrupt the walk until it is taken up again (see `verification`). */
  readonly pause?: () => boolean;
}

/** What a verification is told, and whom it tells. */
export interface EnvOptions {
  readonly log: Log;
  readonly sink: VerifierSink | null;
  readonly budget: Budget;
  /** Name that the log prints after `call`. */
  readonly callName: (insn: Insn) => string | undefined;
}

/** What one verification tracks while it goes on, beside what it is about (`ProgramContext`): where it is, states, counters and what it writes. */
export class Env extends ProgramContext {
  readonly facts: InsnFacts;
  readonly log: Log;
  readonly text: LogWriter;
  readonly sink: VerifierSink | null;
  readonly budget: Budget;
  readonly worklist = new Worklist();
  readonly checkpoints = new CheckpointStore();
  readonly comparer = new Comparer();
  readonly tracked: Tracked;
  readonly liveness: StackLiveness;
  /** States and instructions are logged (levels 1 and 2). */
  readonly logging: boolean;
  /** Every path stays in the log (level 2). */
  readonly loggingAll: boolean;
  readonly scratched: Scratched;

  subprogs: Subprog[] = [];
  /** Of calls that are rewritten by what they are given. */
  readonly callFacts: (CallFact | undefined)[] = [];
  /** Some instruction that was walked throws an exception. */
  throws = false;
  /** Functions whose address some instruction that was walked loads. */
  readonly loadedCallbacks = new Set<number>();
  /** Instructions of every function in postorder of the control-flow graph: `postorder[subprog]`. */
  postorder: Int32Array[] = [];
  state!: VState;
  insnIdx = 0;
  prevInsnIdx = -1;
  historyEntry: HistoryEntry | null = null;
  idGen = 0;

  /** Calls of bpf_loop: the callback with which each may be inlined, or -1. */
  readonly inlinedLoops = new Map<number, number>();

  /** Characters of the log that stay whatever is cut off: what it says of the model before the verifier begins. */
  logStart = 0;

  processed = 0;
  jumps = 0;
  processedAtCheckpoint = 0;
  jumpsAtCheckpoint = 0;
  maxStatesPerInsn = 0;
  totalStates = 0;
  peakStates = 0;

  /** Lines that explain the rejection that is under way: what was written since the instruction began. */
  private problem = '';
  private readonly immediates: (Reg | undefined)[] = [];
  /** What each load or store that was walked asks for, made once. */
  readonly accesses: (MemoryAccess | undefined)[] = [];

  constructor(subject: Subject, { log, sink, budget, callName }: EnvOptions) {
    super(subject);
    this.log = log;
    this.sink = sink;
    this.budget = budget;
    this.logging = log.states;
    this.loggingAll = log.everything;
    this.facts = new InsnFacts(this.insns.length);
    this.text = new LogWriter(this, log, callName);
    this.scratched = this.text.scratched;
    this.tracked = new Tracked(this.limits.frames);
    this.liveness = new StackLiveness(this, log);
  }

  /** What is kept of the current instruction, a call. */
  callFact(): CallFact {
    return (this.callFacts[this.insnIdx] ??= {});
  }

  /** A fresh id for a scalar, pointer or reference. */
  newId(): number {
    return ++this.idGen;
  }

  /**
   * The current instruction's immediate as a value, made once.
   * @param wide sign-extended to 64 bits; else its 32 bits, zero-extended (a 32-bit move)
   */
  immediate(wide: boolean): Reg {
    const known = this.immediates[this.insnIdx];
    if (known !== undefined) return known;
    const { imm } = this.insns[this.insnIdx]!;
    const made = Reg.scalar(Scalar.known(BigInt(wide ? imm : imm >>> 0)));
    this.immediates[this.insnIdx] = made;
    return made;
  }

  /** Writes a message that belongs to what goes wrong at this instruction. */
  say(text: string): void {
    this.problem += text;
    this.log.write(text);
  }

  /** Forgets the messages of the instruction before. */
  beginInsn(): void {
    this.problem = '';
  }

  /**
   * Rejects the program with the messages said so far plus `text` (without newline; empty for none).
   * @param kind the rule that was broken
   * @param blame what to blame; a number stands for that register of the running frame
   */
  reject<K extends RejectionKind>(errno: number, kind: K, text: string, ...rest: RejectionRest<K>): never {
    const [details = {}, blame = [], origin = []] = rest;
    if (text !== '') this.say(`${text}\n`);
    this.rejection = {
      kind,
      errno,
      message: this.problem.endsWith('\n') ? this.problem.slice(0, -1) : this.problem,
      insn: this.walking ? this.insnIdx : -1,
      blame: typeof blame === 'number' ? [this.blameReg(blame)] : blame,
      lookedAt: this.walking ? -1 : this.lookingAt,
      details,
      origin,
    } as Rejection;
    throw REJECTED;
  }

  /** Why the program was rejected. */
  rejection: Rejection | null = null;

  /** Set when a call was walked whose kernel function does not exist. */
  callsMissing = false;

  /** Instruction that a check before the walk looks at; -1 while it looks at the program as a whole. */
  lookingAt = -1;

  /** See `VerifyResult.bufferReach`. */
  readonly bufferReach = { readOnly: 0, writable: 0 };

  /** See `VerifyResult.probes`. */
  readonly probes = new Set<number>();

  /** True once the walk has begun: rejections then belong to an instruction. */
  walking = false;

  /** Says that the model does not cover something; nothing is guessed. */
  unsupported(feature: string): never {
    throw new Unsupported(feature, this.walking ? this.insnIdx : -1);
  }

  /** Blames a register of the frame that runs. */
  blameReg(reg: number): Spot {
    return regSpot(this.state.curframe, reg);
  }

  /** Puts the current state aside, to be walked later from `insnIdx`; returns the copy, to be refined. */
  push(insnIdx: number, prevInsnIdx: number, kind: ForkKind): VState {
    const copy = this.state.clone();
    const fork = this.worklist.add(copy, insnIdx, prevInsnIdx, this.log.length);
    if (this.worklist.length > this.limits.waitingPaths) this.tooManyPending(kind);
    if (copy.parent !== null) copy.parent.branches++;
    this.sink?.onFork(fork, kind, this.insnIdx, insnIdx);
    return copy;
  }

  /** Puts aside a state of its own, which the current one does not lead to. */
  pushAsync(state: VState, insnIdx: number, prevInsnIdx: number): void {
    const fork = this.worklist.add(state, insnIdx, prevInsnIdx, this.log.length);
    const { length } = this.worklist;
    if (length > this.limits.waitingPaths)
      this.reject(E2BIG, 'too-many-branches', `The sequence of ${length} jumps is too complex for async cb.`);
    this.sink?.onFork(fork, 'async-callback', this.insnIdx, insnIdx);
  }

  private tooManyPending(kind: ForkKind): never {
    const { length } = this.worklist;
    if (kind === 'all-or-none' && this.kernel.quirks.forkAtAluCrashes)
      this.unsupported(`${length} waiting paths at an AND or OR, where the kernel follows a null pointer`);
    const errno = kind === 'branch' ? EFAULT : ENOMEM;
    return this.reject(errno, 'too-many-branches', `The sequence of ${length} jumps is too complex.`);
  }

  /** Takes up the path that was put aside last. Null when there is none. */
  pop(): Pending | null {
    const next = this.worklist.take();
    if (next === undefined) return null;
    if (!this.loggingAll) this.log.reset(next.logLength);
    return next;
  }
}
