import type { HelperDescriptor } from '../descriptor.ts';
import {
  addressIn,
  DYNPTR_LOCAL,
  DYNPTR_MAX,
  DYNPTR_RINGBUF,
  NO_DYNPTR,
  reaches,
  readDynptr,
  wordsOf,
  writeDynptr,
} from '../../machine/dynptr-memory.ts';
import type { Machine } from '../../machine/machine.ts';
import { E2BIG, EINVAL } from '../../../base/errno.ts';
import { argument, give, giveNumber, hi, lo } from './registers.ts';
import { commit, ringOf } from './ringbuf.ts';

/** Ends a dynptr that stands for a record. */
function handBack(machine: Machine, regs: Int32Array, discarded: boolean): void {
  const { data } = readDynptr(machine, lo(regs, 1), hi(regs, 1));
  if (data === 0n) return;
  commit(machine, data, discarded);
  writeDynptr(machine, lo(regs, 1), hi(regs, 1), NO_DYNPTR);
}

/** Memory with its size: every access is checked when it is made. */
export const DYNPTRS: readonly HelperDescriptor[] = [
  {
    id: 197,
    name: 'dynptr_from_mem',
    args: ['uninit-mem', 'size-or-zero', 'anything', 'new-local-dynptr'],
    ret: 'integer',
    gplOnly: false,
    doc: 'Makes a dynptr of a part of a map’s value.',
    run(machine, regs) {
      const size = lo(regs, 2) >>> 0;
      const wrong = size > DYNPTR_MAX ? E2BIG : argument(regs, 3) !== 0n ? EINVAL : 0;
      const made = { ...NO_DYNPTR, data: argument(regs, 1), size, kind: DYNPTR_LOCAL };
      writeDynptr(machine, lo(regs, 4), hi(regs, 4), wrong === 0 ? made : NO_DYNPTR);
      giveNumber(regs, wrong);
    },
  },
  {
    id: 198,
    name: 'ringbuf_reserve_dynptr',
    args: ['const-map-ptr', 'anything', 'anything', 'new-ringbuf-dynptr'],
    ret: 'integer',
    gplOnly: false,
    doc: 'Reserves a record of any size in a ring buffer, as a dynptr. It must be submitted or discarded, even if that failed.',
    run(machine, regs) {
      const ring = ringOf(machine, regs, 1);
      const size = lo(regs, 2) >>> 0;
      let wrong = argument(regs, 3) !== 0n ? EINVAL : size > DYNPTR_MAX ? E2BIG : 0;
      const data = wrong === 0 ? ring.reserve(size) : 0n;
      if (wrong === 0 && data === 0n) wrong = EINVAL;
      writeDynptr(
        machine,
        lo(regs, 4),
        hi(regs, 4),
        wrong === 0 ? { ...NO_DYNPTR, data, size, kind: DYNPTR_RINGBUF } : NO_DYNPTR,
      );
      giveNumber(regs, wrong);
    },
  },
  {
    id: 199,
    name: 'ringbuf_submit_dynptr',
    args: ['ringbuf-dynptr', 'anything'],
    ret: 'void',
    gplOnly: false,
    doc: 'Hands a dynptr’s record to user space.',
    run(machine, regs) {
      handBack(machine, regs, false);
    },
  },
  {
    id: 200,
    name: 'ringbuf_discard_dynptr',
    args: ['ringbuf-dynptr', 'anything'],
    ret: 'void',
    gplOnly: false,
    doc: 'Gives a dynptr’s record up.',
    run(machine, regs) {
      handBack(machine, regs, true);
    },
  },
  {
    id: 201,
    name: 'dynptr_read',
    args: ['uninit-mem', 'size-or-zero', 'dynptr', 'anything', 'anything'],
    ret: 'integer',
    gplOnly: false,
    doc: 'Copies bytes out of a dynptr: 0, -E2BIG when it is too short, -EINVAL when it has no memory.',
    run(machine, regs) {
      const d = readDynptr(machine, lo(regs, 3), hi(regs, 3));
      const [length, offset] = [lo(regs, 2) >>> 0, lo(regs, 4) >>> 0];
      if (d.data === 0n || argument(regs, 5) !== 0n) return giveNumber(regs, EINVAL);
      if (!reaches(d, offset, length)) return giveNumber(regs, E2BIG);
      machine.writeBytes(lo(regs, 1), hi(regs, 1), machine.readBytes(...wordsOf(addressIn(d, offset)), length));
      giveNumber(regs, 0);
    },
  },
  {
    id: 202,
    name: 'dynptr_write',
    args: ['dynptr', 'anything', 'rdonly-mem', 'size-or-zero', 'anything'],
    ret: 'integer',
    gplOnly: false,
    doc: 'Copies bytes into a dynptr: 0, -E2BIG when it is too short, -EINVAL when it has no memory or may not be written.',
    run(machine, regs) {
      const d = readDynptr(machine, lo(regs, 1), hi(regs, 1));
      const [offset, length] = [lo(regs, 2) >>> 0, lo(regs, 4) >>> 0];
      if (d.data === 0n || d.readOnly) return giveNumber(regs, EINVAL);
      if (!reaches(d, offset, length)) return giveNumber(regs, E2BIG);
      if (argument(regs, 5) !== 0n) return giveNumber(regs, EINVAL);
      machine.writeBytes(...wordsOf(addressIn(d, offset)), machine.readBytes(lo(regs, 3), hi(regs, 3), length));
      giveNumber(regs, 0);
    },
  },
  {
    id: 203,
    name: 'dynptr_data',
    args: ['dynptr', 'anything', 'alloc-size-or-zero'],
    ret: 'dynptr-mem-or-null',
    gplOnly: false,
    doc: 'A pointer to a part of a dynptr’s memory, or NULL when it is too short or may not be written.',
    run(machine, regs) {
      const d = readDynptr(machine, lo(regs, 1), hi(regs, 1));
      const [offset, length] = [lo(regs, 2) >>> 0, lo(regs, 3) >>> 0];
      const there = d.data !== 0n && !d.readOnly && reaches(d, offset, length);
      give(regs, there ? addressIn(d, offset) : 0n);
    },
  },
];
