/**
 * Exact 64-bit arithmetic on register files.
 *
 * A register file is an Int32Array in which register i has its low word at 2*i and its high word at 2*i+1. The functions take
 * those indexes (of the low word), work in place on `d`, and allocate nothing except where BigInt cannot be avoided.
 * tests/bench/u64.bench.ts holds the measurement behind this choice.
 */

const TWO32 = 4294967296;
/** Numbers below this in both halves' sum are exact doubles. */
const TWO21 = 0x200000;

/** Upper 32 bits of the unsigned 32 by 32 bit product. */
export function mulHigh32(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const low = Math.imul(a0, b0) >>> 16;
  const mid = (Math.imul(a1, b0) >>> 0) + low;
  const cross = (Math.imul(a0, b1) >>> 0) + (mid % 65536);
  return (Math.imul(a1, b1) + Math.floor(mid / 65536) + Math.floor(cross / 65536)) | 0;
}

/** d = d * s modulo 2^64. */
export function mul64(regs: Int32Array, d: number, s: number): void {
  const al = regs[d];
  const bl = regs[s];
  const high = mulHigh32(al, bl) + Math.imul(al, regs[s + 1]) + Math.imul(regs[d + 1], bl);
  regs[d] = Math.imul(al, bl);
  regs[d + 1] = high;
}

/** Unsigned value of a register. */
export function getU64(regs: Int32Array, at: number): bigint {
  return (BigInt(regs[at + 1] >>> 0) << 32n) | BigInt(regs[at] >>> 0);
}

/** Signed value of a register. */
export function getS64(regs: Int32Array, at: number): bigint {
  return (BigInt(regs[at + 1]) << 32n) | BigInt(regs[at] >>> 0);
}

/** Sets a register to a value modulo 2^64. */
export function setU64(regs: Int32Array, at: number, value: bigint): void {
  regs[at] = Number(BigInt.asIntN(32, value));
  regs[at + 1] = Number(BigInt.asIntN(32, value >> 32n));
}

/** d = d / s, unsigned; division by zero gives 0 (RFC 9669 section 4.1). */
export function udiv64(regs: Int32Array, d: number, s: number): void {
  const ah = regs[d + 1] >>> 0;
  const bh = regs[s + 1] >>> 0;
  const bl = regs[s] >>> 0;
  if ((bh | bl) === 0) {
    regs[d] = regs[d + 1] = 0;
  } else if (ah < TWO21 && bh < TWO21) {
    const a = ah * TWO32 + (regs[d] >>> 0);
    const b = bh * TWO32 + bl;
    const q = (a - (a % b)) / b;
    regs[d] = q | 0;
    if (q >= TWO32) {
      regs[d] = (q % TWO32) | 0;
      regs[d + 1] = Math.floor(q / TWO32);
    } else regs[d + 1] = 0;
  } else setU64(regs, d, getU64(regs, d) / getU64(regs, s));
}

/** d = d % s, unsigned; modulo zero leaves d. */
export function umod64(regs: Int32Array, d: number, s: number): void {
  const ah = regs[d + 1] >>> 0;
  const bh = regs[s + 1] >>> 0;
  const bl = regs[s] >>> 0;
  if ((bh | bl) === 0) return;
  if (ah < TWO21 && bh < TWO21) {
    const r = (ah * TWO32 + (regs[d] >>> 0)) % (bh * TWO32 + bl);
    regs[d] = (r % TWO32) | 0;
    regs[d + 1] = Math.floor(r / TWO32);
  } else setU64(regs, d, getU64(regs, d) % getU64(regs, s));
}

/** d = d / s, signed, truncating; division by zero gives 0, MIN / -1 gives MIN. */
export function sdiv64(regs: Int32Array, d: number, s: number): void {
  if ((regs[s] | regs[s + 1]) === 0) regs[d] = regs[d + 1] = 0;
  else setU64(regs, d, getS64(regs, d) / getS64(regs, s));
}

/** d = d % s, signed, sign of the dividend; modulo zero leaves d, MIN % -1 gives 0. */
export function smod64(regs: Int32Array, d: number, s: number): void {
  if ((regs[s] | regs[s + 1]) !== 0) setU64(regs, d, getS64(regs, d) % getS64(regs, s));
}

/** d = d << n, for n from 0 to 63. */
export function shl64(regs: Int32Array, d: number, n: number): void {
  const lo = regs[d];
  if (n >= 32) {
    regs[d + 1] = lo << (n - 32);
    regs[d] = 0;
  } else if (n > 0) {
    regs[d + 1] = (regs[d + 1] << n) | (lo >>> (32 - n));
    regs[d] = lo << n;
  }
}

/** d = d >> n, unsigned, for n from 0 to 63. */
export function shr64(regs: Int32Array, d: number, n: number): void {
  const hi = regs[d + 1];
  if (n >= 32) {
    regs[d] = hi >>> (n - 32);
    regs[d + 1] = 0;
  } else if (n > 0) {
    regs[d] = (regs[d] >>> n) | (hi << (32 - n));
    regs[d + 1] = hi >>> n;
  }
}

/** d = d >> n, signed, for n from 0 to 63. */
export function sar64(regs: Int32Array, d: number, n: number): void {
  const hi = regs[d + 1];
  if (n >= 32) {
    regs[d] = hi >> (n - 32);
    regs[d + 1] = hi >> 31;
  } else if (n > 0) {
    regs[d] = (regs[d] >>> n) | (hi << (32 - n));
    regs[d + 1] = hi >> n;
  }
}

/** The four bytes of a word in the opposite order. */
export function swap32(x: number): number {
  return (x << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24);
}
