import type { IteratorDescriptor } from '../descriptor.ts';
import { KF_ITER_DESTROY, KF_ITER_NEW, KF_ITER_NEXT, KF_RCU, KF_RET_NULL } from '../descriptor.ts';

/** Visits the memory areas of a task from an address on. The verifier checks it; running it is outside the model. */
export const taskVma: IteratorDescriptor = {
  name: 'task_vma',
  doc: 'Visits the memory areas of a task from an address on.',
  size: 8,
  new: {
    name: 'bpf_iter_task_vma_new',
    flags: KF_ITER_NEW | KF_RCU,
    doc: 'Begins at the area that holds or follows an address.',
  },
  next: {
    name: 'bpf_iter_task_vma_next',
    flags: KF_ITER_NEXT | KF_RET_NULL,
    doc: 'Gives a pointer to the next element, and NULL once there is none left.',
  },
  destroy: { name: 'bpf_iter_task_vma_destroy', flags: KF_ITER_DESTROY, doc: 'Gives back what the iterator holds.' },
};
