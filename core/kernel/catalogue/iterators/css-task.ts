import { EINVAL } from '../../../base/errno.ts';
import { argument, giveNumber, lo } from '../helpers/registers.ts';
import { endOfWalk, nextOfWalk, setStateWord } from './state.ts';
import type { IteratorDescriptor } from '../descriptor.ts';
import { KF_ITER_DESTROY, KF_ITER_NEW, KF_ITER_NEXT, KF_RET_NULL, KF_TRUSTED_ARGS } from '../descriptor.ts';
import { PROG_LSM, PROG_TRACING, SLEEPABLE, TRACE_ITER } from '../../rules/program-types.ts';

/** CSS_TASK_ITER_* */
const PROCS = 1;
const THREADED = 2;

/** Visits the tasks of a cgroup. */
export const cssTask: IteratorDescriptor = {
  name: 'css_task',
  doc: 'Visits the tasks of a cgroup.',
  size: 8,
  // It takes a lock that not every program may take.
  allowed: ({ type, expectedAttachType, flags }) =>
    type === PROG_LSM || (type === PROG_TRACING && expectedAttachType === TRACE_ITER) || (flags & SLEEPABLE) !== 0,
  new: {
    name: 'bpf_iter_css_task_new',
    flags: KF_ITER_NEW | KF_TRUSTED_ARGS,
    doc: 'Begins with CSS_TASK_ITER_* flags. Only for LSM, iterator and sleepable programs.',
    run(machine, regs) {
      const { cgroups, tasks, walks } = machine.kernel;
      const [css, flags] = [argument(regs, 2), lo(regs, 3)];
      const known = flags === 0 || flags === PROCS || flags === (PROCS | THREADED);
      const cgroup = cgroups.at(css);
      const members = tasks.created.filter(
        (task) => task.cgroup === cgroup && ((flags & PROCS) === 0 || task.leader === task),
      );
      setStateWord(machine, regs, 0, known ? walks.begin(members) : 0n);
      giveNumber(regs, known ? 0 : EINVAL);
    },
  },
  next: {
    name: 'bpf_iter_css_task_next',
    flags: KF_ITER_NEXT | KF_RET_NULL,
    doc: 'Gives a pointer to the next element, and NULL once there is none left.',
    run: nextOfWalk,
  },
  destroy: {
    name: 'bpf_iter_css_task_destroy',
    flags: KF_ITER_DESTROY,
    doc: 'Gives back what the iterator holds.',
    run: endOfWalk,
  },
};
