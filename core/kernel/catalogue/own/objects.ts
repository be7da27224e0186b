import { ShapeError } from '../../../base/validate.ts';
import { encodeUtf8 } from '../../../base/utf8.ts';
import type { Btf, BtfMember, BtfType } from '../../../btf/btf.ts';
import type { Literal } from './generators.ts';
import { fits } from './layout.ts';
import type { NumberType } from './layout.ts';

type Structure = BtfType & { readonly kind: 'struct' | 'union' };

/** Largest structures that are laid out, all together. */
const LARGEST = 16 * 1024 * 1024;

/**
 * Objects of a structure of the kernel, laid out by its BTF one behind the other: the fields that are told, and zeros.
 * @throws ShapeError at `at` of the object for a field that the structure does not have, or a value that does not fit
 */
export function objectsOf(
  btf: Btf,
  structure: Structure,
  literals: readonly Literal[],
  at: (index: number) => string,
): { readonly bytes: Uint8Array; readonly stride: number } {
  const stride = Math.ceil(structure.size / 8) * 8;
  if (stride * literals.length > LARGEST)
    throw new ShapeError(
      at(0),
      `${literals.length} structures of ${structure.size} bytes are more than ${LARGEST >> 20} MB`,
    );
  const bytes = new Uint8Array(Math.max(8, stride * literals.length));
  literals.forEach((literal, i) => {
    if (typeof literal === 'bigint')
      throw new ShapeError(
        at(i),
        `${literal} is a number; an element is a struct ${structure.name}, told by its fields`,
      );
    for (const [path, value] of Object.entries(literal)) put(btf, structure, path, value, bytes, i * stride, at(i));
  });
  return { bytes, stride };
}

function put(
  btf: Btf,
  structure: Structure,
  path: string,
  value: bigint | string,
  bytes: Uint8Array,
  base: number,
  at: string,
): void {
  const fail = (reason: string): never => {
    throw new ShapeError(at, `${path}: ${reason}`);
  };
  let type: BtfType = structure;
  let bits = 0;
  for (const name of path.split('.')) {
    const inner: BtfType = type;
    if (inner.kind !== 'struct' && inner.kind !== 'union') return fail(`${name} is no field of a ${inner.kind}`);
    const found = member(btf, inner, name, 0);
    if (found === null) return fail(`struct ${structure.name} has no such field`);
    if (found.bitSize > 0) return fail('a bit field cannot be told');
    bits += found.bitOffset;
    type = btf.skipModifiers(found.type);
  }
  const offset = base + bits / 8;
  if (typeof value === 'string') {
    if (type.kind !== 'array' || btf.sizeOf(type.type) !== 1)
      return fail('it is no array of characters, and is told as text');
    const encoded = encodeUtf8(value);
    if (encoded.length >= type.count) return fail(`'${value}' and its final zero need more than ${type.count} bytes`);
    bytes.set(encoded, offset);
    return;
  }
  const number = numberOf(type);
  if (number === null) return fail(`it is a ${type.kind}, not a number`);
  const { size } = number;
  if (!fits(number, value)) return fail(`${value} does not fit in ${size} bytes`);
  for (let k = 0; k < size; k++) bytes[offset + k] = Number((value >> BigInt(8 * k)) & 0xffn);
}

function numberOf(type: BtfType): NumberType | null {
  if (type.kind === 'ptr') return { size: 8, signed: false };
  return type.kind === 'int' || type.kind === 'enum' || type.kind === 'enum64' ? type : null;
}

/** A member by its name, also one of an unnamed structure or union within; its offset from the whole. */
function member(btf: Btf, type: Structure, name: string, bitOffset: number): BtfMember | null {
  for (const one of type.members) {
    const bits = bitOffset + one.bitOffset;
    if (one.name === name) return { ...one, bitOffset: bits };
    if (one.name !== '') continue;
    const inner = btf.skipModifiers(one.type);
    const found = inner.kind === 'struct' || inner.kind === 'union' ? member(btf, inner, name, bits) : null;
    if (found !== null) return found;
  }
  return null;
}
