import type { Machine } from '../machine.ts';
import type { IteratorDescriptor } from '../descriptor.ts';
import { KF_ITER_DESTROY, KF_ITER_NEW, KF_ITER_NEXT, KF_RET_NULL } from '../descriptor.ts';

const EINVAL = 22;
const E2BIG = 7;
const ENOMEM = 12;
const MAX_WORDS = 511;

/*
 * struct bpf_iter_bits, 16 bytes. One word is kept in place, more in memory of their own:
 *     0..7    u64 bits, or the address of a copy
 *     8..11   u32 number of bits          12..15  s32 bit given last, -1 before the first
 */
const BITS_AT = 8;
const LAST_AT = 12;

const part = (machine: Machine, regs: Int32Array, off: number, size: number): bigint =>
  machine.load((regs[2]! + off) | 0, regs[3]!, size);
const put = (machine: Machine, regs: Int32Array, off: number, size: number, value: bigint): void =>
  machine.store((regs[2]! + off) | 0, regs[3]!, size, value);

function result(regs: Int32Array, value: number): void {
  regs[0] = value;
  regs[1] = value < 0 ? -1 : 0;
}

/** Visits the set bits of a bitmap: each element is the number of a bit. */
export const bits: IteratorDescriptor = {
  name: 'bits',
  doc: 'Visits the set bits of an array of 64-bit words. Each next gives a pointer to the number of a bit, and NULL after the last.',
  size: 16,
  new: {
    name: 'bpf_iter_bits_new',
    flags: KF_ITER_NEW,
    doc: 'Begins with an array of words. -EINVAL without any, -E2BIG for more than 511; the iterator is then empty, and must still be destroyed.',
    run(machine, regs) {
      const words = regs[6]! >>> 0;
      put(machine, regs, 0, 8, 0n);
      put(machine, regs, BITS_AT, 4, 0n);
      put(machine, regs, LAST_AT, 4, 0xffffffffn);
      if ((regs[4]! | regs[5]!) === 0 || words === 0) return result(regs, -EINVAL);
      if (words > MAX_WORDS) return result(regs, -E2BIG);
      if (words === 1) put(machine, regs, 0, 8, machine.load(regs[4]!, regs[5]!, 8));
      else {
        const copy = machine.allocate(words * 8);
        if (copy === 0n) return result(regs, -ENOMEM);
        for (let i = 0; i < words; i++) {
          const value = machine.load((regs[4]! + i * 8) | 0, regs[5]!, 8);
          const at = copy + BigInt(i * 8);
          machine.store(Number(BigInt.asIntN(32, at)), Number(BigInt.asIntN(32, at >> 32n)), 8, value);
        }
        put(machine, regs, 0, 8, copy);
      }
      put(machine, regs, BITS_AT, 4, BigInt(words * 64));
      result(regs, 0);
    },
  },
  next: {
    name: 'bpf_iter_bits_next',
    flags: KF_ITER_NEXT | KF_RET_NULL,
    doc: 'Gives a pointer to the number of the next set bit, and NULL once there is none left.',
    run(machine, regs) {
      const count = Number(part(machine, regs, BITS_AT, 4));
      const first = part(machine, regs, 0, 8);
      let bit = Number(BigInt.asIntN(32, part(machine, regs, LAST_AT, 4))) + 1;
      for (; bit < count; bit++) {
        const at = first + BigInt((bit >> 6) * 8);
        const word =
          count === 64 ? first : machine.load(Number(BigInt.asIntN(32, at)), Number(BigInt.asIntN(32, at >> 32n)), 8);
        if (((word >> BigInt(bit & 63)) & 1n) !== 0n) break;
      }
      if (bit >= count) {
        put(machine, regs, LAST_AT, 4, BigInt(count));
        regs[0] = 0;
        regs[1] = 0;
        return;
      }
      put(machine, regs, LAST_AT, 4, BigInt(bit));
      const address = ((BigInt(regs[3]!) << 32n) | BigInt(regs[2]! >>> 0)) + BigInt(LAST_AT);
      regs[0] = Number(BigInt.asIntN(32, address));
      regs[1] = Number(BigInt.asIntN(32, address >> 32n));
    },
  },
  destroy: {
    name: 'bpf_iter_bits_destroy',
    flags: KF_ITER_DESTROY,
    doc: 'Gives back the copy of the words.',
    run(machine, regs) {
      if (part(machine, regs, BITS_AT, 4) > 64n) machine.free(part(machine, regs, 0, 8));
      put(machine, regs, 0, 8, 0n);
      put(machine, regs, BITS_AT, 4, 0n);
    },
  },
};
