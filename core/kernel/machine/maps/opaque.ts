import { Unsupported } from '../../../base/errors.ts';
import type { MapDef } from '../../../elf/object.ts';
import type { KernelMap } from '../machine.ts';
import type { RingBuffer } from '../ring-buffer.ts';

/** A map whose elements a program does not look up: what it is for lies in its other properties, if the machine has it at all. */
export class Opaque implements KernelMap {
  readonly keySize: number;
  readonly valueSize: number;
  readonly ring?: RingBuffer;
  readonly programs?: ReadonlyMap<number, string>;
  constructor(
    private readonly def: MapDef,
    has: Pick<KernelMap, 'ring' | 'programs'>,
  ) {
    this.keySize = def.keySize;
    this.valueSize = def.valueSize;
    if (has.ring !== undefined) this.ring = has.ring;
    if (has.programs !== undefined) this.programs = has.programs;
  }
  lookup(): bigint {
    return this.refuse();
  }
  update(): number {
    return this.refuse();
  }
  delete(): number {
    return this.refuse();
  }
  entries(): Iterable<readonly [Uint8Array, bigint]> {
    return this.refuse();
  }
  valueStarts(): Iterable<bigint> {
    return this.refuse();
  }
  private refuse(): never {
    throw new Unsupported(`running map ${this.def.name} of type ${this.def.type}`);
  }
}
