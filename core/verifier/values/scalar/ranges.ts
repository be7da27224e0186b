import {
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
  type Draft,
} from './bounds.ts';
import type { Scalar } from './scalar.ts';
import { tnumSar, tnumShl, tnumShr, tnumSubreg, tnumSubregIsConst } from './tnum.ts';

// What each operation does to the ranges of its left side (the draft), before the ranges and the known bits inform one another.

const TWO64 = 1n << 64n;
const TWO32 = 0x1_0000_0000;

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

export function addRanges64(d: Draft, src: Scalar): void {
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

export function addRanges32(d: Draft, src: Scalar): void {
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

export function subRanges64(d: Draft, src: Scalar): void {
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

export function subRanges32(d: Draft, src: Scalar): void {
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

export function mulRanges64(d: Draft, src: Scalar): void {
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

export function mulRanges32(d: Draft, src: Scalar): void {
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

export function andRanges(d: Draft, src: Scalar): void {
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

export function orRanges(d: Draft, src: Scalar): void {
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

export function xorRanges(d: Draft, src: Scalar): void {
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

export function shiftLeft32(d: Draft, n: number): void {
  shiftLeftRanges32(d, n);
  d.setTnum(tnumSubreg(tnumShl(tnumSubreg(d), n)));
  d.unbound64();
  boundsFromBits32(d);
}

export function shiftLeft64(d: Draft, n: number): void {
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

export function shiftRight32(d: Draft, n: number): void {
  d.s32min = S32_MIN;
  d.s32max = S32_MAX;
  d.setTnum(tnumShr(tnumSubreg(d), n));
  d.u32min >>>= n;
  d.u32max >>>= n;
  d.unbound64();
  boundsFromBits32(d);
}

export function shiftRight64(d: Draft, n: number): void {
  d.smin = S64_MIN;
  d.smax = S64_MAX;
  d.setTnum(tnumShr(d, n));
  d.umin >>= BigInt(n);
  d.umax >>= BigInt(n);
  d.unbound32();
  boundsFromBits(d);
}

export function shiftRightSigned32(d: Draft, n: number): void {
  d.s32min >>= n;
  d.s32max >>= n;
  d.setTnum(tnumSar(tnumSubreg(d), n, 32));
  d.u32min = 0;
  d.u32max = U32_MAX;
  d.unbound64();
  boundsFromBits32(d);
}

export function shiftRightSigned64(d: Draft, n: number): void {
  d.smin >>= BigInt(n);
  d.smax >>= BigInt(n);
  d.setTnum(tnumSar(d, n, 64));
  d.umin = 0n;
  d.umax = U64_MAX;
  d.unbound32();
  boundsFromBits(d);
}
