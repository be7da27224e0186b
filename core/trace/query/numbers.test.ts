import { expect, test } from 'vitest';
import { Scalar } from '../../verifier/values/scalar/scalar.ts';
import { boundText, constantText, grouped, place, rangeOf, RULER, scalarWords } from './numbers.ts';

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
test('the ruler goes up from −2⁶³ to 2⁶⁴, and tells 2³¹ from 2³²', () => {
  const places = RULER.map(({ at }) => at);
  expect([...places].sort((x, y) => x - y)).toEqual(places);
  expect(places[0]).toBeCloseTo(0, 5);
  expect(places.at(-1)).toBeCloseTo(1, 5);
  const around = [-(1n << 40n), -(1n << 31n) - 1n, -5n, 0n, 5n, 1n << 31n, 3n << 30n, 1n << 32n, 1n << 50n].map(place);
  expect([...around].sort((x, y) => x - y)).toEqual(around);
  expect(place(1n << 32n) - place(1n << 31n)).toBeGreaterThan(0.09);
  expect(rangeOf(0n, 0xffff_ffffn)).toMatchObject({ from: place(0n), min: '0', max: '2³²−1' });
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
