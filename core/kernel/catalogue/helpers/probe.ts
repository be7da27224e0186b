import { Unsupported } from '../../../base/errors.ts';
import type { Machine } from '../../machine/machine.ts';
import { MachineFault } from '../../machine/machine.ts';
import { EFAULT, ERANGE } from '../../../base/errno.ts';
import { argument, giveNumber, hi, lo, size } from './registers.ts';

// Reading memory that may not be there. x86-64 with four levels of page tables divides its addresses so:
//
//     0                      0x10000              0x7ffffffff000        0xffff800000000000    0xffff880000000000
//     | never mapped         | the process's own  | nobody's            | never mapped        | the kernel's own …
//
// … up to 0xffffffffffe00000, from where on nothing is mapped again; the page at 0xffffffffff600000 is nobody's to read.
const USER_START = 0x10000n;
const USER_END = 0x7ffffffff000n;
const KERNEL_START = 0xffff800000000000n;
const KERNEL_MAPPED = 0xffff880000000000n;
const KERNEL_END = 0xffffffffffe00000n;
const VSYSCALL = 0xffffffffff600000n;
const PAGE = 0x1000n;

/** Which memory a helper reads: the kernel's, the process's, or, as the older ones do, whichever the address lies in. */
export type Space = 'kernel' | 'user' | 'either';

/** The errno with which nothing at all is read at an address; null where it has to be looked. */
export function refused(address: bigint, space: Space): number | null {
  const user = space === 'user' || (space === 'either' && address < USER_END);
  if (user) return address < USER_START || address >= USER_END ? EFAULT : null;
  if (address < KERNEL_START || (address >= VSYSCALL && address < VSYSCALL + PAGE)) return ERANGE;
  return address < KERNEL_MAPPED || address >= KERNEL_END ? EFAULT : null;
}

/** What the simulated machine does not have, the real one may. */
export function notModelled(address: bigint): never {
  const whose = address < USER_END ? 'the process’s memory' : 'kernel memory';
  throw new Unsupported(`${whose} at 0x${address.toString(16)}, which the simulated machine does not have`);
}

/** Copies r2 bytes from r3 to r1; where r3 can't be read, zeros and a negative errno. */
export const readMemory =
  (space: Space) =>
  (machine: Machine, regs: Int32Array): void => {
    const length = size(regs, 2);
    const address = argument(regs, 3);
    let result = refused(address, space);
    let bytes: Uint8Array = new Uint8Array(length);
    if (length === 0) {
      // Only who may read there at all is asked.
      if (space === 'user') result = address > USER_END ? EFAULT : 0;
      else if (result !== ERANGE) result = 0;
    } else if (result === null) {
      try {
        bytes = machine.readBytes(lo(regs, 3), hi(regs, 3), length);
        result = 0;
      } catch (error) {
        if (!(error instanceof MachineFault)) throw error;
        notModelled(address);
      }
    }
    machine.writeBytes(lo(regs, 1), hi(regs, 1), bytes);
    giveNumber(regs, result ?? 0);
  };

/** Copies a string of at most r2 bytes, its end included, from r3 to r1; gives the length with the end, or a negative errno. */
export const readText =
  (space: Space) =>
  (machine: Machine, regs: Int32Array): void => {
    const room = size(regs, 2);
    if (room === 0) {
      giveNumber(regs, 0);
      return;
    }
    const from = argument(regs, 3);
    const errno = refused(from, space);
    if (errno !== null) {
      machine.writeBytes(lo(regs, 1), hi(regs, 1), new Uint8Array(room));
      giveNumber(regs, errno);
      return;
    }
    const bytes = new Uint8Array(room);
    let length = 0;
    try {
      for (; length < room - 1; length++) {
        const at = from + BigInt(length);
        const byte = Number(machine.load(Number(BigInt.asIntN(32, at)), Number(BigInt.asIntN(32, at >> 32n)), 1));
        if (byte === 0) break;
        bytes[length] = byte;
      }
    } catch (error) {
      if (!(error instanceof MachineFault)) throw error;
      notModelled(from + BigInt(length));
    }
    machine.writeBytes(lo(regs, 1), hi(regs, 1), bytes.subarray(0, length + 1));
    giveNumber(regs, length + 1);
  };

/** The errno with which the kernel's memory is not read at an address; null where it may be. */
export const probeErrno = (address: bigint): number | null => refused(address, 'kernel');

/** One byte of the kernel's memory at an address, or the negative errno with which it is not read. */
export function probeByte(machine: Machine, address: bigint): number {
  const errno = refused(address, 'kernel');
  if (errno !== null) return errno;
  try {
    return Number(machine.load(Number(BigInt.asIntN(32, address)), Number(BigInt.asIntN(32, address >> 32n)), 1));
  } catch (error) {
    if (!(error instanceof MachineFault)) throw error;
    return notModelled(address);
  }
}
