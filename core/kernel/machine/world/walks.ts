import type { Memory } from '../memory.ts';
import { toAddress } from '../memory.ts';

interface Thing {
  readonly address: bigint;
}

/** Walks of iterators whose state on the stack is only a pointer to memory of the kernel's, which programs cannot read. */
export class Walks {
  private readonly open = new Map<bigint, Iterator<Thing, undefined>>();

  constructor(private readonly memory: Memory) {}

  /** Begins a walk; returns its address. */
  begin(things: Iterable<Thing>): bigint {
    const address = toAddress(this.memory.map(8, 0));
    this.open.set(address, things[Symbol.iterator]());
    return address;
  }

  /** The next thing of a walk; null at its end, and for address 0, which is no walk. */
  next(address: bigint): Thing | null {
    const step = this.open.get(address)?.next();
    return step === undefined || step.done === true ? null : step.value;
  }

  end(address: bigint): void {
    if (this.open.delete(address)) this.memory.unmap(Number(BigInt.asUintN(32, address)));
  }
}
