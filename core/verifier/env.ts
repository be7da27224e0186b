import type { Btf } from '../btf/btf.ts';
import { Unsupported } from '../base/errors.ts';
import type { BpfObject, BpfProgram, LineInfo, MapDef } from '../elf/object.ts';
import type { Insn } from '../isa/insn.ts';
import { DISTRIBUTION } from '../kernel/rules/configuration.ts';
import type { Configuration } from '../kernel/rules/configuration.ts';
import { createVerdict } from '../kernel/rules/map-creation.ts';
import type { Creation } from '../kernel/rules/map-creation.ts';
import { kernelText } from '../isa/disasm.ts';
import type { Checkpoints } from './track/checkpoints.ts';
import { Scratched, stateText } from './log.ts';
import type { Log } from './log-output.ts';
import type { Tracked } from './track/precision.ts';
import { Reg } from './values/reg.ts';
import { Scalar } from './values/scalar/index.ts';
import type { Blame, Rejection, RejectionKind } from './rejection.ts';
import type { ForkKind, VerifierSink } from './sink.ts';
import type { StackLiveness } from './track/stack-liveness.ts';
import type { Frame, HistoryEntry, VState } from './values/state.ts';

// Negative errnos that the verifier returns.
export const EPERM = -1;
export const ENOENT = -2;
export const ESRCH = -3;
export const E2BIG = -7;
export const ENOMEM = -12;
export const EBADF = -9;
export const EACCES = -13;
export const EFAULT = -14;
export const EINVAL = -22;
export const ENOTSUPP = -524;
export const EOPNOTSUPP = -95;
export const EPROTO = -71;

/** Limits of Linux 6.18. */
export const MAX_PROCESSED = 1_000_000;
export const MAX_PENDING = 8192;
export const MAX_FRAMES = 8;
export const MAX_STACK = 512;

/**
 * Thrown when the program is rejected; caught once, at the top, where `Env.rejection` says why. One object for all: making an error costs
 * more than many a verification.
 */
export const REJECTED = new Error('rejected');

/** Thrown when the caller's budget ran out or it cancelled. */
export class Stopped extends Error {}

/** A function of the program: the main one or a subprogram. */
export interface Subprog {
  readonly start: number;
  /** One past the last instruction. */
  end: number;
  readonly name: string;
  /** Global functions are verified on their own. */
  readonly global: boolean;
  stackDepth: number;
  hasTailCall: boolean;
  hasPacketLoad: boolean;
  /** BTF is missing or does not fit: argument types are not relied on. */
  unreliable: boolean;
  /** Some instruction that is walked calls it, or hands it to a helper that does. */
  called: boolean;
  /** The kernel calls it later, by itself. */
  async?: boolean;
}

/** What is known of each instruction before the walk. */
export class InsnFacts {
  readonly prunePoint: Uint8Array;
  readonly jumpPoint: Uint8Array;
  readonly forceCheckpoint: Uint8Array;
  readonly callsCallback: Uint8Array;
  readonly iterNext: Uint8Array;
  /** What follows the instruction in its function (the fall-through, then where it jumps), -1 for nothing. */
  readonly next: Int32Array;
  readonly target: Int32Array;
  /** Type of the pointer that a load or store went through first, 0 before that. */
  readonly pointerKind: Int32Array;
  /** Live registers before the instruction, bit per register. */
  readonly liveRegs: Uint16Array;
  /** Number of the strongly connected component (loop) it is in, 0 if none. */
  readonly scc: Int32Array;

  constructor(count: number) {
    this.prunePoint = new Uint8Array(count);
    this.jumpPoint = new Uint8Array(count);
    this.forceCheckpoint = new Uint8Array(count);
    this.callsCallback = new Uint8Array(count);
    this.iterNext = new Uint8Array(count);
    this.next = new Int32Array(count);
    this.target = new Int32Array(count);
    this.pointerKind = new Int32Array(count);
    this.liveRegs = new Uint16Array(count);
    this.scc = new Int32Array(count);
  }
}

// Ids of the log's pieces that come again and again: gaps by their width, then some for each instruction.
const GAPS = 64;
const PIECES = 3;
const PIECE_INSN = GAPS + 1;
/** Id of an instruction's line in a walk backwards. */
export const backtrackId = (index: number): number => PIECE_INSN + index * PIECES + 2;

const gaps: string[] = [];
/** What stands between an instruction and the state after it, by its width. */
const gapText = (width: number): string => (gaps[width] ??= `${' '.repeat(Math.max(width, 1))};`);
const gapId = (width: number): number => (width < GAPS ? Math.max(width, 1) : 0);

/** A path that waits to be walked. */
interface Pending {
  readonly state: VState;
  readonly insnIdx: number;
  readonly prevInsnIdx: number;
  readonly logLength: number;
  readonly fork: number;
}

/** Limits that a caller sets on one verification. */
export interface Budget {
  /** Called now and then; throw or return true to stop. */
  readonly cancelled?: () => boolean;
  /** Called more often: true to interrupt the walk until it is taken up again (see `verification`). */
  readonly pause?: () => boolean;
}

/** Everything that one verification shares: the program, what is known of it, the log, counters and the pending paths. */
export class Env {
  readonly insns: readonly Insn[];
  readonly maps: readonly MapDef[];
  readonly facts: InsnFacts;
  readonly scratched = new Scratched();
  subprogs: Subprog[] = [];
  /** Functions whose address some instruction that was walked loads. */
  readonly loadedCallbacks = new Set<number>();
  /** Instructions of every function in postorder of the control-flow graph: `postorder[subprog]`. */
  postorder: Int32Array[] = [];
  state!: VState;
  // Made by `prepare` in walk.ts: they need this object themselves.
  liveness!: StackLiveness;
  checkpoints!: Checkpoints;
  tracked!: Tracked;

  /** The machine that the kernel runs on. */
  machine: Configuration = DISTRIBUTION;
  private readonly creations = new Map<MapDef, Creation>();
  insnIdx = 0;
  prevInsnIdx = -1;
  historyEntry: HistoryEntry | null = null;
  idGen = 0;

  /** Calls of bpf_loop: the callback with which each may be inlined, or -1. */
  readonly inlinedLoops = new Map<number, number>();

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
  private readonly pending: Pending[] = [];
  private forks = 0;
  private logAfterInsn = 0;
  private insnTextLength = 0;
  /** Each instruction's last line of a walk backwards that tracked registers alone, and which they were. */
  readonly backtrackLines: ({ readonly key: number; readonly line: string } | undefined)[] = [];
  private readonly insnTexts: string[] = [];
  private readonly insnLines: string[] = [];
  private previousLine: LineInfo | null = null;
  private readonly lineAt: (LineInfo | undefined)[];

  constructor(
    readonly program: BpfProgram,
    readonly object: BpfObject,
    readonly kernelBtf: Btf,
    readonly log: Log,
    readonly sink: VerifierSink | null,
    readonly budget: Budget,
  ) {
    this.insns = program.insns;
    this.maps = object.maps;
    this.facts = new InsnFacts(program.insns.length);
    this.lineAt = new Array<LineInfo | undefined>(program.insns.length);
    for (const line of program.lineInfo) this.lineAt[line.insn] = line;
    for (let i = 1; i < this.lineAt.length; i++) this.lineAt[i] ??= this.lineAt[i - 1];
  }

  get progBtf(): Btf | null {
    return this.object.btf;
  }

  /** What BPF_MAP_CREATE makes of a map. */
  creation(map: MapDef): Creation {
    const before = this.creations.get(map);
    if (before !== undefined) return before;
    const made = createVerdict(map, { btf: this.object.btf, kernel: this.kernelBtf, machine: this.machine });
    this.creations.set(map, made);
    return made;
  }

  /** True when states and instructions are logged (levels 1 and 2). */
  get logging(): boolean {
    return (this.log.level & 3) !== 0;
  }

  /** True when every path stays in the log (level 2). */
  get loggingAll(): boolean {
    return (this.log.level & 2) !== 0;
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
  reject(
    errno: number,
    kind: RejectionKind,
    text: string,
    details: Rejection['details'] = {},
    blame: readonly Blame[] | number = [],
    origin: readonly number[] = [],
  ): never {
    if (text !== '') this.say(`${text}\n`);
    this.rejection = {
      kind,
      errno,
      message: this.problem.replace(/\n$/, ''),
      insn: this.walking ? this.insnIdx : -1,
      blame: typeof blame === 'number' ? [this.blameReg(blame)] : blame,
      details: !this.walking && this.lookingAt >= 0 ? { insn: this.lookingAt, ...details } : details,
      origin,
    };
    throw REJECTED;
  }

  /** Why the program was rejected. */
  rejection: Rejection | null = null;

  /** Set when a call was walked whose kernel function does not exist. */
  callsMissing = false;

  /** Instruction that a check before the walk looks at; -1 while it looks at the program as a whole. */
  lookingAt = -1;

  /** True once the walk has begun: rejections then belong to an instruction. */
  walking = false;

  /** Says that the model does not cover something; nothing is guessed. */
  unsupported(feature: string): never {
    throw new Unsupported(feature, this.walking ? this.insnIdx : -1);
  }

  /** Blames a register of the frame that runs. */
  blameReg(reg: number): Blame {
    return { frame: this.state.curframe, reg };
  }

  /** Source line before an instruction, when it is another than the last one printed. */
  writeLine(insn: number): void {
    if (!this.logging) return;
    const line = this.lineAt[insn];
    if (line === undefined || line === this.previousLine) return;
    const text = line.text.trimStart();
    const file = line.file.slice(line.file.lastIndexOf('/') + 1);
    // Same file and line as before: the kernel prints it once.
    const before = this.previousLine;
    this.previousLine = line;
    if (before !== null && before.file === line.file && before.line === line.line) return;
    this.log.write(`; ${text} @ ${file}:${line.line}\n`);
  }

  /** Makes the next source line print even if it is the same as the last. */
  forgetLine(): void {
    this.previousLine = null;
  }

  /** An instruction as the log prints it: `12: (85) call bpf_iter_num_next#64259`. Made once. */
  insnText(index: number): string {
    return (this.insnTexts[index] ??= `${index}: ${this.plainInsnText(index)}`);
  }

  /** The same without its number. */
  plainInsnText(index: number): string {
    return kernelText(this.insns[index]!, this.insns[index + 1], {
      callName: (insn) => this.callName(insn),
      imm64Ptr: (insn, next) => this.addressOf(insn, next),
    });
  }

  /** A slot is about to be written: what that does to a dynptr of which it is a part. Set by `verify`. */
  destroyDynptrAt: (frame: Frame, spi: number) => void = () => undefined;

  /** Name that the log prints after `call`. */
  callName: (insn: Insn) => string | undefined = () => undefined;

  /** Address that a map or function load is printed with. */
  private addressOf(insn: Insn, next: Insn | undefined): bigint | undefined {
    if (insn.src === 1) return 0xffff888100000000n + BigInt(insn.imm) * 0x1000n;
    if (insn.src === 2) return 0xffffc90000000000n + BigInt(insn.imm) * 0x1000n + BigInt((next?.imm ?? 0) >>> 0);
    if (insn.src === 3) return 0xffffffff80000000n + BigInt(insn.imm) * 0x40n;
    return undefined;
  }

  /** Writes the state that changed since it was last printed, before the instruction. */
  writeInsn(index: number): void {
    if (this.scratched.any) this.writeInsnState(this.state.top);
    this.writeLine(index);
    const text = this.insnText(index);
    this.log.step(this.processed);
    this.log.writeLine(text, (this.insnLines[index] ??= `${text}\n`), PIECE_INSN + index * PIECES);
    this.insnTextLength = text.length + 1;
    this.logAfterInsn = this.log.length;
  }

  /**
   * Prints what changed: behind the last instruction's text when nothing was written since, else on a line of its own.
   * The alignment is the kernel's: at least 40 columns, in steps of 8.
   */
  writeInsnState(frame: Frame): void {
    if (!this.logging) return;
    if (this.logAfterInsn !== 0 && this.logAfterInsn === this.log.length) {
      this.log.joinNext();
      const pos = this.insnTextLength;
      const column = Math.ceil(Math.max(pos + 4, 40) / 8) * 8 - pos - 1;
      this.log.write(gapText(column), gapId(column));
    } else {
      this.log.write(`${this.insnIdx}:`);
    }
    this.log.write(`${stateText(this.state, frame, this.scratched, this.kernelBtf, this.progBtf)}\n`);
    this.scratched.clear();
  }

  /** Prints a whole state with a newline. */
  writeState(state: VState, frame: Frame): void {
    if (!this.logging) return;
    this.log.write(`${stateText(state, frame, null, this.kernelBtf, this.progBtf)}\n`);
  }

  /** Pushes the current state to be walked later from `insnIdx`; returns the copy, to be refined. */
  push(insnIdx: number, prevInsnIdx: number, kind: ForkKind): VState {
    const copy = this.state.clone();
    const fork = this.forks++;
    this.pending.push({ state: copy, insnIdx, prevInsnIdx, logLength: this.log.length, fork });
    if (this.pending.length > MAX_PENDING) this.tooManyPending(kind);
    if (copy.parent !== null) copy.parent.branches++;
    this.sink?.onFork(fork, kind, this.insnIdx, insnIdx);
    return copy;
  }

  /** Pushes a state of its own, which the current one does not lead to. */
  pushAsync(state: VState, insnIdx: number, prevInsnIdx: number): void {
    const fork = this.forks++;
    this.pending.push({ state, insnIdx, prevInsnIdx, logLength: this.log.length, fork });
    if (this.pending.length > MAX_PENDING)
      this.reject(
        E2BIG,
        'too-many-branches',
        `The sequence of ${this.pending.length} jumps is too complex for async cb.`,
      );
    this.sink?.onFork(fork, 'async-callback', this.insnIdx, insnIdx);
  }

  private tooManyPending(kind: ForkKind): never {
    // 6.18 follows a null pointer here (maybe_fork_scalars), so that there is no verdict to agree with.
    if (kind === 'all-or-none') this.unsupported(`${this.pending.length} waiting paths at an AND or OR`);
    const errno = kind === 'branch' ? EFAULT : ENOMEM;
    return this.reject(errno, 'too-many-branches', `The sequence of ${this.pending.length} jumps is too complex.`);
  }

  /** Takes up the path that was pushed last. Null when there is none. */
  pop(): Pending | null {
    const next = this.pending.pop();
    if (next === undefined) return null;
    if (!this.loggingAll) this.log.reset(next.logLength);
    return next;
  }
}
