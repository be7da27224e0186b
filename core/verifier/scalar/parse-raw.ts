import { Scalar } from './scalar.ts';

/** A scalar from the ten fields of its constructor, separated by spaces. For tests. */
export function parseRaw(text: string): Scalar {
  const f = text.split(' ');
  if (f.length !== 10) throw new RangeError(`ten fields expected: ${text}`);
  const big = (i: number): bigint => BigInt(f[i]!);
  const num = (i: number): number => Number(f[i]!);
  return new Scalar(big(0), big(1), big(2), big(3), big(4), big(5), num(6), num(7), num(8), num(9));
}
