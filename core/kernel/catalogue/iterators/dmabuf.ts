import { nextInList } from '../../machine/world/cursors.ts';
import { giveNumber } from '../helpers/registers.ts';
import { giveThing, setStateWord, stateWord } from './state.ts';
import type { IteratorDescriptor } from '../descriptor.ts';
import { KF_ITER_DESTROY, KF_ITER_NEW, KF_ITER_NEXT, KF_RET_NULL, KF_SLEEPABLE } from '../descriptor.ts';

/** Visits the DMA buffers of the system. */
export const dmabuf: IteratorDescriptor = {
  name: 'dmabuf',
  doc: 'Visits the DMA buffers of the system.',
  size: 8,
  new: {
    name: 'bpf_iter_dmabuf_new',
    flags: KF_ITER_NEW | KF_SLEEPABLE,
    doc: 'Begins with the first buffer. For sleepable programs.',
    run(machine, regs) {
      setStateWord(machine, regs, 0, 0n);
      giveNumber(regs, 0);
    },
  },
  next: {
    name: 'bpf_iter_dmabuf_next',
    flags: KF_ITER_NEXT | KF_RET_NULL | KF_SLEEPABLE,
    doc: 'Gives a pointer to the next element, and NULL once there is none left.',
    // The state of an iterator that has not begun and of one at its end are the same: a next after NULL begins again, in the kernel too.
    run(machine, regs) {
      const next = nextInList(machine.kernel.objects.dmabufs, stateWord(machine, regs, 0));
      setStateWord(machine, regs, 0, next?.address ?? 0n);
      giveThing(regs, next);
    },
  },
  destroy: {
    name: 'bpf_iter_dmabuf_destroy',
    flags: KF_ITER_DESTROY | KF_SLEEPABLE,
    doc: 'Gives back what the iterator holds.',
    run: () => undefined,
  },
};
