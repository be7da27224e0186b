import { InputError, Unsupported } from '../../base/errors.ts';
import * as u64 from '../../base/u64.ts';
import type { Behaviour } from '../../kernel/catalogue/descriptor.ts';
import { MachineFault } from '../../kernel/machine/machine.ts';
import type { KernelMap } from '../../kernel/machine/machine.ts';
import { ADDRESS_HI, READABLE, WRITABLE, accessFault, hexAddress } from '../../kernel/machine/memory.ts';
import type { SimMachine } from '../../kernel/machine/sim-machine.ts';
import type { Insn } from '../../isa/insn.ts';
import { functionAt, isKernelSymbol } from '../addresses.ts';
import type {
  CallResolver,
  Callee,
  Executor,
  ExecutorInput,
  RunFault,
  RunLimits,
  RunOptions,
  RunResult,
} from '../executor.ts';
import type { Predecoded } from '../predecode.ts';
import { REGISTER_WORDS } from '../predecode.ts';
import { helperName } from '../../isa/helper-names.ts';
import { disasmText } from '../../isa/disasm.ts';
import { BPF_PSEUDO_BTF_ID, LDDW } from '../../isa/opcodes.ts';
import { formOf } from '../../isa/table.ts';
import { atomic } from './atomic.ts';

const DEFAULT_STEP_LIMIT = 2 ** 40;

/** Instructions between two questions of whether to go on. */
const SLICE = 250_000;

const R10 = 20;
/** Registers r6 to r9 that a local call saves, as words. */
const SAVED_FROM = 12;
const SAVED_TO = 20;

/** The executor that goes from instruction to instruction. */
export class Interpreter implements Executor {
  private readonly code: Predecoded;
  private readonly machine: SimMachine;
  private readonly resolver: CallResolver;
  private readonly limits: RunLimits;
  /** The register file: r0..r10, then the program's constants. */
  private readonly file: Int32Array;
  /** r0..r10 only, on the same memory. */
  readonly regs: Int32Array;
  readonly stacks: readonly number[];
  readonly stackSize: number;
  frame = 0;
  /** Programs that this one went on with, by name. */
  private readonly others = new Map<string, Interpreter>();
  /** Tail calls of the run so far. */
  private tailCalls = 0;
  /** A tail call was made: the running function is over. */
  private leaving = false;
  private readonly helpers = new Map<number, Callee>();
  private readonly kfuncs = new Map<number, Callee>();
  /** Behaviours by call instruction, once it has been reached. */
  private readonly bound: (Behaviour | undefined)[];
  /** By offset in memory: fields without access, of which a 4-byte load gives a pointer. */
  private readonly pointers = new Map<number, bigint>();
  /** By offset in memory: bytes without access whose values nobody knows, and the field that they are of. */
  private readonly unknown = new Map<number, string>();
  private executed = 0;
  private stepLimit = DEFAULT_STEP_LIMIT;
  private until: RunOptions['until'] | null = null;
  /** Instructions after which it is asked whether to go on. */
  private limit = DEFAULT_STEP_LIMIT;
  private onStep: RunOptions['onStep'];
  private faultPc = 0;
  /** No unwinding `execute` has brought `executed` up to date yet. */
  private uncounted = true;

  constructor({ code, machine, resolver, limits }: ExecutorInput) {
    this.code = code;
    this.machine = machine;
    this.resolver = resolver;
    this.limits = limits;
    this.bound = new Array<Behaviour | undefined>(code.insns.length).fill(undefined);
    this.file = code.file.slice();
    for (const { at, map, offset } of code.mapConstants) u64.setU64(this.file, at, this.mapConstant(map, offset));
    this.regs = this.file.subarray(0, REGISTER_WORDS);
    this.stackSize = limits.stack;
    this.stacks = Array.from({ length: limits.frames }, () => machine.memory.map(limits.stack));
  }

  run(options: RunOptions = {}): RunResult {
    const { machine, file } = this;
    file.fill(0, 0, REGISTER_WORDS);
    this.frame = 0;
    this.executed = 0;
    this.stepLimit = options.stepLimit ?? DEFAULT_STEP_LIMIT;
    this.until = options.until ?? null;
    this.limit = this.nextLimit(0);
    this.onStep = options.onStep;
    this.faultPc = 0;
    this.uncounted = true;
    for (const at of this.stacks) machine.memory.bytes.fill(0, at, at + this.stackSize);
    const ctx = options.ctx === undefined ? 0n : machine.place(options.ctx);
    this.pointers.clear();
    for (const [off, pointer] of options.pointers ?? []) {
      const field = Number(BigInt.asUintN(32, ctx)) + off;
      machine.memory.access.fill(0, field, field + 4);
      this.pointers.set(field, pointer);
    }
    this.unknown.clear();
    for (const { from, to, name } of options.unknown ?? []) {
      const first = Number(BigInt.asUintN(32, ctx)) + from;
      machine.memory.access.fill(0, first, first + to - from);
      for (let at = first; at < first + to - from; at++) this.unknown.set(at, name);
    }
    (options.args ?? [ctx]).forEach((value, i) => u64.setU64(file, (i + 1) * 2, value));
    this.setFramePointer();
    const firstLine = machine.printkLines.length;
    const before = machine.onCallback;
    machine.onCallback = (lo, hi, args) => this.callBack(lo, hi, args);
    const tailBefore = machine.onTailCall;
    this.tailCalls = 0;
    machine.onTailCall = (programs, index) => this.tailCall(programs, index, this);
    let fault: RunFault | undefined;
    try {
      this.execute(0);
    } catch (error) {
      if (error instanceof Unsupported && error.insn < 0) throw new Unsupported(error.feature, this.faultPc);
      if (!(error instanceof MachineFault)) throw error;
      fault = { pc: this.faultPc, reason: error.message };
    } finally {
      machine.onCallback = before;
      machine.onTailCall = tailBefore;
    }
    const result = {
      retval: fault === undefined ? u64.getU64(file, 0) : 0n,
      insns: this.executed,
      printk: machine.printkLines.slice(firstLine),
      ...(fault === undefined ? {} : { fault }),
    };
    if (options.ctx === undefined) return result;
    const at = Number(BigInt.asUintN(32, ctx));
    const after = machine.memory.bytes.slice(at, at + options.ctx.length);
    machine.free(ctx);
    return { ...result, ctx: after };
  }

  stackBytes(frame = this.frame): Uint8Array {
    const at = this.stacks[frame];
    return this.machine.memory.bytes.subarray(at, at + this.stackSize);
  }

  private mapConstant(map: number, offset: number | null): bigint {
    const entry = this.machine.maps[map];
    if (entry === undefined) throw new InputError(`the program loads map ${map}, which does not exist`);
    return offset === null ? entry.address : entry.map.lookup(new Uint8Array(4)) + BigInt(offset);
  }

  private setFramePointer(): void {
    this.file[R10] = this.stacks[this.frame] + this.stackSize;
    this.file[R10 + 1] = ADDRESS_HI;
  }

  /** Enters a function in a new frame. */
  private enterFrame(pc: number): void {
    const { frames } = this.limits;
    if (this.frame + 1 >= frames) throw this.fault(pc, `more than ${frames} nested calls`);
    this.frame++;
    this.setFramePointer();
  }

  private callBack(lo: number, hi: number, args: readonly bigint[]): bigint {
    const target = functionAt(lo, hi);
    if (target === undefined || target >= this.code.insns.length)
      throw new MachineFault(`${hexAddress(lo, hi)} is no function of the program`);
    // A callback that does nothing jumps nowhere: what goes round in the helper is counted here.
    if (this.executed >= this.limit) this.overLimit(this.faultPc, this.executed);
    const saved = this.file.slice(0, REGISTER_WORDS);
    this.enterFrame(this.faultPc);
    args.forEach((value, i) => u64.setU64(this.file, (i + 1) * 2, value));
    const caller = this.faultPc;
    this.execute(target);
    this.faultPc = caller;
    const result = u64.getU64(this.file, 0);
    this.frame--;
    this.file.set(saved);
    return result;
  }

  /** Goes on with another program in place of the running function; `first` is the interpreter that the run began in. */
  private tailCall(programs: KernelMap, index: number, first: Interpreter): void {
    const name = programs.programs?.get(index);
    if (name === undefined || first.tailCalls >= this.limits.tailCalls) return;
    const code = this.resolver.program?.(name);
    if (code === undefined) throw new Unsupported(`going on with program ${name}`);
    first.tailCalls++;
    let other = this.others.get(name);
    // A program may come to itself again: each depth has its own stack.
    if (other === undefined || other.busy)
      this.others.set(
        name,
        (other = new Interpreter({ code, machine: this.machine, resolver: this.resolver, limits: this.limits })),
      );
    other.continueFrom(this, first);
    this.leaving = true;
  }

  private busy = false;

  /** Runs as the rest of another program: with its context, until the end, which gives its r0. */
  private continueFrom(caller: Interpreter, first: Interpreter): void {
    const { machine, file } = this;
    file.fill(0, 0, REGISTER_WORDS);
    this.frame = 0;
    this.executed = 0;
    this.limit = caller.limit - caller.executed;
    this.onStep = undefined;
    this.uncounted = true;
    this.pointers.clear();
    for (const [at, pointer] of caller.pointers) this.pointers.set(at, pointer);
    for (const at of this.stacks) machine.memory.bytes.fill(0, at, at + this.stackSize);
    file[2] = caller.file[2];
    file[3] = caller.file[3];
    this.setFramePointer();
    const [callback, tailCall] = [machine.onCallback, machine.onTailCall];
    machine.onCallback = (lo, hi, args) => this.callBack(lo, hi, args);
    machine.onTailCall = (programs, index) => this.tailCall(programs, index, first);
    this.busy = true;
    try {
      this.execute(0);
    } finally {
      this.busy = false;
      machine.onCallback = callback;
      machine.onTailCall = tailCall;
      caller.executed += this.executed;
    }
    caller.file[0] = file[0];
    caller.file[1] = file[1];
  }

  private fault(pc: number, reason: string): MachineFault {
    this.faultPc = pc;
    return new MachineFault(reason);
  }

  private memoryFault(pc: number, base: number, off: number, size: number, mode: number): MachineFault {
    this.faultPc = pc;
    const address = u64.getU64(this.file, base) + BigInt(off);
    const lo = Number(BigInt.asIntN(32, address));
    for (let at = lo; mode === READABLE && at < lo + size; at++) {
      const name = this.unknown.get(at);
      if (name !== undefined) throw new Unsupported(`${name} of the context in a run that is not given one`, pc);
    }
    if (isKernelSymbol(address)) throw new Unsupported('reading variables of the kernel', pc);
    const hi = Number(BigInt.asIntN(32, address >> 32n));
    if (this.machine.isMapObject(lo, hi)) throw new Unsupported('reading the fields of a map in a run', pc);
    return accessFault(lo, hi, size, mode);
  }

  /** Calls a helper or kernel function, and gives its behaviour so that the instruction can keep it. */
  private call(pc: number, kind: 'helper' | 'kfunc', id: number): Behaviour {
    this.faultPc = pc;
    const known = kind === 'helper' ? this.helpers : this.kfuncs;
    let callee = known.get(id);
    if (callee === undefined) {
      const moduleFd = this.code.insns[pc]?.off ?? 0;
      callee = kind === 'helper' ? this.resolver.callHelper(id) : this.resolver.callKfunc(id, moduleFd);
      if (callee === undefined) {
        const name = kind === 'helper' ? helperName(id) : undefined;
        if (name !== undefined) throw new Unsupported(`running helper ${name}`, pc);
        throw new MachineFault(`call of ${kind} ${id}, which does not exist`);
      }
      known.set(id, callee);
    }
    if (callee.run === undefined) throw new Unsupported(`running ${callee.name}`, pc);
    callee.run(this.machine, this.regs);
    return callee.run;
  }

  /** Runs from `entry` until the frame that it began in exits. */
  private execute(entry: number): void {
    const { word0, word1, word2 } = this.code;
    const regs = this.file;
    const { memory } = this.machine;
    let { limit } = this;
    const { onStep } = this;
    const observed = onStep !== undefined;
    const visible = this.regs;
    const { bound } = this;
    const bottom = this.frame;
    const returns: number[] = [];
    const saved: Int32Array[] = [];
    let mayGoto: number[] = [];
    let { access, view } = memory;
    let executed = this.executed;
    let pc = entry;
    let complete = false;
    // Instructions are counted a straight run at a time: from `start` up to the jump that ends it.
    let start = entry;

    try {
      for (;;) {
        if (observed) {
          // Views draw memory and counts of the moment, so what is kept in locals is put back first.
          this.executed = executed + (pc - start);
          (onStep as (pc: number, regs: Int32Array) => void)(pc, visible);
          if (this.executed >= limit) limit = this.overLimit(pc, this.executed);
        }
        const w = word0[pc];
        const s = word1[pc];
        const d = w >> 16;
        switch (w & 0x1ff) {
          // 64-bit arithmetic.
          case 0x0f: {
            const a = regs[d];
            const sum = (a + regs[s]) | 0;
            regs[d + 1] = regs[d + 1] + regs[s + 1] + (sum >>> 0 < a >>> 0 ? 1 : 0);
            regs[d] = sum;
            break;
          }
          case 0x1f: {
            const a = regs[d];
            const b = regs[s];
            regs[d + 1] = regs[d + 1] - regs[s + 1] - (a >>> 0 < b >>> 0 ? 1 : 0);
            regs[d] = a - b;
            break;
          }
          case 0x2f:
            u64.mul64(regs, d, s);
            break;
          case 0x3f:
            u64.udiv64(regs, d, s);
            break;
          case 0x4f: {
            const hi = regs[s + 1];
            regs[d] |= regs[s];
            regs[d + 1] |= hi;
            break;
          }
          case 0x5f: {
            const hi = regs[s + 1];
            regs[d] &= regs[s];
            regs[d + 1] &= hi;
            break;
          }
          case 0x6f:
            u64.shl64(regs, d, regs[s] & 63);
            break;
          case 0x7f:
            u64.shr64(regs, d, regs[s] & 63);
            break;
          case 0x87: {
            const a = regs[d];
            regs[d] = -a;
            regs[d + 1] = a === 0 ? -regs[d + 1] : ~regs[d + 1];
            break;
          }
          case 0x9f:
            u64.umod64(regs, d, s);
            break;
          case 0xaf: {
            const hi = regs[s + 1];
            regs[d] ^= regs[s];
            regs[d + 1] ^= hi;
            break;
          }
          case 0xbf:
            regs[d] = regs[s];
            regs[d + 1] = regs[s + 1];
            break;
          case 0xcf:
            u64.sar64(regs, d, regs[s] & 63);
            break;

          // 32-bit arithmetic clears the upper half.
          case 0x0c:
            regs[d] = regs[d] + regs[s];
            regs[d + 1] = 0;
            break;
          case 0x1c:
            regs[d] = regs[d] - regs[s];
            regs[d + 1] = 0;
            break;
          case 0x2c:
            regs[d] = Math.imul(regs[d], regs[s]);
            regs[d + 1] = 0;
            break;
          case 0x3c: {
            const b = regs[s];
            regs[d] = b === 0 ? 0 : ((regs[d] >>> 0) / (b >>> 0)) | 0;
            regs[d + 1] = 0;
            break;
          }
          case 0x4c:
            regs[d] |= regs[s];
            regs[d + 1] = 0;
            break;
          case 0x5c:
            regs[d] &= regs[s];
            regs[d + 1] = 0;
            break;
          case 0x6c:
            regs[d] <<= regs[s];
            regs[d + 1] = 0;
            break;
          case 0x7c:
            regs[d] = regs[d] >>> regs[s];
            regs[d + 1] = 0;
            break;
          case 0x84:
            regs[d] = -regs[d];
            regs[d + 1] = 0;
            break;
          case 0x9c: {
            const b = regs[s];
            if (b !== 0) regs[d] = (regs[d] >>> 0) % (b >>> 0);
            regs[d + 1] = 0;
            break;
          }
          case 0xac:
            regs[d] ^= regs[s];
            regs[d + 1] = 0;
            break;
          case 0xbc:
            regs[d] = regs[s];
            regs[d + 1] = 0;
            break;
          case 0xcc:
            regs[d] >>= regs[s];
            regs[d + 1] = 0;
            break;

          // Signed division, sign extension, byte order.
          case 0x100:
            u64.sdiv64(regs, d, s);
            break;
          case 0x101:
            u64.smod64(regs, d, s);
            break;
          case 0x102: {
            const b = regs[s];
            regs[d] = b === 0 ? 0 : (regs[d] / b) | 0;
            regs[d + 1] = 0;
            break;
          }
          case 0x103: {
            const b = regs[s];
            if (b !== 0) regs[d] = (regs[d] % b) | 0;
            regs[d + 1] = 0;
            break;
          }
          case 0x104:
            regs[d] = (regs[s] << 24) >> 24;
            regs[d + 1] = regs[d] >> 31;
            break;
          case 0x105:
            regs[d] = (regs[s] << 16) >> 16;
            regs[d + 1] = regs[d] >> 31;
            break;
          case 0x106:
            regs[d] = regs[s];
            regs[d + 1] = regs[d] >> 31;
            break;
          case 0x107:
            regs[d] = (regs[s] << 24) >> 24;
            regs[d + 1] = 0;
            break;
          case 0x108:
            regs[d] = (regs[s] << 16) >> 16;
            regs[d + 1] = 0;
            break;
          case 0x109:
            regs[d] &= 0xffff;
            regs[d + 1] = 0;
            break;
          case 0x10a:
            regs[d + 1] = 0;
            break;
          case 0x10b:
            break;
          case 0x10c:
            regs[d] = ((regs[d] & 0xff) << 8) | ((regs[d] >>> 8) & 0xff);
            regs[d + 1] = 0;
            break;
          case 0x10d:
            regs[d] = u64.swap32(regs[d]);
            regs[d + 1] = 0;
            break;
          case 0x10e: {
            const hi = regs[d + 1];
            regs[d + 1] = u64.swap32(regs[d]);
            regs[d] = u64.swap32(hi);
            break;
          }

          // 64-bit immediate, in two slots.
          case 0x18:
            regs[d] = regs[s];
            regs[d + 1] = regs[s + 1];
            pc++;
            start++;
            break;

          // Loads.
          case 0x71: {
            const at = (regs[s] + word2[pc]) | 0;
            if (regs[s + 1] !== ADDRESS_HI || (access[at] & READABLE) === 0)
              throw this.memoryFault(pc, s, word2[pc], 1, READABLE);
            regs[d] = view.getUint8(at);
            regs[d + 1] = 0;
            break;
          }
          case 0x69: {
            const at = (regs[s] + word2[pc]) | 0;
            if (regs[s + 1] !== ADDRESS_HI || (access[at] & access[at + 1] & READABLE) === 0)
              throw this.memoryFault(pc, s, word2[pc], 2, READABLE);
            regs[d] = view.getUint16(at, true);
            regs[d + 1] = 0;
            break;
          }
          case 0x61: {
            const at = (regs[s] + word2[pc]) | 0;
            if (regs[s + 1] !== ADDRESS_HI || (access[at] & access[at + 3] & READABLE) === 0) {
              const pointer = regs[s + 1] === ADDRESS_HI ? this.pointers.get(at) : undefined;
              if (pointer === undefined) throw this.memoryFault(pc, s, word2[pc], 4, READABLE);
              u64.setU64(regs, d, pointer);
              break;
            }
            regs[d] = view.getInt32(at, true);
            regs[d + 1] = 0;
            break;
          }
          case 0x79: {
            const at = (regs[s] + word2[pc]) | 0;
            if (regs[s + 1] !== ADDRESS_HI || (access[at] & access[at + 7] & READABLE) === 0)
              throw this.memoryFault(pc, s, word2[pc], 8, READABLE);
            regs[d] = view.getInt32(at, true);
            regs[d + 1] = view.getInt32(at + 4, true);
            break;
          }
          case 0x91: {
            const at = (regs[s] + word2[pc]) | 0;
            if (regs[s + 1] !== ADDRESS_HI || (access[at] & READABLE) === 0)
              throw this.memoryFault(pc, s, word2[pc], 1, READABLE);
            regs[d] = view.getInt8(at);
            regs[d + 1] = regs[d] >> 31;
            break;
          }
          case 0x89: {
            const at = (regs[s] + word2[pc]) | 0;
            if (regs[s + 1] !== ADDRESS_HI || (access[at] & access[at + 1] & READABLE) === 0)
              throw this.memoryFault(pc, s, word2[pc], 2, READABLE);
            regs[d] = view.getInt16(at, true);
            regs[d + 1] = regs[d] >> 31;
            break;
          }
          case 0x81: {
            const at = (regs[s] + word2[pc]) | 0;
            if (regs[s + 1] !== ADDRESS_HI || (access[at] & access[at + 3] & READABLE) === 0)
              throw this.memoryFault(pc, s, word2[pc], 4, READABLE);
            regs[d] = view.getInt32(at, true);
            regs[d + 1] = regs[d] >> 31;
            break;
          }

          // Stores.
          case 0x73: {
            const at = (regs[d] + word2[pc]) | 0;
            if (regs[d + 1] !== ADDRESS_HI || (access[at] & WRITABLE) === 0)
              throw this.memoryFault(pc, d, word2[pc], 1, WRITABLE);
            view.setInt8(at, regs[s]);
            break;
          }
          case 0x6b: {
            const at = (regs[d] + word2[pc]) | 0;
            if (regs[d + 1] !== ADDRESS_HI || (access[at] & access[at + 1] & WRITABLE) === 0)
              throw this.memoryFault(pc, d, word2[pc], 2, WRITABLE);
            view.setInt16(at, regs[s], true);
            break;
          }
          case 0x63: {
            const at = (regs[d] + word2[pc]) | 0;
            if (regs[d + 1] !== ADDRESS_HI || (access[at] & access[at + 3] & WRITABLE) === 0)
              throw this.memoryFault(pc, d, word2[pc], 4, WRITABLE);
            view.setInt32(at, regs[s], true);
            break;
          }
          case 0x7b: {
            const at = (regs[d] + word2[pc]) | 0;
            if (regs[d + 1] !== ADDRESS_HI || (access[at] & access[at + 7] & WRITABLE) === 0)
              throw this.memoryFault(pc, d, word2[pc], 8, WRITABLE);
            view.setInt32(at, regs[s], true);
            view.setInt32(at + 4, regs[s + 1], true);
            break;
          }
          case 0x10f: {
            this.faultPc = pc;
            atomic(this.code.insns[pc] as Insn, regs, memory);
            break;
          }

          // Jumps: `continue` past the common end of the loop when taken.
          case 0x05:
            executed += pc + 1 - start;
            pc = start = word2[pc];
            if (executed >= limit) limit = this.overLimit(pc, executed);
            continue;
          case 0x1d:
            if (regs[d] !== regs[s] || regs[d + 1] !== regs[s + 1]) break;
            executed += pc + 1 - start;
            pc = start = word2[pc];
            if (executed >= limit) limit = this.overLimit(pc, executed);
            continue;
          case 0x5d:
            if (regs[d] === regs[s] && regs[d + 1] === regs[s + 1]) break;
            executed += pc + 1 - start;
            pc = start = word2[pc];
            if (executed >= limit) limit = this.overLimit(pc, executed);
            continue;
          case 0x2d: {
            const ah = regs[d + 1];
            const bh = regs[s + 1];
            if (ah === bh ? regs[d] >>> 0 <= regs[s] >>> 0 : ah >>> 0 < bh >>> 0) break;
            executed += pc + 1 - start;
            pc = start = word2[pc];
            if (executed >= limit) limit = this.overLimit(pc, executed);
            continue;
          }
          case 0x3d: {
            const ah = regs[d + 1];
            const bh = regs[s + 1];
            if (ah === bh ? regs[d] >>> 0 < regs[s] >>> 0 : ah >>> 0 < bh >>> 0) break;
            executed += pc + 1 - start;
            pc = start = word2[pc];
            if (executed >= limit) limit = this.overLimit(pc, executed);
            continue;
          }
          case 0xad: {
            const ah = regs[d + 1];
            const bh = regs[s + 1];
            if (ah === bh ? regs[d] >>> 0 >= regs[s] >>> 0 : ah >>> 0 > bh >>> 0) break;
            executed += pc + 1 - start;
            pc = start = word2[pc];
            if (executed >= limit) limit = this.overLimit(pc, executed);
            continue;
          }
          case 0xbd: {
            const ah = regs[d + 1];
            const bh = regs[s + 1];
            if (ah === bh ? regs[d] >>> 0 > regs[s] >>> 0 : ah >>> 0 > bh >>> 0) break;
            executed += pc + 1 - start;
            pc = start = word2[pc];
            if (executed >= limit) limit = this.overLimit(pc, executed);
            continue;
          }
          case 0x6d: {
            const ah = regs[d + 1];
            const bh = regs[s + 1];
            if (ah === bh ? regs[d] >>> 0 <= regs[s] >>> 0 : ah < bh) break;
            executed += pc + 1 - start;
            pc = start = word2[pc];
            if (executed >= limit) limit = this.overLimit(pc, executed);
            continue;
          }
          case 0x7d: {
            const ah = regs[d + 1];
            const bh = regs[s + 1];
            if (ah === bh ? regs[d] >>> 0 < regs[s] >>> 0 : ah < bh) break;
            executed += pc + 1 - start;
            pc = start = word2[pc];
            if (executed >= limit) limit = this.overLimit(pc, executed);
            continue;
          }
          case 0xcd: {
            const ah = regs[d + 1];
            const bh = regs[s + 1];
            if (ah === bh ? regs[d] >>> 0 >= regs[s] >>> 0 : ah > bh) break;
            executed += pc + 1 - start;
            pc = start = word2[pc];
            if (executed >= limit) limit = this.overLimit(pc, executed);
            continue;
          }
          case 0xdd: {
            const ah = regs[d + 1];
            const bh = regs[s + 1];
            if (ah === bh ? regs[d] >>> 0 > regs[s] >>> 0 : ah > bh) break;
            executed += pc + 1 - start;
            pc = start = word2[pc];
            if (executed >= limit) limit = this.overLimit(pc, executed);
            continue;
          }
          case 0x4d:
            if (((regs[d] & regs[s]) | (regs[d + 1] & regs[s + 1])) === 0) break;
            executed += pc + 1 - start;
            pc = start = word2[pc];
            if (executed >= limit) limit = this.overLimit(pc, executed);
            continue;

          // 32-bit jumps.
          case 0x1e:
          case 0x5e:
          case 0x2e:
          case 0x3e:
          case 0xae:
          case 0xbe:
          case 0x6e:
          case 0x7e:
          case 0xce:
          case 0xde:
          case 0x4e:
            if (!holds32(w & 0xf0, regs[d], regs[s])) break;
            executed += pc + 1 - start;
            pc = start = word2[pc];
            if (executed >= limit) limit = this.overLimit(pc, executed);
            continue;

          case 0xe5: {
            const left = (mayGoto[this.frame] ??= this.limits.mayGotoLoops);
            mayGoto[this.frame] = left - 1;
            if (left > 0) break;
            executed += pc + 1 - start;
            pc = start = word2[pc];
            continue;
          }

          // Calls and returns.
          case 0x110: {
            executed += pc + 1 - start;
            if (executed >= limit) limit = this.overLimit(pc, executed);
            this.enterFrame(pc);
            returns.push(pc + 1);
            saved.push(regs.slice(SAVED_FROM, SAVED_TO));
            mayGoto = mayGoto.slice(0, this.frame);
            pc = start = word2[pc];
            continue;
          }
          case 0x95: {
            executed += pc + 1 - start;
            if (this.frame === bottom) {
              this.executed = executed;
              complete = true;
              return;
            }
            this.frame--;
            this.setFramePointer();
            regs.set(saved.pop() as Int32Array, SAVED_FROM);
            pc = start = returns.pop() as number;
            continue;
          }
          case 0x85:
          case 0x8d:
          case 0x111: {
            const operation = w & 0x1ff;
            this.executed = executed + (pc + 1 - start);
            const known = bound[pc];
            if (known !== undefined) {
              this.faultPc = pc;
              known(this.machine, visible);
            } else if (operation === 0x111) bound[pc] = this.call(pc, 'kfunc', word2[pc]);
            else if (operation === 0x85) bound[pc] = this.call(pc, 'helper', word2[pc]);
            else this.call(pc, 'helper', regs[d + 1] === 0 ? regs[d] : -1);
            executed = this.executed;
            start = pc + 1;
            ({ access, view } = memory);
            if (!this.leaving) break;
            this.leaving = false;
            if (this.frame === bottom) {
              complete = true;
              return;
            }
            this.frame--;
            this.setFramePointer();
            regs.set(saved.pop() as Int32Array, SAVED_FROM);
            pc = start = returns.pop() as number;
            continue;
          }

          case 0x112:
            throw this.fault(pc, 'control left the program');
          default:
            throw this.unrunnable(pc);
        }
        pc++;
      }
    } finally {
      // The instruction that faulted is not counted; a fault in a callback was counted there.
      if (!complete && this.uncounted) {
        this.executed = executed + (pc - start);
        this.uncounted = false;
      }
    }
  }

  private unrunnable(pc: number): Error {
    const insn = this.code.insns[pc] as Insn;
    this.faultPc = pc;
    if (insn.code === LDDW && insn.src === BPF_PSEUDO_BTF_ID)
      return new Unsupported('the address of a symbol of the kernel in a run', pc);
    const form = formOf(insn);
    if (form?.valid === true && insn.dst <= 10 && insn.src <= 10)
      return new Unsupported(`running ${disasmText(insn)}`, pc);
    return new MachineFault(`opcode 0x${insn.code.toString(16).padStart(2, '0')} is no instruction here`);
  }

  /** The count at which to ask again. @throws MachineFault when the run is to end */
  private overLimit(pc: number, executed: number): number {
    if (executed >= this.stepLimit) throw this.fault(pc, `stopped after ${executed} instructions: it may never end`);
    const why = this.until?.() ?? null;
    if (why !== null) throw this.fault(pc, `stopped after ${executed} instructions: ${why}`);
    return (this.limit = this.nextLimit(executed));
  }

  private nextLimit(executed: number): number {
    return this.until === null ? this.stepLimit : Math.min(this.stepLimit, executed + SLICE);
  }
}

/** A 32-bit jump's condition; `op` is the operation's bits of the opcode. */
function holds32(op: number, a: number, b: number): boolean {
  switch (op) {
    case 0x10:
      return a === b;
    case 0x50:
      return a !== b;
    case 0x20:
      return a >>> 0 > b >>> 0;
    case 0x30:
      return a >>> 0 >= b >>> 0;
    case 0xa0:
      return a >>> 0 < b >>> 0;
    case 0xb0:
      return a >>> 0 <= b >>> 0;
    case 0x60:
      return a > b;
    case 0x70:
      return a >= b;
    case 0xc0:
      return a < b;
    case 0xd0:
      return a <= b;
    default:
      return (a & b) !== 0;
  }
}
