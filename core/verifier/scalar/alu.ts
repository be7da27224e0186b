import {
  Draft,
  S32_MAX,
  S32_MIN,
  S64_MAX,
  S64_MIN,
  U32_MAX,
  U64_MAX,
  asS64,
  asU64,
  boundsFromBits,
  boundsFromBits32,
  low32,
  maxBig,
  minBig,
  sync,
} from './bounds.ts';
import { Memo } from './memo.ts';
import { Scalar } from './scalar.ts';
import {
  tnumAdd,
  tnumAnd,
  tnumMul,
  tnumOr,
  tnumSar,
  tnumShl,
  tnumShr,
  tnumSub,
  tnumSubreg,
  tnumSubregIsConst,
  tnumXor,
} from './tnum.ts';

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

const TWO64 = 1n << 64n;
const TWO32 = 0x1_0000_0000;

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
    const v = constantResult(op, is64, dst.value, src.value);
    if (v !== null) return Scalar.known(v);
  }
  const key = (op << 1) | (is64 ? 1 : 0);
  const found = memo.get(key, dst, src);
  if (found) return found;
  return memo.put(key, dst, src, computeRange(op, is64, dst, src));
}

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
function isComputable(op: number, is64: boolean, src: Scalar): boolean {
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

/** Drops the upper half: known bits of the low one stay, and the 64-bit ranges come from the 32-bit ones. */
export function zeroExtend(d: Draft): void {
  d.setTnum(tnumSubreg(d));
  d.umin = BigInt(d.u32min);
  d.umax = BigInt(d.u32max);
  if (d.s32min >= 0 && d.s32max >= 0) {
    d.smin = BigInt(d.s32min);
    d.smax = BigInt(d.s32max);
  } else {
    d.smin = 0n;
    d.smax = BigInt(U32_MAX);
  }
}

const fitsS64 = (v: bigint): boolean => v >= S64_MIN && v <= S64_MAX;
const fitsS32 = (v: number): boolean => v >= S32_MIN && v <= S32_MAX;

// Sums and differences keep an unsigned range when neither end wraps or when both do: then the range is moved as a whole.

function addRanges64(d: Draft, src: Scalar): void {
  const smin = d.smin + src.smin;
  const smax = d.smax + src.smax;
  const fits = fitsS64(smin) && fitsS64(smax);
  d.smin = fits ? smin : S64_MIN;
  d.smax = fits ? smax : S64_MAX;
  const umin = d.umin + src.umin;
  const umax = d.umax + src.umax;
  const whole = umin < TWO64 === umax < TWO64;
  d.umin = whole ? asU64(umin) : 0n;
  d.umax = whole ? asU64(umax) : U64_MAX;
}

function addRanges32(d: Draft, src: Scalar): void {
  const smin = d.s32min + src.s32min;
  const smax = d.s32max + src.s32max;
  const fits = fitsS32(smin) && fitsS32(smax);
  d.s32min = fits ? smin : S32_MIN;
  d.s32max = fits ? smax : S32_MAX;
  const umin = d.u32min + src.u32min;
  const umax = d.u32max + src.u32max;
  const whole = umin < TWO32 === umax < TWO32;
  d.u32min = whole ? umin >>> 0 : 0;
  d.u32max = whole ? umax >>> 0 : U32_MAX;
}

function subRanges64(d: Draft, src: Scalar): void {
  const smin = d.smin - src.smax;
  const smax = d.smax - src.smin;
  const fits = fitsS64(smin) && fitsS64(smax);
  d.smin = fits ? smin : S64_MIN;
  d.smax = fits ? smax : S64_MAX;
  const umin = d.umin - src.umax;
  const umax = d.umax - src.umin;
  const whole = umin < 0n === umax < 0n;
  d.umin = whole ? asU64(umin) : 0n;
  d.umax = whole ? asU64(umax) : U64_MAX;
}

function subRanges32(d: Draft, src: Scalar): void {
  const smin = d.s32min - src.s32max;
  const smax = d.s32max - src.s32min;
  const fits = fitsS32(smin) && fitsS32(smax);
  d.s32min = fits ? smin : S32_MIN;
  d.s32max = fits ? smax : S32_MAX;
  const umin = d.u32min - src.u32max;
  const umax = d.u32max - src.u32min;
  const whole = umin < 0 === umax < 0;
  d.u32min = whole ? umin >>> 0 : 0;
  d.u32max = whole ? umax >>> 0 : U32_MAX;
}

function mulRanges64(d: Draft, src: Scalar): void {
  const umax = d.umax * src.umax;
  const umin = d.umin * src.umin;
  const products = [d.smin * src.smin, d.smin * src.smax, d.smax * src.smin, d.smax * src.smax];
  const uFits = umax < TWO64 && umin < TWO64;
  d.umin = uFits ? umin : 0n;
  d.umax = uFits ? umax : U64_MAX;
  const sFits = products.every(fitsS64);
  d.smin = sFits ? products.reduce(minBig) : S64_MIN;
  d.smax = sFits ? products.reduce(maxBig) : S64_MAX;
}

function mulRanges32(d: Draft, src: Scalar): void {
  // Products of 32-bit ends may lose low bits as plain numbers, but only beyond 2^53, where they don't fit anyway.
  const umax = d.u32max * src.u32max;
  const umin = d.u32min * src.u32min;
  const products = [d.s32min * src.s32min, d.s32min * src.s32max, d.s32max * src.s32min, d.s32max * src.s32max];
  const uFits = umax < TWO32 && umin < TWO32;
  d.u32min = uFits ? umin : 0;
  d.u32max = uFits ? umax : U32_MAX;
  const sFits = products.every(fitsS32);
  // `| 0` turns the -0 of a product into 0.
  d.s32min = sFits ? Math.min(...products) | 0 : S32_MIN;
  d.s32max = sFits ? Math.max(...products) | 0 : S32_MAX;
}

/** The signed range read off the unsigned one where that doesn't cross the sign boundary, else full. */
function signedFromUnsigned32(d: Draft): void {
  const ordered = (d.u32min | 0) <= (d.u32max | 0);
  d.s32min = ordered ? d.u32min | 0 : S32_MIN;
  d.s32max = ordered ? d.u32max | 0 : S32_MAX;
}

function signedFromUnsigned64(d: Draft): void {
  const min = asS64(d.umin);
  const max = asS64(d.umax);
  const ordered = min <= max;
  d.smin = ordered ? min : S64_MIN;
  d.smax = ordered ? max : S64_MAX;
}

// The three bitwise rules start from the known bits of the result, already in the draft. A half whose bits were known on both sides
// ("known" below: in the result and in the right side) is exactly those bits.

const lowKnown = (d: Draft, src: Scalar): boolean => src.isConst32 && tnumSubregIsConst(d);

function andRanges(d: Draft, src: Scalar): void {
  if (lowKnown(d, src)) {
    d.setKnown32(low32(d.value));
  } else {
    d.u32min = low32(d.value);
    d.u32max = Math.min(d.u32max, src.u32max);
    signedFromUnsigned32(d);
  }
  if (src.isConst && d.mask === 0n) {
    d.setKnown(d.value);
    return;
  }
  d.umin = d.value;
  d.umax = minBig(d.umax, src.umax);
  signedFromUnsigned64(d);
  boundsFromBits(d);
}

function orRanges(d: Draft, src: Scalar): void {
  if (lowKnown(d, src)) {
    d.setKnown32(low32(d.value));
  } else {
    d.u32min = Math.max(d.u32min, src.u32min);
    d.u32max = low32(d.value | d.mask);
    signedFromUnsigned32(d);
  }
  if (src.isConst && d.mask === 0n) {
    d.setKnown(d.value);
    return;
  }
  d.umin = maxBig(d.umin, src.umin);
  d.umax = d.value | d.mask;
  signedFromUnsigned64(d);
  boundsFromBits(d);
}

function xorRanges(d: Draft, src: Scalar): void {
  if (lowKnown(d, src)) {
    d.setKnown32(low32(d.value));
  } else {
    d.u32min = low32(d.value);
    d.u32max = low32(d.value | d.mask);
    signedFromUnsigned32(d);
  }
  if (src.isConst && d.mask === 0n) {
    d.setKnown(d.value);
    return;
  }
  d.umin = d.value;
  d.umax = d.value | d.mask;
  signedFromUnsigned64(d);
  boundsFromBits(d);
}

function shiftLeftRanges32(d: Draft, n: number): void {
  d.s32min = S32_MIN;
  d.s32max = S32_MAX;
  if (n > 31 || d.u32max > 2 ** (31 - n)) {
    d.u32min = 0;
    d.u32max = U32_MAX;
  } else {
    d.u32min = (d.u32min << n) >>> 0;
    d.u32max = (d.u32max << n) >>> 0;
  }
}

function shiftLeft32(d: Draft, n: number): void {
  shiftLeftRanges32(d, n);
  d.setTnum(tnumSubreg(tnumShl(tnumSubreg(d), n)));
  d.unbound64();
  boundsFromBits32(d);
}

function shiftLeft64(d: Draft, n: number): void {
  const by = BigInt(n);
  // Shifting by 32 (as compilers do to sign-extend) keeps the order of the signed low half.
  d.smin = n === 32 ? BigInt(d.s32min) << 32n : S64_MIN;
  d.smax = n === 32 ? BigInt(d.s32max) << 32n : S64_MAX;
  if (d.umax > 1n << (63n - by)) {
    d.umin = 0n;
    d.umax = U64_MAX;
  } else {
    d.umin = asU64(d.umin << by);
    d.umax = asU64(d.umax << by);
  }
  shiftLeftRanges32(d, n);
  d.setTnum(tnumShl(d, n));
  boundsFromBits(d);
}

function shiftRight32(d: Draft, n: number): void {
  d.s32min = S32_MIN;
  d.s32max = S32_MAX;
  d.setTnum(tnumShr(tnumSubreg(d), n));
  d.u32min >>>= n;
  d.u32max >>>= n;
  d.unbound64();
  boundsFromBits32(d);
}

function shiftRight64(d: Draft, n: number): void {
  d.smin = S64_MIN;
  d.smax = S64_MAX;
  d.setTnum(tnumShr(d, n));
  d.umin >>= BigInt(n);
  d.umax >>= BigInt(n);
  d.unbound32();
  boundsFromBits(d);
}

function shiftRightSigned32(d: Draft, n: number): void {
  d.s32min >>= n;
  d.s32max >>= n;
  d.setTnum(tnumSar(tnumSubreg(d), n, 32));
  d.u32min = 0;
  d.u32max = U32_MAX;
  d.unbound64();
  boundsFromBits32(d);
}

function shiftRightSigned64(d: Draft, n: number): void {
  d.smin >>= BigInt(n);
  d.smax >>= BigInt(n);
  d.setTnum(tnumSar(d, n, 64));
  d.umin = 0n;
  d.umax = U64_MAX;
  d.unbound32();
  boundsFromBits(d);
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
