import { E2BIG, EEXIST, EINVAL, ENOENT } from '../../../base/errno.ts';
import type { MapDef } from '../../../elf/object.ts';
import type { KernelMap } from '../machine.ts';
import type { MapMemory } from '../map-memory.ts';
import { Elements } from './elements.ts';
import { keyId } from './key.ts';
import { BPF_EXIST, BPF_NOEXIST } from './update-flags.ts';

/** Elements by key; of an LRU map the one that was not used for longest makes room for a new one. */
export class HashMap implements KernelMap {
  readonly keySize: number;
  readonly valueSize: number;
  readonly counts = true as const;
  // Their order is also the order of use for an LRU map.
  private readonly elements: Elements;

  constructor(
    private readonly def: MapDef,
    private readonly memory: MapMemory,
    private readonly lru: boolean,
  ) {
    this.keySize = def.keySize;
    this.valueSize = def.valueSize;
    this.elements = new Elements(memory, def.valueSize);
  }

  lookup(key: Uint8Array): bigint {
    const id = keyId(key);
    if (this.lru) this.elements.touch(id);
    return this.elements.find(id) ?? 0n;
  }

  update(key: Uint8Array, value: Uint8Array, flags: bigint): number {
    if (flags > BPF_EXIST) return EINVAL;
    const at = this.lookup(key);
    if (at !== 0n) {
      if (flags === BPF_NOEXIST) return EEXIST;
      this.memory.poke(at, value);
      return 0;
    }
    if (flags === BPF_EXIST) return ENOENT;
    if (this.elements.size >= this.def.maxEntries) {
      const { oldest } = this.elements;
      if (!this.lru) return E2BIG;
      if (oldest !== undefined) this.elements.remove(oldest);
    }
    this.elements.put(keyId(key), key, value, true);
    return 0;
  }

  delete(key: Uint8Array): number {
    return this.elements.remove(keyId(key)) ? 0 : ENOENT;
  }

  entries(): Iterable<readonly [Uint8Array, bigint]> {
    return this.elements.entries();
  }

  valueStarts(): Iterable<bigint> {
    return this.elements.valueStarts();
  }
}
