import type { Insn } from '../isa/insn.ts';
import * as isa from '../isa/opcodes.ts';
import { functionAddress, symbolAddress } from './addresses.ts';

/**
 * A program made ready for execution: three words an instruction slot.
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
  /** Initial register file: 22 words of registers, then the constants; zeros where `mapConstants` tells what belongs there. */
  readonly file: Int32Array;
  readonly mapConstants: readonly MapConstant[];
  /** The program that this was made of, slot by slot. */
  readonly insns: readonly Insn[];
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

/** Words of the eleven registers at the front of the register file. */
export const REGISTER_WORDS = 22;

/** A constant of the register file that only a machine can tell: the address of a map, or of a byte of a map's first value. */
export interface MapConstant {
  /** Index in the register file. */
  readonly at: number;
  /** The map, by the index in the load. */
  readonly map: number;
  /** Offset in the value; null for the address of the map itself. */
  readonly offset: number | null;
}

/**
 * Prepares a program, independently of the machine that it is to run on. Slot `insns.length` is a trap for control that runs past the end or
 * jumps out of the program.
 */
export function predecode(insns: readonly Insn[]): Predecoded {
  const count = insns.length;
  const word0 = new Int32Array(count + 1);
  const word1 = new Int32Array(count + 1);
  const word2 = new Int32Array(count + 1);
  const constants: number[] = [];
  const mapConstants: MapConstant[] = [];
  const byKey = new Map<string, number>();
  const placed = (key: string, lo: number, hi: number, made?: (at: number) => void): number => {
    let at = byKey.get(key);
    if (at === undefined) {
      at = REGISTER_WORDS + constants.length;
      byKey.set(key, at);
      constants.push(lo, hi);
      made?.(at);
    }
    return at;
  };
  const constant = (lo: number, hi: number): number => placed(`${lo},${hi}`, lo, hi);
  const ofMap = (map: number, offset: number | null): number =>
    placed(`map ${map} ${offset}`, 0, 0, (at) => mapConstants.push({ at, map, offset }));
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
      const map = loadedMap(insn, next);
      source = map === null ? wide(loadedValue(insn, next, i)) : ofMap(map.map, map.offset);
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
  return { word0, word1, word2, file, mapConstants, insns };
}

/** The map that a 64-bit load refers to, if it does. */
function loadedMap(insn: Insn, next: Insn | undefined): Pick<MapConstant, 'map' | 'offset'> | null {
  switch (insn.src) {
    case isa.BPF_PSEUDO_MAP_FD:
    case isa.BPF_PSEUDO_MAP_IDX:
      return { map: insn.imm, offset: null };
    case isa.BPF_PSEUDO_MAP_VALUE:
    case isa.BPF_PSEUDO_MAP_IDX_VALUE:
      return { map: insn.imm, offset: (next?.imm ?? 0) >>> 0 };
    default:
      return null;
  }
}

function loadedValue(insn: Insn, next: Insn | undefined, index: number): bigint {
  switch (insn.src) {
    case isa.BPF_PSEUDO_FUNC:
      return functionAddress(index + 1 + insn.imm);
    case isa.BPF_PSEUDO_BTF_ID:
      return symbolAddress(insn.imm);
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
