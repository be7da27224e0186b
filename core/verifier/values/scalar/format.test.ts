import { describe, expect, test } from 'vitest';
import * as S from './index.ts';
import { Scalar, formatScalar } from './index.ts';

describe('scalars in the log', () => {
  test.each<[string, Scalar, S.ScalarMarks?]>([
    ['0', Scalar.zero],
    ['-1', Scalar.known(-1n)],
    ['32767', Scalar.known(32767n)],
    ['0x8000', Scalar.known(32768n)],
    ['-32768', Scalar.known(-32768n)],
    ['0xffffffffffff7fff', Scalar.known(-32769n)],
    ['P42', Scalar.known(42n), { precise: true, id: 3 }],
    ['scalar()', Scalar.unknown],
    ['Pscalar()', Scalar.unknown, { precise: true }],
    ['scalar(id=1)', Scalar.unknown, { id: 1 }],
    ['scalar(smin=smin32=0,smax=umax=smax32=umax32=255,var_off=(0x0; 0xff))', Scalar.ofSize(1)],
    ['scalar(smin=smin32=0,smax=umax=smax32=umax32=0xffff,var_off=(0x0; 0xffff))', Scalar.ofSize(2)],
    ['scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff))', Scalar.ofSize(4)],
    ['scalar(smin=smin32=-128,smax=smax32=127)', Scalar.ofSizeSigned(1)],
    ['scalar(smin=smin32=-32768,smax=smax32=32767)', Scalar.ofSizeSigned(2)],
    ['scalar(smin=0xffffffff80000000,smax=0x7fffffff)', Scalar.ofSizeSigned(4)],
    [
      'scalar(id=1+5,smin=umin=smin32=umin32=5,smax=umax=smax32=umax32=260,var_off=(0x0; 0x1ff))',
      S.addDelta(Scalar.ofSize(1), 5),
      { id: 1, delta: 5 },
    ],
    [
      'scalar(id=1+0,smin=smin32=0,smax=umax=smax32=umax32=255,var_off=(0x0; 0xff))',
      Scalar.ofSize(1),
      { id: 1, delta: 0 },
    ],
    [
      'scalar(id=1-300,smin=smin32=-300,smax=smax32=-45,umin=0xfffffffffffffed4,umax=0xffffffffffffffd3,umin32=0xfffffed4,umax32=0xffffffd3,var_off=(0xfffffffffffffe00; 0x1ff))',
      S.addDelta(Scalar.ofSize(1), -300),
      { id: 1, delta: -300 },
    ],
  ])('%s', (text, s, marks) => expect(formatScalar(s, marks)).toBe(text));

  test('parts of a pointer', () => {
    expect(S.variableOffsetParts(Scalar.zero)).toEqual([]);
    expect(S.variableOffsetParts(Scalar.known(-8n))).toEqual(['imm=-8']);
    expect(S.variableOffsetParts(S.pointerAdd(Scalar.zero, Scalar.ofSize(1)))).toEqual([
      'smin=smin32=0',
      'smax=umax=smax32=umax32=255',
      'var_off=(0x0; 0xff)',
    ]);
  });
});

describe('bounds that contradict themselves', () => {
  // Comparing a register holding 0 or 1 with itself: the branch that can't be taken.
  const bit = S.alu(S.AND, true, Scalar.unknown, Scalar.known(1n));

  test('are logged and forgotten', () => {
    const { taken, fallthrough, violations } = S.conditionOutcomes(S.JGT, false, bit, bit, true);
    expect(violations).toEqual([
      'verifier bug: REG INVARIANTS VIOLATION (true_reg1): range bounds violation u64=[0x0, 0x1] s64=[0x0, 0x1] u32=[0x1, 0x0] s32=[0x0, 0x1] var_off=(0x0, 0x1)',
    ]);
    expect(formatScalar(taken[0])).toBe('scalar(var_off=(0x0; 0x1))');
    expect(taken[1]).toBe(taken[0]);
    expect(fallthrough).toEqual([bit, bit]);
  });

  test('consistent ones say nothing', () => {
    for (const s of [bit, Scalar.unknown, Scalar.zero, Scalar.ofSizeSigned(4)])
      expect(S.sanityViolation(s, 'x')).toBeNull();
  });
});

describe('the fork before AND and OR', () => {
  const signMask = S.alu(S.ARSH, true, Scalar.unknown, Scalar.known(63n));
  const signMask32 = S.alu(S.ARSH, false, Scalar.ofSize(4), Scalar.known(31n));

  test('splits -1..0', () => {
    expect(S.forkOn(S.AND, signMask, Scalar.known(6n))).toEqual({ here: Scalar.known(-1n), later: Scalar.zero });
    const fork = S.forkOn(S.OR, signMask32, Scalar.known(6n));
    expect(formatScalar(fork!.here)).toBe('0xffffffff');
    expect(formatScalar(fork!.later)).toBe('0');
    expect(formatScalar(S.alu(S.OR, false, fork!.later, Scalar.known(6n)))).toBe('6');
  });

  test('only there', () => {
    expect(S.forkOn(S.XOR, signMask, Scalar.known(6n))).toBeNull();
    expect(S.forkOn(S.AND, signMask, Scalar.ofSize(1))).toBeNull();
    expect(S.forkOn(S.AND, Scalar.ofSize(1), Scalar.known(6n))).toBeNull();
  });
});

describe('alignment', () => {
  test.each<[Scalar, number, number, boolean]>([
    [Scalar.known(8n), 0, 8, true],
    [Scalar.known(4n), 4, 8, true],
    [Scalar.known(4n), 0, 8, false],
    [S.alu(S.LSH, true, Scalar.ofSize(1), Scalar.known(3n)), -16, 8, true],
    [S.alu(S.LSH, true, Scalar.ofSize(1), Scalar.known(2n)), 0, 8, false],
    [Scalar.unknown, 3, 1, true],
  ])('%#', (s, off, size, aligned) => expect(S.isAligned(s, off, size)).toBe(aligned));
});
