import type { KfuncDescriptor } from '../descriptor.ts';

/** Locks that notice a deadlock: taking one may fail (Documentation/locking, `rqspinlock`). */
export const RESILIENT_LOCKS: readonly KfuncDescriptor[] = [
  {
    name: 'bpf_res_spin_lock',
    flags: 0,
    effect: 'lock',
    doc: 'Takes a `struct bpf_res_spin_lock`: 0, or a negative errno where that would never end.',
  },
  {
    name: 'bpf_res_spin_unlock',
    flags: 0,
    effect: 'unlock',
    doc: 'Gives the lock back that was taken last.',
  },
  {
    name: 'bpf_res_spin_lock_irqsave',
    flags: 0,
    effect: 'lock-irq',
    doc: 'As bpf_res_spin_lock, with interrupts disabled until the lock is given back.',
  },
  {
    name: 'bpf_res_spin_unlock_irqrestore',
    flags: 0,
    effect: 'unlock-irq',
    doc: 'Gives the lock back, and restores the state of interrupts.',
  },
];
