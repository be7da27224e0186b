import { argument, give, giveNumber, lo } from '../helpers/registers.ts';
import type { Behaviour, KfuncDescriptor } from '../descriptor.ts';
import { KF_ACQUIRE, KF_RCU, KF_RELEASE, KF_RET_NULL, KF_TRUSTED_ARGS } from '../descriptor.ts';
import { GENERIC } from './hooks.ts';

const fromPid: Behaviour = (machine, regs) => give(regs, machine.kernel.tasks.find(lo(regs, 1))?.address ?? 0n);
const fromOwnPid: Behaviour = (machine, regs) =>
  give(regs, machine.kernel.tasks.seenBy(machine.currentTask).find(lo(regs, 1))?.address ?? 0n);

/** References to tasks, and what one may ask of a task. */
export const TASKS: readonly KfuncDescriptor[] = [
  {
    name: 'bpf_task_acquire',
    flags: KF_ACQUIRE | KF_RCU | KF_RET_NULL,
    programs: GENERIC,
    doc: 'Takes a reference to a task; NULL when the task is going away.',
    run: (_, regs) => give(regs, argument(regs, 1)),
  },
  {
    name: 'bpf_task_release',
    flags: KF_RELEASE,
    programs: GENERIC,
    doc: 'Gives a reference to a task back.',
    run: () => undefined,
  },
  {
    name: 'bpf_task_from_pid',
    flags: KF_ACQUIRE | KF_RET_NULL,
    programs: GENERIC,
    doc: 'The task with a pid of the first pid namespace, with a reference to be released; NULL if there is none.',
    run: fromPid,
  },
  {
    name: 'bpf_task_from_vpid',
    flags: KF_ACQUIRE | KF_RET_NULL,
    programs: GENERIC,
    doc: 'The task with a pid of the pid namespace that the program runs in, with a reference to be released; NULL if there is none.',
    run: fromOwnPid,
  },
  {
    name: 'bpf_task_under_cgroup',
    flags: KF_RCU,
    programs: GENERIC,
    doc: 'Whether a task is in a cgroup or in one below it.',
    run(machine, regs) {
      const { tasks, cgroups } = machine.kernel;
      const above = cgroups.at(argument(regs, 2));
      let cgroup = tasks.at(argument(regs, 1))?.cgroup ?? null;
      while (cgroup !== null && cgroup !== above) cgroup = cgroup.parent;
      giveNumber(regs, cgroup === null ? 0 : 1);
    },
  },
  {
    name: 'bpf_task_get_cgroup1',
    flags: KF_ACQUIRE | KF_RCU | KF_RET_NULL,
    programs: GENERIC,
    doc: 'The cgroup of a task in a hierarchy of the first version, with a reference to be released.',
    // The simulated machine has no hierarchy of that version.
    run: (_, regs) => giveNumber(regs, 0),
  },
  {
    name: 'bpf_send_signal_task',
    flags: KF_TRUSTED_ARGS,
    programs: GENERIC,
    doc: 'Sends a signal with a value to a task or to its process.',
  },
];
