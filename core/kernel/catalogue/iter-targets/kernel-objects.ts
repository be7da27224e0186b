import { attachToCgroup, cgroupFdinfo, walkCgroups, walkList } from '../../machine/iter/object-walks.ts';
import { walkSymbols } from '../../machine/iter/symbol-walk.ts';
import type { IterTarget } from './target.ts';
import { plain, trusted } from './target.ts';

/** Targets that visit other objects of the kernel. */
export const KERNEL_OBJECTS: readonly IterTarget[] = [
  {
    name: 'cgroup',
    doc: 'Visits a cgroup and those below it or above it.',
    args: [trusted(8, 'cgroup')],
    parameters: 'cgroup',
    attach: attachToCgroup,
    fdinfo: cgroupFdinfo,
    walk: walkCgroups,
  },
  {
    name: 'kmem_cache',
    doc: 'Visits every slab cache.',
    args: [trusted(8, 'kmem_cache')],
    walk: walkList('cache', ({ objects }) => objects.caches, { words: [0n], label: 'no cache' }),
    fdinfo: () => 'kmem_cache iter\n',
  },
  {
    name: 'dmabuf',
    doc: 'Visits every DMA buffer.',
    args: [plain(8, 'dma_buf')],
    walk: walkList('dmabuf', ({ objects }) => objects.dmabufs, null),
    fdinfo: () => 'dmabuf iter\n',
  },
  { name: 'ksym', doc: 'Visits the symbols of the kernel.', args: [plain(8, 'kallsym_iter')], walk: walkSymbols },
];
