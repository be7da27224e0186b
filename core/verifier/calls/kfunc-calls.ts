import type { Insn } from '../../isa/insn.ts';
import { KF_RCU_PROTECTED, KF_RELEASE } from '../../kernel/catalogue/descriptor.ts';
import { isSleepable } from '../../kernel/catalogue/kfuncs/table.ts';
import { inRcuSection } from '../memory/btf-access.ts';
import { pushAsyncCallback } from './async-callbacks.ts';
import { pushLessCallback } from './callbacks.ts';
import { losePackets } from './effects.ts';
import type { Env } from '../env.ts';
import { EACCES, EFAULT, EINVAL } from '../../base/errno.ts';
import { forkAtNext } from './iterators.ts';
import { checkKfuncArguments } from './kfunc-args.ts';
import { kfuncMeta } from './kfunc-meta.ts';
import type { KfuncMeta } from './kfunc-meta.ts';
import { setKfuncResult } from './kfunc-results.ts';
import { giveToOwner } from './object-args.ts';
import { releaseReference } from './references.ts';
import { clearCallerSaved } from '../regs.ts';
import { Reg } from '../values/reg.ts';
import { ranged } from '../values/scalar/index.ts';
import { checkLeaks, checkThrow } from './subprog-calls.ts';
import { applyEffect, checkMaySleep } from './sections.ts';

/** A call of a kernel function (Documentation/bpf/kfuncs.rst); whether the path goes on after it. */
export function checkKfuncCall(env: Env, insn: Insn): 'on' | 'end' {
  if (insn.imm === 0) {
    // A function that this kernel does not have: it matters only if the call stays in the program.
    env.callsMissing = true;
    env.insnIdx++;
    return 'on';
  }
  const meta = kfuncMeta(env, insn);
  const { kfunc, name } = meta;
  const { effect, flags } = kfunc.descriptor;
  if (effect === 'lock' || effect === 'lock-irq') pushFailedLock(env);
  if (effect === 'trap') env.reject(EFAULT, 'unreachable', 'unexpected __bpf_trap() due to uninitialized variable?');
  const sleepable = isSleepable(kfunc);
  if (sleepable && !env.state.inSleepable)
    env.reject(EACCES, 'sleepable-kfunc', `program must be sleepable to call sleepable kfunc ${name}`, {
      within: 'program',
    });
  checkKfuncArguments(env, meta);
  checkRelease(env, meta);
  if (effect === 'add-node') pushLessCallback(env, meta.callback, meta.root!);
  if (effect !== undefined) applyEffect(env, effect, name);
  if (sleepable)
    checkMaySleep(env, EACCES, 'sleepable-kfunc', (where) => `kernel func ${name} is sleepable within ${where}`);
  if ((flags & KF_RCU_PROTECTED) !== 0 && !inRcuSection(env))
    env.reject(EACCES, 'needs-rcu', `kernel func ${name} requires RCU critical section protection`);
  if (meta.releaseReg !== 0) {
    if (!env.state.refs.some((ref) => ref.id === meta.refObjId))
      env.reject(
        EINVAL,
        'release-unreferenced',
        `kfunc ${name}#${insn.imm} reference has not been acquired before`,
        {},
        meta.releaseReg,
      );
    releaseReference(env, meta.refObjId);
  }
  if (effect === 'give-node' || effect === 'add-node') giveToOwner(env, env.state.top.regs[2]!.refObjId);
  if (effect === 'queue-work') pushAsyncCallback(env, meta.callback, meta.map!, 'work-queue');
  if (effect === 'task-work') pushAsyncCallback(env, meta.callback, meta.map!, 'task-work');
  if (effect === 'throw') {
    env.throws = true;
    checkThrow(env);
  }
  if (kfunc.descriptor.changesPacket === true) losePackets(env);
  clearCallerSaved(env);
  setKfuncResult(env, meta);
  if (kfunc.iterator?.method === 'next') forkAtNext(env, meta.iter!);
  if (effect === 'throw') {
    checkLeaks(env, 'bpf_throw', true, true);
    return 'end';
  }
  env.insnIdx++;
  return 'on';
}

const MAX_ERRNO = 4095;

/** The way on which the lock could not be taken, which waits. */
function pushFailedLock(env: Env): void {
  const failed = env.push(env.insnIdx + 1, env.insnIdx, 'lock');
  for (let r = 0; r <= 5; r++) failed.top.regs[r] = Reg.notInit;
  const min = -MAX_ERRNO;
  failed.top.regs[0] = Reg.scalar(ranged({ smin: BigInt(min), smax: -1n, s32min: min, s32max: -1 }));
}

/** A function that gives a reference back must get one. */
function checkRelease(env: Env, meta: KfuncMeta): void {
  if ((meta.kfunc.descriptor.flags & KF_RELEASE) === 0 || meta.releaseReg !== 0) return;
  env.reject(
    EINVAL,
    'release-unreferenced',
    `release kernel function ${meta.name} expects refcounted PTR_TO_BTF_ID`,
    {},
    1,
  );
}
