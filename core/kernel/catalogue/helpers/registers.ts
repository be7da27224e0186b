import { MachineFault } from '../../machine/machine.ts';

/** Arguments and results of helpers in a register file (see `Behaviour`): argument n (1 to 5) is register n. */

/** Low word of argument n: a 32-bit argument, or the low half of an address. */
export const lo = (regs: Int32Array, n: number): number => regs[2 * n];
/** High word of argument n. */
export const hi = (regs: Int32Array, n: number): number => regs[2 * n + 1];

/** Argument n, unsigned. */
export function argument(regs: Int32Array, n: number): bigint {
  return (BigInt(regs[2 * n + 1] >>> 0) << 32n) | BigInt(regs[2 * n] >>> 0);
}

/** Argument n as a size in bytes. More than a program's pointers can span (BPF_MAX_VAR_SIZ) is refused. */
export function size(regs: Int32Array, n: number): number {
  const bytes = regs[2 * n] >>> 0;
  if (bytes > 1 << 29) throw new MachineFault(`a size of ${bytes} bytes`);
  return bytes;
}

/** Sets r0 to a number of at most 53 bits, sign-extended. */
export function giveNumber(regs: Int32Array, value: number): void {
  regs[0] = value | 0;
  regs[1] = Math.floor(value / 4294967296);
}

/** Sets r0 to a value modulo 2^64. */
export function give(regs: Int32Array, value: bigint): void {
  regs[0] = Number(BigInt.asIntN(32, value));
  regs[1] = Number(BigInt.asIntN(32, value >> 32n));
}
