import { Draft, asS64, low32, sync } from './bounds.ts';
import { Memo } from './memo.ts';
import {
  addRanges32,
  addRanges64,
  andRanges,
  mulRanges32,
  mulRanges64,
  orRanges,
  shiftLeft32,
  shiftLeft64,
  shiftRight32,
  shiftRight64,
  shiftRightSigned32,
  shiftRightSigned64,
  subRanges32,
  subRanges64,
  xorRanges,
  zeroExtend,
} from './ranges.ts';
import { Scalar } from './scalar.ts';
import { tnumAdd, tnumAnd, tnumMul, tnumOr, tnumSub, tnumXor } from './tnum.ts';

// Operation codes of the ALU classes (RFC 9669, section 4.1), as they stand in the opcode's high four bits.
export const ADD = 0x00;
export const SUB = 0x10;
export const MUL = 0x20;
export const DIV = 0x30;
export const OR = 0x40;
export const AND = 0x50;
export const LSH = 0x60;
export const RSH = 0x70;
export const NEG = 0x80;
export const MOD = 0x90;
export const XOR = 0xa0;
export const ARSH = 0xc0;
export const END = 0xd0;

const memo = new Memo<Scalar>();

/**
 * The result of `dst op src` (64-bit, or 32-bit with a zeroed upper half), for every pair of numbers that the two may be. `NEG` ignores
 * `src`. What 6.18 doesn't track (division, modulo, byte swaps, shifts by an amount that is not a known one below the width) is
 * unknown. `op` is the high four bits of the opcode; another code than an ALU operation throws RangeError.
 */
export function alu(op: number, is64: boolean, dst: Scalar, src: Scalar): Scalar {
  if (op === NEG) {
    src = dst;
    dst = Scalar.zero;
    op = SUB;
  }
  if (dst.isExact && src.isExact) {
    const n = smallResult(op, dst.num, src.num);
    if (Number.isSafeInteger(n)) return Scalar.ofNumber(is64 ? n : n >>> 0);
    const v = constantResult(op, is64, dst.value, src.value);
    if (v !== null) return Scalar.known(v);
  }
  const key = (op << 1) | (is64 ? 1 : 0);
  const found = memo.get(key, dst, src);
  if (found) return found;
  return memo.put(key, dst, src, computeRange(op, is64, dst, src));
}

/** The exact result of the commonest operations where it can be had without bigints, before it is cut to the width; else NaN. */
function smallResult(op: number, a: number, b: number): number {
  switch (op) {
    case ADD:
      return Number.isSafeInteger(a) && Number.isSafeInteger(b) ? a + b : NaN;
    case SUB:
      return Number.isSafeInteger(a) && Number.isSafeInteger(b) ? a - b : NaN;
    case AND:
      return isS32(a) && isS32(b) ? a & b : NaN;
    case OR:
      return isS32(a) && isS32(b) ? a | b : NaN;
    case XOR:
      return isS32(a) && isS32(b) ? a ^ b : NaN;
    default:
      return NaN;
  }
}

const isS32 = (n: number): boolean => n === (n | 0);

/** The exact result where the rules track constants exactly, else null. */
function constantResult(op: number, is64: boolean, a: bigint, b: bigint): bigint | null {
  let v: bigint;
  switch (op) {
    case ADD:
      v = a + b;
      break;
    case SUB:
      v = a - b;
      break;
    case MUL:
      v = a * b;
      break;
    case AND:
      v = a & b;
      break;
    case OR:
      v = a | b;
      break;
    case XOR:
      v = a ^ b;
      break;
    case LSH:
    case RSH:
    case ARSH:
      return constantShift(op, is64, a, b);
    default:
      return null;
  }
  return is64 ? v : BigInt.asUintN(32, v);
}

function constantShift(op: number, is64: boolean, a: bigint, b: bigint): bigint | null {
  if (b >= (is64 ? 64n : 32n)) return null;
  if (is64) return op === LSH ? a << b : op === RSH ? a >> b : asS64(a) >> b;
  const v = low32(a);
  const n = Number(b);
  return BigInt((op === LSH ? v << n : op === RSH ? v >>> n : (v | 0) >> n) >>> 0);
}

/** True when the rules give more than "unknown" for this operation and this right side. */
export function isComputable(op: number, is64: boolean, src: Scalar): boolean {
  switch (op) {
    case ADD:
    case SUB:
    case MUL:
    case OR:
    case AND:
    case XOR:
      return true;
    case LSH:
    case RSH:
    case ARSH:
      return is64
        ? src.isConst && src.smin === src.smax && src.umin === src.umax && src.umax < 64n
        : src.isConst32 && src.s32min === src.s32max && src.u32min === src.u32max && src.umax < 32n;
    case DIV:
    case MOD:
    case END:
      return false;
    default:
      throw new RangeError(`no ALU operation 0x${op.toString(16)}`);
  }
}

function computeRange(op: number, is64: boolean, dst: Scalar, src: Scalar): Scalar {
  if (!isComputable(op, is64, src)) return Scalar.unknown;
  const d = new Draft(dst);
  switch (op) {
    case ADD:
      addRanges32(d, src);
      addRanges64(d, src);
      d.setTnum(tnumAdd(d, src));
      break;
    case SUB:
      subRanges32(d, src);
      subRanges64(d, src);
      d.setTnum(tnumSub(d, src));
      break;
    case MUL:
      d.setTnum(tnumMul(d, src));
      mulRanges32(d, src);
      mulRanges64(d, src);
      break;
    case AND:
      d.setTnum(tnumAnd(d, src));
      andRanges(d, src);
      break;
    case OR:
      d.setTnum(tnumOr(d, src));
      orRanges(d, src);
      break;
    case XOR:
      d.setTnum(tnumXor(d, src));
      xorRanges(d, src);
      break;
    case LSH:
      if (is64) shiftLeft64(d, Number(src.umin));
      else shiftLeft32(d, src.u32min);
      break;
    case RSH:
      if (is64) shiftRight64(d, Number(src.umin));
      else shiftRight32(d, src.u32min);
      break;
    default:
      if (is64) shiftRightSigned64(d, Number(src.umin));
      else shiftRightSigned32(d, src.u32min);
      break;
  }
  if (!is64) zeroExtend(d);
  sync(d);
  return d.freeze(dst);
}

/** Two states in place of one: see `forkOn`. */
export interface Fork {
  /** The left side in the state that goes on with the instruction: all ones. */
  readonly here: Scalar;
  /** The left side in the state to be explored later, from the same instruction: 0. */
  readonly later: Scalar;
}

/**
 * For an AND or OR with a known right side whose left side is exactly -1..0 (as an arithmetic right shift by all but one bit leaves it;
 * the 64-bit range is asked first, then the 32-bit one): the two states that the verifier splits into before applying the operation, as
 * a branch would. Else null.
 */
export function forkOn(op: number, dst: Scalar, src: Scalar): Fork | null {
  if ((op !== AND && op !== OR) || !src.isConst) return null;
  if (dst.smin === -1n && dst.smax === 0n) return { here: Scalar.known(-1n), later: Scalar.zero };
  if (dst.s32min !== -1 || dst.s32max !== 0) return null;
  return { here: withLowHalf(dst, -1), later: withLowHalf(dst, 0) };
}

function withLowHalf(s: Scalar, low: number): Scalar {
  const d = new Draft(s);
  d.setKnown32(low);
  return d.freeze(s);
}
