import { encodeUtf8 } from '../../../base/utf8.ts';
import type { Btf } from '../../../btf/btf.ts';
import type { Memory } from '../memory.ts';
import { READABLE, toAddress } from '../memory.ts';

import { StructLayout } from './struct-layout.ts';

/** A structure of the simulated kernel. */
interface Placed {
  readonly struct: string;
  readonly at: number;
  readonly size: number;
}

/**
 * Structures of the simulated kernel in the machine's memory, laid out as the kernel's BTF says. Only what was filled may be read: a field that
 * the world says nothing of is not zero, it is not there.
 */
export class KernelMemory {
  readonly layout: StructLayout;
  /** Ascending by address. */
  private readonly placed: Placed[] = [];
  private readonly texts = new Map<string, bigint>();

  constructor(
    btf: Btf,
    private readonly memory: Memory,
  ) {
    this.layout = new StructLayout(btf);
  }

  /**
   * A structure of which nothing is known yet; returns its address.
   * @param extra bytes behind it, for one that ends in an array without a length
   */
  allocate(struct: string, extra = 0): bigint {
    const size = this.layout.sizeOf(struct) + extra;
    const at = this.memory.map(size, 0);
    // Memory that was given back may be taken again: addresses need not rise.
    this.placed.splice(this.after(at), 0, { struct, at, size });
    return toAddress(at);
  }

  /** Fills fields by their paths. Numbers and addresses go where the field is as wide as they need; text fills an array of characters. */
  fill(struct: string, address: bigint, fields: Readonly<Record<string, bigint | number | string>>): void {
    for (const [path, value] of Object.entries(fields)) this.set(struct, address, path, value);
  }

  /** Zero-terminated text in memory of its own; the same text lies in one place. */
  text(value: string): bigint {
    let at = this.texts.get(value);
    if (at === undefined) {
      const bytes = encodeUtf8(`${value}\0`);
      const start = this.memory.map(bytes.length, READABLE);
      this.memory.bytes.set(bytes, start);
      at = toAddress(start);
      this.texts.set(value, at);
    }
    return at;
  }

  /** Bytes of a structure that have no field of their own: what follows one that ends in an array without a length. */
  put(address: bigint, bytes: Uint8Array): void {
    this.memory.bytes.set(bytes, low(address));
    this.reveal(address, 0, bytes.length);
  }

  /** An array of eight-byte words, all zero. */
  words(count: number): bigint {
    return toAddress(this.memory.map(count * 8, READABLE));
  }

  writeWord(array: bigint, index: number, value: bigint): void {
    this.memory.view.setBigUint64(low(array) + index * 8, value, true);
  }

  /** The eight-byte word at an address. */
  word(address: bigint): bigint {
    return this.memory.view.getBigUint64(low(address), true);
  }

  /** Makes a ring of a list's head and its members (`struct list_head`, by their addresses). */
  link(head: bigint, members: readonly bigint[]): void {
    const ring = [head, ...members];
    ring.forEach((at, i) => {
      const next = ring[(i + 1) % ring.length]!;
      const before = ring[(i + ring.length - 1) % ring.length]!;
      this.memory.view.setBigUint64(low(at), next, true);
      this.memory.view.setBigUint64(low(at) + 8, before, true);
      this.memory.access.fill(READABLE, low(at), low(at) + 16);
    });
  }

  /** Address of a field of a structure. */
  fieldAddress(struct: string, address: bigint, path: string): bigint {
    return address + BigInt(this.layout.place(struct, path).offset);
  }

  /** The number in a field. */
  get(struct: string, address: bigint, path: string): bigint {
    const { offset, size, bits } = this.layout.place(struct, path);
    const at = low(address) + offset;
    const value = this.unit(at, size);
    return bits === null ? value : (value >> BigInt(bits.shift)) & ((1n << BigInt(bits.width)) - 1n);
  }

  /** The field of a structure that an address lies in, for saying that the world does not have it; null outside of them. */
  fieldAt(lo: number, hi: number): { readonly struct: string; readonly field: string } | null {
    if (toAddress(0) !== BigInt(hi >>> 0) << 32n) return null;
    const found = this.placed[this.after(lo) - 1];
    if (found === undefined || lo >= found.at + found.size) return null;
    return { struct: found.struct, field: this.layout.fieldAt(found.struct, lo - found.at) };
  }

  /** Number of structures that begin at an address or before it. */
  private after(at: number): number {
    let [from, to] = [0, this.placed.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.placed[middle]!.at <= at) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  private set(struct: string, address: bigint, path: string, value: bigint | number | string): void {
    const { offset, size, bits } = this.layout.place(struct, path);
    const at = low(address) + offset;
    const { bytes, view } = this.memory;
    this.reveal(address, offset, size);
    if (typeof value === 'string') {
      const text = encodeUtf8(value);
      bytes.fill(0, at, at + size);
      bytes.set(text.subarray(0, size), at);
      return;
    }
    let word = BigInt.asUintN(size * 8, BigInt(value));
    if (bits !== null) {
      const mask = ((1n << BigInt(bits.width)) - 1n) << BigInt(bits.shift);
      word = (this.unit(at, size) & ~mask) | ((word << BigInt(bits.shift)) & mask);
    }
    for (let i = 0; i < size; i++) view.setUint8(at + i, Number((word >> BigInt(8 * i)) & 0xffn));
  }

  private unit(at: number, size: number): bigint {
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.memory.view.getUint8(at + i));
    return value;
  }

  private reveal(address: bigint, offset: number, size: number): void {
    const from = low(address) + offset;
    this.memory.access.fill(READABLE, from, from + size);
  }
}

const low = (address: bigint): number => Number(BigInt.asUintN(32, address));
