import type { Machine } from './machine.ts';

/**
 * A dynptr as it lies in memory (struct bpf_dynptr_kern), 16 bytes:
 *
 *     0 address of the memory it was made of; 0: it has none
 *     8 bits 0..23 how many bytes it has   28..30 kind   31 read-only
 *    12 where in that memory it begins
 */
export interface DynptrValue {
  readonly data: bigint;
  readonly size: number;
  readonly kind: number;
  readonly readOnly: boolean;
  readonly offset: number;
}

export const DYNPTR_LOCAL = 1;
export const DYNPTR_RINGBUF = 2;
/** Most bytes that a dynptr may have. */
export const DYNPTR_MAX = (1 << 24) - 1;

export const NO_DYNPTR: DynptrValue = { data: 0n, size: 0, kind: 0, readOnly: false, offset: 0 };

export function readDynptr(machine: Machine, lo: number, hi: number): DynptrValue {
  const view = new DataView(machine.readBytes(lo, hi, 16).buffer);
  const bits = view.getUint32(8, true);
  return {
    data: view.getBigUint64(0, true),
    size: bits & DYNPTR_MAX,
    kind: (bits >>> 28) & 7,
    readOnly: bits >>> 31 === 1,
    offset: view.getUint32(12, true),
  };
}

export function writeDynptr(machine: Machine, lo: number, hi: number, d: DynptrValue): void {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, d.data, true);
  view.setUint32(8, (d.size | (d.kind << 28) | (d.readOnly ? 1 << 31 : 0)) >>> 0, true);
  view.setUint32(12, d.offset, true);
  machine.writeBytes(lo, hi, bytes);
}

/** Whether `length` bytes from `offset` on lie in a dynptr. */
export const reaches = (d: DynptrValue, offset: number, length: number): boolean =>
  length <= d.size && offset <= d.size - length;

/** Address of a dynptr's byte. */
export const addressIn = (d: DynptrValue, offset: number): bigint => d.data + BigInt(d.offset + offset);

/** Low and high word of an address, as registers have them. */
export const wordsOf = (address: bigint): [lo: number, hi: number] => [
  Number(BigInt.asIntN(32, address)),
  Number(BigInt.asIntN(32, address >> 32n)),
];
