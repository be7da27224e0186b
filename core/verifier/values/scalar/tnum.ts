/**
 * Tristate numbers: of each of 64 bits, whether it is known, and if so its value. A bit set in `mask` is unknown (and clear in
 * `value`). The operations give the smallest tnum their algorithm finds that covers every pair of operands
 * (Vishwanathan et al., "Sound, Precise, and Fast Abstract Interpretation with Tristate Numbers", CGO 2022).
 */
export interface Tnum {
  readonly value: bigint;
  readonly mask: bigint;
}

const U64 = (1n << 64n) - 1n;
const U32 = (1n << 32n) - 1n;
const HIGH32 = U64 ^ U32;

const u64 = (v: bigint): bigint => BigInt.asUintN(64, v);

export const TNUM_UNKNOWN: Tnum = { value: 0n, mask: U64 };

export const tnumConst = (v: bigint): Tnum => ({ value: u64(v), mask: 0n });

/** The smallest tnum holding every number of `min..max` (unsigned, `min <= max` for a meaningful answer): the common leading bits. */
export function tnumRange(min: bigint, max: bigint): Tnum {
  const differing = min ^ max;
  if (differing === 0n) return { value: min, mask: 0n };
  if (differing >> 63n) return TNUM_UNKNOWN;
  const free = (1n << BigInt(bitLength(differing))) - 1n;
  return { value: min & (U64 ^ free), mask: free };
}

/** Position of the highest set bit, counted from 1; 0 for 0. `v` is non-negative and below 2^64. */
export function bitLength(v: bigint): number {
  const hi = Number(v >> 32n);
  return hi ? 64 - Math.clz32(hi) : 32 - Math.clz32(Number(v));
}

/** Every member shifted left by `n` (0..63), bits falling out at the top. */
export const tnumShl = (a: Tnum, n: number): Tnum => ({
  value: u64(a.value << BigInt(n)),
  mask: u64(a.mask << BigInt(n)),
});

/** Every member shifted right by `n` (0..63), zeros coming in. */
export const tnumShr = (a: Tnum, n: number): Tnum => ({ value: a.value >> BigInt(n), mask: a.mask >> BigInt(n) });

/** Every member shifted right by `n`, copies of the sign bit coming in; with `bits` 32 on the low half, the high one becoming 0. */
export function tnumSar(a: Tnum, n: number, bits: 32 | 64): Tnum {
  const by = BigInt(n);
  return {
    value: BigInt.asUintN(bits, BigInt.asIntN(bits, a.value) >> by),
    mask: BigInt.asUintN(bits, BigInt.asIntN(bits, a.mask) >> by),
  };
}

export function tnumAdd(a: Tnum, b: Tnum): Tnum {
  const low = u64(a.value + b.value);
  const high = u64(low + a.mask + b.mask);
  const mask = (low ^ high) | a.mask | b.mask;
  return { value: low & (U64 ^ mask), mask };
}

export function tnumSub(a: Tnum, b: Tnum): Tnum {
  const d = u64(a.value - b.value);
  const mask = (u64(d + a.mask) ^ u64(d - b.mask)) | a.mask | b.mask;
  return { value: d & (U64 ^ mask), mask };
}

export function tnumAnd(a: Tnum, b: Tnum): Tnum {
  const value = a.value & b.value;
  return { value, mask: (a.value | a.mask) & (b.value | b.mask) & (U64 ^ value) };
}

export function tnumOr(a: Tnum, b: Tnum): Tnum {
  const value = a.value | b.value;
  return { value, mask: (a.mask | b.mask) & (U64 ^ value) };
}

export function tnumXor(a: Tnum, b: Tnum): Tnum {
  const mask = a.mask | b.mask;
  return { value: (a.value ^ b.value) & (U64 ^ mask), mask };
}

/**
 * Long multiplication over the bits of `a`, lowest first: a known 1 adds the shifted `b`, an unknown bit joins "added" and "not
 * added", which keeps more trailing bits known than summing the uncertainties apart.
 */
export function tnumMul(a: Tnum, b: Tnum): Tnum {
  if (a.mask === 0n && b.mask === 0n) return tnumConst(a.value * b.value);
  let sum: Tnum = { value: 0n, mask: 0n };
  let shifted = b;
  for (let left = a; (left.value | left.mask) !== 0n; left = tnumShr(left, 1), shifted = tnumShl(shifted, 1)) {
    if (left.value & 1n) sum = tnumAdd(sum, shifted);
    else if (left.mask & 1n) sum = tnumUnion(sum, tnumAdd(sum, shifted));
  }
  return sum;
}

/** True when some number is a member of both: no bit is known 0 in one and known 1 in the other. */
export function tnumOverlap(a: Tnum, b: Tnum): boolean {
  return ((a.value ^ b.value) & (U64 ^ (a.mask | b.mask))) === 0n;
}

/** What is known when both hold. A bit on which they disagree comes out as a known 1. */
export function tnumIntersect(a: Tnum, b: Tnum): Tnum {
  const mask = a.mask & b.mask;
  return { value: (a.value | b.value) & (U64 ^ mask), mask };
}

/** What is known when one of the two holds. */
export function tnumUnion(a: Tnum, b: Tnum): Tnum {
  const mask = (a.value ^ b.value) | a.mask | b.mask;
  return { value: a.value & b.value & (U64 ^ mask), mask };
}

/** The low `bytes` bytes (1..8), zero-extended. */
export const tnumCast = (a: Tnum, bytes: number): Tnum => ({
  value: BigInt.asUintN(bytes * 8, a.value),
  mask: BigInt.asUintN(bytes * 8, a.mask),
});

/** The low 32 bits, zero-extended. */
export const tnumSubreg = (a: Tnum): Tnum => ({ value: a.value & U32, mask: a.mask & U32 });

/** The high 32 bits, the low ones known to be 0. */
export const tnumClearSubreg = (a: Tnum): Tnum => ({ value: a.value & HIGH32, mask: a.mask & HIGH32 });

/** `high`'s upper half over `low`'s lower half. */
export const tnumWithSubreg = (high: Tnum, low: Tnum): Tnum => ({
  value: (high.value & HIGH32) | (low.value & U32),
  mask: (high.mask & HIGH32) | (low.mask & U32),
});

/** `a` with its low 32 bits known to be `v`. */
export const tnumConstSubreg = (a: Tnum, v: bigint): Tnum => tnumWithSubreg(a, tnumConst(v & U32));

/** True when the low 32 bits are all known. */
export const tnumSubregIsConst = (a: Tnum): boolean => (a.mask & U32) === 0n;

/**
 * The smallest member above `z`. Where there is none (`z` is the largest member or beyond), the largest member.
 *
 * A member is `value` plus a choice of mask bits, so the next one is the next choice above `z - value`: counting up within the mask.
 * Ones in all other places let the carry pass; where the distance itself has a bit outside the mask, everything below that bit
 * starts over.
 */
export function tnumNext(t: Tnum, z: bigint): bigint {
  const largest = t.value | t.mask;
  if (z >= largest) return largest;
  if (z < t.value) return t.value;
  const outside = U64 ^ t.mask;
  const distance = z - t.value;
  const restart = (1n << BigInt(bitLength(distance & outside))) - 1n;
  return t.value | (((distance | restart | outside) + 1n) & t.mask);
}

/** The low `bytes` bytes (2, 4, 8) in the opposite order, zero-extended. */
export const tnumSwap = (t: Tnum, bytes: number): Tnum => ({
  value: swapBytes(t.value, bytes),
  mask: swapBytes(t.mask, bytes),
});

/** The low `bytes` bytes of `v` in the opposite order. */
export function swapBytes(v: bigint, bytes: number): bigint {
  let out = 0n;
  for (let i = 0; i < bytes; i++) out = (out << 8n) | ((v >> BigInt(8 * i)) & 0xffn);
  return out;
}

/** True when every member of `inner` is a member of `outer`. */
export function tnumIn(outer: Tnum, inner: Tnum): boolean {
  const fixed = U64 ^ outer.mask;
  return (inner.mask & fixed) === 0n && (inner.value & fixed) === outer.value;
}

/** True when every member is a multiple of `size`, a power of two (or 0, which asks for nothing). */
export function tnumIsAligned(a: Tnum, size: bigint): boolean {
  return size === 0n || ((a.value | a.mask) & (size - 1n)) === 0n;
}
