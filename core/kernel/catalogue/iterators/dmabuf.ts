import type { IteratorDescriptor } from '../descriptor.ts';
import { KF_ITER_DESTROY, KF_ITER_NEW, KF_ITER_NEXT, KF_RET_NULL, KF_SLEEPABLE } from '../descriptor.ts';

/** Visits the DMA buffers of the system. The verifier checks it; running it is outside the model. */
export const dmabuf: IteratorDescriptor = {
  name: 'dmabuf',
  doc: 'Visits the DMA buffers of the system.',
  size: 8,
  new: {
    name: 'bpf_iter_dmabuf_new',
    flags: KF_ITER_NEW | KF_SLEEPABLE,
    doc: 'Begins with the first buffer. For sleepable programs.',
  },
  next: {
    name: 'bpf_iter_dmabuf_next',
    flags: KF_ITER_NEXT | KF_RET_NULL | KF_SLEEPABLE,
    doc: 'Gives a pointer to the next element, and NULL once there is none left.',
  },
  destroy: {
    name: 'bpf_iter_dmabuf_destroy',
    flags: KF_ITER_DESTROY | KF_SLEEPABLE,
    doc: 'Gives back what the iterator holds.',
  },
};
