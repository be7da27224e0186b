import type { KfuncDescriptor } from '../descriptor.ts';
import { KF_TRUSTED_ARGS } from '../descriptor.ts';
import { argument, give, hi, lo } from '../helpers/registers.ts';

// An int result: the upper half of r0 is zero, as on x86-64.
const giveErrno = (regs: Int32Array, errno: number): void => give(regs, BigInt(errno >>> 0));

/** Work that a program leaves for later: a `struct bpf_wq` in a map's value. */
export const WORK_QUEUES: readonly KfuncDescriptor[] = [
  {
    name: 'bpf_wq_init',
    flags: 0,
    doc: 'Prepares a work queue item in a map’s value.',
    run: (machine, regs) =>
      giveErrno(
        regs,
        machine.work.init(lo(regs, 1), machine.workPlace(argument(regs, 2), argument(regs, 1)), lo(regs, 3)),
      ),
  },
  {
    name: 'bpf_wq_set_callback_impl',
    flags: 0,
    effect: 'queue-work',
    doc: 'Says which function of the program the item calls, with the map, the key and the value. It may sleep.',
    run: (machine, regs) =>
      giveErrno(regs, machine.work.set(lo(regs, 1), machine.later(lo(regs, 2), hi(regs, 2)), lo(regs, 3))),
  },
  {
    name: 'bpf_wq_start',
    flags: 0,
    doc: 'Queues the item: its function is called soon, in a thread of the kernel.',
    run: (machine, regs) => giveErrno(regs, machine.work.start(lo(regs, 1), lo(regs, 2))),
  },
  {
    name: 'bpf_task_work_schedule_signal_impl',
    flags: KF_TRUSTED_ARGS,
    effect: 'task-work',
    doc: 'Has a function of the program called by a task itself, soon: it is woken for it as by a signal.',
  },
  {
    name: 'bpf_task_work_schedule_resume_impl',
    flags: KF_TRUSTED_ARGS,
    effect: 'task-work',
    doc: 'Has a function of the program called by a task itself, before it goes on in user space.',
  },
];
