import type { Machine } from '../machine.ts';
import { MachineFault } from '../machine.ts';
import { EFAULT, giveNumber, hi, lo, size } from './registers.ts';

/** Copies r2 bytes from r3 to r1; where r3 can't be read, zeros and -EFAULT. */
export function readKernel(machine: Machine, regs: Int32Array): void {
  const length = size(regs, 2);
  let bytes: Uint8Array = new Uint8Array(length);
  let result = 0;
  try {
    bytes = machine.readBytes(lo(regs, 3), hi(regs, 3), length);
  } catch (error) {
    if (!(error instanceof MachineFault)) throw error;
    result = -EFAULT;
  }
  machine.writeBytes(lo(regs, 1), hi(regs, 1), bytes);
  giveNumber(regs, result);
}

/** Copies a string of at most r2 bytes, its end included, from r3 to r1; gives the length with the end, or -EFAULT. */
export function readKernelString(machine: Machine, regs: Int32Array): void {
  const room = size(regs, 2);
  if (room === 0) {
    giveNumber(regs, 0);
    return;
  }
  const bytes = new Uint8Array(room);
  let length = 0;
  try {
    const from = BigInt(hi(regs, 3)) * 0x1_0000_0000n + BigInt(lo(regs, 3) >>> 0);
    for (; length < room - 1; length++) {
      const at = from + BigInt(length);
      const byte = Number(machine.load(Number(BigInt.asIntN(32, at)), Number(BigInt.asIntN(32, at >> 32n)), 1));
      if (byte === 0) break;
      bytes[length] = byte;
    }
    machine.writeBytes(lo(regs, 1), hi(regs, 1), bytes.subarray(0, length + 1));
    giveNumber(regs, length + 1);
  } catch (error) {
    if (!(error instanceof MachineFault)) throw error;
    machine.writeBytes(lo(regs, 1), hi(regs, 1), new Uint8Array(room));
    giveNumber(regs, -EFAULT);
  }
}
