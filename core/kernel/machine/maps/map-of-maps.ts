import { EINVAL } from '../../../base/errno.ts';
import type { MapDef } from '../../../elf/object.ts';
import type { KernelMap } from '../machine.ts';
import { keyId } from './key.ts';

/** What it holds are maps: looking one up gives the map itself. */
export class MapOfMaps implements KernelMap {
  readonly keySize: number;
  readonly valueSize: number;
  private readonly maps = new Map<string, bigint>();

  constructor(def: MapDef) {
    this.keySize = def.keySize;
    this.valueSize = def.valueSize;
  }

  put(key: Uint8Array, map: bigint): void {
    this.maps.set(keyId(key), map);
  }
  lookup(key: Uint8Array): bigint {
    return this.maps.get(keyId(key)) ?? 0n;
  }
  update(): number {
    return EINVAL;
  }
  delete(): number {
    return EINVAL;
  }
  *entries(): Iterable<readonly [Uint8Array, bigint]> {}
  *valueStarts(): Iterable<bigint> {}
}
