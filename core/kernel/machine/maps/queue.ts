import { E2BIG, EINVAL } from '../../../base/errno.ts';
import type { MapDef } from '../../../elf/object.ts';
import type { KernelMap } from '../machine.ts';
import { BPF_EXIST, BPF_NOEXIST } from './update-flags.ts';

/** Values in the order in which they were pushed. */
export class QueueMap implements KernelMap {
  readonly keySize = 0;
  readonly valueSize: number;
  private readonly values: Uint8Array[] = [];

  constructor(
    private readonly def: MapDef,
    private readonly newestFirst: boolean,
  ) {
    this.valueSize = def.valueSize;
  }

  readonly queue = {
    push: (value: Uint8Array, flags: bigint): number => {
      if (flags > BPF_EXIST || flags === BPF_NOEXIST) return EINVAL;
      if (this.values.length >= this.def.maxEntries) {
        if (flags !== BPF_EXIST) return E2BIG;
        this.values.shift();
      }
      this.values.push(value.slice());
      return 0;
    },
    next: (remove: boolean): Uint8Array | null => {
      const at = this.newestFirst ? this.values.length - 1 : 0;
      const value = this.values[at] ?? null;
      if (remove && value !== null) this.values.splice(at, 1);
      return value;
    },
  };

  // None of these reaches a queue: the verifier lets programs push, pop and peek only.
  lookup(): bigint {
    return 0n;
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
