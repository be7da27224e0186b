/** Instruction encoding constants (RFC 9669 sections 3 to 5, and what Linux up to 6.18 adds). */

// Instruction classes: the low three bits of the opcode.
export const BPF_LD = 0x00;
export const BPF_LDX = 0x01;
export const BPF_ST = 0x02;
export const BPF_STX = 0x03;
export const BPF_ALU = 0x04;
export const BPF_JMP = 0x05;
export const BPF_JMP32 = 0x06;
export const BPF_ALU64 = 0x07;

// Second operand of arithmetic and jumps: bit 3.
export const BPF_K = 0x00;
export const BPF_X = 0x08;
export const BPF_TO_LE = 0x00;
export const BPF_TO_BE = 0x08;

// Sizes of loads and stores: bits 3 and 4.
export const BPF_W = 0x00;
export const BPF_H = 0x08;
export const BPF_B = 0x10;
export const BPF_DW = 0x18;

// Modes of loads and stores: bits 5 to 7.
export const BPF_IMM = 0x00;
export const BPF_ABS = 0x20;
export const BPF_IND = 0x40;
export const BPF_MEM = 0x60;
export const BPF_MEMSX = 0x80;
export const BPF_ATOMIC = 0xc0;

// Arithmetic operations: bits 4 to 7.
export const BPF_ADD = 0x00;
export const BPF_SUB = 0x10;
export const BPF_MUL = 0x20;
export const BPF_DIV = 0x30;
export const BPF_OR = 0x40;
export const BPF_AND = 0x50;
export const BPF_LSH = 0x60;
export const BPF_RSH = 0x70;
export const BPF_NEG = 0x80;
export const BPF_MOD = 0x90;
export const BPF_XOR = 0xa0;
export const BPF_MOV = 0xb0;
export const BPF_ARSH = 0xc0;
export const BPF_END = 0xd0;

// Jump operations: bits 4 to 7.
export const BPF_JA = 0x00;
export const BPF_JEQ = 0x10;
export const BPF_JGT = 0x20;
export const BPF_JGE = 0x30;
export const BPF_JSET = 0x40;
export const BPF_JNE = 0x50;
export const BPF_JSGT = 0x60;
export const BPF_JSGE = 0x70;
export const BPF_CALL = 0x80;
export const BPF_EXIT = 0x90;
export const BPF_JLT = 0xa0;
export const BPF_JLE = 0xb0;
export const BPF_JSLT = 0xc0;
export const BPF_JSLE = 0xd0;
/** Conditional pseudo jump; `src` says which, only BPF_MAY_GOTO exists. */
export const BPF_JCOND = 0xe0;
export const BPF_MAY_GOTO = 0;

// Atomic operations, in `imm`.
export const BPF_FETCH = 0x01;
export const BPF_XCHG = 0xe0 | BPF_FETCH;
export const BPF_CMPXCHG = 0xf0 | BPF_FETCH;
export const BPF_LOAD_ACQ = 0x100;
export const BPF_STORE_REL = 0x110;

/** `off` of `mov` that makes it an address space cast. */
export const BPF_ADDR_SPACE_CAST = 1;

// Pseudo sources of the 64-bit immediate load.
export const BPF_PSEUDO_MAP_FD = 1;
export const BPF_PSEUDO_MAP_VALUE = 2;
export const BPF_PSEUDO_BTF_ID = 3;
export const BPF_PSEUDO_FUNC = 4;
export const BPF_PSEUDO_MAP_IDX = 5;
export const BPF_PSEUDO_MAP_IDX_VALUE = 6;

// Pseudo sources of `call`; 0 is a helper by number.
export const BPF_PSEUDO_CALL = 1;
export const BPF_PSEUDO_KFUNC_CALL = 2;

/** The frame pointer; registers above it do not exist in a program. */
export const BPF_REG_FP = 10;
export const MAX_BPF_REG = 11;

/** Opcode of the two-slot 64-bit immediate load. */
export const LDDW = BPF_LD | BPF_IMM | BPF_DW;
/** Opcode of `call`. */
export const CALL = BPF_JMP | BPF_CALL;
/** Opcode of `exit`. */
export const EXIT = BPF_JMP | BPF_EXIT;
/** Opcode of `may_goto`. */
export const MAY_GOTO = BPF_JMP | BPF_JCOND;

/** Instruction class of an opcode byte. */
export const classOf = (code: number): number => code & 0x07;
/** Arithmetic or jump operation of an opcode byte. */
export const opOf = (code: number): number => code & 0xf0;
/** Load or store mode of an opcode byte. */
export const modeOf = (code: number): number => code & 0xe0;
/** Load or store size bits of an opcode byte. */
export const sizeBitsOf = (code: number): number => code & 0x18;
/** Access size of a load or store in bytes: 1, 2, 4 or 8. */
export function accessSize(code: number): 1 | 2 | 4 | 8 {
  const bits = sizeBitsOf(code);
  return bits === BPF_W ? 4 : bits === BPF_H ? 2 : bits === BPF_B ? 1 : 8;
}
/** Whether the second operand is a register. */
export const isRegisterSource = (code: number): boolean => (code & BPF_X) !== 0;
