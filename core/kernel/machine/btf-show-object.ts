import { EINVAL } from '../../base/errno.ts';
import { Unsupported } from '../../base/errors.ts';
import type { Btf, BtfType } from '../../btf/btf.ts';

/** Bytes that are copied at a time. */
const CHUNK = 32;
/** Bytes of the largest number. */
const LARGEST = 16;
const MOST_LEVELS = 32;
const MOST_BYTES = 0xffff_ffff;

interface Source {
  readonly btf: Btf;
  readonly byteAt: (address: bigint) => number;
  readonly readable: (address: bigint, length: number) => number;
}

/**
 * The object that is shown, of which the kernel copies 32 bytes at a time before it looks at them.
 *
 *     window   32 bytes as they were copied, from address `start` on
 *              an object's last copy is shorter: behind it lies what the copy before left
 */
export class ShownObject {
  /** Negative errno of the last copy that failed; 0 after one that did not. */
  status = 0;
  private end = 0n;
  private start: bigint | null = null;
  /** Where each byte of the window was copied from; null for none yet. */
  private readonly from = new Array<bigint | null>(CHUNK).fill(null);

  constructor(private readonly source: Source) {}

  /** Sees to it that a value can be looked at; false where the memory cannot be read, or its type has no size. */
  reach(type: BtfType, address: bigint, outermost: boolean): boolean {
    const size = sizeOf(this.source.btf, type);
    if (size === null) {
      this.status = EINVAL;
      return false;
    }
    if (outermost) this.end = address + BigInt(size);
    else if (this.start !== null) {
      const needed = address + BigInt(Math.min(size, LARGEST));
      if (address >= this.start && needed < this.start + BigInt(CHUNK)) return true;
    }
    const left = this.end - address;
    const length = left > BigInt(CHUNK) ? CHUNK : Number(left);
    this.status = this.source.readable(address, length);
    if (this.status !== 0) return false;
    this.start = address;
    for (let i = 0; i < length; i++) this.from[i] = address + BigInt(i);
    return true;
  }

  /** The little-endian number there. @throws Unsupported for bytes that lie in no copy */
  word(address: bigint, length: number): bigint {
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) {
      const at = Number(address - (this.start ?? address)) + i;
      if (at >= CHUNK) throw new Unsupported('what lies behind the copy that the kernel makes of an object');
      const from = this.from[at] ?? null;
      value = (value << 8n) | BigInt(from === null ? 0 : this.source.byteAt(from));
    }
    return value;
  }
}

/** Bytes of a type; null for one that has no size. */
function sizeOf(btf: Btf, type: BtfType): number | null {
  let count = 1;
  let at = type;
  for (let level = 0; level < MOST_LEVELS; level++) {
    if (at.kind === 'ptr') return count * 8;
    if (at.kind === 'array') count *= at.count;
    else if (!isModifier(at)) {
      const size = 'size' in at && at.kind !== 'datasec' ? count * at.size : Infinity;
      return size > MOST_BYTES ? null : size;
    }
    at = btf.type(at.type);
  }
  return null;
}

const isModifier = (
  type: BtfType,
): type is BtfType & { kind: 'typedef' | 'const' | 'volatile' | 'restrict' | 'type_tag' } =>
  ['typedef', 'const', 'volatile', 'restrict', 'type_tag'].includes(type.kind);
