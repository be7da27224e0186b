import type { Insn } from '../isa/insn.ts';
import * as isa from '../isa/opcodes.ts';

/**
 * A program made ready for the interpreter: three words an instruction slot.
 *
 *     word 0   bits 0..8 operation    bits 16..20 index of dst in the register file
 *     word 1   index of the source operand in the register file
 *     word 2   jump target as an instruction index, or the memory offset
 *
 * An immediate operand is a register of its own, behind the eleven real ones, that holds the sign-extended constant: so the
 * register and immediate forms of an operation are one. An operation is the opcode byte of the register form, or one of `OP`.
 */
export interface Predecoded {
  readonly word0: Int32Array;
  readonly word1: Int32Array;
  readonly word2: Int32Array;
  /** Initial register file: 22 words of registers, then the constants. */
  readonly file: Int32Array;
}

/** Operations beyond the opcode bytes. The interpreter's switch names them by number. */
export const OP = {
  sdiv64: 0x100,
  smod64: 0x101,
  sdiv32: 0x102,
  smod32: 0x103,
  sext8: 0x104,
  sext16: 0x105,
  sext32: 0x106,
  sext8w: 0x107,
  sext16w: 0x108,
  zext16: 0x109,
  zext32: 0x10a,
  nop: 0x10b,
  swap16: 0x10c,
  swap32: 0x10d,
  swap64: 0x10e,
  atomic: 0x10f,
  callLocal: 0x110,
  callKfunc: 0x111,
  pastEnd: 0x112,
  unknown: 0x113,
} as const;

const REGISTER_WORDS = 22;

/** What the loads and calls of a program refer to. */
export interface Addresses {
  /** Address of a map by the index in the load. */
  map(index: number): bigint;
  /** Address of a byte of a map's value (array maps, element 0). */
  mapValue(index: number, offset: number): bigint;
  /** Address of the function that begins at an instruction. */
  func(insn: number): bigint;
}

/** Prepares a program. Slot `insns.length` is a trap for control that runs past the end or jumps out of the program. */
export function predecode(insns: readonly Insn[], addresses: Addresses): Predecoded {
  const count = insns.length;
  const word0 = new Int32Array(count + 1);
  const word1 = new Int32Array(count + 1);
  const word2 = new Int32Array(count + 1);
  const constants: number[] = [];
  const byValue = new Map<string, number>();
  const constant = (lo: number, hi: number): number => {
    const key = `${lo},${hi}`;
    let at = byValue.get(key);
    if (at === undefined) {
      at = REGISTER_WORDS + constants.length;
      byValue.set(key, at);
      constants.push(lo, hi);
    }
    return at;
  };
  const wide = (value: bigint): number =>
    constant(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
  const target = (index: number): number => (index >= 0 && index < count ? index : count);

  for (let i = 0; i < count; i++) {
    const insn = insns[i] as Insn;
    const cls = isa.classOf(insn.code);
    let source = insn.src * 2;
    let third = insn.off;
    let operation: number = insn.code;
    if (insn.dst > isa.BPF_REG_FP || insn.src > isa.BPF_REG_FP) operation = OP.unknown;
    else if (cls === isa.BPF_ALU || cls === isa.BPF_ALU64) {
      operation = arithmetic(insn);
      if (!isa.isRegisterSource(insn.code)) source = constant(insn.imm, insn.imm >> 31);
    } else if (cls === isa.BPF_JMP || cls === isa.BPF_JMP32) {
      if (insn.code === isa.CALL) {
        operation =
          insn.src === isa.BPF_PSEUDO_CALL
            ? OP.callLocal
            : insn.src === isa.BPF_PSEUDO_KFUNC_CALL
              ? OP.callKfunc
              : insn.src === 0
                ? insn.code
                : OP.unknown;
        third = operation === OP.callLocal ? target(i + 1 + insn.imm) : insn.imm;
      } else if (insn.code === (isa.BPF_JMP32 | isa.BPF_JA)) {
        operation = isa.BPF_JMP | isa.BPF_JA;
        third = target(i + 1 + insn.imm);
      } else {
        third = target(i + 1 + insn.off);
        const op = isa.opOf(insn.code);
        const conditional = op !== isa.BPF_JA && op !== isa.BPF_EXIT && op !== isa.BPF_JCOND && op !== isa.BPF_CALL;
        if (conditional && !isa.isRegisterSource(insn.code)) {
          source = constant(insn.imm, insn.imm >> 31);
          operation |= isa.BPF_X;
        }
      }
    } else if (cls === isa.BPF_ST) {
      source = constant(insn.imm, insn.imm >> 31);
      operation = isa.modeOf(insn.code) === isa.BPF_MEM ? insn.code | 1 : OP.unknown;
    } else if (cls === isa.BPF_STX && isa.modeOf(insn.code) === isa.BPF_ATOMIC) {
      operation = OP.atomic;
    } else if (insn.code === isa.LDDW) {
      const next = insns[i + 1];
      source = wide(loadedValue(insn, next, i, addresses));
      // Where a symbol of the kernel lies is not known here.
      if (next === undefined || insn.src === isa.BPF_PSEUDO_BTF_ID) operation = OP.unknown;
    }
    word0[i] = operation | (insn.dst << 17);
    word1[i] = source;
    word2[i] = third;
    if (operation === isa.LDDW) word0[++i] = OP.unknown;
  }
  word0[count] = OP.pastEnd;
  const file = new Int32Array(REGISTER_WORDS + constants.length);
  file.set(constants, REGISTER_WORDS);
  return { word0, word1, word2, file };
}

/** Where the kernel's functions and variables would lie: the machine has none of them. */
const SYMBOLS = 0xffff_ffff_8000_0000n;

/** Whether an address is that of a kernel function or variable. */
export const isKernelSymbol = (address: bigint): boolean => address >= SYMBOLS && address < SYMBOLS + 0x4000_0000n;

function loadedValue(insn: Insn, next: Insn | undefined, index: number, addresses: Addresses): bigint {
  switch (insn.src) {
    case isa.BPF_PSEUDO_MAP_FD:
    case isa.BPF_PSEUDO_MAP_IDX:
      return addresses.map(insn.imm);
    case isa.BPF_PSEUDO_MAP_VALUE:
    case isa.BPF_PSEUDO_MAP_IDX_VALUE:
      return addresses.mapValue(insn.imm, next?.imm ?? 0);
    case isa.BPF_PSEUDO_FUNC:
      return addresses.func(index + 1 + insn.imm);
    case isa.BPF_PSEUDO_BTF_ID:
      return SYMBOLS + BigInt(insn.imm >>> 0) * 16n;
    default:
      return (BigInt(next?.imm ?? 0) << 32n) | BigInt(insn.imm >>> 0);
  }
}

function arithmetic(insn: Insn): number {
  const wide = isa.classOf(insn.code) === isa.BPF_ALU64;
  const op = isa.opOf(insn.code);
  if (op === isa.BPF_DIV && insn.off === 1) return wide ? OP.sdiv64 : OP.sdiv32;
  if (op === isa.BPF_MOD && insn.off === 1) return wide ? OP.smod64 : OP.smod32;
  if (op === isa.BPF_MOV && insn.off !== 0) {
    if (insn.off === 8) return wide ? OP.sext8 : OP.sext8w;
    if (insn.off === 16) return wide ? OP.sext16 : OP.sext16w;
    return insn.off === 32 && wide ? OP.sext32 : OP.unknown;
  }
  if (op === isa.BPF_END) {
    const swap = wide || isa.isRegisterSource(insn.code);
    if (insn.imm === 16) return swap ? OP.swap16 : OP.zext16;
    if (insn.imm === 32) return swap ? OP.swap32 : OP.zext32;
    if (insn.imm === 64) return swap ? OP.swap64 : OP.nop;
    return OP.unknown;
  }
  return op === isa.BPF_NEG ? insn.code : insn.code | isa.BPF_X;
}
