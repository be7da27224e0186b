import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as S from './index.ts';
import { Scalar, alu, branchTaken, invert, refine } from './index.ts';

const SEED = { seed: 0x15ca1a4, numRuns: 3000 };
const u64 = (v: bigint): bigint => BigInt.asUintN(64, v);
const s64 = (v: bigint): bigint => BigInt.asIntN(64, v);
const u32 = (v: bigint): bigint => BigInt.asUintN(32, v);
const s32 = (v: bigint): bigint => BigInt.asIntN(32, v);

const interesting = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  fc.bigInt({ min: -300n, max: 300n }).map(u64),
  fc.tuple(fc.bigInt({ min: 0n, max: 63n }), fc.bigInt({ min: -2n, max: 2n })).map(([n, d]) => u64((1n << n) + d)),
  fc.bigInt({ min: 0n, max: 0xffffffffn }),
);

/** A member, and a scalar that has it: some bits known, ranges around it. */
const membership = fc
  .tuple(interesting, interesting, interesting, interesting, fc.integer({ min: 0, max: 15 }))
  .map(([v, mask, a, b, shape]): [bigint, Scalar] => {
    const base = shape & 1 ? new Scalar(v & ~mask, u64(mask), ...FULL) : Scalar.unknown;
    let s = S.synced(base);
    if (shape & 2) s = new Scalar(s.value, s.mask, min(v, a), max(v, b), s.smin, s.smax, ...low(s));
    if (shape & 4) s = new Scalar(s.value, s.mask, s.umin, s.umax, min(s64(v), s64(a)), max(s64(v), s64(b)), ...low(s));
    s = S.synced(s);
    return [v, shape & 8 ? s : s.has(v) ? s : Scalar.known(v)];
  })
  .filter(([v, s]) => s.has(v));

const FULL = [0n, (1n << 64n) - 1n, -(1n << 63n), (1n << 63n) - 1n, 0, 0xffffffff, -0x80000000, 0x7fffffff] as const;
const low = (s: Scalar) => [s.u32min, s.u32max, s.s32min, s.s32max] as const;
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

const OPS = [S.ADD, S.SUB, S.MUL, S.DIV, S.OR, S.AND, S.LSH, S.RSH, S.NEG, S.MOD, S.XOR, S.ARSH];
const JUMPS = [S.JEQ, S.JGT, S.JGE, S.JSET, S.JNE, S.JSGT, S.JSGE, S.JLT, S.JLE, S.JSLT, S.JSLE];

function concrete(op: number, is64: boolean, a: bigint, b: bigint): bigint {
  if (!is64) return concrete32(op, u32(a), u32(b));
  switch (op) {
    case S.ADD:
      return u64(a + b);
    case S.SUB:
      return u64(a - b);
    case S.MUL:
      return u64(a * b);
    case S.DIV:
      return b === 0n ? 0n : a / b;
    case S.MOD:
      return b === 0n ? a : a % b;
    case S.OR:
      return a | b;
    case S.AND:
      return a & b;
    case S.XOR:
      return a ^ b;
    case S.LSH:
      return u64(a << (b & 63n));
    case S.RSH:
      return a >> (b & 63n);
    case S.ARSH:
      return u64(s64(a) >> (b & 63n));
    default:
      return u64(-a);
  }
}

function concrete32(op: number, a: bigint, b: bigint): bigint {
  if (op === S.LSH) return u32(a << (b & 31n));
  if (op === S.RSH) return a >> (b & 31n);
  if (op === S.ARSH) return u32(s32(a) >> (b & 31n));
  return u32(concrete(op, true, a, b));
}

function holds(op: number, is64: boolean, a: bigint, b: bigint): boolean {
  const [x, y] = is64 ? [a, b] : [u32(a), u32(b)];
  const [sx, sy] = is64 ? [s64(a), s64(b)] : [s32(a), s32(b)];
  switch (op) {
    case S.JEQ:
      return x === y;
    case S.JNE:
      return x !== y;
    case S.JSET:
      return (x & y) !== 0n;
    case S.JNSET:
      return (x & y) === 0n;
    case S.JGT:
      return x > y;
    case S.JGE:
      return x >= y;
    case S.JLT:
      return x < y;
    case S.JLE:
      return x <= y;
    case S.JSGT:
      return sx > sy;
    case S.JSGE:
      return sx >= sy;
    case S.JSLT:
      return sx < sy;
    default:
      return sx <= sy;
  }
}

describe('soundness: a member stays a member', () => {
  test('alu', () => {
    fc.assert(
      fc.property(fc.constantFrom(...OPS), fc.boolean(), membership, membership, (op, is64, [a, x], [b, y]) => {
        expect(alu(op, is64, x, y).has(concrete(op, is64, a, b))).toBe(true);
      }),
      SEED,
    );
  });

  test('shifts by a known amount', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(S.LSH, S.RSH, S.ARSH),
        fc.boolean(),
        membership,
        fc.integer({ min: 0, max: 63 }),
        (op, is64, [a, x], n) => {
          const by = BigInt(is64 ? n : n & 31);
          expect(alu(op, is64, x, Scalar.known(by)).has(concrete(op, is64, a, by))).toBe(true);
        },
      ),
      SEED,
    );
  });

  test('branch taken, refined', () => {
    fc.assert(
      fc.property(fc.constantFrom(...JUMPS), fc.boolean(), membership, membership, (op, is64, [a, x], [b, y]) => {
        const truth = holds(op, is64, a, b);
        const told = branchTaken(op, is64, x, y);
        if (told !== -1) expect(told === 1).toBe(truth);
        const [p, q] = refine(truth ? op : invert(op), is64, x, y);
        expect(p.has(a) && q.has(b)).toBe(true);
      }),
      SEED,
    );
  });

  test('a register compared with itself', () => {
    fc.assert(
      fc.property(fc.constantFrom(S.JEQ, S.JSET), fc.boolean(), membership, (op, is64, [a, x]) => {
        expect(S.refineSelf(holds(op, is64, a, a) ? op : invert(op), is64, x).has(a)).toBe(true);
      }),
      SEED,
    );
  });

  test('extensions and byte swaps', () => {
    fc.assert(
      fc.property(membership, ([a, x]) => {
        expect(S.zext32(x).has(u32(a))).toBe(true);
        for (const bits of [8, 16, 32] as const) {
          expect(S.movsx(x, bits, true).has(u64(BigInt.asIntN(bits, a)))).toBe(true);
          expect(S.coerceToSize(x, bits / 8).has(BigInt.asUintN(bits, a))).toBe(true);
        }
        for (const bits of [8, 16] as const)
          expect(S.movsx(x, bits, false).has(u32(BigInt.asIntN(bits, a)))).toBe(true);
        for (const bits of [16, 32, 64] as const) {
          expect(S.byteSwap(x, bits, true).has(S.swapBytes(a, bits / 8))).toBe(true);
          expect(S.byteSwap(x, bits, false).has(BigInt.asUintN(bits, a))).toBe(true);
        }
      }),
      SEED,
    );
  });

  test('pointers and links', () => {
    fc.assert(
      fc.property(membership, membership, ([a, x], [b, y]) => {
        expect(S.pointerAdd(x, y).has(a + b)).toBe(true);
        expect(S.pointerSub(x, y).has(a - b)).toBe(true);
        expect(S.addDelta(x, Number(s32(b))).has(a + s32(b))).toBe(true);
        expect(S.addDelta(x, Number(s32(b)), false).has(u32(a + b))).toBe(true);
      }),
      SEED,
    );
  });

  test('sync', () => {
    fc.assert(
      fc.property(membership, ([a, x]) => {
        expect(S.synced(x).has(a)).toBe(true);
      }),
      SEED,
    );
  });
});

describe('order', () => {
  // Ranges are not monotonic in 6.18: a signed 32-bit range that is a sign-extended number's replaces wider ranges *and* tighter ones.
  test('refining keeps the known bits', () => {
    fc.assert(
      fc.property(fc.constantFrom(...JUMPS), fc.boolean(), membership, membership, (op, is64, [a, x], [b, y]) => {
        const [p, q] = refine(holds(op, is64, a, b) ? op : invert(op), is64, x, y);
        expect(S.tnumIn(x, p) && S.tnumIn(y, q)).toBe(true);
      }),
      SEED,
    );
  });

  test('within: reflexive, everything is within unknown, and a member of the inner is one of the outer', () => {
    fc.assert(
      fc.property(membership, membership, ([a, x], [, y]) => {
        expect(S.within(x, x) && S.within(Scalar.unknown, x)).toBe(true);
        if (S.within(y, x)) expect(y.has(a)).toBe(true);
      }),
      SEED,
    );
  });

  test('inverting twice is the condition itself', () => {
    for (const op of [...JUMPS, S.JNSET]) expect(invert(invert(op))).toBe(op);
    expect(() => invert(0)).toThrow(RangeError);
  });
});

describe('sharing', () => {
  test('a repeated question gives the same object', () => {
    const x = Scalar.ofSize(2);
    const y = Scalar.ofSize(1);
    expect(alu(S.MUL, true, x, y)).toBe(alu(S.MUL, true, x, y));
    expect(refine(S.JLT, true, x, y)).toBe(refine(S.JLT, true, x, y));
    expect(Scalar.known(7n)).toBe(alu(S.ADD, true, Scalar.known(3n), Scalar.known(4n)));
    expect(Scalar.known(0n)).toBe(Scalar.zero);
    expect(alu(S.DIV, true, x, y)).toBe(Scalar.unknown);
    expect(Scalar.ofSize(8)).toBe(Scalar.unknown);
  });

  test('constants computed quickly are those of the rules', () => {
    fc.assert(
      fc.property(fc.constantFrom(...OPS), fc.boolean(), interesting, interesting, (op, is64, a, b) => {
        const quick = alu(op, is64, Scalar.known(a), Scalar.known(b));
        if (quick.isConst) expect(quick.value).toBe(concrete(op, is64, a, b));
        else expect(quick).toBe(Scalar.unknown);
      }),
      SEED,
    );
  });
});
