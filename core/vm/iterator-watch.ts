import type { IteratorTable } from '../kernel/catalogue/iterators/table.ts';
import type { Callee, CallResolver } from './executor.ts';

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
export class IteratorWatch implements CallResolver {
  /** By address (low word). */
  readonly live = new Map<number, LiveIterator>();
  /** What was done to iterators, in order; of a very long run the first events. */
  readonly events: IteratorEvent[] = [];
  #made = 0;

  /** @param iterators those of the kernel that the resolver stands for */
  constructor(
    private readonly resolver: CallResolver,
    private readonly iterators: Pick<IteratorTable, 'method'>,
  ) {}

  callHelper(id: number): Callee | undefined {
    return this.resolver.callHelper(id);
  }

  program(name: string): ReturnType<NonNullable<CallResolver['program']>> {
    return this.resolver.program?.(name);
  }

  callKfunc(btfId: number, moduleFd: number): Callee | undefined {
    const callee = this.resolver.callKfunc(btfId, moduleFd);
    const known = callee === undefined ? undefined : this.iterators.method(callee.name);
    const run = callee?.run;
    if (callee === undefined || known === undefined || run === undefined) return callee;
    const { iterator, method } = known;
    return {
      name: callee.name,
      run: (machine, regs) => {
        const address = regs[2]!;
        const before = this.live.get(address);
        if (method === 'destroy') this.live.delete(address);
        run(machine, regs);
        if (method === 'new')
          this.live.set(address, { type: iterator.name, address, ref: ++this.#made, drained: false });
        const it = method === 'next' ? this.live.get(address) : undefined;
        if (it !== undefined) it.drained = (regs[0]! | regs[1]!) === 0;
        if (this.events.length >= MAX_EVENTS) return;
        const what = method === 'next' ? ((regs[0]! | regs[1]!) === 0 ? 'null' : 'element') : method;
        const ref = (method === 'new' ? this.live.get(address) : before)?.ref ?? 0;
        this.events.push({ type: iterator.name, ref, what });
      },
    };
  }
}
