import { RDONLY_PROG } from '../../../elf/maps.ts';
import { E2BIG, EEXIST, EINVAL } from '../../../base/errno.ts';
import { Unsupported } from '../../../base/errors.ts';
import type { MapDef } from '../../../elf/object.ts';
import type { KernelMap } from '../machine.ts';
import type { MapMemory } from '../map-memory.ts';
import { indexKey, u32 } from './key.ts';
import { BPF_EXIST, BPF_NOEXIST } from './update-flags.ts';

/** Most bytes that one map's values may take. */
const MAX_BYTES = 256 * 1024 * 1024;

/** All elements are there from the beginning, one behind the other. */
export class ArrayMap implements KernelMap {
  readonly keySize = 4;
  readonly valueSize: number;
  private readonly stride: number;
  private readonly base: bigint;

  constructor(
    private readonly def: MapDef,
    private readonly memory: MapMemory,
  ) {
    this.valueSize = def.valueSize;
    this.stride = (def.valueSize + 7) & ~7;
    const size = this.stride * def.maxEntries;
    if (size > MAX_BYTES) throw new Unsupported(`map ${def.name} of ${size} bytes`);
    const readOnly = (def.flags & RDONLY_PROG) !== 0;
    this.base = memory.allocate(size, !readOnly);
    if (def.initial !== undefined) memory.poke(this.base, def.initial.subarray(0, size));
  }

  lookup(key: Uint8Array): bigint {
    const index = u32(key);
    return index < this.def.maxEntries ? this.base + BigInt(index * this.stride) : 0n;
  }

  update(key: Uint8Array, value: Uint8Array, flags: bigint): number {
    if (flags > BPF_EXIST) return EINVAL;
    const at = this.lookup(key);
    if (at === 0n) return E2BIG;
    if (flags === BPF_NOEXIST) return EEXIST;
    this.memory.poke(at, value);
    return 0;
  }

  delete(): number {
    return EINVAL;
  }

  *entries(): Iterable<readonly [Uint8Array, bigint]> {
    for (let i = 0; i < this.def.maxEntries; i++) {
      yield [indexKey(i), this.base + BigInt(i * this.stride)];
    }
  }

  *valueStarts(): Iterable<bigint> {
    for (let i = 0; i < this.def.maxEntries; i++) yield this.base + BigInt(i * this.stride);
  }
}
