import { place } from '../../core/trace/query/numbers.ts';
import type { Range } from '../../core/trace/views/view.ts';

/** A register's concrete text (`45`, `0x2d`, `-8`, digits may be grouped) as a number; null for what is not one. */
export function valueOf(text: string): bigint | null {
  const plain = text.replace(/[\s_\u202f]/g, '').replace('−', '-');
  if (!/^-?(0x[0-9a-f]+|\d+)$/i.test(plain)) return null;
  return plain.startsWith('-') ? -BigInt(plain.slice(1)) : BigInt(plain);
}

const ZERO = place(0n);

/** Where a concrete value lies on the axis of a range, 0..1; null for what is not a number. A range that reaches below 0 reads it as signed. */
export function placeIn(range: Range, text: string): number | null {
  const value = valueOf(text);
  if (value === null) return null;
  return place(range.from < ZERO ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value));
}
