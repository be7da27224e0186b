/**
 * The simulated machine as kfuncs and helpers see it: memory, time, randomness and printk. Addresses are 64-bit (lo, hi words);
 * reading or writing outside what is mapped throws a `MachineFault`.
 */
export interface Machine {
  /** Reads `size` (1, 2, 4 or 8) bytes, little-endian, zero-extended. */
  load(lo: number, hi: number, size: number): bigint;
  store(lo: number, hi: number, size: number, value: bigint): void;
  /** A fresh zeroed region of kernel memory; returns its address. */
  allocate(size: number): bigint;
  free(address: bigint): void;
  /** Nanoseconds of the simulated clock. */
  now(): bigint;
  /** Seeded random u32. */
  random(): number;
  /** A line of the trace pipe (`bpf_printk`). */
  printk(text: string): void;
}

/** A memory access or call that the machine refuses. */
export class MachineFault extends Error {}
