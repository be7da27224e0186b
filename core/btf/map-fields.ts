import { E2BIG, EEXIST, EFAULT, EINVAL, ELOOP, ENOENT } from '../base/errno.ts';
import type { Btf, BtfType } from './btf.ts';

/** Fields of map values that the kernel looks after itself, by the names that its log has for them. */
export type FieldKind =
  | 'bpf_spin_lock'
  | 'bpf_res_spin_lock'
  | 'bpf_timer'
  | 'bpf_wq'
  | 'bpf_task_work'
  | 'bpf_list_head'
  | 'bpf_rb_root'
  | 'bpf_refcount'
  | 'bpf_list_node'
  | 'bpf_rb_node'
  | KptrKind;

/** Pointers to kernel objects: not owned (`__kptr_untrusted`), owned, per CPU, and to user memory. */
export type KptrKind = 'kptr_untrusted' | 'kptr' | 'percpu_kptr' | 'uptr';

/** One such field. */
export interface MapField {
  readonly kind: FieldKind;
  readonly off: number;
  readonly size: number;
  /** What a pointer points at: a structure of the kernel's BTF, or one that only the program has. */
  readonly target?: { readonly btf: 'kernel' | 'program'; readonly id: number };
  /** What a list or tree holds: a structure of the program's, by which of its members. */
  readonly holds?: Held;
}

/** Elements of a list or tree: their structure in the program's BTF, and the offset of the node in it. */
export interface Held {
  readonly element: number;
  readonly node: number;
}

/** The fields of a map's value in the order of their offsets, or the kernel's negative errno where they make no sense together. */
export type MapFields = { readonly fields: readonly MapField[] } | { readonly errno: number };

/** Most fields that one value may have. */
const MAX_FIELDS = 11;
const MAX_DEPTH = 32;

/** Structures that are fields by their name: size and alignment, and whether a value may have but one. */
const STRUCTS: ReadonlyMap<string, { readonly size: number; readonly align: number; readonly once: boolean }> = new Map(
  [
    ['bpf_spin_lock', { size: 4, align: 4, once: true }],
    ['bpf_res_spin_lock', { size: 4, align: 4, once: true }],
    ['bpf_timer', { size: 16, align: 8, once: true }],
    ['bpf_wq', { size: 16, align: 8, once: true }],
    ['bpf_task_work', { size: 8, align: 8, once: true }],
    ['bpf_list_head', { size: 16, align: 8, once: false }],
    ['bpf_rb_root', { size: 16, align: 8, once: false }],
    ['bpf_refcount', { size: 4, align: 4, once: false }],
    ['bpf_list_node', { size: 24, align: 8, once: false }],
    ['bpf_rb_node', { size: 32, align: 8, once: false }],
  ],
);

const TAGS: Readonly<Record<string, KptrKind>> = {
  kptr_untrusted: 'kptr_untrusted',
  kptr: 'kptr',
  percpu_kptr: 'percpu_kptr',
  uptr: 'uptr',
};

/** Kernel structures whose references maps may own: those that the kernel knows how to release when a map is freed. */
const RELEASABLE: ReadonlySet<string> = new Set([
  'task_struct',
  'cgroup',
  'bpf_cpumask',
  'bpf_crypto_ctx',
  'prog_test_ref_kfunc',
  'prog_test_member',
]);

const KPTRS: readonly FieldKind[] = ['kptr_untrusted', 'kptr', 'percpu_kptr'];
const LOCKS: readonly FieldKind[] = ['bpf_spin_lock', 'bpf_res_spin_lock'];

/** What values of maps may have. */
const OF_MAPS: ReadonlySet<FieldKind> = new Set([
  ...LOCKS,
  ...KPTRS,
  'uptr',
  'bpf_timer',
  'bpf_wq',
  'bpf_task_work',
  'bpf_list_head',
  'bpf_rb_root',
  'bpf_refcount',
]);
/** What makes a structure one that programs may allocate, and is looked for in all of them when the kernel loads their BTF. */
const OF_OBJECTS: ReadonlySet<FieldKind> = new Set([
  ...LOCKS,
  ...KPTRS,
  'bpf_list_head',
  'bpf_list_node',
  'bpf_rb_root',
  'bpf_rb_node',
  'bpf_refcount',
]);

export const isKptr = (kind: FieldKind): kind is KptrKind =>
  kind === 'kptr' || kind === 'kptr_untrusted' || kind === 'percpu_kptr' || kind === 'uptr';

/** What a field is before its pointer or root was looked at closer. */
interface Candidate {
  readonly kind: FieldKind;
  readonly off: number;
  readonly size: number;
  /** Type id in the program's BTF: what a pointer points at, or the elements of a list or tree. */
  readonly type: number;
  /** Name of the member by which elements hang in a list or tree. */
  readonly node: string;
}

/** Where a member or variable lies. */
interface Place {
  /** Number of the member, -1 for a variable. */
  readonly component: number;
  readonly off: number;
  /** Size that it must have, 0 for any. */
  readonly wanted: number;
  /** Fields that there is still room for. */
  readonly room: number;
  readonly depth: number;
  /** Structures met before that may be there but once. */
  readonly seen: Set<string>;
}

/** Thrown while a value is looked through, with the errno. */
class Refused extends Error {
  constructor(readonly errno: number) {
    super(`errno ${errno}`);
  }
}

type Struct = BtfType & { readonly kind: 'struct' | 'union' };
const isStruct = (type: BtfType): type is Struct => type.kind === 'struct' || type.kind === 'union';

/**
 * Looks through the type of a map's value for fields that are more than bytes, as the kernel does when the map is created.
 * @param btf the program's
 * @param value the value's type, which is no modifier or typedef
 */
export function mapFields(btf: Btf, value: number, valueSize: number, kernel: Btf): MapFields {
  const type = btf.type(value);
  return isStruct(type) || type.kind === 'datasec'
    ? fieldsOf(btf, type, OF_MAPS, valueSize, kernel)
    : { errno: EINVAL };
}

function fieldsOf(btf: Btf, type: BtfType, wanted: ReadonlySet<FieldKind>, valueSize: number, kernel: Btf): MapFields {
  try {
    const found = new Search(btf, wanted).value(type);
    let end = 0;
    const fields = found.map((candidate) => {
      if (candidate.off < end) throw new Refused(EEXIST);
      end = candidate.off + candidate.size;
      if (end > valueSize) throw new Refused(EINVAL);
      return settled(btf, kernel, candidate);
    });
    const has = (...kinds: FieldKind[]): boolean => fields.some(({ kind }) => kinds.includes(kind));
    if (has('bpf_spin_lock') && has('bpf_res_spin_lock')) return { errno: EINVAL };
    if (has('bpf_list_head', 'bpf_rb_root') && !has(...LOCKS)) return { errno: EINVAL };
    if (has('bpf_list_node') && has('bpf_rb_node') && !has('bpf_refcount')) return { errno: EINVAL };
    return { fields };
  } catch (error) {
    if (error instanceof Refused) return { errno: error.errno };
    throw error;
  }
}

/**
 * The errno with which the kernel refuses to load BTF because of a structure whose fields make no sense together; 0 when there is none.
 * Looked at are structures that have such a field directly.
 */
export const objectFieldsErrno = (btf: Btf, kernel: Btf): number => objectsOf(btf, kernel).errno;

/** The fields of a structure that programs may allocate, in the order of their offsets; null for one that has none. */
export const objectFields = (btf: Btf, kernel: Btf, id: number): readonly MapField[] | null =>
  objectsOf(btf, kernel).fields.get(id) ?? null;

interface Objects {
  readonly errno: number;
  readonly fields: ReadonlyMap<number, readonly MapField[]>;
}

const objectsOfBtf = new WeakMap<Btf, Objects>();

function objectsOf(btf: Btf, kernel: Btf): Objects {
  let known = objectsOfBtf.get(btf);
  if (known === undefined) objectsOfBtf.set(btf, (known = findObjects(btf, kernel)));
  return known;
}

function findObjects(btf: Btf, kernel: Btf): Objects {
  const fields = new Map<number, readonly MapField[]>();
  const refused = (errno: number): Objects => ({ errno, fields: new Map() });
  const marks = new Set<number>();
  // A lock that may fail makes no structure one of them.
  for (const kind of OF_OBJECTS) if (kind !== 'bpf_res_spin_lock') marks.add(btf.find('struct', kind));
  marks.delete(0);
  for (let id = 1; id < btf.count; id++) if (isTagged(btf, id)) marks.add(id);
  if (marks.size === 0) return { errno: 0, fields };
  for (let id = 1; id < btf.count; id++) {
    const type = btf.type(id);
    if (!isStruct(type) || !type.members.some((member) => marks.has(member.type))) continue;
    const found = fieldsOf(btf, type, OF_OBJECTS, type.size, kernel);
    if ('errno' in found) return refused(found.errno);
    if (found.fields.length === 0) return refused(EFAULT);
    fields.set(id, found.fields);
  }
  for (const found of fields.values())
    for (const { holds } of found) {
      if (holds === undefined) continue;
      const element = fields.get(holds.element);
      if (element === undefined) return refused(EFAULT);
      // What hangs in a list or tree and has one itself may not hold what does so too.
      if (found.some(isNode) && element.some((field) => field.holds !== undefined)) return refused(ELOOP);
    }
  return { errno: 0, fields };
}

const isNode = ({ kind }: MapField): boolean => kind === 'bpf_list_node' || kind === 'bpf_rb_node';

/** True for a type that is a pointer to an object, as members of structures may be. */
function isTagged(btf: Btf, id: number): boolean {
  try {
    return new Search(btf, OF_OBJECTS).pointer(btf.type(id), 0) !== null;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

/** One value's fields, in the order of its members. */
class Search {
  constructor(
    private readonly btf: Btf,
    private readonly wanted: ReadonlySet<FieldKind>,
  ) {}

  value(type: BtfType): Candidate[] {
    if (isStruct(type)) return this.members(type, MAX_FIELDS, 0);
    const found: Candidate[] = [];
    const seen = new Set<string>();
    if (type.kind !== 'datasec') return found;
    for (const { type: id, offset, size } of type.vars) {
      const variable = this.btf.type(id);
      if (variable.kind !== 'var') continue;
      found.push(
        ...this.one(id, variable.type, {
          component: -1,
          off: offset,
          wanted: size,
          room: MAX_FIELDS - found.length,
          depth: 0,
          seen,
        }),
      );
    }
    return found;
  }

  private members(type: Struct, room: number, depth: number): Candidate[] {
    const found: Candidate[] = [];
    // 6.18 counts what may be there but once in each structure by itself, not over those that it holds.
    const seen = new Set<string>();
    for (const [component, member] of type.members.entries()) {
      if (member.bitOffset % 8 !== 0) throw new Refused(EINVAL);
      const off = member.bitOffset / 8;
      found.push(
        ...this.one(type.id, member.type, { component, off, wanted: 0, room: room - found.length, depth, seen }),
      );
    }
    return found;
  }

  /**
   * What one member or variable holds.
   * @param owner the type whose member it is, or the variable: what its tags hang on
   * @param id    its type
   */
  private one(owner: number, id: number, place: Place): Candidate[] {
    const { component, off, wanted, room, depth, seen } = place;
    const { btf } = this;
    let type = btf.type(id);
    let count = 1;
    for (let i = 0; type.kind === 'array'; i++) {
      if (i === MAX_DEPTH) throw new Refused(E2BIG);
      count = Math.imul(count, type.count) >>> 0;
      type = btf.type(type.type);
    }
    if (count === 0) return [];
    const name = nameOf(type);
    const known = this.wanted.has(name as FieldKind) ? STRUCTS.get(name) : undefined;
    if (known === undefined && isStruct(type)) {
      if (wanted !== 0 && wanted !== type.size * count) return [];
      return this.nested(type, off, count, room, depth + 1);
    }
    if (known?.once === true) {
      if (seen.has(name)) throw new Refused(E2BIG);
      seen.add(name);
    }
    const size = known?.size ?? 8;
    if ((wanted !== 0 && wanted !== size * count) || off % (known?.align ?? 8) !== 0) return [];
    const field =
      known === undefined
        ? this.pointer(type, off)
        : isStruct(type) && type.size === size
          ? this.structure(type, owner, component, off, size)
          : null;
    if (field === null) return [];
    if (room <= 0) throw new Refused(E2BIG);
    return repeated([field], count, size, room);
  }

  private nested(type: Struct, off: number, count: number, room: number, depth: number): Candidate[] {
    if (depth >= MAX_DEPTH) throw new Refused(E2BIG);
    const found = this.members(type, room, depth).map((field) => ({ ...field, off: field.off + off }));
    return found.length === 0 ? found : repeated(found, count, type.size, room);
  }

  pointer(of: BtfType, off: number): Candidate | null {
    const { btf } = this;
    const type = of.kind === 'volatile' ? btf.type(of.type) : of;
    if (type.kind !== 'ptr') return null;
    const tag = btf.type(type.type);
    if (tag.kind !== 'type_tag' || tag.kindFlag) return null;
    if (btf.type(tag.type).kind === 'type_tag') throw new Refused(EINVAL);
    const kind = TAGS[tag.name];
    if (kind === undefined) throw new Refused(EINVAL);
    if (!this.wanted.has(kind)) return null;
    const target = btf.skipModifiers(tag.type);
    if (!isStruct(target)) throw new Refused(EINVAL);
    return { kind, off, size: 8, type: target.id, node: '' };
  }

  private structure(type: Struct, owner: number, component: number, off: number, size: number): Candidate {
    const kind = type.name as FieldKind;
    const plain = { kind, off, size, type: 0, node: '' };
    if (kind !== 'bpf_list_head' && kind !== 'bpf_rb_root') return plain;
    // What it holds is told by a tag: `contains:TYPE:MEMBER`.
    const tags = this.btf.declTags(owner, component).filter((tag) => tag.startsWith(CONTAINS));
    if (tags.length !== 1) throw new Refused(EINVAL);
    const text = tags[0]!.slice(CONTAINS.length);
    const colon = text.indexOf(':');
    if (colon < 0) throw new Refused(EINVAL);
    const element = this.btf.find('struct', text.slice(0, colon));
    if (element === 0) throw new Refused(ENOENT);
    const node = text.slice(colon + 1);
    if (node === '') throw new Refused(EINVAL);
    return { ...plain, type: element, node };
  }
}

const CONTAINS = 'contains:';

const nameOf = (type: BtfType): string => ('name' in type ? type.name : '');

const REPEATABLE: readonly FieldKind[] = [
  'kptr_untrusted',
  'kptr',
  'percpu_kptr',
  'uptr',
  'bpf_list_head',
  'bpf_rb_root',
];

/** The fields of every element of an array. */
function repeated(fields: readonly Candidate[], count: number, stride: number, room: number): Candidate[] {
  if (count === 1) return [...fields];
  if (fields.some(({ kind }) => !REPEATABLE.includes(kind))) throw new Refused(EINVAL);
  if (fields.length * count > room) throw new Refused(E2BIG);
  return Array.from({ length: count }, (_, i) =>
    fields.map((field) => ({ ...field, off: field.off + i * stride })),
  ).flat();
}

/** A field with what its pointer points at; roots must name a member of the right kind. */
function settled(btf: Btf, kernel: Btf, { kind, off, size, type, node }: Candidate): MapField {
  if (kind === 'bpf_list_head' || kind === 'bpf_rb_root') {
    const at = nodeOffset(btf.type(type), btf, node, kind === 'bpf_list_head' ? 'bpf_list_node' : 'bpf_rb_node');
    return { kind, off, size, holds: { element: type, node: at } };
  }
  if (!isKptr(kind)) return { kind, off, size };
  const target = btf.type(type);
  const id = isStruct(target) ? kernel.find(target.kind, target.name) : 0;
  if (id === 0) return { kind, off, size, target: { btf: 'program', id: type } };
  if (kind === 'kptr' && !RELEASABLE.has(target.name)) throw new Refused(ENOENT);
  return { kind, off, size, target: { btf: 'kernel', id } };
}

/** Where the member lies by which elements hang in a list or tree. */
function nodeOffset(element: BtfType, btf: Btf, name: string, wanted: string): number {
  const members = isStruct(element) ? element.members.filter((member) => member.name === name) : [];
  if (members.length > 1) throw new Refused(EINVAL);
  const member = members[0];
  if (member === undefined) throw new Refused(ENOENT);
  const type = btf.type(member.type);
  if (!isStruct(type) || type.name !== wanted || member.bitOffset % 64 !== 0) throw new Refused(EINVAL);
  return member.bitOffset / 8;
}
