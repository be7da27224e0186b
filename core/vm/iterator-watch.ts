import type { IteratorTable } from '../kernel/catalogue/iterators/table.ts';
import type { Behaviour } from '../kernel/catalogue/descriptor.ts';
import type { CallResolver } from './executor.ts';
import { KfuncWatch } from './kfunc-watch.ts';

/** An iterator that was made and not yet destroyed. */
export interface LiveIterator {
  /** Iterator type's name: `num`, … */
  readonly type: string;
  /** Address of its state (low word). */
  readonly address: number;
  /** Counted from 1 in the order in which they were made. */
  readonly ref: number;
  /** Its last `next` gave NULL. */
  drained: boolean;
}

/** What one call did to an iterator: `next` gave an element or, at the end, NULL. */
export interface IteratorEvent {
  readonly type: string;
  /** `LiveIterator.ref`; 0 for one that was not alive. */
  readonly ref: number;
  readonly what: 'new' | 'element' | 'null' | 'destroy';
}
/** Events that are kept of one run. */
const MAX_EVENTS = 100_000;

/** Wraps a resolver so that the iterators that are alive are known at every moment. */
export class IteratorWatch extends KfuncWatch {
  /** By address (low word). */
  readonly live = new Map<number, LiveIterator>();
  /** What was done to iterators, in order; of a very long run the first events. */
  readonly events: IteratorEvent[] = [];
  #made = 0;

  /** @param iterators those of the kernel that the resolver stands for */
  constructor(
    resolver: CallResolver,
    private readonly iterators: Pick<IteratorTable, 'method'>,
  ) {
    super(resolver);
  }

  protected around(name: string, run: Behaviour): Behaviour | null {
    const known = this.iterators.method(name);
    if (known === undefined) return null;
    const { iterator, method } = known;
    return (machine, regs) => {
      const address = regs[2]!;
      const before = this.live.get(address);
      if (method === 'destroy') this.live.delete(address);
      run(machine, regs);
      if (method === 'new') this.live.set(address, { type: iterator.name, address, ref: ++this.#made, drained: false });
      const it = method === 'next' ? this.live.get(address) : undefined;
      if (it !== undefined) it.drained = (regs[0]! | regs[1]!) === 0;
      if (this.events.length >= MAX_EVENTS) return;
      const what = method === 'next' ? ((regs[0]! | regs[1]!) === 0 ? 'null' : 'element') : method;
      const ref = (method === 'new' ? this.live.get(address) : before)?.ref ?? 0;
      this.events.push({ type: iterator.name, ref, what });
    };
  }
}
