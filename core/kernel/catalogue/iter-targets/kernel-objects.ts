import type { IterTarget } from './target.ts';
import { plain, trusted } from './target.ts';

/** Targets that visit other objects of the kernel. */
export const KERNEL_OBJECTS: readonly IterTarget[] = [
  {
    name: 'cgroup',
    doc: 'Visits a cgroup and those below it or above it.',
    args: [trusted(8, 'cgroup')],
  },
  { name: 'kmem_cache', doc: 'Visits every slab cache.', args: [trusted(8, 'kmem_cache')] },
  { name: 'dmabuf', doc: 'Visits every DMA buffer.', args: [plain(8, 'dma_buf')] },
  { name: 'ksym', doc: 'Visits the symbols of the kernel.', args: [plain(8, 'kallsym_iter')] },
];
