import { ENOENT } from '../../../base/errno.ts';
import { argument, giveNumber } from '../helpers/registers.ts';
import { endOfWalk, nextOfWalk, setStateWord } from './state.ts';
import type { IteratorDescriptor } from '../descriptor.ts';
import { KF_ITER_DESTROY, KF_ITER_NEW, KF_ITER_NEXT, KF_RCU, KF_RET_NULL } from '../descriptor.ts';

/** Visits the memory areas of a task from an address on. */
export const taskVma: IteratorDescriptor = {
  name: 'task_vma',
  doc: 'Visits the memory areas of a task from an address on.',
  size: 8,
  new: {
    name: 'bpf_iter_task_vma_new',
    flags: KF_ITER_NEW | KF_RCU,
    doc: 'Begins at the area that holds or follows an address. -ENOENT for a task without memory of its own.',
    run(machine, regs) {
      const { tasks, walks } = machine.kernel;
      const [task, from] = [argument(regs, 2), argument(regs, 3)];
      const memory = tasks.at(task)?.memory ?? null;
      const areas = (memory?.areas ?? []).filter(({ end }) => from < end);
      setStateWord(machine, regs, 0, memory === null ? 0n : walks.begin(areas));
      giveNumber(regs, memory === null ? ENOENT : 0);
    },
  },
  next: {
    name: 'bpf_iter_task_vma_next',
    flags: KF_ITER_NEXT | KF_RET_NULL,
    doc: 'Gives a pointer to the next element, and NULL once there is none left.',
    run: nextOfWalk,
  },
  destroy: {
    name: 'bpf_iter_task_vma_destroy',
    flags: KF_ITER_DESTROY,
    doc: 'Gives back what the iterator holds.',
    run: endOfWalk,
  },
};
