import type { Btf } from '../../../btf/btf.ts';
import { findType } from '../iterators/declare.ts';

/** A number's type: bytes, and whether it has a sign. */
export interface NumberType {
  readonly size: number;
  readonly signed: boolean;
}

/** The number that C calls so, through typedefs; null for what is none, or not in the kernel. */
export function numberType(btf: Btf, words: string): NumberType | null {
  const id = findType(btf, words);
  if (id === 0) return null;
  const type = btf.skipModifiers(id);
  if (type.kind === 'int') return { size: type.size, signed: type.signed };
  return type.kind === 'enum' || type.kind === 'enum64' ? { size: type.size, signed: type.signed } : null;
}

/** The value that a number of that type has for these bits. */
export const asNumber = ({ size, signed }: NumberType, bits: bigint): bigint =>
  signed ? BigInt.asIntN(size * 8, bits) : BigInt.asUintN(size * 8, bits);

/** True for a value that a number of that type can have. */
export const fits = (type: NumberType, value: bigint): boolean => asNumber(type, value) === value;

/** A field of an iterator's state, at an offset in bytes. */
export interface PlacedField {
  readonly name: string;
  /** As C would write it. */
  readonly type: string;
  readonly size: number;
  readonly offset: number;
}

/** Lays fields out as C does on x86-64: each at a multiple of its size. `end` is where the last one ends. */
export function laidOut(fields: readonly Omit<PlacedField, 'offset'>[]): {
  readonly fields: readonly PlacedField[];
  readonly end: number;
} {
  let end = 0;
  const placed = fields.map((field) => {
    const offset = Math.ceil(end / field.size) * field.size;
    end = offset + field.size;
    return { ...field, offset };
  });
  return { fields: placed, end };
}
