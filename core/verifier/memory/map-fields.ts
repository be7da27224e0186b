import { objectFields } from '../../btf/map-fields.ts';
import type { FieldKind, MapField } from '../../btf/map-fields.ts';
import type { MapDef } from '../../elf/object.ts';
import { isTraced, PROG_SOCKET_FILTER } from '../../kernel/rules/programs.ts';
import type { Env } from '../env.ts';
import { EINVAL } from '../../base/errno.ts';
import { isAllocated, PTR_MAYBE_NULL, PTR_TO_MAP_VALUE } from '../values/reg.ts';
import type { Reg } from '../values/reg.ts';

// Fields of map values that are no plain bytes, and which programs may use maps that have them.

/** The fields of a map's value; none where the kernel does not know its types. */
export function fieldsOf(env: Env, map: MapDef): readonly MapField[] {
  const made = env.creation(map);
  return 'fields' in made ? made.fields : [];
}

/** The fields of what a pointer points at: a map's value, or an object that the program allocated. */
export function fieldsBehind(env: Env, reg: Reg): readonly MapField[] {
  if ((reg.type & ~PTR_MAYBE_NULL) === PTR_TO_MAP_VALUE) return fieldsOf(env, reg.map!);
  if (!isAllocated(reg.type) || reg.btfOf === 0 || env.progBtf === null) return [];
  return objectFields(env.progBtf, env.kernelBtf, reg.btfId) ?? [];
}

/** True for a pointer to something with a lock in it: which one is told by the pointer's number. */
export const holdsLockField = (env: Env, reg: Reg): boolean =>
  fieldsBehind(env, reg).some(({ kind }) => kind === 'bpf_spin_lock' || kind === 'bpf_res_spin_lock');

export const hasField = (env: Env, map: MapDef, ...kinds: FieldKind[]): boolean =>
  fieldsOf(env, map).some(({ kind }) => kinds.includes(kind));

/** Some types of program may not use maps with some fields at all. */
export function checkFieldsAllowed(env: Env, map: MapDef): void {
  const traced = isTraced(env.program.type);
  const no = (who: string, what: string): never =>
    env.reject(EINVAL, 'field-not-for-program', `${who} progs cannot use ${what} yet`, { field: what, map: map.name });
  if (hasField(env, map, 'bpf_list_head', 'bpf_rb_root') && traced) no('tracing', 'bpf_{list_head,rb_root}');
  if (hasField(env, map, 'bpf_spin_lock', 'bpf_res_spin_lock')) {
    if (env.program.type === PROG_SOCKET_FILTER) no('socket filter', 'bpf_spin_lock');
    if (traced) no('tracing', 'bpf_spin_lock');
  }
  if (hasField(env, map, 'bpf_timer') && traced) no('tracing', 'bpf_timer');
  if (hasField(env, map, 'bpf_wq') && traced) no('tracing', 'bpf_wq');
}
