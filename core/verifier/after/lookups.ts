import * as op from '../../isa/opcodes.ts';
import type { Insn } from '../../isa/insn.ts';
import type { MapDef } from '../../elf/object.ts';
import {
  MAP_ARRAY,
  MAP_ARRAY_OF_MAPS,
  MAP_HASH,
  MAP_HASH_OF_MAPS,
  MAP_LRU_HASH,
  MAP_PERCPU_ARRAY,
  MAP_PERCPU_HASH,
} from '../../kernel/catalogue/map-types.ts';
import type { Env } from '../env.ts';
import type { Node } from './listing.ts';
import { makeNode } from './listing.ts';
import * as make from './make.ts';

const BPF_F_INNER_MAP = 1 << 12;
const roundUp8 = (size: number): number => (size + 7) & ~7;

/** One lookup under way: what its parts jump to, and where the kernel's structures have what it reads. */
class Lookup {
  constructor(
    private readonly env: Env,
    private readonly at: Node,
    readonly map: MapDef,
    readonly after: Node,
  ) {}

  part(insn: Insn, extra: Partial<Node> = {}): Node {
    return makeNode(insn, this.at.from, 'inlined-lookup', extra);
  }

  /** Byte offset of a member, and of members of members: `lru_node.ref`. */
  offset(struct: string, path: string): number {
    const btf = this.env.kernelBtf;
    let type = btf.type(btf.find('struct', struct));
    let offset = 0;
    for (const name of path.split('.')) {
      const found = memberOf(this.env, type.id, name);
      if (found === null) return this.env.unsupported(`${name} of ${struct} in the rewritten program`);
      offset += found.offset;
      type = btf.skipModifiers(found.type);
    }
    return offset;
  }
}

/** A member by name, also one of an unnamed structure within. */
function memberOf(env: Env, id: number, name: string): { readonly offset: number; readonly type: number } | null {
  const type = env.kernelBtf.skipModifiers(id);
  if (type.kind !== 'struct' && type.kind !== 'union') return null;
  for (const member of type.members) {
    const offset = member.bitOffset / 8;
    if (member.name === name) return { offset, type: member.type };
    const inner = member.name === '' ? memberOf(env, member.type, name) : null;
    if (inner !== null) return { offset: offset + inner.offset, type: inner.type };
  }
  return null;
}

/** The element's address in the memory of an array's elements; null is given for a number that is none. */
function inArray(l: Lookup, elementSize: number, then: (none: Node) => readonly Node[]): Node[] {
  const none = l.part(make.movImm(0, 0));
  const shift = Math.log2(elementSize);
  return [
    l.part(make.aluImm(op.BPF_ADD, 1, l.offset('bpf_array', 'value'))),
    l.part(make.load(op.BPF_W, 0, 2, 0)),
    l.part(make.jumpImm(op.BPF_JGE, 0, l.map.maxEntries), { target: none }),
    l.part(Number.isInteger(shift) ? make.aluImm(op.BPF_LSH, 0, shift) : make.aluImm(op.BPF_MUL, 0, elementSize)),
    l.part(make.aluReg(op.BPF_ADD, 0, 1)),
    ...then(none),
    l.part(make.jump, { target: l.after }),
    none,
  ];
}

/** A call that finds the element of a hash; `then` makes a value of it, and is jumped over for NULL. */
function inHash(l: Lookup, then: readonly Node[]): Node[] {
  return [
    l.part(make.call, { symbol: { kind: 'function', name: '__htab_map_lookup_elem' } }),
    l.part(make.jumpImm(op.BPF_JEQ, 0, 0), { target: l.after }),
    ...then,
  ];
}

/** Goes from a hash's element to its value, which lies behind the key. */
const toValue = (l: Lookup): Node =>
  l.part(make.aluImm(op.BPF_ADD, 0, l.offset('htab_elem', 'key') + roundUp8(l.map.keySize)));

const followed = (l: Lookup): Node => l.part(make.load(op.BPF_DW, 0, 0, 0));

/** An element that was found is marked as used, unless it is already. */
function markUsed(l: Lookup): Node[] {
  const ref = l.offset('htab_elem', 'lru_node') + l.offset('bpf_lru_node', 'ref');
  const value = toValue(l);
  return [
    l.part(make.load(op.BPF_B, 1, 0, ref)),
    l.part(make.jumpImm(op.BPF_JNE, 1, 0), { target: value }),
    l.part(make.storeImm(op.BPF_B, 0, ref, 1)),
    value,
  ];
}

const LOOKUPS: Readonly<Record<number, (l: Lookup) => Node[]>> = {
  [MAP_ARRAY]: (l) => inArray(l, roundUp8(l.map.valueSize), () => []),
  [MAP_PERCPU_ARRAY]: (l) => inArray(l, 8, () => [followed(l), l.part(make.movPerCpu(0, 0))]),
  [MAP_ARRAY_OF_MAPS]: (l) =>
    inArray(l, 8, (none) => [followed(l), l.part(make.jumpImm(op.BPF_JEQ, 0, 0), { target: none })]),
  [MAP_HASH]: (l) => inHash(l, [toValue(l)]),
  [MAP_LRU_HASH]: (l) => inHash(l, markUsed(l)),
  [MAP_PERCPU_HASH]: (l) => inHash(l, [toValue(l), followed(l), l.part(make.movPerCpu(0, 0))]),
  [MAP_HASH_OF_MAPS]: (l) => inHash(l, [toValue(l), followed(l)]),
};

/** A lookup as the kernel writes it out for a kind of map; null for one that stays a call. */
export function inlineLookup(env: Env, node: Node, map: MapDef, after: Node): Node[] | null {
  if (map.type === MAP_ARRAY && (map.flags & BPF_F_INNER_MAP) !== 0) return null;
  return LOOKUPS[map.type]?.(new Lookup(env, node, map, after)) ?? null;
}
