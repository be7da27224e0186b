import type { Btf, BtfMember } from '../../btf/btf.ts';

/** A field of the structure that an iterator's state is, as BTF tells it. */
export interface IterField {
  readonly name: string;
  /** `int`, `struct css_task_iter`. */
  readonly type: string;
  /** Bytes from the structure's beginning, and its size. */
  readonly offset: number;
  readonly size: number;
}
/** A structure with its fields. */
export interface IterStruct {
  /** `struct bpf_iter_num`. */
  readonly name: string;
  readonly size: number;
  readonly fields: readonly IterField[];
}
/** What an iterator's state is made of: what programs see, and what the kernel keeps in it, where its BTF tells of that. */
export interface IterStructs {
  readonly seen: IterStruct;
  readonly inner: IterStruct | null;
}

/** Fields of a structure; those of a member without a name stand in its place. */
function fieldsOf(btf: Btf, id: number, base: number): IterField[] {
  const type = btf.skipModifiers(id);
  if (type.kind !== 'struct' && type.kind !== 'union') return [];
  return type.members.flatMap((member: BtfMember): IterField[] => {
    const offset = base + Math.floor(member.bitOffset / 8);
    if (member.name === '') return fieldsOf(btf, member.type, offset);
    const size = member.bitSize > 0 ? Math.ceil(member.bitSize / 8) : btf.sizeOf(member.type);
    return [{ name: member.name, type: btf.typeName(member.type), offset, size }];
  });
}

function structOf(btf: Btf, id: number): IterStruct | null {
  const type = btf.skipModifiers(id);
  if (type.kind !== 'struct') return null;
  return { name: `struct ${type.name}`, size: type.size, fields: fieldsOf(btf, type.id, 0) };
}

/** The structures of an iterator whose state is of a type, by its number. */
export function iterStructs(btf: Btf | null, btfId: number): IterStructs | null {
  const seen = btf === null ? null : structOf(btf, btfId);
  if (btf === null || seen === null) return null;
  const id = btf.find('struct', `${seen.name.slice('struct '.length)}_kern`);
  const inner = id > 0 ? structOf(btf, id) : null;
  // What is larger is not kept in it.
  return { seen, inner: inner !== null && inner.size <= seen.size ? inner : null };
}
