import { Scalar } from './scalar.ts';
import { tnumIntersect, tnumNext, tnumRange, tnumSubreg, tnumWithSubreg, type Tnum } from './tnum.ts';

export const U64_MAX = (1n << 64n) - 1n;
export const S64_MIN = -(1n << 63n);
export const S64_MAX = (1n << 63n) - 1n;
export const U32_MAX = 0xffffffff;
export const S32_MIN = -0x80000000;
export const S32_MAX = 0x7fffffff;

const SIGN64 = 1n << 63n;
const LOW63 = SIGN64 - 1n;
const U32_BIG = 0xffffffffn;
const S32_MIN_BIG = BigInt(S32_MIN);
const S32_MAX_BIG = BigInt(S32_MAX);

export const asU64 = (v: bigint): bigint => BigInt.asUintN(64, v);
export const asS64 = (v: bigint): bigint => BigInt.asIntN(64, v);
/** The low 32 bits as an unsigned number. */
export const low32 = (v: bigint): number => Number(BigInt.asUintN(32, v));
export const maxBig = (a: bigint, b: bigint): bigint => (a > b ? a : b);
export const minBig = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** A scalar while a rule works on it: the same fields as `Scalar`, mutable. Never leaves this folder. */
export class Draft {
  value: bigint;
  mask: bigint;
  umin: bigint;
  umax: bigint;
  smin: bigint;
  smax: bigint;
  u32min: number;
  u32max: number;
  s32min: number;
  s32max: number;

  constructor(s: Scalar) {
    this.value = s.value;
    this.mask = s.mask;
    this.umin = s.umin;
    this.umax = s.umax;
    this.smin = s.smin;
    this.smax = s.smax;
    this.u32min = s.u32min;
    this.u32max = s.u32max;
    this.s32min = s.s32min;
    this.s32max = s.s32max;
  }

  setTnum(t: Tnum): void {
    this.value = t.value;
    this.mask = t.mask;
  }

  unbound32(): void {
    this.u32min = 0;
    this.u32max = U32_MAX;
    this.s32min = S32_MIN;
    this.s32max = S32_MAX;
  }

  unbound64(): void {
    this.umin = 0n;
    this.umax = U64_MAX;
    this.smin = S64_MIN;
    this.smax = S64_MAX;
  }

  /** All ranges become full; the known bits stay. */
  unbound(): void {
    this.unbound32();
    this.unbound64();
  }

  setKnown(v: bigint): void {
    const u = asU64(v);
    this.value = u;
    this.mask = 0n;
    this.umin = this.umax = u;
    this.smin = this.smax = asS64(u);
    this.u32min = this.u32max = low32(u);
    this.s32min = this.s32max = this.u32min | 0;
  }

  /** The low half becomes exactly `v`, in bits and in the 32-bit ranges; the 64-bit ranges stay. */
  setKnown32(v: number): void {
    this.setTnum(tnumWithSubreg(this, { value: BigInt(v >>> 0), mask: 0n }));
    this.u32min = this.u32max = v >>> 0;
    this.s32min = this.s32max = v | 0;
  }

  /** The immutable result; a shared object where there is one. */
  freeze(like?: Scalar): Scalar {
    if (this.mask === 0n && this.umin === this.umax && this.smin === this.smax && this.umin === this.value) {
      const known = Scalar.known(this.value);
      if (this.matches(known)) return known;
    }
    if (like && this.matches(like)) return like;
    if (this.matches(Scalar.unknown)) return Scalar.unknown;
    return new Scalar(
      this.value,
      this.mask,
      this.umin,
      this.umax,
      this.smin,
      this.smax,
      this.u32min,
      this.u32max,
      this.s32min,
      this.s32max,
    );
  }

  private matches(s: Scalar): boolean {
    return (
      this.u32min === s.u32min &&
      this.u32max === s.u32max &&
      this.s32min === s.s32min &&
      this.s32max === s.s32max &&
      this.mask === s.mask &&
      this.value === s.value &&
      this.umin === s.umin &&
      this.umax === s.umax &&
      this.smin === s.smin &&
      this.smax === s.smax
    );
  }
}

/** Narrows the 32-bit ranges by the known bits of the low half. */
export function boundsFromBits32(d: Draft): void {
  const v = low32(d.value);
  const m = low32(d.mask);
  d.s32min = Math.max(d.s32min, v | (m & S32_MIN));
  d.s32max = Math.min(d.s32max, v | (m & S32_MAX));
  d.u32min = Math.max(d.u32min, v);
  d.u32max = Math.min(d.u32max, (v | m) >>> 0);
}

/**
 * Narrows the 64-bit ranges by the known bits. When the unsigned range and the known bits have a single number in common, the scalar
 * becomes that number.
 */
function boundsFromBits64(d: Draft): void {
  d.smin = maxBig(d.smin, asS64(d.value | (d.mask & SIGN64)));
  d.smax = minBig(d.smax, asS64(d.value | (d.mask & LOW63)));
  d.umin = maxBig(d.umin, d.value);
  d.umax = minBig(d.umax, d.value | d.mask);
  const fits = (d.umin & ~d.mask) === d.value;
  const next = tnumNext(d, d.umin);
  if (fits) {
    if (next > d.umax) d.setKnown(d.umin);
  } else if (next === (d.value | d.mask) || (next <= d.umax && tnumNext(d, next) > d.umax)) {
    d.setKnown(next);
  }
}

export function boundsFromBits(d: Draft): void {
  boundsFromBits32(d);
  boundsFromBits64(d);
}

/** Takes `lo..hi` (raw 32-bit halves) as a signed range as well. */
function narrowS32(d: Draft, lo: number, hi: number): void {
  d.s32min = Math.max(d.s32min, lo | 0);
  d.s32max = Math.min(d.s32max, hi | 0);
}

function narrowU32(d: Draft, lo: number, hi: number): void {
  d.u32min = Math.max(d.u32min, lo >>> 0);
  d.u32max = Math.min(d.u32max, hi >>> 0);
}

/**
 * What a 64-bit range (given as its two ends, each split in halves) says of the low half. Ends sharing their high half make the low
 * halves a range; a step of one in the high half across which the low half goes from negative to non-negative makes a signed range.
 */
function deduce32From64(d: Draft, min: bigint, max: bigint, unsignedRange: boolean): void {
  const minLow = low32(min);
  const maxLow = low32(max);
  const minHigh = low32(min >> 32n);
  const maxHigh = low32(max >> 32n);
  if (minHigh === maxHigh) {
    if (unsignedRange || minLow <= maxLow) narrowU32(d, minLow, maxLow);
    if ((minLow | 0) <= (maxLow | 0)) narrowS32(d, minLow, maxLow);
  }
}

function deduceS32Across(d: Draft, min: bigint, max: bigint): void {
  const minLow = low32(min) | 0;
  const maxLow = low32(max) | 0;
  if (minLow < 0 && maxLow >= 0 && (low32(min >> 32n) + 1) >>> 0 === low32(max >> 32n)) narrowS32(d, minLow, maxLow);
}

/** Between the 32-bit unsigned and signed ranges, having learnt what the 64-bit ones say of the low half. */
function deduce32(d: Draft): void {
  deduce32From64(d, d.umin, d.umax, true);
  deduce32From64(d, d.smin, d.smax, false);
  deduceS32Across(d, d.umin, d.umax);
  deduceS32Across(d, d.smin, d.smax);
  // Both ends on one side of the sign boundary: the two readings are one range.
  if ((d.u32min | 0) <= (d.u32max | 0)) narrowS32(d, d.u32min, d.u32max);
  const sminAsU = d.s32min >>> 0;
  const smaxAsU = d.s32max >>> 0;
  if (sminAsU <= smaxAsU) {
    narrowU32(d, sminAsU, smaxAsU);
  } else if (d.u32max < sminAsU) {
    // The signed range wraps around in unsigned order, and the unsigned range meets only its non-negative part...
    d.s32min = d.u32min | 0;
    d.u32max = Math.min(d.u32max, smaxAsU);
  } else if (smaxAsU < d.u32min) {
    // ...or only its negative part.
    d.s32max = d.u32max | 0;
    d.u32min = Math.max(d.u32min, sminAsU);
  }
}

/** Between the 64-bit unsigned and signed ranges. */
function deduce64(d: Draft): void {
  const uminAsS = asS64(d.umin);
  const umaxAsS = asS64(d.umax);
  if (uminAsS <= umaxAsS) {
    d.smin = maxBig(d.smin, uminAsS);
    d.smax = minBig(d.smax, umaxAsS);
  }
  const sminAsU = asU64(d.smin);
  const smaxAsU = asU64(d.smax);
  if (sminAsU <= smaxAsU) {
    d.umin = maxBig(d.umin, sminAsU);
    d.umax = minBig(d.umax, smaxAsU);
  } else if (d.umax < sminAsU) {
    d.smin = asS64(d.umin);
    d.umax = minBig(d.umax, smaxAsU);
  } else if (smaxAsU < d.umin) {
    d.smax = asS64(d.umax);
    d.umin = maxBig(d.umin, sminAsU);
  }
}

const withLow32 = (v: bigint, low: number): bigint => (asU64(v) & ~U32_BIG) | BigInt(low >>> 0);

/** Puts 32-bit ends under the high halves of the 64-bit ends, where that narrows them. */
function narrow64By32(d: Draft, low: number, high: number): void {
  d.umin = maxBig(d.umin, withLow32(d.umin, low));
  d.umax = minBig(d.umax, withLow32(d.umax, high));
  d.smin = maxBig(d.smin, asS64(withLow32(d.smin, low)));
  d.smax = minBig(d.smax, asS64(withLow32(d.smax, high)));
}

function deduceMixed(d: Draft): void {
  narrow64By32(d, d.u32min, d.u32max);
  if (d.s32min >>> 0 <= d.s32max >>> 0) narrow64By32(d, d.s32min, d.s32max);
  // A sign-extended 32-bit number whose low half is not negative is that half: no member has the upper bits set.
  if (d.s32min >= 0 && d.smin >= S32_MIN_BIG && d.smax <= S32_MAX_BIG) {
    d.smin = d.umin = BigInt(d.s32min);
    // An inconsistent (dead) low range may end below 0: the unsigned end then wraps.
    d.smax = BigInt(d.s32max);
    d.umax = asU64(d.smax);
    d.setTnum(tnumIntersect(d, tnumRange(asU64(d.smin), asU64(d.smax))));
  }
}

/** One round of deduction; false if no range changed, and then another round would change nothing either. */
function deduce(d: Draft): boolean {
  const { umin, umax, smin, smax, u32min, u32max, s32min, s32max } = d;
  deduce32(d);
  deduce64(d);
  deduceMixed(d);
  return (
    d.u32min !== u32min ||
    d.u32max !== u32max ||
    d.s32min !== s32min ||
    d.s32max !== s32max ||
    d.umin !== umin ||
    d.umax !== umax ||
    d.smin !== smin ||
    d.smax !== smax
  );
}

/** Narrows the known bits by the unsigned ranges. */
function bitsFromBounds(d: Draft): void {
  const wide = tnumIntersect(d, tnumRange(d.umin, d.umax));
  const low = tnumIntersect(tnumSubreg(wide), tnumRange(BigInt(d.u32min), BigInt(d.u32max)));
  d.setTnum(tnumWithSubreg(wide, low));
}

/** True when some range is empty: no number is described. */
export function isEmpty(s: Draft | Scalar): boolean {
  return s.umin > s.umax || s.smin > s.smax || s.u32min > s.u32max || s.s32min > s.s32max;
}

/**
 * Lets the known bits and the four ranges inform one another (the kernel's reg_bounds_sync). At most three rounds of deduction: not a fixed
 * point, and the number is visible in the log.
 */
export function sync(d: Draft): void {
  boundsFromBits(d);
  let rounds = 1;
  while (deduce(d) && rounds < 3) rounds++;
  bitsFromBounds(d);
  boundsFromBits(d);
}

/** `s` after `sync`. */
export function synced(s: Scalar): Scalar {
  const d = new Draft(s);
  sync(d);
  return d.freeze(s);
}

/**
 * A scalar of which only these ends are known, each kind of range filled in from the others: e.g. `{ smin: -4095n, s32min: -4095 }`.
 * `base` is what is known besides; by default nothing.
 */
export function ranged(ends: Partial<Ends>, base: Scalar = Scalar.unknown): Scalar {
  const d = new Draft(base);
  Object.assign(d, ends);
  sync(d);
  return d.freeze(base);
}

/** The ends of the four ranges. */
export type Ends = Pick<Scalar, 'umin' | 'umax' | 'smin' | 'smax' | 'u32min' | 'u32max' | 's32min' | 's32max'>;

/** `s` with every range full and its known bits kept: what a violated invariant leaves. */
export function unbounded(s: Scalar): Scalar {
  const d = new Draft(s);
  d.unbound();
  return d.freeze(s);
}
