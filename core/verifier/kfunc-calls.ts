import type { Btf, BtfType } from '../btf/btf.ts';
import type { Insn } from '../isa/insn.ts';
import { KF_ACQUIRE, KF_RCU, KF_RCU_PROTECTED, KF_RELEASE, KF_RET_NULL } from '../kernel/descriptor.ts';
import { findKfunc, isSleepable, kfuncAllowed, needsTrustedArgs } from '../kernel/kfuncs.ts';
import type { Kfunc } from '../kernel/kfuncs.ts';
import { mayIterateCssTasks } from '../kernel/programs.ts';
import type { Env } from './env.ts';
import { EACCES, EINVAL } from './env.ts';
import type { IterPlace } from './iterators.ts';
import { checkIterArgument, forkAtNext, releaseReference } from './iterators.ts';
import { checkArgumentMemory, checkArgumentOffset } from './memory.ts';
import { markPrecise } from './precision.ts';
import {
  baseType,
  MEM_RCU,
  MEM_RDONLY,
  PTR_MAYBE_NULL,
  PTR_TO_BTF_ID,
  PTR_TO_MEM,
  PTR_TRUSTED,
  PTR_UNTRUSTED,
  Reg,
  SCALAR,
  typeName,
} from './reg.ts';
import { isNull, setReg, UNKNOWN_REG } from './regs.ts';

/** What a call needs to know of a kernel function. */
interface Meta {
  readonly kfunc: Kfunc;
  readonly name: string;
  readonly proto: BtfType & { readonly kind: 'func_proto' };
  iter: IterPlace | null;
  refObjId: number;
  releaseReg: number;
}

/** The prototype of a called kernel function; rejects ids that are none. */
function lookup(env: Env, insn: Insn): Meta {
  if (insn.off !== 0) env.unsupported('kernel functions of modules');
  const btf = env.kernelBtf;
  const func = insn.imm > 0 && insn.imm < btf.count ? btf.type(insn.imm) : null;
  if (func === null || func.kind !== 'func')
    return env.reject(EINVAL, 'bad-kfunc', `kernel btf_id ${insn.imm} is not a function`);
  const kfunc = findKfunc(func.name);
  if (kfunc === null) return env.unsupported(`kernel function ${func.name}`);
  if (!kfuncAllowed(func.name, env.program.type))
    env.reject(EACCES, 'kfunc-not-allowed', `calling kernel function ${func.name} is not allowed`, { name: func.name });
  const proto = btf.type(func.type);
  if (proto.kind !== 'func_proto') return env.unsupported(`kernel function ${func.name} without a prototype`);
  return { kfunc, name: func.name, proto, iter: null, refObjId: 0, releaseReg: 0 };
}

/** Number of arguments that a kernel function reads, or null when it is not known. */
export function kfuncArgCount(env: Env, insn: Insn): number | null {
  const btf = env.kernelBtf;
  if (insn.imm <= 0 || insn.off !== 0) return null;
  const func = btf.type(insn.imm);
  if (func.kind !== 'func' || !kfuncAllowed(func.name, env.program.type)) return null;
  const proto = btf.type(func.type);
  return proto.kind === 'func_proto' ? proto.params.length : null;
}

/** True for calls of an iterator's next. */
export function isIterNextCall(env: Env, insn: Insn): boolean {
  if (insn.imm <= 0 || insn.off !== 0) return false;
  return findKfunc(env.kernelBtf.type(insn.imm).name)?.iterator?.method === 'next';
}

/** A call of a kernel function (Documentation/bpf/kfuncs.rst). */
export function checkKfuncCall(env: Env, insn: Insn): void {
  if (insn.imm === 0) env.unsupported('a call of a kernel function that does not exist');
  const meta = lookup(env, insn);
  const { kfunc, name } = meta;
  const flags = kfunc.descriptor.flags;
  if (isSleepable(kfunc) && !env.state.inSleepable)
    env.reject(EACCES, 'sleepable-kfunc', `program must be sleepable to call sleepable kfunc ${name}`);
  checkArguments(env, meta);
  checkRelease(env, meta);
  const state = env.state;
  if (name === 'bpf_rcu_read_lock') {
    if (state.activeRcuLocks > 0)
      env.reject(EINVAL, 'nested-rcu-lock', `nested rcu read lock (kernel function ${name})`);
    state.activeRcuLocks++;
  } else if (name === 'bpf_rcu_read_unlock') {
    if (state.activeRcuLocks === 0)
      env.reject(EINVAL, 'unmatched-rcu-unlock', `unmatched rcu read unlock (kernel function ${name})`);
    state.activeRcuLocks--;
    if (state.activeRcuLocks === 0) endRcu(env);
  } else if (name === 'bpf_preempt_disable') state.activePreemptLocks++;
  else if (name === 'bpf_preempt_enable') {
    if (state.activePreemptLocks === 0)
      env.reject(
        EINVAL,
        'unmatched-preempt-enable',
        `unmatched attempt to enable preemption (kernel function ${name})`,
      );
    state.activePreemptLocks--;
  }
  if ((flags & KF_RCU_PROTECTED) !== 0 && !inRcuSection(env))
    env.reject(EACCES, 'needs-rcu', `kernel func ${name} requires RCU critical section protection`);
  if (meta.releaseReg !== 0) releaseReference(env, meta.refObjId);
  clearCallerSaved(env);
  setResult(env, meta);
  if (kfunc.iterator?.method === 'next') forkAtNext(env, meta.iter!);
  env.insnIdx++;
}

/** Non-sleepable programs always run in a read section; others where they said so. */
function inRcuSection(env: Env): boolean {
  return env.state.activeRcuLocks > 0 || !env.state.inSleepable;
}

/** The end of a read section: what it protected may be gone. */
function endRcu(env: Env): void {
  const after = (reg: Reg): Reg =>
    (reg.type & MEM_RCU) !== 0 ? reg.with({ type: (reg.type & ~(MEM_RCU | PTR_MAYBE_NULL)) | PTR_UNTRUSTED }) : reg;
  for (const frame of env.state.frames) {
    for (let r = 0; r < 11; r++) frame.regs[r] = after(frame.regs[r]!);
    frame.stack.forEach((slot, spi) => {
      if (slot.spilled !== null) frame.stack[spi] = { ...slot, spilled: after(slot.spilled) };
      else if (slot.iter?.rcu === 'trusted') frame.stack[spi] = { ...slot, iter: { ...slot.iter, rcu: 'untrusted' } };
    });
  }
}

/** After a call r0 to r5 hold nothing. */
export function clearCallerSaved(env: Env): void {
  for (let r = 0; r <= 5; r++) {
    setReg(env, r, Reg.notInit);
    env.scratched.reg(r);
  }
}

const isScalarType = (t: BtfType): boolean => t.kind === 'int' || t.kind === 'enum' || t.kind === 'enum64';

function checkArguments(env: Env, meta: Meta): void {
  const btf = env.kernelBtf;
  const { params } = meta.proto;
  const { iterator, descriptor } = meta.kfunc;
  for (let i = 0; i < params.length; i++) {
    const param = params[i]!;
    const regno = i + 1;
    const reg = env.state.top.regs[regno]!;
    const blame = regno;
    env.scratched.reg(regno);
    if (param.name.endsWith('__prog') || param.name.endsWith('__ign')) continue;
    const type = btf.skipModifiers(param.type);
    if (isScalarType(type)) {
      if (reg.type !== SCALAR) {
        env.reject(EINVAL, 'not-a-scalar', `R${regno} is not a scalar`, {}, blame);
      }
      if (param.name.endsWith('__k')) {
        if (!reg.scalar.isConst) env.reject(EINVAL, 'not-constant', `R${regno} must be a known constant`, {}, blame);
        markPrecise(env, regno);
      }
      continue;
    }
    if (type.kind !== 'ptr') env.unsupported(`an argument of ${meta.name} that is passed by value`);
    const nullable = param.name.endsWith('__nullable') || param.name.endsWith('__opt');
    const trusted = needsTrustedArgs(meta.kfunc) || (descriptor.flags & KF_RCU) !== 0;
    if (trusted && (isNull(reg) || (reg.type & PTR_MAYBE_NULL) !== 0) && !nullable)
      env.reject(EACCES, 'maybe-null-argument', `Possibly NULL pointer passed to trusted arg${i}`, {}, blame);
    if (reg.refObjId !== 0) {
      if ((descriptor.flags & KF_RELEASE) !== 0) meta.releaseReg = regno;
      meta.refObjId = reg.refObjId;
    }
    if (nullable && isNull(reg)) continue;
    const target = btf.skipModifiers(type.type);
    if (iterator !== null && i === 0) {
      const rcuTask = (descriptor.flags & KF_RCU_PROTECTED) !== 0;
      const rcu = rcuTask ? (inRcuSection(env) ? 'trusted' : 'untrusted') : 'none';
      checkArgumentOffset(env, regno, reg);
      if (meta.name === 'bpf_iter_css_task_new' && !mayIterateCssTasks(env.program))
        env.reject(
          EINVAL,
          'css-task-not-allowed',
          'css_task_iter is only allowed in bpf_lsm, bpf_iter and sleepable progs',
          {},
          blame,
        );
      meta.iter = checkIterArgument(env, regno, iterator.iterator, iterator.method, target.id, rcu);
      const slot = env.state.frames[meta.iter.frame]!.stack[meta.iter.spi]!;
      if (iterator.method === 'next') meta.refObjId = slot.iter!.refObjId;
      continue;
    }
    if (target.kind === 'struct') {
      checkStructArgument(env, meta, btf, regno, reg, target, i);
      continue;
    }
    const next = params[i + 1];
    if (next !== undefined && (next.name.endsWith('__sz') || next.name.endsWith('__szk'))) {
      const size = env.state.top.regs[regno + 1]!;
      if (size.type !== SCALAR)
        env.reject(EINVAL, 'not-a-scalar', `R${regno + 1} is not a scalar`, {}, [env.blameReg(regno + 1)]);
      checkSizedMemory(env, regno, regno + 1);
      continue;
    }
    if (target.kind === 'void') env.unsupported(`the void pointer argument of ${meta.name}`);
    checkArgumentMemory(env, regno, btf.sizeOf(target.id), 'read', false, false);
    checkArgumentMemory(env, regno, btf.sizeOf(target.id), 'write', false, false);
  }
}

/** A function that gives a reference back must get one. */
function checkRelease(env: Env, meta: Meta): void {
  if ((meta.kfunc.descriptor.flags & KF_RELEASE) === 0 || meta.releaseReg !== 0) return;
  env.reject(
    EINVAL,
    'release-unreferenced',
    `release kernel function ${meta.name} expects refcounted PTR_TO_BTF_ID`,
    {},
    [env.blameReg(1)],
  );
}

function checkSizedMemory(env: Env, regno: number, sizeRegno: number): void {
  const size = env.state.top.regs[sizeRegno]!;
  const blame = sizeRegno;
  if (size.scalar.smin < 0n)
    env.reject(
      EACCES,
      'negative-size',
      `R${sizeRegno} min value is negative, either use unsigned or 'var &= const'`,
      {},
      blame,
    );
  if (size.scalar.umax >= 1n << 29n)
    env.reject(
      EACCES,
      'unbounded-size',
      `R${sizeRegno} unbounded memory access, use 'var &= const' or 'if (var < const)'`,
      {},
      blame,
    );
  checkArgumentMemory(env, regno, Number(size.scalar.umax), 'read', true, false);
  checkArgumentMemory(env, regno, Number(size.scalar.umax), 'write', true, false);
  markPrecise(env, sizeRegno);
}

function checkStructArgument(
  env: Env,
  meta: Meta,
  btf: Btf,
  regno: number,
  reg: Reg,
  target: BtfType,
  i: number,
): void {
  const blame = regno;
  if (baseType(reg.type) !== PTR_TO_BTF_ID) {
    env.reject(
      EINVAL,
      'bad-argument',
      `arg#${i} pointer type STRUCT ${target.name} must point to scalar, or struct with scalar`,
      { type: typeName(reg.type) },
      blame,
    );
  }
  const unsafe = (reg.type & ~(0xff | PTR_TRUSTED | MEM_RCU)) !== 0;
  const isTrusted = reg.refObjId !== 0 || ((reg.type & (PTR_TRUSTED | MEM_RCU)) !== 0 && !unsafe);
  if (needsTrustedArgs(meta.kfunc) && !isTrusted)
    env.reject(EINVAL, 'untrusted-argument', `R${regno} must be referenced or trusted`, {}, blame);
  if (!isTrusted && (meta.kfunc.descriptor.flags & KF_RCU) !== 0 && (reg.type & MEM_RCU) === 0)
    env.reject(EINVAL, 'untrusted-argument', `R${regno} must be a rcu pointer`, {}, blame);
  checkArgumentOffset(env, regno, reg);
  if (unsafe && (reg.type & MEM_RCU) === 0)
    env.reject(
      EINVAL,
      'bad-argument',
      `arg#${i} is ${typeName(reg.type)} expected ${typeName(reg.type & (0xff | PTR_TRUSTED | MEM_RCU))} or socket`,
      { type: typeName(reg.type) },
      blame,
    );
  if (btf.skipModifiers(reg.btfId).id !== target.id || reg.off !== 0) {
    const actual = btf.type(reg.btfId).name;
    if (reg.off !== 0) env.unsupported('a pointer into the middle of a kernel structure');
    env.reject(
      EINVAL,
      'wrong-struct',
      `kernel function ${meta.name} args#${i} expected pointer to STRUCT ${target.name} but R${regno} has a pointer to STRUCT ${actual}`,
      {},
      blame,
    );
  }
}

function setResult(env: Env, meta: Meta): void {
  const btf = env.kernelBtf;
  const flags = meta.kfunc.descriptor.flags;
  const ret = btf.skipModifiers(meta.proto.ret);
  if (ret.kind === 'void') return;
  if (isScalarType(ret)) {
    setReg(env, 0, UNKNOWN_REG);
    return;
  }
  if (ret.kind !== 'ptr') env.unsupported(`the result of ${meta.name}`);
  const target = btf.skipModifiers(ret.type);
  let reg: Reg;
  if (target.kind === 'struct' || target.kind === 'union') {
    const iter = meta.iter === null ? null : env.state.frames[meta.iter.frame]!.stack[meta.iter.spi]!.iter;
    const rcu = (flags & KF_RCU_PROTECTED) !== 0 || iter?.rcu === 'trusted';
    reg = Reg.pointer(PTR_TO_BTF_ID | (rcu ? MEM_RCU : iter === null ? 0 : PTR_TRUSTED), { btfId: target.id });
  } else if (target.kind === 'void') reg = UNKNOWN_REG;
  else {
    reg = Reg.pointer(PTR_TO_MEM | MEM_RDONLY, { memSize: btf.sizeOf(target.id), refObjId: meta.refObjId });
    if ((flags & KF_RCU_PROTECTED) !== 0) reg = reg.withType(reg.type | MEM_RCU);
  }
  if ((flags & KF_RET_NULL) !== 0) reg = reg.with({ type: reg.type | PTR_MAYBE_NULL, id: env.newId() });
  if ((flags & KF_ACQUIRE) !== 0) {
    const id = env.newId();
    env.state.refs = [...env.state.refs, { id, insn: env.insnIdx }];
    reg = reg.with({ refObjId: id, ...((flags & KF_RET_NULL) !== 0 ? { id } : {}) });
  }
  setReg(env, 0, reg);
}
