import type { HelperDescriptor } from '../descriptor.ts';
import { Unsupported } from '../../../base/errors.ts';
import type { KernelMap, Machine } from '../../machine/machine.ts';
import { ENOENT } from '../../../base/errno.ts';
import { argument, giveNumber, hi, lo } from './registers.ts';

function queueOf(machine: Machine, regs: Int32Array): NonNullable<KernelMap['queue']> {
  const { queue } = machine.mapAt(lo(regs, 1), hi(regs, 1));
  if (queue === undefined) throw new Unsupported('running this kind of map');
  return queue;
}

/** Takes or looks at the next value; where there is none the memory is zeroed. */
function next(machine: Machine, regs: Int32Array, remove: boolean): void {
  const queue = queueOf(machine, regs);
  const { valueSize } = machine.mapAt(lo(regs, 1), hi(regs, 1));
  const value = queue.next(remove);
  machine.writeBytes(lo(regs, 2), hi(regs, 2), value ?? new Uint8Array(valueSize));
  giveNumber(regs, value === null ? ENOENT : 0);
}

/** Queues and stacks. */
export const QUEUES: readonly HelperDescriptor[] = [
  {
    id: 87,
    name: 'map_push_elem',
    args: ['const-map-ptr', 'map-value', 'anything'],
    ret: 'integer',
    gplOnly: false,
    pktAccess: true,
    doc: 'Adds to a queue or stack. Where it is full: -E2BIG, or, with BPF_EXIST, the oldest value makes room.',
    run(machine, regs) {
      const { valueSize } = machine.mapAt(lo(regs, 1), hi(regs, 1));
      const value = machine.readBytes(lo(regs, 2), hi(regs, 2), valueSize);
      giveNumber(regs, queueOf(machine, regs).push(value, argument(regs, 3)));
    },
  },
  {
    id: 88,
    name: 'map_pop_elem',
    args: ['const-map-ptr', 'uninit-map-value'],
    ret: 'integer',
    gplOnly: false,
    doc: 'Takes the oldest value of a queue, or the newest of a stack; -ENOENT when it is empty.',
    run(machine, regs) {
      next(machine, regs, true);
    },
  },
  {
    id: 89,
    name: 'map_peek_elem',
    args: ['const-map-ptr', 'uninit-map-value'],
    ret: 'integer',
    gplOnly: false,
    doc: 'Copies the value that would be taken next, and leaves it there; -ENOENT when there is none.',
    run(machine, regs) {
      next(machine, regs, false);
    },
  },
];
