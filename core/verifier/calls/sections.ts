import type { KfuncEffect } from '../../kernel/catalogue/descriptor.ts';
import type { Env } from '../env.ts';
import { EINVAL } from '../../base/errno.ts';
import { MEM_RCU, PTR_MAYBE_NULL, PTR_UNTRUSTED } from '../values/reg.ts';
import type { Reg } from '../values/reg.ts';
import { isSpilled } from '../values/stack.ts';

/** Opens or closes the section that a kernel function stands for. */
export function applyEffect(env: Env, effect: KfuncEffect, name: string): void {
  const { state } = env;
  switch (effect) {
    case 'rcu-lock':
      if (state.activeRcuLocks > 0)
        env.reject(EINVAL, 'nested-rcu-lock', `nested rcu read lock (kernel function ${name})`);
      state.activeRcuLocks++;
      break;
    case 'rcu-unlock':
      if (state.activeRcuLocks === 0)
        env.reject(EINVAL, 'unmatched-rcu-unlock', `unmatched rcu read unlock (kernel function ${name})`);
      state.activeRcuLocks--;
      if (state.activeRcuLocks === 0) endRcu(env);
      break;
    case 'preempt-disable':
      state.activePreemptLocks++;
      break;
    case 'preempt-enable':
      if (state.activePreemptLocks === 0)
        env.reject(
          EINVAL,
          'unmatched-preempt-enable',
          `unmatched attempt to enable preemption (kernel function ${name})`,
        );
      state.activePreemptLocks--;
      break;
    default:
      break;
  }
}

/** The end of a read section: what it protected may be gone. */
function endRcu(env: Env): void {
  const after = (reg: Reg): Reg =>
    (reg.type & MEM_RCU) !== 0 ? reg.withType((reg.type & ~(MEM_RCU | PTR_MAYBE_NULL)) | PTR_UNTRUSTED) : reg;
  for (const frame of env.state.frames) {
    for (let r = 0; r < 11; r++) frame.regs[r] = after(frame.regs[r]!);
    frame.stack.forEach((slot, spi) => {
      if (isSpilled(slot)) {
        const spilled = after(slot.spilled!);
        if (spilled !== slot.spilled) frame.stack[spi] = { ...slot, spilled };
      } else if (slot.iter?.rcu === 'trusted') frame.stack[spi] = { ...slot, iter: { ...slot.iter, rcu: 'untrusted' } };
    });
  }
}

/** Rejects what may sleep within a section in which nothing may. `message` gets the section's name. */
export function checkMaySleep(
  env: Env,
  errno: number,
  kind: 'sleepable-helper' | 'sleepable-kfunc',
  message: (where: string) => string,
): void {
  const { state } = env;
  if (state.activeRcuLocks > 0) env.reject(errno, kind, message('rcu_read_lock region'), { within: 'rcu' });
  if (state.activePreemptLocks > 0) env.reject(errno, kind, message('non-preemptible region'), { within: 'preempt' });
  if (state.activeIrqId !== 0) env.reject(errno, kind, message('IRQ-disabled region'), { within: 'irq' });
}
