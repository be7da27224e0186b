import { E2BIG, EINVAL } from '../../../base/errno.ts';
import type { Machine } from '../../machine/machine.ts';
import type { IteratorDescriptor } from '../descriptor.ts';
import { KF_ITER_DESTROY, KF_ITER_NEW, KF_ITER_NEXT, KF_RET_NULL } from '../descriptor.ts';

/**
 * Longest range, in numbers (BPF_MAX_LOOPS).
 *
 *     struct bpf_iter_num, 8 bytes:   0..3 s32 cur    the number given last; one below the first before that
 *                                     4..7 s32 end    exclusive
 */
const MAX_LOOPS = 8 * 1024 * 1024;
const END_AT = 4;

/** The number iterator: `for (i = start; i < end; i++)` that the verifier need not unroll. */
export const num: IteratorDescriptor = {
  name: 'num',
  doc: 'Counts from start up to, and without, end. Each next gives a pointer to the current number, and NULL once the range is used up.',
  size: 8,
  new: {
    name: 'bpf_iter_num_new',
    flags: KF_ITER_NEW,
    doc: 'Begins the range [start, end). -EINVAL when start > end, -E2BIG when it holds more than 8388608 numbers; the iterator is then empty, and must still be destroyed.',
    run(machine, regs) {
      const [it, itHi, start, end] = [regs[2] ?? 0, regs[3] ?? 0, regs[4] ?? 0, regs[6] ?? 0];
      const error = start > end ? EINVAL : end - start > MAX_LOOPS ? E2BIG : 0;
      setState(machine, it, itHi, error === 0 ? (start - 1) | 0 : 0, error === 0 ? end : 0);
      // An int result: the upper half of r0 is zero, as on x86-64.
      regs[0] = error;
      regs[1] = 0;
    },
  },
  next: {
    name: 'bpf_iter_num_next',
    flags: KF_ITER_NEXT | KF_RET_NULL,
    doc: 'Moves to the next number and gives a pointer to it, or NULL at the end, and from then on always.',
    run(machine, regs) {
      const [it, itHi] = [regs[2] ?? 0, regs[3] ?? 0];
      const following = (machine.loadS32(it, itHi) + 1) | 0;
      const end = machine.loadS32((it + END_AT) | 0, itHi);
      const done = following >= end;
      if (done) setState(machine, it, itHi, 0, 0);
      else machine.storeS32(it, itHi, following);
      regs[0] = done ? 0 : it;
      regs[1] = done ? 0 : itHi;
    },
  },
  destroy: {
    name: 'bpf_iter_num_destroy',
    flags: KF_ITER_DESTROY,
    doc: 'Ends the iterator. Every path that called new has to come here.',
    run(machine, regs) {
      setState(machine, regs[2] ?? 0, regs[3] ?? 0, 0, 0);
    },
  },
};

function setState(machine: Pick<Machine, 'storeS32'>, lo: number, hi: number, cur: number, end: number): void {
  machine.storeS32(lo, hi, cur);
  machine.storeS32((lo + END_AT) | 0, hi, end);
}
