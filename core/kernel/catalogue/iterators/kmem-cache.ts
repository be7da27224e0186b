import { nextInList } from '../../machine/world/cursors.ts';
import { giveNumber } from '../helpers/registers.ts';
import { giveThing, setStateWord, stateWord } from './state.ts';
import type { IteratorDescriptor } from '../descriptor.ts';
import { KF_ITER_DESTROY, KF_ITER_NEW, KF_ITER_NEXT, KF_RET_NULL, KF_SLEEPABLE } from '../descriptor.ts';

/** The state before the first next; 0 once the end was reached. */
const NOT_BEGUN = 1n;

/** Visits the slab caches of the kernel. */
export const kmemCache: IteratorDescriptor = {
  name: 'kmem_cache',
  doc: 'Visits the slab caches of the kernel.',
  size: 8,
  new: {
    name: 'bpf_iter_kmem_cache_new',
    flags: KF_ITER_NEW | KF_SLEEPABLE,
    doc: 'Begins with the first cache. For sleepable programs.',
    run(machine, regs) {
      setStateWord(machine, regs, 0, NOT_BEGUN);
      giveNumber(regs, 0);
    },
  },
  next: {
    name: 'bpf_iter_kmem_cache_next',
    flags: KF_ITER_NEXT | KF_RET_NULL | KF_SLEEPABLE,
    doc: 'Gives a pointer to the next element, and NULL once there is none left.',
    run(machine, regs) {
      const last = stateWord(machine, regs, 0);
      const next = last === 0n ? null : nextInList(machine.kernel.objects.caches, last === NOT_BEGUN ? 0n : last);
      setStateWord(machine, regs, 0, next?.address ?? 0n);
      giveThing(regs, next);
    },
  },
  destroy: {
    name: 'bpf_iter_kmem_cache_destroy',
    flags: KF_ITER_DESTROY | KF_SLEEPABLE,
    doc: 'Gives back what the iterator holds.',
    run: () => undefined,
  },
};
