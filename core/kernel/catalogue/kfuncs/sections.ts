import type { KfuncDescriptor } from '../descriptor.ts';
import { GENERIC } from './hooks.ts';

/** Read sections and sections without preemption or interrupts: each is left by the function that belongs to it. */
export const SECTIONS: readonly KfuncDescriptor[] = [
  {
    name: 'bpf_rcu_read_lock',
    flags: 0,
    effect: 'rcu-lock',
    doc: 'Begins an RCU read section: what is read in it stays until it ends. Programs that cannot sleep always run in one.',
    run: () => undefined,
  },
  {
    name: 'bpf_rcu_read_unlock',
    flags: 0,
    effect: 'rcu-unlock',
    doc: 'Ends an RCU read section: pointers that it protected are untrusted from here on.',
    run: () => undefined,
  },
  {
    name: 'bpf_preempt_disable',
    flags: 0,
    effect: 'preempt-disable',
    doc: 'Disables preemption. Such sections nest, and nothing in them may sleep.',
    run: () => undefined,
  },
  {
    name: 'bpf_preempt_enable',
    flags: 0,
    effect: 'preempt-enable',
    doc: 'Ends a section without preemption.',
    run: () => undefined,
  },
  {
    name: 'bpf_local_irq_save',
    flags: 0,
    effect: 'irq-save',
    doc: 'Disables interrupts on this CPU and keeps their state in eight bytes of stack.',
    run: () => undefined,
  },
  {
    name: 'bpf_local_irq_restore',
    flags: 0,
    effect: 'irq-restore',
    doc: 'Restores the interrupt state that the matching bpf_local_irq_save kept. The last one saved is the first to be restored.',
    run: () => undefined,
  },
  {
    name: 'bpf_throw',
    flags: 0,
    programs: GENERIC,
    effect: 'throw',
    doc: 'Ends the program at once, from whatever function it is in; the program returns the cookie.',
  },
];
