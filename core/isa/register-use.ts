import type { Insn } from './insn.ts';
import * as op from './opcodes.ts';

/** Registers that an instruction reads and sets, a bit each. */
export interface RegisterUse {
  readonly reads: number;
  readonly sets: number;
  /** Registers that hold nothing any more afterwards: r1 to r5 after a call. */
  readonly spoils: number;
}

const ARGUMENTS = 0b111110;
const CMPXCHG = 0xf1;
const FETCH = 1;

/** What an instruction reads and sets, by RFC 9669; arguments of calls are not counted as read. */
export function registerUse(insn: Insn): RegisterUse {
  const dst = 1 << insn.dst;
  const src = 1 << insn.src;
  const fromReg = (insn.code & 8) === op.BPF_X;
  const operation = insn.code & 0xf0;
  const use = (reads: number, sets = 0, spoils = 0): RegisterUse => ({ reads, sets, spoils });
  switch (op.classOf(insn.code)) {
    case op.BPF_ALU:
    case op.BPF_ALU64:
      if (operation === op.BPF_MOV) return use(fromReg ? src : 0, dst);
      // Byte swaps and negation have one operand, whatever the bit for a second one means there.
      if (operation === 0xd0 || operation === 0x80) return use(dst, dst);
      return use(fromReg ? dst | src : dst, dst);
    case op.BPF_LDX:
      return use(src, dst);
    case op.BPF_ST:
      return use(dst);
    case op.BPF_STX:
      if ((insn.code & 0xe0) !== op.BPF_ATOMIC) return use(dst | src);
      if (insn.imm === op.BPF_LOAD_ACQ) return use(src, dst);
      if (insn.imm === CMPXCHG) return use(dst | src | 1, 1);
      return use(dst | src, (insn.imm & FETCH) !== 0 && insn.imm < 0x100 ? src : 0);
    case op.BPF_LD:
      if (insn.code === op.LDDW) return use(0, dst);
      return use((1 << 6) | ((insn.code & 0xe0) === op.BPF_IND ? src : 0), 1, ARGUMENTS);
    default:
      if (operation === op.BPF_CALL) return use(fromReg ? dst : 0, 1, ARGUMENTS);
      if (operation === op.BPF_EXIT) return use(1);
      if (operation === 0 || insn.code === 0xe5) return use(0);
      return use(fromReg ? dst | src : dst);
  }
}

/** A register that is read on some path on which nothing set it. */
export interface UnsetRead {
  readonly insn: number;
  readonly reg: number;
}

const ALL = 0x7ff;
const FRAME_POINTER = 1 << 10;
const SAVED = 0b1111000000;

const isLocalCall = (insn: Insn): boolean => insn.code === op.CALL && insn.src === 1;
const isExit = (insn: Insn): boolean => insn.code === 0x95;

/**
 * Looks for a read of a register that some path to it never set. Of a local function's registers r1 to r5 are what its callers set, r6 to r9 are its
 * own to set, and r0 is what every one of its exits has set.
 * @param given registers that the program starts with, a bit each; r10 is always there
 */
export function findUnsetRead(insns: readonly Insn[], given: number): UnsetRead | null {
  const before = new Int32Array(insns.length).fill(ALL);
  const reached = new Uint8Array(insns.length);
  const owner = new Int32Array(insns.length).fill(-1);
  /** What a function's exits set of r0, and where it is called, by its first instruction. */
  const results = new Map<number, number>();
  const callers = new Map<number, Set<number>>();
  const work: number[] = [];
  const flow = (to: number, state: number, func: number): void => {
    if (to < 0 || to >= insns.length) return;
    const joined = before[to]! & state;
    if (reached[to] === 1 && joined === before[to]) return;
    before[to] = joined;
    reached[to] = 1;
    owner[to] = func;
    work.push(to);
  };
  flow(0, given | FRAME_POINTER, 0);
  for (let i = work.pop(); i !== undefined; i = work.pop()) {
    const insn = insns[i]!;
    const func = owner[i]!;
    const state = before[i]!;
    if (isLocalCall(insn)) {
      const callee = i + 1 + insn.imm;
      const sites = callers.get(callee) ?? new Set<number>();
      callers.set(callee, sites.add(i));
      flow(callee, (state & 0b111110) | FRAME_POINTER, callee);
      const result = results.get(callee);
      if (result !== undefined) flow(i + 1, (state & (SAVED | FRAME_POINTER)) | result, func);
      continue;
    }
    const { sets, spoils } = registerUse(insn);
    const after = (state & ~spoils) | sets;
    if (isExit(insn)) {
      if (func === 0) continue;
      const result = (results.get(func) ?? 1) & state;
      if (results.get(func) === result) continue;
      results.set(func, result);
      work.push(...(callers.get(func) ?? []));
      continue;
    }
    const next = i + (insn.code === op.LDDW ? 2 : 1);
    const cls = op.classOf(insn.code);
    const jumps = (cls === op.BPF_JMP || cls === op.BPF_JMP32) && (insn.code & 0xf0) !== op.BPF_CALL;
    if (!jumps) flow(next, after, func);
    else {
      const target = insn.code === 0x06 ? i + 1 + insn.imm : i + 1 + insn.off;
      flow(target, after, func);
      if ((insn.code & 0xf0) !== 0) flow(i + 1, after, func);
    }
  }
  for (let i = 0; i < insns.length; i++) {
    if (reached[i] === 0) continue;
    const insn = insns[i]!;
    // A function that gives nothing may leave r0 alone; the program itself may not.
    const reads = isExit(insn) && owner[i] !== 0 ? 0 : isLocalCall(insn) ? 0 : registerUse(insn).reads;
    const unset = reads & ~before[i]!;
    if (unset !== 0) return { insn: i, reg: 31 - Math.clz32(unset & -unset) };
  }
  return null;
}
