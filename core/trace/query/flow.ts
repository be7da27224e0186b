import type { Spot } from '../../verifier/values/spot.ts';
import type { Insn } from '../../isa/insn.ts';
import {
  BPF_ALU,
  BPF_ALU64,
  BPF_ATOMIC,
  BPF_CMPXCHG,
  BPF_END,
  BPF_FETCH,
  BPF_JMP,
  BPF_JMP32,
  BPF_LD,
  BPF_LDX,
  BPF_LOAD_ACQ,
  BPF_MEMSX,
  BPF_MOV,
  BPF_NEG,
  BPF_PSEUDO_CALL,
  BPF_PSEUDO_MAP_VALUE,
  BPF_ST,
  BPF_STX,
  CALL,
  EXIT,
  MAY_GOTO,
  accessSize,
  classOf,
  isRegisterSource,
  modeOf,
  opOf,
} from '../../isa/opcodes.ts';
import { PTR_TO_STACK, SCALAR } from '../../verifier/values/reg.ts';
import type { Reg } from '../../verifier/values/reg.ts';
import { changesAt, lineage } from './lineage.ts';
import type { ProgramText } from './program-text.ts';
import type { Cursor, Trace } from '../record/trace.ts';
import { REGS } from '../record/values.ts';

/*
 * What values are made of, along one path. A value has an identity: copies, saving to the stack and loading back don't change it, and neither
 * does a comparison, which only tells more of it. Two values are the same one only where nothing computed came between.
 */

/** A value on a path, and where it came from. */
export interface Value {
  readonly id: number;
  /** Step whose instruction made it, 0 for what was there from the beginning. */
  readonly step: number;
  /** That instruction, -1 for none. */
  readonly pc: number;
  readonly from: Source;
  /** Number of what the verifier knew of it then, in the trace's table of values; 0 where that is not kept. */
  held: number;
}

/** How a value was made. `argument`: what a function was called with by its helper, or a function that is verified by itself. */
export type Source =
  | { readonly kind: 'argument'; readonly subprog: number; readonly reg: number }
  | { readonly kind: 'constant'; readonly value: bigint }
  | { readonly kind: 'address'; readonly map: number; readonly off: number }
  | { readonly kind: 'stack'; readonly frame: number; readonly off: number }
  | {
      readonly kind: 'load';
      readonly base: Value;
      readonly off: number;
      readonly size: number;
      readonly signed: boolean;
    }
  | { readonly kind: 'call' }
  /** Bytes of the stack that a call wrote. */
  | { readonly kind: 'filled-by-call' }
  /** Two operands; `op` is the operation's bits of the opcode. */
  | {
      readonly kind: 'computed';
      readonly op: number;
      readonly is64: boolean;
      readonly left: Value;
      readonly right: Value;
    }
  /** Cut to its lowest bits and extended again. */
  | { readonly kind: 'cut'; readonly of: Value; readonly bits: number; readonly signed: boolean }
  | { readonly kind: 'unknown' };

/** A comparison that the path went through. */
export interface Check {
  readonly step: number;
  readonly pc: number;
  /** Operation's bits of the opcode, as it was written. */
  readonly op: number;
  readonly is32: boolean;
  readonly left: Value;
  readonly right: Value;
  /** The jump was taken. */
  readonly taken: boolean;
}

/** Most steps of a path that are followed; of longer ones the last. */
const MAX_STEPS = 60_000;

interface Frame {
  readonly regs: Value[];
  /** By offset from the frame pointer. */
  readonly stack: Map<number, { readonly value: Value; readonly size: number }>;
}

/** The values of one path, from its beginning (or its last {@link MAX_STEPS} steps) to before the instruction of `step`. */
export class Flow {
  readonly checks: Check[] = [];
  /** Steps of the path in order. */
  readonly steps: readonly number[];
  readonly #frames: Frame[] = [];
  /** The path is followed from its very beginning. */
  #whole = true;
  /** The state at the first step; its cursor moves on. */
  #first: Cursor | null = null;
  #next = 0;

  constructor(
    readonly trace: Trace,
    readonly text: ProgramText,
    step: number,
  ) {
    const segments = [];
    let count = 0;
    for (const segment of lineage(trace, step, MAX_STEPS)) {
      const room = MAX_STEPS - count;
      const first = Math.max(segment.first, segment.last - room + 1);
      segments.push({ first, last: segment.last });
      count += segment.last - first + 1;
      if (count >= MAX_STEPS) break;
    }
    this.#whole = count < MAX_STEPS;
    segments.reverse();
    const steps: number[] = [];
    for (const { first, last } of segments) for (let s = first; s <= last; s++) steps.push(s);
    this.steps = steps;
    this.#walk(steps);
  }

  /** What a register holds before the last step. */
  reg(frame: number, regno: number): Value | null {
    return this.#frames[frame]?.regs[regno] ?? null;
  }

  #make(step: number, pc: number, from: Source): Value {
    const value = { id: this.#next++, step, pc, from, held: 0 };
    return value;
  }

  #frame(number: number): Frame {
    while (this.#frames.length <= number) {
      const frame = this.#frames.length;
      const first = this.#first;
      const subprog = first?.subprogs[frame] ?? 0;
      const regs = Array.from({ length: REGS }, (_, reg) => {
        const value = this.#make(
          0,
          -1,
          reg === 10
            ? { kind: 'stack', frame, off: 0 }
            : this.#whole
              ? { kind: 'argument', subprog, reg }
              : { kind: 'unknown' },
        );
        if (first !== null && frame < first.depth) value.held = first.regs[frame * REGS + reg]!;
        return value;
      });
      this.#frames.push({ regs, stack: new Map() });
    }
    return this.#frames[number]!;
  }

  #walk(steps: readonly number[]): void {
    const { trace } = this;
    const { deltas, ends } = trace.data;
    if (steps.length === 0) return;
    let before = trace.cursor(steps[0]!);
    this.#first = before.copy();
    this.#frame(before.depth - 1);
    for (let i = 0; i + 1 < steps.length; i++) {
      const step = steps[i]!;
      const next = steps[i + 1]!;
      let after: Cursor;
      if (next === step + 1) {
        after = before;
        const depth = before.depth;
        const regs = before.regs.slice((depth - 1) * REGS, depth * REGS);
        this.#step(step, next, depth, regs, () => {
          after.apply(deltas, ends[step - 1]!, ends[step]!);
          return after;
        });
      } else {
        const depth = before.depth;
        const regs = before.regs.slice((depth - 1) * REGS, depth * REGS);
        this.#step(step, next, depth, regs, () => trace.cursor(next));
        after = trace.cursor(next);
      }
      this.#hold(step, after);
      before = after;
    }
  }

  // What the verifier knows of the values that a step made.
  #hold(step: number, after: Cursor): void {
    const top = after.depth - 1;
    const values = this.#frames[top]?.regs;
    if (values === undefined) return;
    for (let r = 0; r < 10; r++) {
      const value = values[r]!;
      if (value.step === step && value.held === 0) value.held = after.regs[top * REGS + r]!;
    }
  }

  #step(step: number, next: number, depth: number, regs: Uint32Array, advance: () => Cursor): void {
    const { trace, text } = this;
    const pc = trace.pc(step);
    const insn = text.program.insns[pc];
    const frame = this.#frame(depth - 1);
    if (insn === undefined) return void advance();
    const reg = (regno: number): Reg | null => trace.data.values.getReg(regs[regno] ?? 0);
    const make = (from: Source): Value => this.#make(step, pc, from);
    const values = frame.regs;
    switch (classOf(insn.code)) {
      case BPF_ALU:
      case BPF_ALU64:
        values[insn.dst] = this.#computed(insn, values, reg, make);
        break;
      case BPF_LD: {
        const high = text.program.insns[pc + 1]?.imm ?? 0;
        values[insn.src === 0 || (insn.code & 0xe0) === 0 ? insn.dst : 0] =
          insn.code !== 0x18
            ? make({ kind: 'unknown' })
            : insn.src === 0
              ? make({ kind: 'constant', value: BigInt.asUintN(64, (BigInt(high) << 32n) | BigInt(insn.imm >>> 0)) })
              : insn.src === BPF_PSEUDO_MAP_VALUE || insn.src === 1
                ? make({ kind: 'address', map: insn.imm, off: insn.src === 1 ? -1 : high })
                : make({ kind: 'unknown' });
        break;
      }
      case BPF_LDX: {
        const at = stackPlace(reg(insn.src), insn.off);
        const size = accessSize(insn.code);
        const kept = at === null ? undefined : this.#frame(at.frame).stack.get(at.off);
        values[insn.dst] =
          kept !== undefined && kept.size === size
            ? kept.value
            : make({
                kind: 'load',
                base: values[insn.src]!,
                off: insn.off,
                size,
                signed: modeOf(insn.code) === BPF_MEMSX,
              });
        break;
      }
      case BPF_ST:
      case BPF_STX: {
        const at = stackPlace(reg(insn.dst), insn.off);
        const size = accessSize(insn.code);
        if (classOf(insn.code) === BPF_STX && modeOf(insn.code) === BPF_ATOMIC) {
          if (at !== null) this.#store(at, size, make({ kind: 'unknown' }));
          const loads =
            insn.imm === BPF_CMPXCHG
              ? 0
              : insn.imm === BPF_LOAD_ACQ
                ? insn.dst
                : (insn.imm & BPF_FETCH) !== 0
                  ? insn.src
                  : -1;
          const base = insn.imm === BPF_LOAD_ACQ ? values[insn.src]! : values[insn.dst]!;
          if (loads >= 0) values[loads] = make({ kind: 'load', base, off: insn.off, size, signed: false });
        } else if (at !== null) {
          const value =
            classOf(insn.code) === BPF_ST
              ? make({ kind: 'constant', value: BigInt.asUintN(64, BigInt(insn.imm)) })
              : values[insn.src]!;
          this.#store(at, size, value);
        }
        break;
      }
      case BPF_JMP:
      case BPF_JMP32:
        if (insn.code === CALL || insn.code === EXIT) {
          this.#callOrExit(step, next, pc, insn, depth, advance());
          return;
        }
        if (insn.code !== MAY_GOTO && opOf(insn.code) !== 0)
          this.checks.push({
            step,
            pc,
            op: opOf(insn.code),
            is32: classOf(insn.code) === BPF_JMP32,
            left: values[insn.dst]!,
            right: isRegisterSource(insn.code)
              ? values[insn.src]!
              : make({ kind: 'constant', value: BigInt.asUintN(64, BigInt(insn.imm)) }),
            taken: trace.pc(next) !== pc + 1,
          });
        break;
    }
    advance();
  }

  #store(at: { readonly frame: number; readonly off: number }, size: number, value: Value): void {
    const { stack } = this.#frame(at.frame);
    for (const [off, kept] of stack) if (off < at.off + size && at.off < off + kept.size) stack.delete(off);
    stack.set(at.off, { value, size });
  }

  #computed(
    insn: Insn,
    values: readonly Value[],
    reg: (regno: number) => Reg | null,
    make: (from: Source) => Value,
  ): Value {
    const op = opOf(insn.code);
    const is64 = classOf(insn.code) === BPF_ALU64;
    const fromReg = isRegisterSource(insn.code);
    const left = values[insn.dst]!;
    if (op === BPF_MOV) {
      if (!fromReg)
        return make({ kind: 'constant', value: is64 ? BigInt.asUintN(64, BigInt(insn.imm)) : BigInt(insn.imm >>> 0) });
      const source = values[insn.src]!;
      if (insn.off !== 0) return make({ kind: 'cut', of: source, bits: insn.off, signed: true });
      const from = reg(insn.src);
      // Cutting off what is not there changes nothing.
      const whole = is64 || (from !== null && from.type === SCALAR && from.scalar.umax <= 0xffff_ffffn);
      return whole ? source : make({ kind: 'cut', of: source, bits: 32, signed: false });
    }
    if (op === BPF_NEG || op === BPF_END)
      return make({ kind: 'computed', op, is64, left, right: this.#make(0, -1, { kind: 'constant', value: 0n }) });
    const right = fromReg ? values[insn.src]! : make({ kind: 'constant', value: BigInt.asUintN(64, BigInt(insn.imm)) });
    // A shift to the left and back cuts: that is how compilers extend 32 bits.
    if (is64 && (op === 0x70 || op === 0xc0) && right.from.kind === 'constant') {
      const { from } = left;
      if (
        from.kind === 'computed' &&
        from.op === 0x60 &&
        from.is64 &&
        from.right.from.kind === 'constant' &&
        from.right.from.value === right.from.value
      )
        return make({ kind: 'cut', of: from.left, bits: 64 - Number(right.from.value & 63n), signed: op === 0xc0 });
    }
    const mask = right.from.kind === 'constant' && op === 0x50 ? right.from.value : 0n;
    if (mask === 0xffn || mask === 0xffffn)
      return make({ kind: 'cut', of: left, bits: mask === 0xffn ? 8 : 16, signed: false });
    return make({ kind: 'computed', op, is64, left, right });
  }

  #callOrExit(step: number, next: number, pc: number, insn: Insn, depth: number, after: Cursor): void {
    const { trace } = this;
    const make = (from: Source): Value => this.#make(step, pc, from);
    if (insn.code === EXIT) {
      if (after.depth >= depth) return;
      const result = this.#frames[depth - 1]!.regs[0]!;
      const callsite = after.depth > 0 ? trace.pc(next) : -1;
      this.#frames.length = Math.max(after.depth, 1);
      const caller = this.#frame(after.depth - 1);
      // A callback's result goes to its helper: the helper's call is met again.
      const call = this.text.program.insns[callsite];
      const toHelper = call?.code === CALL && call.src !== BPF_PSEUDO_CALL;
      if (!toHelper) caller.regs[0] = result;
      return;
    }
    if (after.depth > depth) {
      const caller = this.#frame(depth - 1);
      this.#frames.length = depth;
      const inner = this.#frame(after.depth - 1);
      const callback = insn.src !== BPF_PSEUDO_CALL;
      const passes = this.text.callbackPasses(insn);
      for (let r = 1; r <= 5; r++) {
        const source = callback ? (passes[r] ?? 0) : r;
        inner.regs[r] =
          source === 0
            ? make({ kind: 'argument', subprog: after.subprogs[after.depth - 1]!, reg: r })
            : caller.regs[source]!;
      }
      if (!callback) for (let r = 0; r <= 5; r++) caller.regs[r] = make({ kind: 'unknown' });
      return;
    }
    const frame = this.#frame(depth - 1);
    frame.regs[0] = make({ kind: 'call' });
    for (let r = 1; r <= 5; r++) frame.regs[r] = make({ kind: 'unknown' });
    if (next === step + 1)
      changesAt(trace, next, (spot: Spot) => {
        if (spot.what !== 'slot') return;
        const { stack } = this.#frame(spot.frame);
        const low = -(spot.index + 1) * 8;
        for (const [off, kept] of stack) if (off < low + 8 && low < off + kept.size) stack.delete(off);
        stack.set(low, { value: make({ kind: 'filled-by-call' }), size: 8 });
      });
  }
}

function stackPlace(reg: Reg | null, off: number): { frame: number; off: number } | null {
  if (reg === null || reg.type !== PTR_TO_STACK || !reg.scalar.isConst) return null;
  return { frame: reg.frameno, off: Number(BigInt.asIntN(64, reg.scalar.value)) + reg.off + off };
}

/** The operands of a value, if it was computed from any. */
export function operands({ from }: Value): readonly Value[] {
  if (from.kind === 'computed') return [from.left, from.right];
  if (from.kind === 'cut') return [from.of];
  return [];
}

/** True for the same value, or for values that are the same by what they are: equal constants and addresses. */
export function isSame(a: Value, b: Value): boolean {
  if (a === b) return true;
  const x = a.from;
  const y = b.from;
  if (x.kind === 'constant' && y.kind === 'constant') return x.value === y.value;
  if (x.kind === 'address' && y.kind === 'address') return x.map === y.map && x.off === y.off;
  return false;
}

/** True when two values were read from the same place at different times, or came to be the same way from such. */
export function isReadAgain(a: Value, b: Value): boolean {
  const x = a.from;
  const y = b.from;
  return (
    a !== b &&
    x.kind === 'load' &&
    y.kind === 'load' &&
    x.off === y.off &&
    x.size === y.size &&
    samePlace(x.base, y.base)
  );
}

function samePlace(a: Value, b: Value, depth = 0): boolean {
  if (isSame(a, b)) return true;
  if (depth > 4) return false;
  const x = a.from;
  const y = b.from;
  if (x.kind === 'load' && y.kind === 'load')
    return x.off === y.off && x.size === y.size && samePlace(x.base, y.base, depth + 1);
  if (x.kind === 'computed' && y.kind === 'computed')
    return x.op === y.op && samePlace(x.left, y.left, depth + 1) && samePlace(x.right, y.right, depth + 1);
  return x.kind === 'stack' && y.kind === 'stack' && x.frame === y.frame && x.off === y.off;
}
