import type { Insn } from '../../isa/insn.ts';
import * as op from '../../isa/opcodes.ts';

// Instructions that rewriting puts in, by their parts.

/** A register that programs cannot name: rewriting may use it between any two instructions. */
export const AX = 11;

const insn = (code: number, dst: number, src: number, off: number, imm: number): Insn => ({ code, dst, src, off, imm });

const widthOf = (wide: boolean): number => (wide ? op.BPF_ALU64 : op.BPF_ALU);

/** `dst op= imm` */
export const aluImm = (operation: number, dst: number, imm: number, wide = true): Insn =>
  insn(widthOf(wide) | operation | op.BPF_K, dst, 0, 0, imm);

/** `dst op= src` */
export const aluReg = (operation: number, dst: number, src: number, wide = true): Insn =>
  insn(widthOf(wide) | operation | op.BPF_X, dst, src, 0, 0);

export const movImm = (dst: number, imm: number, wide = true): Insn => aluImm(op.BPF_MOV, dst, imm, wide);
export const movReg = (dst: number, src: number): Insn => aluReg(op.BPF_MOV, dst, src);

/** `dst = address of this CPU's copy of what src points at` */
export const movPerCpu = (dst: number, src: number): Insn =>
  insn(op.BPF_ALU64 | op.BPF_MOV | op.BPF_X, dst, src, -1, 0);

/** A move of the lower half onto itself that clears the upper one. */
export const zeroExtend = (dst: number): Insn => insn(op.BPF_ALU | op.BPF_MOV | op.BPF_X, dst, dst, 0, 1);

/** `if dst op imm goto …`; where to is the node's. */
export const jumpImm = (operation: number, dst: number, imm: number, wide = true): Insn =>
  insn((wide ? op.BPF_JMP : op.BPF_JMP32) | operation | op.BPF_K, dst, 0, 0, imm);

export const jumpReg = (operation: number, dst: number, src: number): Insn =>
  insn(op.BPF_JMP | operation | op.BPF_X, dst, src, 0, 0);

export const jump: Insn = insn(op.BPF_JMP | op.BPF_JA, 0, 0, 0, 0);

export const load = (size: number, dst: number, src: number, off: number): Insn =>
  insn(op.BPF_LDX | op.BPF_MEM | size, dst, src, off, 0);

export const store = (size: number, dst: number, off: number, src: number): Insn =>
  insn(op.BPF_STX | op.BPF_MEM | size, dst, src, off, 0);

export const storeImm = (size: number, dst: number, off: number, imm: number): Insn =>
  insn(op.BPF_ST | op.BPF_MEM | size, dst, 0, off, imm);

/** `dst = atomic_xchg(*(u64 *)(at + 0), dst)` */
export const exchange = (at: number, dst: number): Insn =>
  insn(op.BPF_STX | op.BPF_ATOMIC | op.BPF_DW, at, dst, 0, op.BPF_XCHG);

/** A call of one of the kernel's functions. */
export const call: Insn = insn(op.CALL, 0, 0, 0, 0);
export const exit: Insn = insn(op.EXIT, 0, 0, 0, 0);

/** `dst = ` a 64-bit number, whose upper half is the node's. */
export const loadImm64 = (dst: number, low = 0): Insn => insn(op.LDDW, dst, 0, 0, low);
