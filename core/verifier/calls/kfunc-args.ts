import type { Btf, BtfParam, BtfType } from '../../btf/btf.ts';
import { KIND_NAMES } from '../../btf/kind-names.ts';
import { KF_RCU, KF_RCU_PROTECTED, KF_RELEASE } from '../../kernel/catalogue/descriptor.ts';
import { needsTrustedArgs } from '../../kernel/catalogue/kfuncs/table.ts';
import { mayBeContext } from '../../kernel/rules/contexts.ts';
import { inRcuSection, isRcu, isTrusted } from '../memory/btf-access.ts';
import { complaintOf, holdsStruct, structureOf } from '../memory/btf-walk.ts';
import { makeDynptr, useDynptr } from './dynptrs.ts';
import { checkConstString } from './helper-args.ts';
import type { Env } from '../env.ts';
import { EACCES, EINVAL } from '../../base/errno.ts';
import { REJECTED } from '../env.ts';
import { checkFieldPlace, checkLockPlace } from './field-helpers.ts';
import { giveLockBack, takeLock } from './locks.ts';
import type { HeldLock } from '../sink.ts';
import { checkIterArgument } from './iterators.ts';
import type { KfuncMeta } from './kfunc-meta.ts';
import { checkCountedObject, checkDroppedObject, checkNode, checkRoot } from './object-args.ts';
import { checkIrqArgument } from './irq.ts';
import { checkArgumentMemory, checkArgumentOffset } from '../memory/memory.ts';
import { fieldsOf, hasField } from '../memory/map-fields.ts';
import { markPrecise } from '../track/precision.ts';
import {
  baseType,
  CONST_PTR_TO_MAP,
  MEM_ALLOC,
  PTR_MAYBE_NULL,
  PTR_TO_BTF_ID,
  PTR_TO_CTX,
  PTR_TO_FUNC,
  PTR_TO_MAP_VALUE,
  PTR_TO_SOCKET,
  type Reg,
  SCALAR,
  TRUSTED_FLAGS,
  TYPE_FLAGS,
  typeName,
} from '../values/reg.ts';
import { isNull, setReg } from '../regs.ts';

export const isScalarType = (t: BtfType): boolean => t.kind === 'int' || t.kind === 'enum' || t.kind === 'enum64';

/** Types whose parameters mean more than their prototype says; none of the functions that the model knows takes one. */
const SPECIAL: ReadonlySet<string> = new Set(['bpf_timer']);

/** Endings of parameter names that annotate them (Documentation/bpf/kfuncs.rst, section 2.3). */
const UNCOVERED: readonly string[] = ['__uninit'];

/** The arguments of a kernel function's call, in order. */
export function checkKfuncArguments(env: Env, meta: KfuncMeta): void {
  const { params } = meta.proto;
  for (let i = 0; i < params.length; i++) {
    const { name } = params[i]!;
    if (name.endsWith('__prog') || name.endsWith('__ign')) continue;
    const type = env.kernelBtf.skipModifiers(params[i]!.type);
    if (isScalarType(type)) checkScalar(env, meta, i, name);
    else if (type.kind !== 'ptr')
      env.reject(EINVAL, 'bad-argument', `Unrecognized arg#${i} type ${KIND_NAMES[type.kind]}`, { why: 'other' });
    else if (checkPointer(env, meta, i, type.type) === 'with-size') i++;
  }
}

function checkScalar(env: Env, meta: KfuncMeta, i: number, name: string): void {
  const regno = i + 1;
  const reg = env.state.top.regs[regno]!;
  if (reg.type !== SCALAR) env.reject(EINVAL, 'not-a-scalar', `R${regno} is not a scalar`, {}, regno);
  if (!name.endsWith('__k')) return;
  if (!reg.scalar.isConst) env.reject(EINVAL, 'not-constant', `R${regno} must be a known constant`, {}, regno);
  markPrecise(env, regno);
  meta.constant = reg.scalar.value;
}

/** True for the size of the memory that the parameter before it points at. */
function isSizeOf(btf: Btf, param: BtfParam | undefined, reg: Reg | undefined): boolean {
  if (param === undefined || reg?.type !== SCALAR || !isScalarType(btf.skipModifiers(param.type))) return false;
  return param.name.endsWith('__sz') || param.name.endsWith('__szk');
}

/** Structures that only hold numbers, and such structures: they may be passed as plain memory. */
export function holdsOnlyScalars(env: Env, btf: Btf, type: BtfType, depth: number): boolean {
  if (type.kind !== 'struct' && type.kind !== 'union') return false;
  return type.members.every((member) => {
    const inner = btf.skipModifiers(member.type);
    if (inner.kind === 'struct' || inner.kind === 'union') {
      if (depth < 3) return holdsOnlyScalars(env, btf, inner, depth + 1);
      env.say('max struct nesting depth exceeded\n');
      return false;
    }
    if (inner.kind === 'array') return inner.count !== 0 && isScalarType(btf.skipModifiers(inner.type));
    return isScalarType(inner);
  });
}

function checkPointer(env: Env, meta: KfuncMeta, i: number, pointee: number): 'alone' | 'with-size' {
  const btf = env.kernelBtf;
  const { params } = meta.proto;
  const { iterator, descriptor } = meta.kfunc;
  const param = params[i]!;
  const regno = i + 1;
  const reg = env.state.top.regs[regno]!;
  const trusted = needsTrustedArgs(meta.kfunc);
  const rcu = (descriptor.flags & KF_RCU) !== 0;
  const nullable = param.name.endsWith('__nullable');
  if ((trusted || rcu) && !nullable && (isNull(reg) || (reg.type & PTR_MAYBE_NULL) !== 0))
    env.reject(EACCES, 'maybe-null-argument', `Possibly NULL pointer passed to trusted arg${i}`, {}, regno);
  const releases = (descriptor.flags & KF_RELEASE) !== 0 && reg.refObjId !== 0;
  if (reg.refObjId !== 0) {
    meta.refObjId = reg.refObjId;
    if (releases) meta.releaseReg = regno;
  }
  const target = btf.skipModifiers(pointee);
  if (descriptor.effect === 'kernel-context' || mayBeContext(env.program, btf, pointee)) {
    checkArgumentOffset(env, regno, reg);
    if (reg.type !== PTR_TO_CTX)
      env.reject(
        EINVAL,
        'bad-argument',
        `arg#${i} expected pointer to ctx, but got ${typeName(reg.type)}`,
        { why: 'other' },
        regno,
      );
    return 'alone';
  }
  if (nullable && isNull(reg)) return 'alone';
  const graph = checkObjectArgument(env, meta, i, target.name, { trusted, rcu, releases });
  if (graph) return 'alone';
  if (target.name === 'bpf_dynptr' || target.name === 'bpf_dynptr_kern') {
    checkArgumentOffset(env, regno, reg, releases);
    checkDynptr(env, meta, regno, param.name);
    return 'alone';
  }
  if (target.name === 'bpf_wq' || target.name === 'bpf_task_work') {
    checkArgumentOffset(env, regno, reg);
    if (reg.type !== PTR_TO_MAP_VALUE)
      env.reject(EINVAL, 'bad-argument', `arg#${i} doesn't point to a map value`, { why: 'other' }, regno);
    meta.map = checkFieldPlace(env, reg, target.name, regno);
    return 'alone';
  }
  if (param.name.endsWith('__str')) {
    checkArgumentOffset(env, regno, reg, releases);
    if (reg.type !== PTR_TO_MAP_VALUE)
      env.reject(EINVAL, 'bad-format-string', `arg#${i} doesn't point to a const string`, {}, regno);
    checkConstString(env, regno, reg);
    return 'alone';
  }
  if (param.name.endsWith('__map')) {
    checkMap(env, meta, regno);
    checkObject(env, meta, i, btf.type(btf.find('struct', 'bpf_map')), { trusted, rcu, releases });
    return 'alone';
  }
  const uncovered = UNCOVERED.find((ending) => param.name.endsWith(ending));
  if (uncovered !== undefined || SPECIAL.has(target.name)) env.unsupported(`argument ${param.name} of ${meta.name}`);
  if ((iterator !== null && i === 0) || param.name.endsWith('__iter')) {
    checkIterator(env, meta, regno, target);
    return 'alone';
  }
  if (param.name.endsWith('__irq_flag')) {
    checkArgumentOffset(env, regno, reg);
    const { effect } = descriptor;
    const byLock = effect === 'lock-irq' || effect === 'unlock-irq';
    checkIrqArgument(env, regno, effect === 'irq-save' || effect === 'lock-irq', byLock);
    return 'alone';
  }
  const base = baseType(reg.type);
  if (base === PTR_TO_BTF_ID || base === CONST_PTR_TO_MAP || base === PTR_TO_SOCKET) {
    if (target.kind !== 'struct' && target.kind !== 'union')
      env.reject(
        EINVAL,
        'bad-argument',
        `kernel function ${meta.name} args#${i} pointer type ${KIND_NAMES[target.kind]} ${target.name} is not supported`,
        { why: 'other' },
        regno,
      );
    checkObject(env, meta, i, target, { trusted, rcu, releases });
    return 'alone';
  }
  if (target.kind === 'func_proto') {
    checkArgumentOffset(env, regno, reg);
    if (reg.type !== PTR_TO_FUNC)
      env.reject(EINVAL, 'bad-argument', `arg${i} expected pointer to func`, { why: 'other' }, regno);
    meta.callback = reg.subprog;
    return 'alone';
  }
  const sized = isSizeOf(btf, params[i + 1], env.state.top.regs[regno + 1]);
  if (!isScalarType(target) && !holdsOnlyScalars(env, btf, target, 0) && !(sized && target.kind === 'void'))
    env.reject(
      EINVAL,
      'bad-argument',
      `arg#${i} pointer type ${KIND_NAMES[target.kind]} ${target.name} must point to ${sized ? 'void, ' : ''}scalar, or struct with scalar`,
      target.kind === 'struct' && target.name !== '' ? { why: 'struct', struct: target.name } : { why: 'other' },
      regno,
    );
  checkArgumentOffset(env, regno, reg, releases);
  if (sized) checkSizedMemory(env, meta, i);
  else checkMemory(env, regno, btf.sizeOf(target.id));
  return sized ? 'with-size' : 'alone';
}

/** Objects that a program allocated, lists and trees that own them: false for an argument that is none of that. */
function checkObjectArgument(
  env: Env,
  meta: KfuncMeta,
  i: number,
  target: string,
  needs: { readonly trusted: boolean; readonly rcu: boolean; readonly releases: boolean },
): boolean {
  const regno = i + 1;
  const reg = env.state.top.regs[regno]!;
  const { name } = meta.proto.params[i]!;
  const offset = (): void => checkArgumentOffset(env, regno, reg, needs.releases);
  if (name.endsWith('__alloc')) {
    checkTrust(env, regno, reg, needs);
    offset();
    checkDroppedObject(env, meta, regno);
    return true;
  }
  if (name.endsWith('__refcounted_kptr')) {
    offset();
    checkCountedObject(env, meta, regno);
    return true;
  }
  switch (target) {
    case 'bpf_list_head':
    case 'bpf_rb_root':
      offset();
      checkRoot(env, meta, regno, target);
      return true;
    case 'bpf_res_spin_lock':
      offset();
      checkResilientLock(env, meta, regno);
      return true;
    case 'bpf_list_node':
    case 'bpf_rb_node':
      offset();
      checkNode(env, meta, regno, target);
      return true;
    default:
      return false;
  }
}

/** A lock that is taken, which has not failed, or given back. */
function checkResilientLock(env: Env, meta: KfuncMeta, regno: number): void {
  const reg = env.state.top.regs[regno]!;
  if (reg.type !== PTR_TO_MAP_VALUE && reg.type !== (PTR_TO_BTF_ID | MEM_ALLOC))
    env.reject(
      EINVAL,
      'wrong-object',
      `arg#${regno - 1} doesn't point to map value or allocated object`,
      { why: 'kind' },
      regno,
    );
  const { effect } = meta.kfunc.descriptor;
  const irq = effect === 'lock-irq' || effect === 'unlock-irq';
  const lock: HeldLock = {
    of: checkLockPlace(env, reg, 'bpf_res_spin_lock'),
    kind: irq ? 'resilient-irq' : 'resilient',
  };
  if (effect === 'lock' || effect === 'lock-irq') takeLock(env, reg, lock);
  else giveLockBack(env, reg, lock);
}

/** A pointer to an object must be one that can be relied on, where the function asks for that. */
function checkTrust(
  env: Env,
  regno: number,
  reg: Reg,
  needs: { readonly trusted: boolean; readonly rcu: boolean },
): void {
  if ((!needs.trusted && !needs.rcu) || isTrusted(reg)) return;
  if (!needs.rcu)
    env.reject(EINVAL, 'untrusted-argument', `R${regno} must be referenced or trusted`, { needs: 'trusted' }, regno);
  if (!isRcu(reg)) env.reject(EINVAL, 'untrusted-argument', `R${regno} must be a rcu pointer`, { needs: 'rcu' }, regno);
}

/** A dynptr that the function makes, or one that was made before. */
function checkDynptr(env: Env, meta: KfuncMeta, regno: number, name: string): void {
  if (!name.endsWith('__uninit')) {
    meta.dynptr = useDynptr(env, regno, false, null);
    return;
  }
  switch (meta.kfunc.descriptor.effect) {
    case 'skb-dynptr':
      return makeDynptr(env, regno, 'skb');
    case 'skb-meta-dynptr':
      return makeDynptr(env, regno, 'skb_meta');
    case 'xdp-dynptr':
      return makeDynptr(env, regno, 'xdp');
    case 'clone-dynptr':
      return makeDynptr(env, regno, meta.dynptr!.kind, meta.dynptr!.refObjId);
    default:
      env.unsupported(`the dynptr that ${meta.name} makes`);
  }
}

/** A map, handed over beside a field of one of its values. */
function checkMap(env: Env, meta: KfuncMeta, regno: number): void {
  const reg = env.state.top.regs[regno]!;
  if (reg.map === null)
    env.reject(EINVAL, 'bad-argument', `pointer in R${regno} isn't map pointer`, { why: 'other' }, regno);
  if (meta.map !== null && env.kernel.quirks.workQueueWithoutFieldsCrashes && fieldsOf(env, reg.map).length === 0)
    env.unsupported(`the map ${reg.map.name} without special fields: the kernel follows a null pointer here`);
  if (meta.map !== null && reg.map !== meta.map && hasField(env, reg.map, 'bpf_wq', 'bpf_task_work')) {
    const [what, first] = hasField(env, reg.map, 'bpf_task_work') ? ['bpf_task_work', 2] : ['workqueue', 1];
    env.reject(
      EINVAL,
      'bad-argument',
      `${what} pointer in R${first} map_uid=${env.state.top.regs[first]!.mapUid} doesn't match map pointer in R${first + 1} map_uid=${reg.mapUid}`,
      { why: 'other' },
      regno,
    );
  }
  meta.map = reg.map;
}

/** The iterator of one of its methods, or one that was made and that another function gets (`__iter`). */
function checkIterator(env: Env, meta: KfuncMeta, regno: number, target: BtfType): void {
  const method = meta.kfunc.iterator?.method ?? null;
  const iterator = meta.kfunc.iterator?.iterator ?? env.kernel.iterators.find(target.name);
  if (iterator === undefined) return env.unsupported(`the iterator that ${meta.name} takes`);
  const protectedByRcu = (meta.kfunc.descriptor.flags & KF_RCU_PROTECTED) !== 0;
  const rcu = protectedByRcu ? (inRcuSection(env) ? 'trusted' : 'untrusted') : 'none';
  checkArgumentOffset(env, regno, env.state.top.regs[regno]!);
  if (method === 'new' && iterator.allowed?.(env.program) === false)
    env.reject(
      EINVAL,
      'css-task-not-allowed',
      'css_task_iter is only allowed in bpf_lsm, bpf_iter and sleepable progs',
      {},
      regno,
    );
  const by = { method, name: meta.name };
  meta.iter = checkIterArgument(env, regno, iterator, by, target.id, rcu);
  if (method === 'new' || method === 'destroy') return;
  meta.refObjId = env.state.frames[meta.iter.frame]!.stack[meta.iter.index]!.iter!.refObjId;
}

/** Runs a check as if the pointer were not NULL; what the call sees is as it was. */
function assumingNotNull(env: Env, regno: number, check: () => void): void {
  const reg = env.state.top.regs[regno]!;
  const maybeNull = (reg.type & PTR_MAYBE_NULL) !== 0;
  if (maybeNull) setReg(env, regno, reg.withType(reg.type & ~PTR_MAYBE_NULL));
  check();
  if (maybeNull) setReg(env, regno, reg);
}

/** Memory of a known size, read and written. */
function checkMemory(env: Env, regno: number, size: number): void {
  if (isNull(env.state.top.regs[regno]!)) return;
  assumingNotNull(env, regno, () => {
    checkArgumentMemory(env, regno, { size, access: 'read', zeroAllowed: true });
    checkArgumentMemory(env, regno, { size, access: 'write', zeroAllowed: true });
  });
}

/** Runs a check; when it rejects the program, the kernel says this after its reason. */
function addingTo(env: Env, complaint: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    const { rejection } = env;
    if (error !== REJECTED || rejection === null) throw error;
    env.say(`${complaint}\n`);
    const message = `${rejection.message}\n${complaint}`;
    // What the kernel says last is about the pair, not about the kind of pointer.
    env.rejection =
      rejection.kind === 'bad-argument'
        ? { ...rejection, message, details: { why: 'other' } }
        : { ...rejection, message };
    throw REJECTED;
  }
}

/** Memory whose size is the next argument. */
function checkSizedMemory(env: Env, meta: KfuncMeta, i: number): void {
  const regno = i + 1;
  const { params } = meta.proto;
  const { regs } = env.state.top;
  if (!(isNull(regs[regno]!) && params[i]!.name.endsWith('__opt'))) {
    const s = regs[regno + 1]!.scalar;
    const complaint = `arg#${i} arg#${i + 1} memory, len pair leads to invalid memory access`;
    addingTo(env, complaint, () => {
      if (s.smin < 0n)
        env.reject(
          EACCES,
          'negative-size',
          `R${regno + 1} min value is negative, either use unsigned or 'var &= const'`,
          {},
          regno + 1,
        );
      if (s.umax >= 1n << 29n)
        env.reject(
          EACCES,
          'unbounded-size',
          `R${regno + 1} unbounded memory access, use 'var &= const' or 'if (var < const)'`,
          {},
          regno + 1,
        );
      assumingNotNull(env, regno, () => {
        for (const access of ['read', 'write'] as const) {
          checkArgumentMemory(env, regno, { size: Number(s.umax), access, zeroAllowed: true });
          markPrecise(env, regno + 1);
        }
      });
    });
  }
  if (!params[i + 1]!.name.endsWith('__szk')) return;
  const size = regs[regno + 1]!;
  if (!size.scalar.isConst) env.reject(EINVAL, 'not-constant', `R${regno + 1} must be a known constant`, {}, regno + 1);
  meta.constant = size.scalar.value;
}

/** A pointer to a kernel structure: may it be relied on, and is it to the right one? */
function checkObject(
  env: Env,
  meta: KfuncMeta,
  i: number,
  target: BtfType,
  needs: { readonly trusted: boolean; readonly rcu: boolean; readonly releases: boolean },
): void {
  const regno = i + 1;
  const reg = env.state.top.regs[regno]!;
  const btf = env.kernelBtf;
  checkTrust(env, regno, reg, needs);
  checkArgumentOffset(env, regno, reg, needs.releases);
  const unsafe = (reg.type & TYPE_FLAGS & ~TRUSTED_FLAGS) !== 0;
  const base = baseType(reg.type);
  const foreign = base !== PTR_TO_BTF_ID && base !== CONST_PTR_TO_MAP && base !== PTR_TO_SOCKET;
  if (foreign || (base === PTR_TO_BTF_ID && unsafe && !isRcu(reg)))
    env.reject(
      EINVAL,
      'bad-argument',
      `arg#${i} is ${typeName(reg.type)} expected ${typeName(base | (reg.type & TRUSTED_FLAGS))} or socket`,
      { why: 'other' },
      regno,
    );
  if (base === PTR_TO_SOCKET) env.unsupported('sockets passed to kernel functions');
  if (reg.btfOf !== 0) {
    // An object of the program's is none of the kernel's, whatever it is called, unless it is compared part by part.
    const complaint = needs.releases ? null : complaintOf(env.progBtf!, reg.btfId, reg.off);
    if (complaint !== null) env.say(`${complaint}\n`);
    notThat(env, meta, i, target, env.progBtf!.type(reg.btfId));
  }
  const actual = base === PTR_TO_BTF_ID ? btf.skipModifiers(reg.btfId) : btf.type(btf.find('struct', 'bpf_map'));
  const strict = needs.releases || isNoCastAlias(actual.name, target.name);
  const same = strict ? reg.off === 0 && actual.id === target.id : holdsStruct(btf, actual.id, reg.off, target.id);
  if (same) return;
  // What was met on the way through the structure is told even where the function takes it after all.
  const complaint = strict ? null : complaintOf(btf, actual.id, reg.off);
  if (complaint !== null) env.say(`${complaint}\n`);
  if (isProjection(target.name, actual.name)) return;
  notThat(env, meta, i, target, actual);
}

function notThat(env: Env, meta: KfuncMeta, i: number, target: BtfType, actual: BtfType): never {
  const regno = i + 1;
  return env.reject(
    EINVAL,
    'wrong-struct',
    `kernel function ${meta.name} args#${i} expected pointer to ${KIND_NAMES[target.kind]} ${target.name} but R${regno} has a pointer to ${KIND_NAMES[actual.kind]} ${actual.name}`,
    { wanted: structureOf(target), actual: structureOf(actual) },
    regno,
  );
}

/** `T___init` is a T that is not ready: neither may be taken for the other. */
const isNoCastAlias = (a: string, b: string): boolean => a === `${b}___init` || b === `${a}___init`;

/** A function that takes the program's view of a context also takes the kernel's own. */
const isProjection = (wanted: string, actual: string): boolean =>
  (wanted === '__sk_buff' && actual === 'sk_buff') || (wanted === 'xdp_md' && actual === 'xdp_buff');
