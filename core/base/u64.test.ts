import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as u64 from './u64.ts';

// Values near the places where carries, signs and the double fast paths change.
const edge = fc.constantFrom(
  0n,
  1n,
  2n,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  1n << 32n,
  (1n << 53n) - 1n,
  1n << 53n,
  1n << 63n,
  (1n << 64n) - 1n,
);
const any = fc.oneof(
  edge,
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  fc.bigInt({ min: 0n, max: 1n << 34n }),
  fc.bigInt({ min: 0n, max: 1n << 53n }),
);
const u = (x: bigint): bigint => BigInt.asUintN(64, x);
const s = (x: bigint): bigint => BigInt.asIntN(64, x);

const BINARY: [string, (r: Int32Array, d: number, s: number) => void, (a: bigint, b: bigint) => bigint][] = [
  ['mul64', u64.mul64, (a, b) => a * b],
  ['udiv64', u64.udiv64, (a, b) => (b === 0n ? 0n : a / b)],
  ['umod64', u64.umod64, (a, b) => (b === 0n ? a : a % b)],
  ['sdiv64', u64.sdiv64, (a, b) => (b === 0n ? 0n : s(a) / s(b))],
  ['smod64', u64.smod64, (a, b) => (b === 0n ? a : s(a) % s(b))],
];

test.each(BINARY)('%s equals the mathematical result modulo 2^64', (_name, run, want) => {
  fc.assert(
    fc.property(any, any, (a, b) => {
      const regs = new Int32Array(4);
      u64.setU64(regs, 0, a);
      u64.setU64(regs, 2, b);
      run(regs, 0, 2);
      expect(u64.getU64(regs, 0)).toBe(u(want(a, b)));
      expect(u64.getU64(regs, 2)).toBe(b);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

const SHIFTS: [string, (r: Int32Array, d: number, n: number) => void, (a: bigint, n: bigint) => bigint][] = [
  ['shl64', u64.shl64, (a, n) => a << n],
  ['shr64', u64.shr64, (a, n) => a >> n],
  ['sar64', u64.sar64, (a, n) => s(a) >> n],
];

test.each(SHIFTS)('%s for every amount', (_name, run, want) => {
  fc.assert(
    fc.property(any, fc.nat(63), (a, n) => {
      const regs = new Int32Array(2);
      u64.setU64(regs, 0, a);
      run(regs, 0, n);
      expect(u64.getU64(regs, 0)).toBe(u(want(a, BigInt(n))));
    }),
    { seed: 2, numRuns: 2000 },
  );
});

test('swap32', () => {
  expect(u64.swap32(0x11223344)).toBe(0x44332211);
  expect(u64.swap32(0x000000ff)).toBe(-0x1000000);
});
