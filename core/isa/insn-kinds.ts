import type { Insn } from './insn.ts';
import {
  BPF_JMP,
  BPF_JMP32,
  BPF_CALL,
  BPF_LD,
  BPF_IMM,
  BPF_DW,
  BPF_JCOND,
  BPF_ABS,
  BPF_IND,
  BPF_JA,
  classOf,
} from './opcodes.ts';

export const isJump = (insn: Insn): boolean => classOf(insn.code) === BPF_JMP || classOf(insn.code) === BPF_JMP32;
export const isCall = (insn: Insn): boolean => insn.code === (BPF_JMP | BPF_CALL);
/** Call of a function of the program (BPF_PSEUDO_CALL). */
export const isSubprogCall = (insn: Insn): boolean => isCall(insn) && insn.src === 1;
/** Call of a kernel function (BPF_PSEUDO_KFUNC_CALL). */
export const isKfuncCall = (insn: Insn): boolean => isCall(insn) && insn.src === 2;
export const isHelperCall = (insn: Insn): boolean => isCall(insn) && insn.src === 0;
export const isLoadImm64 = (insn: Insn): boolean => insn.code === (BPF_LD | BPF_IMM | BPF_DW);
/** Load of a function's address (BPF_PSEUDO_FUNC). */
export const isFuncAddress = (insn: Insn): boolean => isLoadImm64(insn) && insn.src === 4;
export const isMayGoto = (insn: Insn): boolean => insn.code === (BPF_JMP | BPF_JCOND) && insn.src === 0;

/** Legacy loads of packet data (`ld_abs`, `ld_ind`). */
export const isPacketLoad = (insn: Insn): boolean =>
  classOf(insn.code) === BPF_LD && ((insn.code & 0xe0) === BPF_ABS || (insn.code & 0xe0) === BPF_IND);

/** Distance of a jump: `off`, or `imm` for the long `gotol`. */
export const jumpOffset = (insn: Insn): number => (insn.code === (BPF_JMP32 | BPF_JA) ? insn.imm : insn.off);
