import { MachineFault } from './fault.ts';
import { plainBacking } from './memory-backing.ts';
import type { MemoryBacking } from './memory-backing.ts';

/**
 * The machine's memory: one growing buffer, and for each of its bytes what may be done with it. Regions have unmapped bytes between
 * them, so an access that runs over a region's end is caught by looking at its first and last byte.
 *
 *     64-bit address   hi word: ADDRESS_HI for all of memory    lo word: offset in the buffer, from GUARD up
 *     access byte      bit 0: readable    bit 1: writable    bit 2: unknown    0: unmapped
 */
export const ADDRESS_HI = 0xffff8881 | 0;
/** Nothing is mapped below: a mapped address minus any 16-bit offset stays distinguishable. */
export const GUARD = 0x10000;
export const READABLE = 1;
export const WRITABLE = 2;
/** Not readable because nobody knows what a kernel has there. */
export const UNKNOWN = 4;

const GAP = 64;
const LIMIT = 0x4000_0000;

export class Memory {
  /** Access byte of each byte; longer than the memory in use. This and the views of the bytes are others once the memory has grown. */
  access: Uint8Array;
  bytes: Uint8Array;
  view: DataView;
  private top = GUARD;
  private readonly sizes = new Map<number, number>();
  private readonly spare = new Map<number, number[]>();

  /** @param backing where the bytes lie; nobody else may keep anything in them above `GUARD` */
  constructor(private readonly backing: MemoryBacking = plainBacking()) {
    backing.grow(GUARD * 2);
    this.bytes = new Uint8Array(backing.buffer);
    this.view = new DataView(backing.buffer);
    this.access = new Uint8Array(this.bytes.length);
  }

  /** Maps a zeroed region and returns its offset. `mode` 0 makes an address without memory behind it. */
  map(size: number, mode: number = READABLE | WRITABLE): number {
    const rounded = Math.max(8, (size + 7) & ~7);
    let at = this.spare.get(rounded)?.pop();
    if (at === undefined) {
      at = this.top;
      if (at + rounded + GAP > LIMIT)
        throw new MachineFault(`out of simulated memory: ${size} bytes more than ${LIMIT}`);
      this.grow(at + rounded + GAP + GUARD);
      this.top += rounded + GAP;
    }
    this.bytes.fill(0, at, at + rounded);
    this.access.fill(mode, at, at + size);
    this.sizes.set(at, size);
    return at;
  }

  unmap(at: number): void {
    const size = this.sizes.get(at);
    if (size === undefined) throw new MachineFault(`free of ${hexAddress(at, ADDRESS_HI)}, which is no region`);
    this.access.fill(0, at, at + size);
    this.sizes.delete(at);
    const rounded = Math.max(8, (size + 7) & ~7);
    const spare = this.spare.get(rounded);
    if (spare === undefined) this.spare.set(rounded, [at]);
    else spare.push(at);
  }

  /** Offset in the buffer of `size` bytes that may be accessed in that way. Throws `MachineFault`. */
  check(lo: number, hi: number, size: number, mode: number): number {
    let ok = hi === ADDRESS_HI && lo >= 0 && lo + size <= this.access.length;
    for (let at = lo; ok && at < lo + size; at++) ok = ((this.access[at] ?? 0) & mode) === mode;
    if (!ok) throw accessFault(lo, hi, size, mode);
    return lo;
  }

  private grow(needed: number): void {
    if (needed <= this.bytes.length) return;
    const generous = Math.min(Math.max(needed, this.bytes.length * 2), LIMIT + GUARD);
    if (!this.reserve(generous) && !this.reserve(needed))
      throw new MachineFault(`out of simulated memory: there is none for ${needed} bytes`);
    this.bytes = new Uint8Array(this.backing.buffer);
    this.view = new DataView(this.backing.buffer);
    const access = new Uint8Array(this.bytes.length);
    access.set(this.access);
    this.access = access;
  }

  private reserve(length: number): boolean {
    try {
      this.backing.grow(length);
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }
}

/** The fault for an access outside what is mapped. */
export function accessFault(lo: number, hi: number, size: number, mode: number): MachineFault {
  const what = mode === READABLE ? 'read' : 'write';
  const where = (lo | hi) === 0 ? 'NULL' : hexAddress(lo, hi);
  return new MachineFault(`invalid ${what} of ${size} bytes at ${where}`);
}

/** An address as 0x followed by sixteen digits. */
export function hexAddress(lo: number, hi: number): string {
  return `0x${(hi >>> 0).toString(16).padStart(8, '0')}${(lo >>> 0).toString(16).padStart(8, '0')}`;
}

/** The 64-bit address of an offset in the machine's memory. */
export function toAddress(at: number): bigint {
  return (BigInt(ADDRESS_HI >>> 0) << 32n) | BigInt(at);
}
