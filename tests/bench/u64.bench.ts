/**
 * Which representation of 64-bit integers? Run with `tsx tests/bench/u64.bench.ts`.
 *
 * Three candidates do the same work and must agree on the result:
 *   bigint   BigInt with asUintN
 *   pairs    low and high words in an Int32Array (what core/base/u64.ts and the interpreter use)
 *   double   plain numbers while exact (below 2^53), BigInt otherwise
 *
 * Two kinds of work: an interpreter's (add, xor, multiply, shift, compare on registers that fill all 64 bits, and on small ones)
 * and a verifier's (known bits and ranges of small scalars: add, intersect, compare).
 */
import * as u64 from '../../core/base/u64.ts';

const ROUNDS = 300_000;
const MASK = (1n << 64n) - 1n;
const TWO32 = 4294967296;
const EXACT = 2 ** 53;

interface Candidate {
  readonly name: string;
  readonly run: () => bigint;
}

// Interpreter-like: x = (x * m + i) ^ (x >> 7); count how often x < limit.
function interpreterWork(start: bigint, m: bigint, limit: bigint): Candidate[] {
  return [
    {
      name: 'bigint',
      run: () => {
        let x = start;
        let below = 0n;
        for (let i = 0; i < ROUNDS; i++) {
          x = BigInt.asUintN(64, x * m + BigInt(i)) ^ (x >> 7n);
          if (x < limit) below++;
        }
        return x ^ below;
      },
    },
    {
      name: 'pairs',
      run: () => {
        const r = new Int32Array(12);
        u64.setU64(r, 0, start);
        u64.setU64(r, 4, m);
        u64.setU64(r, 8, limit);
        let below = 0;
        for (let i = 0; i < ROUNDS; i++) {
          r[2] = r[0];
          r[3] = r[1];
          u64.shr64(r, 2, 7);
          u64.mul64(r, 0, 4);
          const sum = (r[0] + i) | 0;
          r[1] += sum >>> 0 < i >>> 0 ? 1 : 0;
          r[0] = sum ^ r[2];
          r[1] ^= r[3];
          if (r[1] === r[9] ? r[0] >>> 0 < r[8] >>> 0 : r[1] >>> 0 < r[9] >>> 0) below++;
        }
        return u64.getU64(r, 0) ^ BigInt(below);
      },
    },
    {
      name: 'double',
      run: () => {
        let x: number | bigint = narrow(start);
        const factor = narrow(m);
        const bound = narrow(limit);
        let below = 0;
        for (let i = 0; i < ROUNDS; i++) {
          x = xor(add(mul(x, factor), i), shift7(x));
          if (x < bound) below++;
        }
        return BigInt(x) ^ BigInt(below);
      },
    },
  ];
}

const narrow = (x: bigint): number | bigint => (x < BigInt(EXACT) ? Number(x) : x);
function mul(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (product < EXACT) return product;
  }
  return narrow(BigInt.asUintN(64, BigInt(a) * BigInt(b)));
}
function add(a: number | bigint, b: number): number | bigint {
  if (typeof a === 'number' && a + b < EXACT) return a + b;
  return narrow(BigInt.asUintN(64, BigInt(a) + BigInt(b)));
}
function shift7(a: number | bigint): number | bigint {
  return typeof a === 'number' ? Math.floor(a / 128) : narrow(a >> 7n);
}
function xor(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === 'number' && typeof b === 'number') {
    if (a < 0x8000_0000 && b < 0x8000_0000) return a ^ b;
    return ((Math.floor(a / TWO32) ^ Math.floor(b / TWO32)) >>> 0) * TWO32 + ((a ^ b) >>> 0);
  }
  return narrow(BigInt(a) ^ BigInt(b));
}

// Verifier-like: a scalar's known bits (value, mask) and unsigned range through `+= k` and `&= mask`, then a comparison of ranges.
function verifierWork(): Candidate[] {
  const keep = 0xfff;
  return [
    {
      name: 'bigint',
      run: () => {
        let [value, mask, min, max, hits] = [0n, 0xffn, 0n, 0xffn, 0n];
        for (let i = 0; i < ROUNDS; i++) {
          const k = BigInt(i & 7);
          const sum = BigInt.asUintN(64, value + k);
          const both = BigInt.asUintN(64, sum + mask);
          const chi = both ^ sum;
          mask = (chi | mask) & BigInt(keep);
          value = sum & ~chi & MASK & BigInt(keep) & ~mask;
          min = value > min + k ? value : min + k;
          max = (value | mask) < max + k ? value | mask : max + k;
          if (min > max) [min, max, mask, value] = [0n, 0xffn, 0xffn, 0n];
          if (max < 0x800n) hits++;
        }
        return (value << 32n) ^ max ^ hits;
      },
    },
    {
      name: 'pairs',
      run: () => {
        // value, mask, min, max: low and high words side by side.
        const r = new Int32Array(8);
        r[2] = r[6] = 0xff;
        let hits = 0;
        for (let i = 0; i < ROUNDS; i++) {
          const k = i & 7;
          const sumLo = (r[0] + k) | 0;
          const sumHi = (r[1] + (sumLo >>> 0 < k ? 1 : 0)) | 0;
          const bothLo = (sumLo + r[2]) | 0;
          const bothHi = (sumHi + r[3] + (bothLo >>> 0 < sumLo >>> 0 ? 1 : 0)) | 0;
          const chiLo = bothLo ^ sumLo;
          const chiHi = bothHi ^ sumHi;
          r[2] = (chiLo | r[2]) & keep;
          r[3] = 0;
          r[0] = sumLo & ~chiLo & keep & ~r[2];
          r[1] = sumHi & ~chiHi & 0;
          advance(r, 4, k);
          if (less(r[4], r[5], r[0], r[1])) {
            r[4] = r[0];
            r[5] = r[1];
          }
          advance(r, 6, k);
          const topLo = r[0] | r[2];
          const topHi = r[1] | r[3];
          if (less(topLo, topHi, r[6], r[7])) {
            r[6] = topLo;
            r[7] = topHi;
          }
          if (less(r[6], r[7], r[4], r[5])) {
            r.fill(0);
            r[2] = r[6] = 0xff;
          }
          if (less(r[6], r[7], 0x800, 0)) hits++;
        }
        return (u64.getU64(r, 0) << 32n) ^ u64.getU64(r, 6) ^ BigInt(hits);
      },
    },
    {
      name: 'double',
      run: () => {
        let [value, mask, min, max, hits] = [0, 0xff, 0, 0xff, 0];
        for (let i = 0; i < ROUNDS; i++) {
          const k = i & 7;
          const sum = value + k;
          const both = sum + mask;
          // All stays far below 2^31 here, which is the case that this candidate is good at.
          const chi = both ^ sum;
          mask = (chi | mask) & keep;
          value = sum & ~chi & keep & ~mask;
          min = Math.max(value, min + k);
          max = Math.min(value | mask, max + k);
          if (min > max) [min, max, mask, value] = [0, 0xff, 0xff, 0];
          if (max < 0x800) hits++;
        }
        return (BigInt(value) << 32n) ^ BigInt(max) ^ BigInt(hits);
      },
    },
  ];
}

const less = (al: number, ah: number, bl: number, bh: number): boolean =>
  ah === bh ? al >>> 0 < bl >>> 0 : ah >>> 0 < bh >>> 0;

function advance(r: Int32Array, at: number, k: number): void {
  const sum = (r[at] + k) | 0;
  r[at + 1] += sum >>> 0 < k ? 1 : 0;
  r[at] = sum;
}

function compare(title: string, candidates: Candidate[]): void {
  const results = candidates.map(({ name, run }) => {
    let best = Infinity;
    let value = run();
    for (let i = 0; i < 7; i++) {
      const from = performance.now();
      value = run();
      best = Math.min(best, performance.now() - from);
    }
    return { name, best, value };
  });
  const values = new Set(results.map(({ value }) => value));
  if (values.size !== 1) throw new Error(`${title}: the candidates disagree: ${[...values].join(', ')}`);
  const pairs = results.find(({ name }) => name === 'pairs')?.best ?? NaN;
  const rows = results.map(({ name, best }) => {
    const perRound = ((best * 1e6) / ROUNDS).toFixed(1);
    return `  ${name.padEnd(7)} ${perRound.padStart(8)} ns a round  ${(best / pairs).toFixed(2)} x pairs`;
  });
  console.log([title, ...rows].join('\n'));
}

compare('interpreter, values that fill 64 bits', interpreterWork(0x9e3779b97f4a7c15n, 6364136223846793005n, 1n << 63n));
compare('interpreter, small values', interpreterWork(12345n, 1n, 1n << 20n));
compare('verifier, known bits and ranges', verifierWork());
