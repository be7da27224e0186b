import { giveNumber } from '../helpers/registers.ts';
import type { Behaviour, KfuncDescriptor } from '../descriptor.ts';

/** With one CPU a lock is free, unless the program holds it: which the verifier does not let it take again. */
const free: Behaviour = (_, regs) => giveNumber(regs, 0);

/** Locks that notice a deadlock: taking one may fail (Documentation/locking, `rqspinlock`). */
export const RESILIENT_LOCKS: readonly KfuncDescriptor[] = [
  {
    name: 'bpf_res_spin_lock',
    flags: 0,
    effect: 'lock',
    doc: 'Takes a `struct bpf_res_spin_lock`: 0, or a negative errno where that would never end.',
    run: free,
  },
  {
    name: 'bpf_res_spin_unlock',
    flags: 0,
    effect: 'unlock',
    doc: 'Gives the lock back that was taken last.',
    run: () => undefined,
  },
  {
    name: 'bpf_res_spin_lock_irqsave',
    flags: 0,
    effect: 'lock-irq',
    doc: 'As bpf_res_spin_lock, with interrupts disabled until the lock is given back.',
    run: free,
  },
  {
    name: 'bpf_res_spin_unlock_irqrestore',
    flags: 0,
    effect: 'unlock-irq',
    doc: 'Gives the lock back, and restores the state of interrupts.',
    run: () => undefined,
  },
];
