import type { IteratorDescriptor } from '../descriptor.ts';
import { KF_ITER_DESTROY, KF_ITER_NEW, KF_ITER_NEXT, KF_RET_NULL, KF_SLEEPABLE } from '../descriptor.ts';

/** Visits the slab caches of the kernel. The verifier checks it; running it is outside the model. */
export const kmemCache: IteratorDescriptor = {
  name: 'kmem_cache',
  doc: 'Visits the slab caches of the kernel.',
  size: 8,
  new: {
    name: 'bpf_iter_kmem_cache_new',
    flags: KF_ITER_NEW | KF_SLEEPABLE,
    doc: 'Begins with the first cache. For sleepable programs.',
  },
  next: {
    name: 'bpf_iter_kmem_cache_next',
    flags: KF_ITER_NEXT | KF_RET_NULL | KF_SLEEPABLE,
    doc: 'Gives a pointer to the next element, and NULL once there is none left.',
  },
  destroy: {
    name: 'bpf_iter_kmem_cache_destroy',
    flags: KF_ITER_DESTROY | KF_SLEEPABLE,
    doc: 'Gives back what the iterator holds.',
  },
};
