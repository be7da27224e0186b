import type { HelperDescriptor } from '../descriptor.ts';
import { MachineFault } from '../../machine/machine.ts';
import type { Machine } from '../../machine/machine.ts';
import type { RingBuffer } from '../../machine/ring-buffer.ts';
import { EAGAIN, EINVAL } from '../../../base/errno.ts';
import { argument, give, giveNumber, hi, lo, size } from './registers.ts';

/** BPF_RB_NO_WAKEUP and BPF_RB_FORCE_WAKEUP */
const WAKEUPS = 3n;

export function ringOf(machine: Machine, regs: Int32Array, n: number): RingBuffer {
  const ring = machine.mapAt(lo(regs, n), hi(regs, n)).ring;
  if (ring === undefined) throw new MachineFault('the map is no ring buffer');
  return ring;
}

/** Hands back the record that begins at an address. */
export function commit(machine: Machine, at: bigint, discarded: boolean): void {
  const ring = machine.rings().find((each) => each.owns(at));
  if (ring === undefined) throw new MachineFault('no record was reserved there');
  ring.commit(at, discarded);
}

/** Records of ring buffers (Documentation/bpf/ringbuf.rst). */
export const RINGBUF: readonly HelperDescriptor[] = [
  {
    id: 130,
    name: 'ringbuf_output',
    args: ['const-map-ptr', 'rdonly-mem', 'size-or-zero', 'anything'],
    ret: 'integer',
    gplOnly: false,
    doc: 'Copies memory into a ring buffer, for user space to read.',
    run(machine, regs) {
      const ring = ringOf(machine, regs, 1);
      const bytes = machine.readBytes(lo(regs, 2), hi(regs, 2), size(regs, 3));
      if ((argument(regs, 4) & ~WAKEUPS) !== 0n) return giveNumber(regs, EINVAL);
      const at = ring.reserve(bytes.length);
      if (at === 0n) return giveNumber(regs, EAGAIN);
      machine.writeBytes(Number(BigInt.asIntN(32, at)), Number(BigInt.asIntN(32, at >> 32n)), bytes);
      ring.commit(at, false);
      giveNumber(regs, 0);
    },
  },
  {
    id: 131,
    name: 'ringbuf_reserve',
    args: ['const-map-ptr', 'alloc-size-or-zero', 'anything'],
    ret: 'ringbuf-mem-or-null',
    gplOnly: false,
    doc: 'Reserves a record in a ring buffer, or gives NULL when it is full. It must be submitted or discarded.',
    run(machine, regs) {
      const ring = ringOf(machine, regs, 1);
      give(regs, argument(regs, 3) !== 0n ? 0n : ring.reserve(lo(regs, 2) >>> 0));
    },
  },
  {
    id: 132,
    name: 'ringbuf_submit',
    args: ['ringbuf-mem', 'anything'],
    ret: 'void',
    gplOnly: false,
    doc: 'Hands a reserved record to user space.',
    run(machine, regs) {
      commit(machine, argument(regs, 1), false);
    },
  },
  {
    id: 133,
    name: 'ringbuf_discard',
    args: ['ringbuf-mem', 'anything'],
    ret: 'void',
    gplOnly: false,
    doc: 'Gives a reserved record up.',
    run(machine, regs) {
      commit(machine, argument(regs, 1), true);
    },
  },
  {
    id: 134,
    name: 'ringbuf_query',
    args: ['const-map-ptr', 'anything'],
    ret: 'integer',
    gplOnly: false,
    doc: 'How full a ring buffer is (0), its size (1), how far it was read (2) and written (3).',
    run(machine, regs) {
      give(regs, ringOf(machine, regs, 1).query(argument(regs, 2)));
    },
  },
];
