import type { Btf, BtfType } from '../../btf/btf.ts';
import { KIND_NAMES } from '../../btf/kind-names.ts';
import { EACCES, EFAULT, EINVAL } from '../../base/errno.ts';
import type { Structure } from '../rejection.ts';
import { MEM_PERCPU, MEM_RCU, MEM_USER, PTR_UNTRUSTED } from '../values/reg.ts';

/**
 * What lies at an offset of a kernel structure, as a load of some size meets it. `flags` are PTR_ and MEM_ bits of reg.ts that the way
 * there or a type tag gives the pointer.
 */
export type Found =
  | { readonly kind: 'scalar' }
  | { readonly kind: 'pointer'; readonly btfId: number; readonly flags: number; readonly field: string }
  /** A pointer to something that is no structure: it may be read through, and nothing is known of what it gives. */
  | { readonly kind: 'memory' }
  | { readonly kind: 'refused'; readonly errno: number; readonly message: string };

/** One step: either the answer, or the nested structure that begins exactly at the offset. */
type Step = Found | { readonly kind: 'nested'; readonly btfId: number; readonly flags: number };

/** A structure or union by kind and name, for the words of a rejection. */
export const structureOf = (type: BtfType): Structure => ({
  kind: type.kind === 'union' ? 'union' : 'struct',
  name: type.name,
});

const SCALAR: Found = { kind: 'scalar' };
const MEMORY: Found = { kind: 'memory' };

type Struct = BtfType & { readonly kind: 'struct' | 'union' };

const isStruct = (type: BtfType): type is Struct => type.kind === 'struct' || type.kind === 'union';
const nameOf = (type: { readonly name: string }): string => (type.name === '' ? '(anon)' : type.name);
const refused = (errno: number, message: string): Found => ({ kind: 'refused', errno, message });

/** Flags that the tag right behind a pointer stands for: `__user`, `__percpu`, `__rcu` (Documentation/bpf/btf.rst, BTF_KIND_TYPE_TAG). */
export function tagFlags(btf: Btf, pointee: number): number {
  const type = btf.type(pointee);
  if (type.kind !== 'type_tag') return 0;
  switch (type.name) {
    case 'user':
      return MEM_USER;
    case 'percpu':
      return MEM_PERCPU;
    case 'rcu':
      return MEM_RCU;
    default:
      return 0;
  }
}

/** A member's type with arrays unrolled: the element's type, how many there are, and the whole size in bytes (-1: it has none). */
function extent(btf: Btf, id: number): { readonly element: BtfType; readonly count: number; readonly size: number } {
  let element = btf.skipModifiers(id);
  let count = 1;
  while (element.kind === 'array') {
    count *= element.count;
    element = btf.skipModifiers(element.type);
  }
  const complete =
    element.kind !== 'void' && element.kind !== 'fwd' && element.kind !== 'func' && element.kind !== 'func_proto';
  return { element, count, size: complete ? count * btf.sizeOf(element.id) : -1 };
}

/** The element type of a flexible array at a structure's end that covers `off`, and where in its element; null when there is none. */
function flexibleElement(
  btf: Btf,
  type: Struct,
  off: number,
): { readonly element: BtfType; readonly off: number } | null {
  const last = type.members.at(-1);
  if (last === undefined) return null;
  const array = btf.skipModifiers(last.type);
  if (array.kind !== 'array' || array.count !== 0) return null;
  const start = Math.floor(last.bitOffset / 8);
  if (off < start) return null;
  const element = btf.skipModifiers(array.type);
  if (element.kind === 'int') return { element, off: 0 };
  if (!isStruct(element) || element.size === 0) return null;
  return { element, off: (off - start) % element.size };
}

/** @param open flexible arrays are followed, which objects that a program allocates do not have */
function step(btf: Btf, from: number, at: number, size: number, before: number, open = true): Step {
  let flags = before;
  // The kernel's offset is unsigned here: one before the structure lies far beyond it.
  let off = at >>> 0;
  let type = btf.skipModifiers(from);
  for (;;) {
    if (!isStruct(type)) return refused(EINVAL, `Type '${nameOf(type)}' is not a struct`);
    const name = nameOf(type);
    // Which of a union's members counts is not known, unless there is but one.
    if (type.kind === 'union' && type.members.length !== 1) flags |= PTR_UNTRUSTED;
    if (off + size > type.size) {
      const flexible = open ? flexibleElement(btf, type, off) : null;
      if (flexible === null) return refused(EACCES, `access beyond struct ${name} at off ${off} size ${size}`);
      if (flexible.element.kind === 'int') return SCALAR;
      type = flexible.element;
      off = flexible.off;
      continue;
    }
    let inner: Struct | null = null;
    for (const member of type.members) {
      let start = Math.floor(member.bitOffset / 8);
      if (off + size <= start) break;
      if (member.bitSize !== 0) {
        if (off <= start && Math.ceil((member.bitOffset + member.bitSize) / 8) <= off + size) return SCALAR;
        continue;
      }
      if (off < start) break;
      const { element, count, size: whole } = extent(btf, member.type);
      if (whole < 0) return refused(EFAULT, `field ${nameOf(member)} doesn't have size`);
      const end = start + whole;
      if (off >= end) continue;
      const each = whole / count;
      start += Math.floor((off - start) / each) * each;
      if (isStruct(element)) {
        if (off === start) return { kind: 'nested', btfId: element.id, flags };
        off -= start;
        inner = element;
        break;
      }
      if (element.kind === 'ptr') {
        if (each !== size || off !== start)
          return refused(
            EACCES,
            `cannot access ptr member ${nameOf(member)} with moff ${start} in struct ${name} with off ${off} size ${size}`,
          );
        const target = btf.skipModifiers(element.type);
        if (!isStruct(target)) return MEMORY;
        return {
          kind: 'pointer',
          btfId: target.id,
          flags: flags | tagFlags(btf, element.type),
          field: nameOf(member),
        };
      }
      if (off + size > end && (flags & PTR_UNTRUSTED) === 0)
        return refused(
          EACCES,
          `access beyond the end of member ${nameOf(member)} (mend:${end}) in struct ${name} with off ${off} size ${size}`,
        );
      return SCALAR;
    }
    if (inner === null) return refused(EINVAL, `struct ${name} doesn't have field at offset ${off}`);
    type = inner;
  }
}

const known = new WeakMap<Btf, Map<number, Map<number, Found>>>();

/** What a load of `size` bytes at `off` of the structure finds: into nested structures, unions, arrays and flexible arrays. */
export function findField(btf: Btf, btfId: number, off: number, size: number): Found {
  let byType = known.get(btf);
  if (byType === undefined) known.set(btf, (byType = new Map()));
  let byPlace = byType.get(btfId);
  if (byPlace === undefined) byType.set(btfId, (byPlace = new Map()));
  const key = off * 16 + size;
  let found = byPlace.get(key);
  if (found === undefined) byPlace.set(key, (found = walkDown(btf, btfId, off, size)));
  return found;
}

function walkDown(btf: Btf, btfId: number, off: number, size: number): Found {
  let result = step(btf, btfId, off, size, 0);
  while (result.kind === 'nested') result = step(btf, result.btfId, 0, size, result.flags);
  return result;
}

/** What a load from an object of the program's finds: no pointer that is followed, and no bytes beyond its structure. */
export function findObjectField(btf: Btf, btfId: number, off: number, size: number): Found {
  let result = step(btf, btfId, off, size, 0, false);
  while (result.kind === 'nested') result = step(btf, result.btfId, 0, size, result.flags, false);
  return result.kind === 'refused' ? result : SCALAR;
}

/** True when the structure, or the one nested at this offset of it, is the wanted one. */
export function holdsStruct(btf: Btf, btfId: number, off: number, wanted: number): boolean {
  if (off === 0 && btfId === wanted) return true;
  let result = step(btf, btfId, off, 1, 0);
  while (result.kind === 'nested') {
    if (result.btfId === wanted) return true;
    result = step(btf, result.btfId, 0, 1, result.flags);
  }
  return false;
}

/** The words of a failed `holdsStruct`, which the kernel logs while it looks: null when it says nothing. */
export function complaintOf(btf: Btf, btfId: number, off: number): string | null {
  let result = step(btf, btfId, off, 1, 0);
  while (result.kind === 'nested') result = step(btf, result.btfId, 0, 1, result.flags);
  return result.kind === 'refused' ? result.message : null;
}

/** A type's kind and name in the kernel's messages: `STRUCT task_struct`. */
export function kindAndName(type: BtfType): string {
  return `${KIND_NAMES[type.kind]} ${type.name}`;
}
