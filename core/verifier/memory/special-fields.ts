import { isKptr, objectFields } from '../../btf/map-fields.ts';
import type { MapField } from '../../btf/map-fields.ts';
import { BPF_LDX, BPF_MEM, BPF_ST, BPF_STX } from '../../isa/opcodes.ts';
import { inRcuSection } from './btf-access.ts';
import { complaintOf, holdsStruct } from './btf-walk.ts';
import type { Env } from '../env.ts';
import { EACCES } from '../../base/errno.ts';
import { checkFixedOffset } from './fixed-offset.ts';

import { fieldsOf } from './map-fields.ts';
import {
  baseType,
  MEM_ALLOC,
  MEM_PERCPU,
  MEM_RCU,
  NON_OWN_REF,
  PTR_MAYBE_NULL,
  PTR_TO_BTF_ID,
  PTR_TRUSTED,
  PTR_UNTRUSTED,
  Reg,
  TYPE_FLAGS,
  typeName,
} from '../values/reg.ts';
import { isNull, setReg } from '../regs.ts';
import type { Access } from './access.ts';

// What loads and stores may do with fields of map values that are no plain bytes.

/**
 * An access to a map's value that may touch a field: a pointer may be loaded and stored as a whole, everything else is the kernel's own.
 * @param off    offset from the register's variable part
 * @param direct a load or store; else a call's
 */
export function checkFieldAccess(env: Env, regno: number, reg: Reg, off: number, size: number, direct: boolean): void {
  const s = reg.scalar;
  for (const field of fieldsOf(env, reg.map!)) {
    const { kind } = field;
    const touches =
      BigInt.asUintN(64, s.smin + BigInt(off)) < BigInt(field.off + field.size) &&
      BigInt(field.off) < BigInt.asUintN(64, s.umax + BigInt(off + size));
    if (!touches) continue;
    const no = (text: string): never =>
      env.reject(EACCES, 'field-access', text, { field: kind, off: field.off, size: field.size, store: false }, regno);
    if (!isKptr(kind)) no(`${kind} cannot be accessed directly by load/store`);
    // All pointers that maps may own go by one name here.
    const name = kind === 'uptr' ? 'uptr' : 'kptr';
    if (!direct) no(`${name} cannot be accessed indirectly by helper`);
    if (!s.isConst) no(`${name} access cannot have variable offset`);
    const at = BigInt.asUintN(64, BigInt(off) + s.value);
    if (at !== BigInt(field.off)) no(`${name} access misaligned expected=${field.off} off=${at}`);
    if (size !== 8) no(`${name} access size must be BPF_DW`);
  }
}

/** The pointer field at an offset, if there is one. */
export function kptrAt(env: Env, reg: Reg, off: number): MapField | undefined {
  if (!reg.scalar.isConst) return undefined;
  const at = off + reg.scalar.num;
  return fieldsOf(env, reg.map!).find((field) => field.off === at && isKptr(field.kind));
}

/** The load or store of a pointer field. @param value register loaded or stored, -1 for none */
export function accessKptr(env: Env, field: MapField, access: Access, value: number, regno: number): void {
  const insn = env.insns[env.insnIdx]!;
  const name = field.kind === 'uptr' ? 'uptr' : 'kptr';
  const no = (text: string, store = false): never =>
    env.reject(EACCES, 'field-access', text, { field: field.kind, off: field.off, size: field.size, store }, regno);
  if ((insn.code & 0xe0) !== BPF_MEM) no(`${name} in map can only be accessed using BPF_MEM instruction mode`);
  const kind = insn.code & 7;
  if (kind !== BPF_LDX && (field.kind === 'kptr' || field.kind === 'percpu_kptr'))
    no('store to referenced kptr disallowed', true);
  if (kind !== BPF_LDX && field.kind === 'uptr') no('store to uptr disallowed', true);
  if (kind === BPF_LDX) {
    if (field.kind === 'uptr') env.unsupported('pointers to user memory in map values');
    if (access === 'read' && value >= 0) loadKptr(env, field, value);
  } else if (kind === BPF_STX) {
    const stored = env.state.top.regs[value]!;
    if (!isNull(stored)) matchKptr(env, field, stored, value, EACCES);
  } else if (kind === BPF_ST && insn.imm !== 0)
    no(`BPF_ST imm must be 0 when storing to kptr at off=${field.off}`, true);
}

/** Kernel structures that live until the end of a read section. */
const RCU_PROTECTED: readonly string[] = [
  'task_struct',
  'cgroup',
  'bpf_cpumask',
  'bpf_crypto_ctx',
  'prog_test_ref_kfunc',
];

function loadKptr(env: Env, field: MapField, value: number): void {
  const { kind, target } = field;
  const { btf, id: btfId } = target!;
  const safe =
    kind === 'percpu_kptr' ||
    (kind === 'kptr' && (btf === 'program' || RCU_PROTECTED.includes(env.kernelBtf.type(btfId).name)));
  let flags = PTR_MAYBE_NULL;
  if (safe && inRcuSection(env))
    flags |=
      MEM_RCU | (kind === 'percpu_kptr' ? MEM_PERCPU : btf === 'program' ? MEM_ALLOC : 0) | ownedByOthers(env, field);
  else flags |= PTR_UNTRUSTED;
  setReg(env, value, Reg.pointer(PTR_TO_BTF_ID | flags, { btfId, btfOf: btf === 'program' ? 1 : 0, id: env.newId() }));
}

/** What may hang in a list or tree is not the map's alone. */
function ownedByOthers(env: Env, { target }: MapField): number {
  if (target!.btf !== 'program') return 0;
  const fields = objectFields(env.progBtf!, env.kernelBtf, target!.id) ?? [];
  return fields.some(({ kind }) => kind === 'bpf_list_node' || kind === 'bpf_rb_node') ? NON_OWN_REF : 0;
}

/** A pointer that is put into a field must point at the field's structure, and be relied on as far as the field needs. */
export function matchKptr(env: Env, field: MapField, reg: Reg, regno: number, errno: number): void {
  const { kind, target } = field;
  const { btf, id } = target!;
  const types = btf === 'kernel' ? env.kernelBtf : env.progBtf!;
  const wanted = types.type(id).name;
  const flags = reg.type & TYPE_FLAGS;
  let actual = '';
  const badType = (): never => {
    const expected = `${typeName(PTR_TO_BTF_ID)}${wanted}`;
    const or = kind === 'kptr_untrusted' ? ` or ${typeName(PTR_TO_BTF_ID | PTR_UNTRUSTED)}${wanted}` : '';
    return env.reject(
      errno,
      'wrong-kptr',
      `invalid kptr access, R${regno} type=${typeName(reg.type)}${actual} expected=${expected}${or}`,
      { wanted },
      regno,
    );
  };
  if (baseType(reg.type) !== PTR_TO_BTF_ID) return badType();
  const kernel = reg.btfOf === 0;
  let allowed = PTR_MAYBE_NULL | (kernel ? PTR_TRUSTED | MEM_RCU : MEM_ALLOC);
  if (kernel && kind === 'kptr_untrusted') allowed |= PTR_UNTRUSTED;
  if (!kernel && kind === 'percpu_kptr') allowed |= MEM_PERCPU;
  if ((flags & ~allowed) !== 0) return badType();
  actual = (kernel ? env.kernelBtf : env.progBtf!).type(reg.btfId).name;
  checkFixedOffset(env, regno, reg, true);
  if (kernel !== (btf === 'kernel')) badType();
  const same =
    kind === 'kptr_untrusted'
      ? holdsStruct(types, reg.btfId, reg.off, id)
      : reg.off === 0 && types.skipModifiers(reg.btfId).id === id;
  if (same) return;
  const complaint = kind === 'kptr_untrusted' ? complaintOf(types, reg.btfId, reg.off) : null;
  if (complaint !== null) env.say(`${complaint}\n`);
  badType();
}
