import { EINVAL } from '../../../base/errno.ts';
import type { Machine } from '../../machine/machine.ts';
import { argument, give, giveNumber, lo } from '../helpers/registers.ts';
import { setStateWord, stateWord } from './state.ts';
import type { IteratorDescriptor } from '../descriptor.ts';
import {
  KF_ITER_DESTROY,
  KF_ITER_NEW,
  KF_ITER_NEXT,
  KF_RCU_PROTECTED,
  KF_RET_NULL,
  KF_TRUSTED_ARGS,
} from '../descriptor.ts';

/**
 * BPF_TASK_ITER_*
 *
 *     struct bpf_iter_task, 24 bytes:   0..7 process at hand   8..15 thread that next gives, 0 at the end   16..19 flags
 */
const ALL_PROCS = 0;
const ALL_THREADS = 1;
const PROC_THREADS = 2;
const [TASK, POS, FLAGS] = [0, 1, 2];

/** Visits tasks: all processes, all threads, or the threads of one process. */
export const task: IteratorDescriptor = {
  name: 'task',
  doc: 'Visits tasks: all processes, all threads, or the threads of one process.',
  size: 24,
  new: {
    name: 'bpf_iter_task_new',
    flags: KF_ITER_NEW | KF_TRUSTED_ARGS | KF_RCU_PROTECTED,
    doc: 'Begins at a task (or NULL) with BPF_TASK_ITER_* flags: 0 processes, 1 threads, 2 the threads of the task’s process from that task on. Both walks of the whole machine begin with the idle thread, pid 0. Needs an RCU read section.',
    run(machine, regs) {
      const [task, flags] = [argument(regs, 2), lo(regs, 3)];
      const known = flags === ALL_PROCS || flags === ALL_THREADS || (flags === PROC_THREADS && task !== 0n);
      const first = !known ? 0n : flags === PROC_THREADS ? task : machine.kernel.tasks.idle;
      setStateWord(machine, regs, TASK, first);
      setStateWord(machine, regs, POS, first);
      setStateWord(machine, regs, FLAGS, BigInt(flags >>> 0));
      giveNumber(regs, known ? 0 : EINVAL);
    },
  },
  next: {
    name: 'bpf_iter_task_next',
    flags: KF_ITER_NEXT | KF_RET_NULL,
    doc: 'Gives a pointer to the next element, and NULL once there is none left.',
    run(machine, regs) {
      const position = stateWord(machine, regs, POS);
      if (position !== 0n) advance(machine, regs, position);
      give(regs, position);
    },
  },
  destroy: {
    name: 'bpf_iter_task_destroy',
    flags: KF_ITER_DESTROY,
    doc: 'Gives back what the iterator holds.',
    run: () => undefined,
  },
};

/** Moves on from the thread that is given now. */
function advance(machine: Machine, regs: Int32Array, position: bigint): void {
  const { tasks } = machine.kernel;
  const flags = Number(stateWord(machine, regs, FLAGS) & 0xffff_ffffn);
  const task = tasks.at(position);
  const thread = flags === ALL_PROCS || task === undefined ? null : tasks.threadAfter(task);
  const process =
    thread === null && flags !== PROC_THREADS
      ? tasks.processAfter(tasks.at(stateWord(machine, regs, TASK)) ?? null)
      : null;
  if (process !== null) setStateWord(machine, regs, TASK, process.address);
  setStateWord(machine, regs, POS, (thread ?? process)?.address ?? 0n);
}
