import { EACCES, EINVAL, ENOTSUPP, EOPNOTSUPP } from '../../base/errno.ts';
import type { Btf, BtfType } from '../../btf/btf.ts';
import { mapFields } from '../../btf/map-fields.ts';
import type { FieldKind, MapField } from '../../btf/map-fields.ts';
import type { MapDef } from '../../elf/object.ts';
import { ARENA, BLOOM, RDONLY_PROG, WRONLY_PROG, Broken } from './map-rule.ts';

const HASHES = [1, 5, 9, 10];
const STORAGES = [24, 28, 29, 32];
const LISTS = [1, 2, 9];
const TIMERS = [1, 2, 9];
const POINTERS = [...HASHES, 2, 6, ...STORAGES];
const LOCKS = [1, 2, 19, ...STORAGES];

/** Kinds of map whose values may have a kind of field. */
const FIELD_MAPS: Readonly<Partial<Record<FieldKind, readonly number[]>>> = {
  bpf_spin_lock: LOCKS,
  bpf_res_spin_lock: LOCKS,
  bpf_timer: TIMERS,
  bpf_wq: TIMERS,
  bpf_task_work: TIMERS,
  kptr: POINTERS,
  kptr_untrusted: POINTERS,
  percpu_kptr: POINTERS,
  bpf_refcount: POINTERS,
  uptr: [29],
  bpf_list_head: LISTS,
  bpf_rb_root: LISTS,
};

/** Kinds of map that take no types at all, and those that take types of the value alone. */
const UNTYPED: readonly number[] = [4, 7, 8, 12, 13, 14, 15, 16, 17, 18, 25];
const KEYLESS: readonly number[] = [2, 6, BLOOM, ARENA];
const ARRAYS: readonly number[] = [2, 3, 6];
const CGROUP_STORAGES: readonly number[] = [19, 21];

/** The fields that the kernel finds in the types of a map. Throws `Broken` where it does not take the types. */
export function checkTypes(map: MapDef, btf: Btf, kernel: Btf): readonly MapField[] {
  const { btfKeyTypeId: key, btfValueTypeId: value, type, flags } = map;
  const no = (errno: number): never => {
    throw new Broken(errno, 'its types do not fit it', 'needs-types');
  };
  if (value === 0) return no(EINVAL);
  const valueType = btf.skipModifiers(value);
  if (key === 0) {
    if (!KEYLESS.includes(type)) no(EINVAL);
  } else if (sizeIn(btf, key) !== map.keySize) no(EINVAL);
  if (sizeIn(btf, value) !== map.valueSize) no(EINVAL);
  const found = mapFields(btf, valueType.id, map.valueSize, kernel);
  // Fields that make no sense together leave a map without any.
  const fields = 'errno' in found ? [] : found.fields;
  if (fields.length > 0) {
    if ((flags & (RDONLY_PROG | WRONLY_PROG)) !== 0) no(EACCES);
    for (const { kind } of fields) if (FIELD_MAPS[kind]?.includes(type) !== true) no(EOPNOTSUPP);
    for (const { kind, target } of fields) if (kind === 'uptr' && target?.btf === 'kernel') no(EINVAL);
  }
  if (UNTYPED.includes(type)) no(ENOTSUPP);
  const keyType = btf.skipModifiers(key);
  if (ARRAYS.includes(type)) {
    if (key === 0) {
      if (type !== 2 || map.maxEntries !== 1 || valueType.kind !== 'datasec') no(EINVAL);
    } else if (keyType.kind !== 'int' || keyType.bits !== 32 || keyType.bitOffset !== 0) no(EINVAL);
  }
  if (STORAGES.includes(type) && (keyType.kind !== 'int' || keyType.bits !== 32 || keyType.bitOffset !== 0)) no(EINVAL);
  if (type === 11 && keyType.kind !== 'struct') no(EINVAL);
  if (type === BLOOM && key !== 0) no(EINVAL);
  if (CGROUP_STORAGES.includes(type) && !isCgroupKey(btf, keyType)) no(EINVAL);
  return fields;
}

/** The key of cgroup storage: a cgroup's number, alone or with an attach type. */
function isCgroupKey(btf: Btf, type: BtfType): boolean {
  if (type.kind === 'int') return type.bits === 64 && type.bitOffset === 0;
  if (type.kind !== 'struct' || type.members.length !== 2) return false;
  return type.members.every((member, i) => {
    const int = btf.skipModifiers(member.type);
    return int.kind === 'int' && member.bitOffset === i * 64 && int.bits === (i === 0 ? 64 : 32);
  });
}

function sizeIn(btf: Btf, id: number): number {
  const type = btf.skipModifiers(id);
  if (type.kind === 'datasec') return type.size;
  return type.kind === 'void' || type.kind === 'fwd' || type.kind === 'func' || type.kind === 'func_proto'
    ? -1
    : btf.sizeOf(type.id);
}
