import type { Insn } from '../../isa/insn.ts';
import { disasmText } from '../../isa/disasm.ts';
import { isHelperCall, isJump, isKfuncCall, isLoadImm64, jumpOffset } from '../../isa/insn-kinds.ts';
import { CALL, EXIT } from '../../isa/opcodes.ts';
import { registerUse } from '../../isa/register-use.ts';
import { DISTRIBUTION } from '../../kernel/rules/configuration.ts';
import type { KernelModel } from '../../kernel/model.ts';
import type { BpfObject, BpfProgram } from '../../elf/object.ts';
import type { Rejection } from '../../verifier/rejection.ts';
import type { FrameView, StateView } from '../../verifier/sink.ts';
import { baseType, NOT_INIT, PTR_TO_BTF_ID } from '../../verifier/values/reg.ts';
import type { Reg } from '../../verifier/values/reg.ts';
import { slotSpot, spotName } from '../../verifier/values/spot.ts';
import { namesOf } from '../explain/names.ts';
import type { Names } from '../explain/names.ts';
import { Flow } from '../query/flow.ts';
import { lineage } from '../query/lineage.ts';
import type { ProgramText } from '../query/program-text.ts';
import type { Trace } from '../record/trace.ts';

/** Bytes of one function's stack. */
const STACK = 512;
const R10 = 10;

/** A step of the rejected path, and the instruction after it on the path. */
export interface PathStep {
  readonly step: number;
  readonly pc: number;
  /** -1 at the end. */
  readonly next: number;
}

/** A rejected program as those who look for cures see it. */
export class FixScene {
  readonly program: BpfProgram;
  readonly object: BpfObject;
  readonly kernel: KernelModel;
  /** The instruction at fault, or the one that was looked at; -1 for none. */
  readonly pc: number;
  readonly insn: Insn | undefined;
  /** The state before it; null when the walk did not begin. */
  readonly state: StateView | null;
  readonly #live = new Map<number, Int32Array>();
  #flow: Flow | null = null;
  #path: readonly PathStep[] | null = null;

  constructor(
    readonly trace: Trace,
    readonly text: ProgramText,
    kernel: KernelModel,
    readonly rejection: Rejection,
  ) {
    this.program = text.program;
    this.object = text.object;
    this.kernel = kernel;
    this.pc = rejection.insn >= 0 ? rejection.insn : rejection.lookedAt;
    this.insn = text.program.insns[this.pc];
    this.state = trace.steps === 0 ? null : trace.seek(trace.steps);
  }

  /** The innermost frame at the error. */
  get frame(): FrameView | undefined {
    return this.state?.frames.at(-1);
  }
  /** What a register of the innermost frame holds at the error. */
  reg(index: number): Reg | null {
    return this.frame?.regs[index] ?? null;
  }
  get names(): Names {
    return namesOf(this.trace, this.text);
  }
  get flow(): Flow {
    return (this.#flow ??= new Flow(this.trace, this.text, this.trace.steps));
  }

  /** The blamed register, -1 for none. */
  get blamed(): number {
    return this.rejection.blame.find(({ what }) => what === 'reg')?.index ?? -1;
  }

  /** The steps of the rejected path, latest first; of a very long one the last. */
  get path(): readonly PathStep[] {
    if (this.#path !== null) return this.#path;
    const path: PathStep[] = [];
    let next = -1;
    for (const { first, last } of lineage(this.trace, this.trace.steps, 256)) {
      for (let step = last; step >= first && path.length < 4000; step--) {
        const pc = this.trace.pc(step);
        path.push({ step, pc, next });
        next = pc;
      }
    }
    return (this.#path = path);
  }

  /** An instruction as assembly. Kernel functions stand there by name: numbers are those of one build. */
  asm(pc: number): string {
    const { insns } = this.program;
    const name = this.text.calls(pc);
    return name === undefined ? disasmText(insns[pc]!, insns[pc + 1], { dialect: 'asm', index: pc }) : `call ${name}`;
  }

  /** A jump as assembly, leading to a label. */
  jumpTo(pc: number, label: string): string {
    const text = this.asm(pc);
    return `${text.slice(0, text.lastIndexOf('pc'))}${label}`;
  }

  /** Where a jump leads. */
  target(pc: number): number {
    return pc + 1 + jumpOffset(this.program.insns[pc]!);
  }

  /** The slot after an instruction. */
  after(pc: number): number {
    return pc + (isLoadImm64(this.program.insns[pc]!) ? 2 : 1);
  }

  /** First slot of the function that an instruction lies in, and the one behind its last. */
  functionOf(pc: number): { readonly start: number; readonly end: number } {
    const { subprogs } = this.text;
    const start = subprogs[this.text.subprogOf(pc)]?.start ?? 0;
    const end = Math.min(...subprogs.map((sub) => sub.start).filter((at) => at > start), this.program.insns.length);
    return { start, end };
  }

  /** Instructions of the function that an instruction lies in. */
  *functionInsns(pc: number): Generator<readonly [pc: number, insn: Insn]> {
    const { start, end } = this.functionOf(pc);
    for (let i = start; i < end; i = this.after(i)) yield [i, this.program.insns[i]!];
  }

  /** Offset from the frame pointer of room that the function does not use; `used`: bytes that were taken of it already. */
  fresh(pc: number, size: number, used = 0): number {
    let low = 0;
    const reach = (off: number): void => {
      if (off < 0 && off >= -STACK) low = Math.min(low, off);
    };
    const frames = new Map<number, number>();
    for (const [i, insn] of this.functionInsns(pc)) {
      const cls = insn.code & 7;
      if (cls === 1 && insn.src === R10) reach(insn.off);
      if ((cls === 2 || cls === 3) && insn.dst === R10) reach(insn.off);
      // `r1 = r10`, `r1 += -8`, perhaps with others in between.
      if (insn.code === 0xbf) {
        if (insn.src === R10) frames.set(insn.dst, i);
        else frames.delete(insn.dst);
      } else if (insn.code === 0x07 && frames.has(insn.dst)) reach(insn.imm);
    }
    const rounded = (bytes: number): number => Math.ceil(bytes / 8) * 8;
    const below = (): number => -(rounded(-low) + rounded(used) + rounded(size));
    const written = below();
    // The walk knows of what a call wrote there.
    for (const frame of this.state?.frames ?? [])
      if (frame.subprog === this.text.subprogOf(pc)) low = Math.min(low, -8 * frame.stack.length);
    return below() >= -STACK ? below() : written;
  }

  /** A register that calls leave alone and the function does not use; -1 for none. */
  freeRegister(pc: number): number {
    let used = 0;
    for (const [, insn] of this.functionInsns(pc)) {
      const { reads, sets } = registerUse(insn);
      used |= reads | sets;
    }
    return [9, 8, 7, 6].find((r) => (used & (1 << r)) === 0) ?? -1;
  }

  /** How many arguments a call reads. */
  argumentCount(pc: number): number {
    const insn = this.program.insns[pc]!;
    if (isHelperCall(insn)) return this.kernel.helpers.argumentCount(this.program, insn.imm, DISTRIBUTION) ?? 5;
    if (!isKfuncCall(insn) || insn.imm <= 0 || insn.imm >= this.kernel.btf.count) return 5;
    const func = this.kernel.btf.type(insn.imm);
    const proto = func.kind === 'func' ? this.kernel.btf.type(func.type) : undefined;
    return proto?.kind === 'func_proto' ? Math.min(5, proto.params.length) : 5;
  }

  /** Registers that may still be read from an instruction on, a bit each; calls of functions of the program read all arguments. */
  live(pc: number): number {
    const { start, end } = this.functionOf(pc);
    let live = this.#live.get(start);
    if (live === undefined) this.#live.set(start, (live = this.#liveness(start, end)));
    return live[pc - start] ?? 0;
  }

  #liveness(start: number, end: number): Int32Array {
    const { insns } = this.program;
    const live = new Int32Array(end - start + 1);
    for (let changed = true; changed;) {
      changed = false;
      for (let i = end - 1; i >= start; i--) {
        if (i > start && isLoadImm64(insns[i - 1]!) && insns[i]!.code === 0) {
          live[i - start] = live[i + 1 - start]!;
          continue;
        }
        const insn = insns[i]!;
        const { reads, sets, spoils } = registerUse(insn);
        let after = 0;
        if (insn.code !== EXIT) {
          const jumps = isJump(insn) && insn.code !== CALL;
          if (jumps) after |= live[this.target(i) - start] ?? 0;
          if (!jumps || (insn.code & 0xf0) !== 0) after |= live[this.after(i) - start] ?? 0;
        }
        const args = insn.code === CALL ? ((1 << (this.argumentCount(i) + 1)) - 1) & 0b111110 : 0;
        const before = reads | args | (after & ~(sets | spoils));
        if (before !== live[i - start]) {
          live[i - start] = before;
          changed = true;
        }
      }
    }
    return live;
  }

  /** Registers that hold something before a step, a bit each. */
  held(step: number): number {
    const regs = this.trace.seek(step).frames.at(-1)?.regs ?? [];
    return regs.reduce((mask, reg, i) => (reg.type === NOT_INIT ? mask : mask | (1 << i)), 0);
  }

  /**
   * Code that calls something, with what the call spoils kept on the stack: registers that are read afterwards and hold something at a step.
   * @param keep more registers to be kept, a bit each; `lose`: registers that need not be
   */
  keeping(step: number, pc: number, text: string, { lose = 0, used = 0 } = {}): string {
    const mask = this.live(pc) & this.held(step) & 0b111111 & ~lose;
    const lines: string[] = [];
    const back: string[] = [];
    let bytes = used;
    for (let r = 0; r <= 5; r++) {
      if ((mask & (1 << r)) === 0) continue;
      const off = this.fresh(pc, 8, bytes);
      bytes += 8;
      lines.push(`*(u64 *)(r10 ${signed(off)}) = r${r}`);
      back.push(`r${r} = *(u64 *)(r10 ${signed(off)})`);
    }
    return [...lines, text, ...back].join('\n');
  }

  /** The last step of the path at an instruction; 0 for none. */
  stepAt(pc: number): number {
    return this.path.find((one) => one.pc === pc)?.step ?? 0;
  }

  /** Name of what lies on the stack at an offset of a frame, between backticks: a variable's, else `fp-8`. */
  stackName(step: number, frame: number, off: number): string {
    const spot = slotSpot(frame, Math.ceil(-off / 8) - 1);
    return `\`${this.names.slot(step, spot) ?? spotName(spot)}\``;
  }

  /** What a register of the innermost frame holds at the error, as the source calls it, between backticks. */
  valueName(reg: number): string {
    const frame = (this.state?.frames.length ?? 1) - 1;
    const value = this.state === null ? null : this.flow.reg(frame, reg);
    return `\`${(value === null ? null : this.names.of(value)) ?? `r${reg}`}\``;
  }

  /** Name of a structure that a register points at, in the kernel's types or the program's; null where it has none. */
  structOf(reg: Reg): string | null {
    const btf = reg.btfOf === 0 ? this.kernel.btf : this.object.btf;
    return baseType(reg.type) !== PTR_TO_BTF_ID || btf === null ? null : btf.type(reg.btfId).name;
  }
}

/** A number with its sign, as assembly has offsets. */
export const signed = (n: number): string => (n < 0 ? String(n) : `+${n}`);
