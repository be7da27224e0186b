import { EEXIST, EINVAL, ENOENT, ENOSPC } from '../../../base/errno.ts';
import type { MapDef } from '../../../elf/object.ts';
import type { KernelMap } from '../machine.ts';
import type { MapMemory } from '../map-memory.ts';
import { Elements } from './elements.ts';
import { keyId, u32 } from './key.ts';
import { BPF_EXIST, BPF_NOEXIST } from './update-flags.ts';

/** Keys are prefixes: a length in bits, then the bits. A lookup finds the longest prefix that its own data begins with. */
export class LpmTrie implements KernelMap {
  readonly keySize: number;
  readonly valueSize: number;
  private readonly elements: Elements;

  constructor(
    private readonly def: MapDef,
    memory: MapMemory,
  ) {
    this.keySize = def.keySize;
    this.valueSize = def.valueSize;
    this.elements = new Elements(memory, def.valueSize);
  }

  private get most(): number {
    return (this.keySize - 4) * 8;
  }

  /** The key with the bits beyond its prefix cleared, as text. */
  private id(key: Uint8Array, length: number): string {
    const bytes = key.slice(4);
    for (let bit = length; bit < bytes.length * 8; bit++) bytes[bit >> 3]! &= ~(0x80 >> (bit & 7));
    return `${length}/${keyId(bytes)}`;
  }

  lookup(key: Uint8Array): bigint {
    const length = u32(key);
    if (length > this.most) return 0n;
    for (let bits = length; bits >= 0; bits--) {
      const at = this.elements.find(this.id(key, bits));
      if (at !== undefined) return at;
    }
    return 0n;
  }

  update(key: Uint8Array, value: Uint8Array, flags: bigint): number {
    const length = u32(key);
    if (flags > BPF_EXIST || length > this.most) return EINVAL;
    const id = this.id(key, length);
    const there = this.elements.find(id) !== undefined;
    if (there && flags === BPF_NOEXIST) return EEXIST;
    if (!there && flags === BPF_EXIST) return ENOENT;
    if (!there && this.elements.size >= this.def.maxEntries) return ENOSPC;
    // A value that is replaced stays where it was for as long as somebody may look at it.
    this.elements.put(id, key, value, false);
    return 0;
  }

  delete(key: Uint8Array): number {
    const length = u32(key);
    if (length > this.most) return EINVAL;
    return this.elements.remove(this.id(key, length)) ? 0 : ENOENT;
  }

  entries(): Iterable<readonly [Uint8Array, bigint]> {
    return this.elements.entries();
  }

  valueStarts(): Iterable<bigint> {
    return this.elements.valueStarts();
  }
}
