import { rejectKind } from './helper-call.ts';
import { helperName } from '../../isa/helper-names.ts';
import { isKptr } from '../../btf/map-fields.ts';
import type { FieldKind, MapField } from '../../btf/map-fields.ts';
import type { MapDef } from '../../elf/object.ts';
import { pushAsyncCallback } from './async-callbacks.ts';
import type { Env } from '../env.ts';
import { EACCES, EFAULT, EINVAL } from '../../base/errno.ts';
import { releaseReference } from './references.ts';
import { giveLockBack, SPIN_LOCK, SPIN_UNLOCK, takeLock } from './locks.ts';
import type { HeldLock } from '../sink.ts';
import { fieldsBehind, fieldsOf } from '../memory/map-fields.ts';
import { inTreeCallback, mapRegs } from './object-args.ts';
import { checkArgumentOffset } from '../memory/memory.ts';
import {
  CONST_PTR_TO_MAP,
  isAllocated,
  MEM_ALLOC,
  MEM_PERCPU,
  MEM_RCU,
  PTR_MAYBE_NULL,
  PTR_TO_BTF_ID,
  PTR_TO_FUNC,
  PTR_TO_MAP_VALUE,
  PTR_TO_PACKET,
  PTR_TO_PACKET_META,
  PTR_TRUSTED,
  Reg,
  typeName,
} from '../values/reg.ts';
import { clearCallerSaved, isNull, readReg, setReg, UNKNOWN_REG } from '../regs.ts';
import type { Misfit } from '../rejection.ts';
import { inRcuSection } from '../memory/btf-access.ts';
import { matchKptr } from '../memory/special-fields.ts';

// Calls of helpers that work on a field of a map's value: timers, and pointers that the map owns.

const TIMER_INIT = 169;
const TIMER_SET_CALLBACK = 170;
const TIMER_START = 171;
const TIMER_CANCEL = 172;
const KPTR_XCHG = 194;

export const isFieldHelper = (helper: number): boolean =>
  (helper >= TIMER_INIT && helper <= TIMER_CANCEL) ||
  helper === KPTR_XCHG ||
  helper === SPIN_LOCK ||
  helper === SPIN_UNLOCK;

/** What works on a field of a map's value or of an object takes pointers to both. */
const VALUE_OR_OBJECT: Misfit = { why: 'kind', expected: ['map_value', 'ptr_'] };

/** Checks a call of one of them, and what it leaves in the registers. */
export function checkFieldHelper(env: Env, helper: number): void {
  if (helper === KPTR_XCHG) {
    exchange(env, helper);
    return;
  }
  if (helper === SPIN_LOCK || helper === SPIN_UNLOCK) {
    lock(env, helper === SPIN_LOCK);
    return;
  }
  const map = timerArgument(env);
  switch (helper) {
    case TIMER_INIT:
      mapArgument(env, map);
      readReg(env, 3);
      break;
    case TIMER_SET_CALLBACK: {
      const callback = argument(env, 2);
      expect(env, 2, callback, [PTR_TO_FUNC]);
      pushAsyncCallback(env, callback.subprog, map, 'timer');
      break;
    }
    case TIMER_START:
      readReg(env, 2);
      readReg(env, 3);
      break;
    default:
      break;
  }
  clearCallerSaved(env);
  setReg(env, 0, UNKNOWN_REG);
}

/** An argument that is no plain number: pointers into the packet are none of those that these calls take. */
function argument(env: Env, regno: number): Reg {
  const reg = readReg(env, regno);
  if (reg.type === PTR_TO_PACKET || reg.type === PTR_TO_PACKET_META)
    env.reject(EACCES, 'packet-argument', 'helper access to the packet is not allowed', {}, regno);
  return reg;
}

function expect(env: Env, regno: number, reg: Reg, types: readonly number[], type = reg.type): void {
  if (!types.includes(type)) rejectKind(env, regno, reg, types);
}

/** The field of a kind that a map's values have; of several, the one that the kernel knows. */
export function theField(env: Env, map: MapDef, kind: FieldKind): MapField | undefined {
  return fieldsOf(env, map)
    .filter((field) => field.kind === kind)
    .at(env.kernel.quirks.lastFieldOnly ? -1 : 0);
}

/** A map whose types the kernel does not know has no fields. */
function mustBeTyped(env: Env, map: MapDef, what: string, regno: number): void {
  const made = env.creation(map);
  if ('typed' in made && made.typed) return;
  env.reject(
    EINVAL,
    'no-such-map-field',
    `map '${map.name}' has to have BTF in order to use ${what}`,
    { field: what, untyped: true },
    regno,
  );
}

/** The first argument of the timer helpers. */
function timerArgument(env: Env): MapDef {
  const reg = argument(env, 1);
  expect(env, 1, reg, [PTR_TO_MAP_VALUE]);
  checkArgumentOffset(env, 1, reg);
  return checkFieldPlace(env, reg, 'bpf_timer');
}

/** An argument must be the very place of a field in a map's value. Gives the map. */
export function checkFieldPlace(env: Env, reg: Reg, kind: FieldKind, regno = 1): MapDef {
  const map = reg.map!;
  const no = (text: string): never =>
    env.reject(EINVAL, 'no-such-map-field', text, { field: kind, untyped: false }, regno);
  if (!reg.scalar.isConst) no(`R${regno} doesn't have constant offset. ${kind} has to be at the constant offset`);
  mustBeTyped(env, map, kind, regno);
  const field = theField(env, map, kind);
  if (field === undefined) return no(`map '${map.name}' has no valid ${kind}`);
  const at = reg.scalar.value + BigInt(reg.off);
  if (at !== BigInt(field.off)) no(`off ${at} doesn't point to 'struct ${kind}' that is at ${field.off}`);
  return map;
}

/** The map that a timer lies in, handed over by itself. */
function mapArgument(env: Env, map: MapDef): void {
  const reg = argument(env, 2);
  expect(env, 2, reg, [CONST_PTR_TO_MAP]);
  checkArgumentOffset(env, 2, reg);
  if (reg.map === map) return;
  env.reject(
    EINVAL,
    'bad-argument',
    `timer pointer in R1 map_uid=${env.state.top.regs[1]!.mapUid} doesn't match map pointer in R2 map_uid=${reg.mapUid}`,
    { why: 'other' },
    2,
  );
}

/** bpf_spin_lock(lock) and bpf_spin_unlock(lock). */
function lock(env: Env, taken: boolean): void {
  const reg = argument(env, 1);
  const places = [PTR_TO_MAP_VALUE, PTR_TO_BTF_ID | MEM_ALLOC];
  if (!places.includes(reg.type)) rejectKind(env, 1, reg, places);
  checkArgumentOffset(env, 1, reg);
  if (inTreeCallback(env)) env.reject(EACCES, 'in-tree-callback', "can't spin_{lock,unlock} in rbtree cb", {}, 1);
  const held: HeldLock = { of: checkLockPlace(env, reg, 'bpf_spin_lock'), kind: 'spin' };
  if (taken) takeLock(env, reg, held);
  else giveLockBack(env, reg, held);
  clearCallerSaved(env);
}

/** The value in r1 must be the very place of a lock: in a map's value, or in an object that the program allocated. */
export function checkLockPlace(env: Env, reg: Reg, kind: 'bpf_spin_lock' | 'bpf_res_spin_lock'): HeldLock['of'] {
  if (reg.type === PTR_TO_MAP_VALUE) return checkFieldPlace(env, reg, kind);
  const no = (text: string): never => env.reject(EINVAL, 'no-such-map-field', text, { field: kind, untyped: false }, 1);
  const field = fieldsBehind(env, reg).find((candidate) => candidate.kind === kind);
  if (field === undefined) return no(`local 'kptr' has no valid ${kind}`);
  if (field.off !== reg.off) no(`off ${reg.off} doesn't point to 'struct ${kind}' that is at ${field.off}`);
  return 'objects';
}

const OBJECTS: readonly number[] = [PTR_TO_BTF_ID, PTR_TO_BTF_ID | PTR_TRUSTED, PTR_TO_BTF_ID | MEM_RCU];

/** bpf_kptr_xchg(field, object or NULL): the reference goes into the map, what was there comes out of it. */
function exchange(env: Env, helper: number): void {
  const field = kptrArgument(env);
  const reg = argument(env, 2);
  if (!isNull(reg)) {
    const own = isAllocated(reg.type);
    expect(env, 2, reg, OBJECTS, reg.type & ~(PTR_MAYBE_NULL | (own ? MEM_ALLOC | MEM_PERCPU : 0)));
    if (own && (reg.type & PTR_MAYBE_NULL) !== 0)
      env.reject(EFAULT, 'kernel-mistake', 'verifier bug: invalid PTR_TO_BTF_ID register for type match', {}, 2);
    if ((reg.type & PTR_MAYBE_NULL) !== 0)
      env.reject(EACCES, 'maybe-null-argument', 'Possibly NULL pointer passed to helper arg2', {}, 2);
    matchKptr(env, field, reg, 2, EACCES);
    checkArgumentOffset(env, 2, reg, true);
    if (reg.refObjId === 0)
      env.reject(EINVAL, 'release-unreferenced', 'R2 must be referenced when passed to release function', {}, 2);
    if (!env.state.refs.some((ref) => ref.id === reg.refObjId))
      env.reject(
        EINVAL,
        'release-unreferenced',
        `func ${helperName(helper)}#${helper} reference has not been acquired before`,
        {},
        2,
      );
    giveAway(env, reg.refObjId);
  }
  clearCallerSaved(env);
  env.newId();
  const id = env.newId();
  env.state.refs = [...env.state.refs, { id, insn: env.insnIdx }];
  const { btf, id: btfId } = field.target!;
  const own = btf === 'program';
  const flags = own ? MEM_ALLOC | (field.kind === 'percpu_kptr' ? MEM_PERCPU : 0) : 0;
  setReg(env, 0, Reg.pointer(PTR_TO_BTF_ID | PTR_MAYBE_NULL | flags, { btfOf: own ? 1 : 0, btfId, id, refObjId: id }));
}

/** The reference is gone; inside a read section, a per-CPU object stays to be used for as long as that lasts. */
function giveAway(env: Env, id: number): void {
  const perCpu = MEM_ALLOC | MEM_PERCPU;
  if (inRcuSection(env))
    mapRegs(env.state, (reg) =>
      reg.refObjId === id && (reg.type & perCpu) === perCpu
        ? reg.with({ type: (reg.type & ~MEM_ALLOC) | MEM_RCU, refObjId: 0 })
        : reg,
    );
  releaseReference(env, id);
}

/** The field that bpf_kptr_xchg works on. */
function kptrArgument(env: Env): MapField {
  const reg = argument(env, 1);
  if (reg.type !== PTR_TO_MAP_VALUE && reg.type !== (PTR_TO_BTF_ID | MEM_ALLOC))
    env.reject(EACCES, 'bad-argument', `R1 type=${typeName(reg.type)} expected=map_value, ptr_`, VALUE_OR_OBJECT, 1);
  checkArgumentOffset(env, 1, reg);
  if (reg.type === PTR_TO_MAP_VALUE) mustBeTyped(env, reg.map!, 'bpf_kptr_xchg', 1);
  const no = (errno: number, text: string): never =>
    env.reject(errno, 'no-such-map-field', text, { field: 'kptr', untyped: false }, 1);
  if (!reg.scalar.isConst) no(EINVAL, "R1 doesn't have constant offset. kptr has to be at the constant offset");
  const fields = fieldsBehind(env, reg).filter(({ kind }) => isKptr(kind) && kind !== 'uptr');
  if (fields.length === 0) no(EINVAL, 'R1 has no valid kptr');
  const off = Number(BigInt.asIntN(32, reg.scalar.value + BigInt(reg.off)));
  const field = fields.find((candidate) => candidate.off === off);
  if (field === undefined) return no(EACCES, `off=${off} doesn't point to kptr`);
  if (field.kind === 'kptr_untrusted') no(EACCES, `off=${off} kptr isn't referenced kptr`);
  return field;
}
