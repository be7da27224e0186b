import type { Btf } from './btf.ts';

/** Alignment in bytes of a complete type on a 64-bit machine, as C lays it out; 1 for a packed struct and for types without a size. */
export function alignOf(btf: Btf, id: number): number {
  return align(btf, id, new Map());
}

/** Can the struct's layout only be had with `__attribute__((packed))`? */
export function isPacked(btf: Btf, id: number): boolean {
  const type = btf.type(id);
  if (type.kind !== 'struct' && type.kind !== 'union') return false;
  const known = new Map<number, number>();
  let widest = 1;
  for (const member of type.members) {
    const own = align(btf, member.type, known);
    widest = Math.max(widest, own);
    if (member.bitSize === 0 && member.bitOffset % (8 * own) !== 0) return true;
  }
  return type.size % widest !== 0;
}

function align(btf: Btf, id: number, known: Map<number, number>): number {
  const type = btf.skipModifiers(id);
  const found = known.get(type.id);
  if (found !== undefined) return found;
  // Until it is known; a type that contains itself comes here again.
  known.set(type.id, 1);
  let result = 1;
  switch (type.kind) {
    case 'ptr':
      result = 8;
      break;
    case 'int':
    case 'enum':
    case 'enum64':
    case 'float':
      result = Math.max(1, Math.min(8, type.size));
      break;
    case 'array':
      result = align(btf, type.type, known);
      break;
    case 'struct':
    case 'union':
      for (const member of type.members) {
        const own = align(btf, member.type, known);
        result = Math.max(result, own);
        if (member.bitSize === 0 && member.bitOffset % (8 * own) !== 0) return 1;
      }
      if (type.size % result !== 0) result = 1;
      break;
    default:
      break;
  }
  known.set(type.id, result);
  return result;
}
