import { ADD, alu } from './alu.ts';
import { Draft, S64_MAX, S64_MIN, U32_MAX, U64_MAX, asU64, low32, sync } from './bounds.ts';
import { Memo } from './memo.ts';
import { zeroExtend } from './ranges.ts';
import { Scalar } from './scalar.ts';
import { tnumAdd, tnumCast, tnumRange, tnumSub, tnumSubreg, tnumSwap, swapBytes } from './tnum.ts';

// Keys: a rule and its parameter.
const ZEXT = 1;
const COERCE = 16;
const SIGN64 = 128;
const SIGN32 = 256;
const POINTER_ADD = 2;
const POINTER_SUB = 3;
const memo = new Memo<Scalar>();

/** The low 32 bits, the upper half zeroed: what a 32-bit move leaves. */
export function zext32(s: Scalar): Scalar {
  if (s.isExact) return Scalar.known(BigInt.asUintN(32, s.value));
  const found = memo.get(ZEXT, s, s);
  if (found) return found;
  const d = new Draft(s);
  zeroExtend(d);
  sync(d);
  return memo.put(ZEXT, s, s, d.freeze(s));
}

/** The low `bytes` bytes (1, 2, 4; 8 changes nothing), zero-extended: what a narrow load of a spilled number gives. */
export function coerceToSize(s: Scalar, bytes: number): Scalar {
  if (bytes === 8) return s;
  if (s.isExact) return Scalar.known(BigInt.asUintN(bytes * 8, s.value));
  return memo.get(COERCE + bytes, s, s) ?? memo.put(COERCE + bytes, s, s, truncate(s, bytes));
}

function truncate(s: Scalar, bytes: number): Scalar {
  const d = new Draft(s);
  d.setTnum(tnumCast(d, bytes));
  const mask = (1n << BigInt(bytes * 8)) - 1n;
  if ((d.umin & ~mask) === (d.umax & ~mask)) {
    d.umin &= mask;
    d.umax &= mask;
  } else {
    d.umin = 0n;
    d.umax = mask;
  }
  d.smin = d.umin;
  d.smax = d.umax;
  if (bytes < 4) d.unbound32();
  sync(d);
  return d.freeze(s);
}

/**
 * The low `bits` bits (8, 16, 32) sign-extended, to 64 bits or (`is64` false; 8 and 16 only) to 32 with the upper half zeroed: the
 * sign-extending moves (RFC 9669, section 4.1).
 */
export function movsx(s: Scalar, bits: 8 | 16 | 32, is64: boolean): Scalar {
  const key = (is64 ? SIGN64 : SIGN32) + bits;
  return memo.get(key, s, s) ?? memo.put(key, s, s, is64 ? signExtend64(s, bits) : signExtend32(s, bits));
}

function signExtend64(s: Scalar, bits: 8 | 16 | 32): Scalar {
  if (s.isConst) return Scalar.known(BigInt.asIntN(bits, s.value));
  const d = new Draft(s);
  const above = BigInt(bits);
  const a = BigInt.asIntN(bits, d.smax);
  const b = BigInt.asIntN(bits, d.smin);
  const min = a < b ? a : b;
  const max = a < b ? b : a;
  if (d.smax >> above === d.smin >> above && max >= 0n === min >= 0n) {
    d.smin = min;
    d.smax = max;
    d.umin = asU64(min);
    d.umax = asU64(max);
    d.s32min = low32(min) | 0;
    d.s32max = low32(max) | 0;
    d.u32min = low32(min);
    d.u32max = low32(max);
    d.setTnum(tnumRange(d.umin, d.umax));
    return d.freeze(s);
  }
  return Scalar.ofSizeSigned(bits / 8);
}

function signExtend32(s: Scalar, bits: 8 | 16 | 32): Scalar {
  const d = new Draft(s);
  if (s.isConst) {
    return Scalar.known(BigInt.asUintN(32, BigInt.asIntN(bits, s.value)));
  }
  const shift = 32 - bits;
  const a = (d.s32max << shift) >> shift;
  const b = (d.s32min << shift) >> shift;
  const min = Math.min(a, b);
  const max = Math.max(a, b);
  if (d.s32max >> bits === d.s32min >> bits && min >= 0 === max >= 0) {
    d.s32min = min;
    d.s32max = max;
    d.u32min = min >>> 0;
    d.u32max = max >>> 0;
    d.setTnum(tnumSubreg(tnumRange(asU64(BigInt(min)), asU64(BigInt(max)))));
  } else {
    const half = 2 ** (bits - 1);
    d.s32min = -half;
    d.s32max = half - 1;
    d.u32min = 0;
    d.u32max = U32_MAX;
    d.setTnum({ value: 0n, mask: BigInt(U32_MAX) });
  }
  zeroExtend(d);
  sync(d);
  return d.freeze(s);
}

/**
 * A register linked to `known` at a distance of `delta` (a signed 32-bit number), after `known` was narrowed: `known + delta`. `is64` is
 * false if the distance came from a 32-bit addition or subtraction, which zeroes the upper half.
 */
export function addDelta(known: Scalar, delta: number, is64 = true): Scalar {
  return alu(ADD, is64, known, Scalar.ofNumber(delta));
}

/**
 * The variable part of a pointer after adding a number that isn't folded into its fixed offset. Pointers carry no 32-bit ranges of their
 * own: those come from the 64-bit ones and the known bits.
 */
export function pointerAdd(variable: Scalar, delta: Scalar): Scalar {
  if (variable.isExact && delta.isExact) return Scalar.known(variable.value + delta.value);
  const found = memo.get(POINTER_ADD, variable, delta);
  return found ?? memo.put(POINTER_ADD, variable, delta, sum(variable, delta));
}

function sum(variable: Scalar, delta: Scalar): Scalar {
  const d = new Draft(variable);
  d.unbound32();
  const smin = variable.smin + delta.smin;
  const smax = variable.smax + delta.smax;
  const signedFits = smin >= S64_MIN && smin <= S64_MAX && smax >= S64_MIN && smax <= S64_MAX;
  d.smin = signedFits ? smin : S64_MIN;
  d.smax = signedFits ? smax : S64_MAX;
  const umin = variable.umin + delta.umin;
  const umax = variable.umax + delta.umax;
  const unsignedFits = umin <= U64_MAX && umax <= U64_MAX;
  d.umin = unsignedFits ? umin : 0n;
  d.umax = unsignedFits ? umax : U64_MAX;
  d.setTnum(tnumAdd(variable, delta));
  sync(d);
  return d.freeze(variable);
}

/** The variable part of a pointer after subtracting a number that isn't folded into its fixed offset; see `pointerAdd`. */
export function pointerSub(variable: Scalar, delta: Scalar): Scalar {
  if (variable.isExact && delta.isExact) return Scalar.known(variable.value - delta.value);
  const found = memo.get(POINTER_SUB, variable, delta);
  return found ?? memo.put(POINTER_SUB, variable, delta, difference(variable, delta));
}

function difference(variable: Scalar, delta: Scalar): Scalar {
  const d = new Draft(variable);
  d.unbound32();
  const smin = variable.smin - delta.smax;
  const smax = variable.smax - delta.smin;
  const signedFits = smin >= S64_MIN && smin <= S64_MAX && smax >= S64_MIN && smax <= S64_MAX;
  d.smin = signedFits ? smin : S64_MIN;
  d.smax = signedFits ? smax : S64_MAX;
  const unsignedFits = variable.umin >= delta.umax;
  d.umin = unsignedFits ? variable.umin - delta.umax : 0n;
  d.umax = unsignedFits ? asU64(variable.umax - delta.umin) : U64_MAX;
  d.setTnum(tnumSub(variable, delta));
  sync(d);
  return d.freeze(variable);
}

/**
 * The variable part of a pointer after a known number was folded into its fixed offset: the same 64-bit knowledge, its 32-bit ranges
 * derived anew.
 */
export function pointerFolded(variable: Scalar): Scalar {
  if (variable.isExact) return variable;
  const d = new Draft(variable);
  d.unbound32();
  sync(d);
  return d.freeze(variable);
}

/**
 * The low `bits` bits (16, 32, 64), in the opposite byte order if `swap`, the rest zeroed (RFC 9669, section 4.2, on a little-endian
 * machine: `bswap` and `be` swap, `le` only truncates).
 */
export function byteSwap(s: Scalar, bits: 16 | 32 | 64, swap: boolean): Scalar {
  const bytes = bits / 8;
  if (!swap) return coerceToSize(s, bytes);
  if (s.isConst) return Scalar.known(swapBytes(s.value, bytes));
  const d = new Draft(s);
  d.setTnum(tnumSwap(s, bytes));
  d.unbound();
  if (bytes === 8) sync(d);
  return coerceToSize(d.freeze(s), bytes);
}
