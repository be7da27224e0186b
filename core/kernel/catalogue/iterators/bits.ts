import type { IteratorDescriptor } from '../descriptor.ts';
import { KF_ITER_DESTROY, KF_ITER_NEW, KF_ITER_NEXT, KF_RET_NULL } from '../descriptor.ts';
import { E2BIG, EFAULT, EINVAL } from '../../../base/errno.ts';
import { argument, hi, lo } from '../helpers/registers.ts';
import type { Machine } from '../../machine/machine.ts';
import { MachineFault } from '../../machine/machine.ts';

/**
 * Most words that one iterator takes.
 *
 *     struct bpf_iter_bits, 16 bytes:    0..7 u64 the bits themselves when they are one word, else the address of a copy
 *                                       8..11 s32 number of bits, 0 after a failed new
 *                                      12..15 s32 the bit given last, -1 before that
 */
const MAX_WORDS = 511;
const COUNT_AT = 8;
const BIT_AT = 12;
const WORD_BITS = 64;

/** The bit iterator: the positions of the set bits of a memory area. */
export const bits: IteratorDescriptor = {
  name: 'bits',
  doc: 'Gives the positions of the set bits of a memory area, lowest first, and NULL once there are no more.',
  size: 16,
  new: {
    name: 'bpf_iter_bits_new',
    flags: KF_ITER_NEW,
    doc: 'Takes a copy of nr_words words of memory. -EINVAL for none or a NULL pointer, -E2BIG above 511, -EFAULT when they cannot be read; the iterator is then empty, and must still be destroyed.',
    run(machine, regs) {
      const [it, itHi, words] = [lo(regs, 1), hi(regs, 1), lo(regs, 3) >>> 0];
      machine.store(it, itHi, 8, 0n);
      machine.store((it + COUNT_AT) | 0, itHi, 4, 0n);
      machine.store((it + BIT_AT) | 0, itHi, 4, -1n);
      const error = begin(machine, it, itHi, regs, words);
      // An int result: the upper half of r0 is zero, as on x86-64.
      regs[0] = error;
      regs[1] = 0;
    },
  },
  next: {
    name: 'bpf_iter_bits_next',
    flags: KF_ITER_NEXT | KF_RET_NULL,
    doc: 'Moves to the next set bit and gives a pointer to its position, or NULL when there is none.',
    run(machine, regs) {
      const [it, itHi] = [lo(regs, 1), hi(regs, 1)];
      const bitAt = (it + BIT_AT) | 0;
      const count = Number(machine.load((it + COUNT_AT) | 0, itHi, 4));
      let bit = Number(machine.load(bitAt, itHi, 4)) | 0;
      if (bit < count) {
        do bit++;
        while (bit < count && !isSet(machine, it, itHi, count, bit));
        machine.store(bitAt, itHi, 4, BigInt(bit));
      }
      const done = bit >= count;
      regs[0] = done ? 0 : bitAt;
      regs[1] = done ? 0 : itHi;
    },
  },
  destroy: {
    name: 'bpf_iter_bits_destroy',
    flags: KF_ITER_DESTROY,
    doc: 'Ends the iterator and frees its copy.',
    run(machine, regs) {
      const [it, itHi] = [lo(regs, 1), hi(regs, 1)];
      if (Number(machine.load((it + COUNT_AT) | 0, itHi, 4)) > WORD_BITS) machine.free(machine.load(it, itHi, 8));
    },
  },
};

function begin(machine: Machine, it: number, itHi: number, regs: Int32Array, words: number): number {
  if (argument(regs, 2) === 0n || words === 0) return EINVAL;
  if (words > MAX_WORDS) return E2BIG;
  let copy: Uint8Array;
  try {
    copy = machine.readBytes(lo(regs, 2), hi(regs, 2), words * 8);
  } catch (error) {
    if (!(error instanceof MachineFault)) throw error;
    return EFAULT;
  }
  if (words === 1) machine.writeBytes(it, itHi, copy);
  else {
    const address = machine.allocate(copy.length);
    const [low, high] = halves(address);
    machine.writeBytes(low, high, copy);
    machine.store(it, itHi, 8, address);
  }
  machine.store((it + COUNT_AT) | 0, itHi, 4, BigInt(words * WORD_BITS));
  return 0;
}

function isSet(machine: Machine, it: number, itHi: number, count: number, bit: number): boolean {
  const [low, high] = count === WORD_BITS ? [it, itHi] : halves(machine.load(it, itHi, 8));
  return ((machine.load((low + (bit >> 3)) | 0, high, 1) >> BigInt(bit & 7)) & 1n) === 1n;
}

const halves = (address: bigint): [number, number] => [
  Number(BigInt.asIntN(32, address)),
  Number(BigInt.asIntN(32, address >> 32n)),
];
