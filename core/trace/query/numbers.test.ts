import { expect, test } from 'vitest';
import { Scalar } from '../../verifier/values/scalar/scalar.ts';
import { boundText, constantText, grouped, rangeOf, scalarWords } from './numbers.ts';

test.each([
  [0n, '0'],
  [999n, '999'],
  [4294967296n, '2³²'],
  [4294967295n, '2³²−1'],
  [1234567n, '1\u00a0234\u00a0567'],
  [-(1n << 63n), '−2⁶³'],
  [(1n << 64n) - 1n, '2⁶⁴−1'],
  [255n, '255'],
])('%s is written %s', (n, words) => expect(boundText(n)).toBe(words));

test('digits are grouped', () => expect(grouped(4294967296)).toBe('4\u00a0294\u00a0967\u00a0296'));
test('constants are signed when that is shorter', () => {
  expect(constantText(BigInt.asUintN(64, -8n))).toBe('−8');
  expect(constantText(45n)).toBe('45');
});
test('the axis has 0 in its middle and grows with the number of digits', () => {
  const { from, to } = rangeOf(0n, 0xffff_ffffn);
  expect(from).toBe(0.5);
  expect(to).toBeCloseTo(0.75, 5);
  expect(rangeOf(-(1n << 63n), (1n << 64n) - 1n).to).toBeCloseTo(1, 5);
});
test.each([
  [Scalar.unknown, 'any number', 'u64'],
  [Scalar.ofSize(4), 'any of 4\u00a0294\u00a0967\u00a0296', 'u32'],
  [Scalar.ofSize(1), 'any of 256', 'u32'],
  [Scalar.ofSizeSigned(1), 'any of 256', 's32'],
  [new Scalar(0n, 0xfcn, 0n, 0xfcn, 0n, 0xfcn, 0, 0xfc, 0, 0xfc), 'any of 64, a multiple of 4', 'u32'],
])('words of a scalar: %#', (scalar, words, badge) => {
  expect(scalarWords(scalar)).toMatchObject({ words, badge });
});
