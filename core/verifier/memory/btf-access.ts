import type { Btf } from '../../btf/btf.ts';
import { PROG_SCHED_ACT, PROG_SCHED_CLS, PROG_XDP } from '../../kernel/rules/programs.ts';
import { findField, findObjectField } from './btf-walk.ts';
import type { Found } from './btf-walk.ts';
import type { Env } from '../env.ts';
import { EACCES, EFAULT, EINVAL } from '../../base/errno.ts';
import { fieldsBehind } from './map-fields.ts';
import { gplCompatible } from '../calls/license.ts';
import {
  baseType,
  CONST_PTR_TO_MAP,
  isAllocated,
  MEM_PERCPU,
  MEM_RCU,
  MEM_RDONLY,
  MEM_USER,
  NON_OWN_REF,
  PTR_MAYBE_NULL,
  PTR_TO_BTF_ID,
  PTR_TO_MEM,
  PTR_TO_SOCKET,
  PTR_TRUSTED,
  PTR_UNTRUSTED,
  Reg,
  TRUSTED_FLAGS,
  TYPE_FLAGS,
} from '../values/reg.ts';
import { setReg, UNKNOWN_REG } from '../regs.ts';
import type { VState } from '../values/state.ts';
import type { PlainKind } from '../rejection.ts';
import { formatTnum } from '../values/scalar/index.ts';

/** A program may hold one lock. */
export const holdsLock = (state: VState): boolean => state.refs.some((ref) => ref.lock !== undefined);

/** Non-sleepable programs always run in an RCU read section; others where they opened one. */
export function inRcuSection(env: Env): boolean {
  return env.state.activeRcuLocks > 0 || holdsLock(env.state) || !env.state.inSleepable;
}

/** True for a pointer to an object that is known to live on: one with a reference, or one that the kernel vouches for. */
export function isTrusted(reg: Reg): boolean {
  if (reg.refObjId !== 0) return true;
  const flags = reg.type & TYPE_FLAGS;
  const base = baseType(reg.type);
  if ((flags & ~TRUSTED_FLAGS) !== 0) return false;
  return base === CONST_PTR_TO_MAP || base === PTR_TO_SOCKET || (flags & TRUSTED_FLAGS) !== 0;
}

/** True for a pointer to an object that lives at least until the read section ends. */
export const isRcu = (reg: Reg): boolean => (reg.type & MEM_RCU) !== 0;

/**
 * Lists of fields that keep their owner's state of trust. The kernel keeps each as a type beside the structure's own, named after it
 * with one of these endings; a field counts when its name and the structure that it points at agree.
 */
type Safety = '__safe_rcu' | '__safe_rcu_or_null' | '__safe_trusted' | '__safe_trusted_or_null';

/**
 * What a pointer keeps that is read from a field of a structure that can be relied on: `trusted` always, `rcu` inside an RCU read section, nothing
 * otherwise.
 */
export function keepsTrust(btf: Btf, owner: number, field: string, target: number): 'trusted' | 'rcu' | null {
  const safe = (safety: Safety): boolean => isSafe(btf, owner, field, target, safety);
  if (safe('__safe_trusted') || safe('__safe_trusted_or_null')) return 'trusted';
  return safe('__safe_rcu') || safe('__safe_rcu_or_null') ? 'rcu' : null;
}

/** Names of the fields of a structure that keep trust, in the kernel's own lists. */
export function trustedFields(btf: Btf, owner: number): string[] {
  const { kind, name } = btf.type(owner);
  if (kind !== 'struct' && kind !== 'union') return [];
  const found: string[] = [];
  for (const safety of ['__safe_rcu', '__safe_rcu_or_null', '__safe_trusted', '__safe_trusted_or_null'] as const) {
    const id = btf.find(kind, `${name}${safety}`);
    const list = id === 0 ? null : btf.type(id);
    if (list !== null && (list.kind === 'struct' || list.kind === 'union'))
      found.push(...list.members.filter((m) => btf.type(m.type).kind === 'ptr').map((m) => m.name));
  }
  return found;
}

function isSafe(btf: Btf, owner: number, field: string, target: number, safety: Safety): boolean {
  const type = btf.type(owner);
  const id = type.kind === 'struct' || type.kind === 'union' ? btf.find(type.kind, `${type.name}${safety}`) : 0;
  if (id === 0) return false;
  const list = btf.type(id);
  if (list.kind !== 'struct' && list.kind !== 'union') return false;
  return list.members.some((member) => {
    const pointer = btf.type(member.type);
    return member.name === field && pointer.kind === 'ptr' && btf.skipModifiers(pointer.type).id === target;
  });
}

/** Flags of a pointer that was read through another: whether what it points at can be relied on (Documentation/bpf/kfuncs.rst, 2.4). */
function inherited(env: Env, reg: Reg, found: Found & { readonly kind: 'pointer' }): number {
  if ((reg.type & PTR_UNTRUSTED) !== 0) return PTR_UNTRUSTED;
  const withoutTrust = found.flags & ~(TRUSTED_FLAGS | MEM_RCU);
  if (!isTrusted(reg) && !isRcu(reg)) return withoutTrust;
  const types = reg.btfOf === 0 ? env.kernelBtf : env.progBtf!;
  const safe = (safety: Safety): boolean => isSafe(types, reg.btfId, found.field, found.btfId, safety);
  if (safe('__safe_trusted')) return found.flags | PTR_TRUSTED;
  if (safe('__safe_trusted_or_null')) return found.flags | PTR_TRUSTED | PTR_MAYBE_NULL;
  if (!inRcuSection(env) || (reg.type & PTR_MAYBE_NULL) !== 0) return PTR_UNTRUSTED;
  if (safe('__safe_rcu')) return found.flags | MEM_RCU;
  if (safe('__safe_rcu_or_null')) return (found.flags | MEM_RCU | PTR_MAYBE_NULL) & ~PTR_UNTRUSTED;
  if ((found.flags & MEM_RCU) !== 0) return found.flags | PTR_MAYBE_NULL;
  return (found.flags & (MEM_PERCPU | MEM_USER)) !== 0 ? found.flags : withoutTrust;
}

/** A read through a pointer to a kernel structure; `value` is the register loaded, -1 when a call reads. */
export function accessStruct(
  env: Env,
  regno: number,
  reg: Reg,
  off: number,
  size: number,
  access: 'read' | 'write',
  value: number,
): void {
  if (access === 'read' && value >= 0) env.probes.add(env.insnIdx);
  const own = reg.btfOf !== 0;
  const btf = own ? env.progBtf! : env.kernelBtf;
  const { name } = btf.type(reg.btfId);
  const blame = regno;
  const reject = (kind: PlainKind, text: string, errno = EACCES): never => env.reject(errno, kind, text, {}, blame);
  const foreign = (memory: 'user' | 'percpu'): never =>
    env.reject(
      EACCES,
      'foreign-memory',
      `R${regno} is ptr_${name} access ${memory} memory: off=${off}`,
      { memory },
      blame,
    );
  if (!own && !gplCompatible(env.object.license))
    reject('gpl-only', `Cannot access kernel 'struct ${name}' from non-GPL compatible program`, EINVAL);
  if (off < 0) reject('negative-offset', `R${regno} is ptr_${name} invalid negative access: off=${off}`);
  if (!reg.scalar.isConst || reg.scalar.value !== 0n)
    reject(
      'variable-offset',
      `R${regno} is ptr_${name} invalid variable offset: off=${off}, var_off=${formatTnum(reg.scalar)}`,
    );
  if ((reg.type & MEM_USER) !== 0) foreign('user');
  if ((reg.type & MEM_PERCPU) !== 0) foreign('percpu');
  if (isAllocated(reg.type)) {
    accessObject(env, regno, reg, off, size, access === 'read' ? value : -1);
    return;
  }
  if (access === 'write') {
    const { type } = env.program;
    const networking = type === PROG_SCHED_CLS || type === PROG_SCHED_ACT || type === PROG_XDP;
    if (networking && (reg.type & PTR_UNTRUSTED) === 0 && name.startsWith('nf_conn'))
      env.unsupported('writes into connection tracking entries');
    reject('read-only', 'only read is supported');
  }
  const found = findField(btf, reg.btfId, off, size);
  switch (found.kind) {
    case 'refused':
      env.reject(found.errno, 'no-such-field', found.message, {}, blame);
      break;
    case 'scalar':
      if (value >= 0) setReg(env, value, UNKNOWN_REG);
      break;
    case 'memory':
      if (value >= 0) setReg(env, value, Reg.pointer(PTR_TO_MEM | MEM_RDONLY | PTR_UNTRUSTED));
      break;
    case 'pointer': {
      const flags = inherited(env, reg, found);
      if (value < 0) break;
      const id = (flags & PTR_MAYBE_NULL) !== 0 ? env.newId() : 0;
      setReg(env, value, Reg.pointer(PTR_TO_BTF_ID | flags, { btfOf: reg.btfOf, btfId: found.btfId, id }));
    }
  }
}

/** An access to an object that the program allocated: to anything but the fields that the kernel looks after, and what is read is a number. */
function accessObject(env: Env, regno: number, reg: Reg, off: number, size: number, value: number): void {
  // A pointer that is neither owned nor protected is one that the kernel takes for its own mistake.
  if ((reg.type & (NON_OWN_REF | MEM_RCU)) === 0 && reg.refObjId === 0)
    env.reject(EFAULT, 'kernel-mistake', 'verifier bug: ref_obj_id for allocated object must be non-zero', {}, regno);
  for (const field of fieldsBehind(env, reg)) {
    if (off >= field.off + field.size || field.off >= off + size) continue;
    env.reject(
      EACCES,
      'field-access',
      `direct access to ${field.kind} is disallowed`,
      { field: field.kind, off: field.off, size: field.size, store: false },
      regno,
    );
  }
  const found = findObjectField(env.progBtf!, reg.btfId, off, size);
  if (found.kind === 'refused') env.reject(found.errno, 'no-such-field', found.message, {}, regno);
  if (value >= 0) setReg(env, value, UNKNOWN_REG);
}

/** A read of a map's own fields through its pointer. */
export function accessMap(
  env: Env,
  regno: number,
  off: number,
  size: number,
  access: 'read' | 'write',
  value: number,
): void {
  const map = env.state.top.regs[regno]!.map!;
  const name = env.kernel.maps.struct(map);
  const btfId = name === undefined ? 0 : env.kernelBtf.find('struct', name);
  if (btfId === 0) return env.unsupported(`reading the fields of a map of type ${map.type}`);
  if (off < 0)
    env.reject(EACCES, 'negative-offset', `R${regno} is ${name!} invalid negative access: off=${off}`, {}, regno);
  if (access !== 'read') env.reject(EACCES, 'read-only', `only read from ${name!} is supported`, {}, regno);
  const found = findField(env.kernelBtf, btfId, off, size);
  if (found.kind === 'refused') env.reject(found.errno, 'no-such-field', found.message, {}, regno);
  if (value < 0) return;
  if (found.kind === 'scalar') setReg(env, value, UNKNOWN_REG);
  else if (found.kind === 'memory') setReg(env, value, Reg.pointer(PTR_TO_MEM | MEM_RDONLY | PTR_UNTRUSTED));
  else {
    const id = (found.flags & PTR_MAYBE_NULL) !== 0 ? env.newId() : 0;
    setReg(env, value, Reg.pointer(PTR_TO_BTF_ID | found.flags, { btfId: found.btfId, id }));
  }
}
