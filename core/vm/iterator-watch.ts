import { ITERATOR_METHODS } from '../kernel/iterators/index.ts';
import type { Callee, CallResolver } from './interpreter.ts';

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

/** Wraps a resolver so that the iterators that are alive are known at every moment. */
export class IteratorWatch implements CallResolver {
  /** By address (low word). */
  readonly live = new Map<number, LiveIterator>();
  #made = 0;

  constructor(private readonly resolver: CallResolver) {}

  callHelper(id: number): Callee | undefined {
    return this.resolver.callHelper(id);
  }

  program(name: string): ReturnType<NonNullable<CallResolver['program']>> {
    return this.resolver.program?.(name);
  }

  callKfunc(btfId: number, moduleFd: number): Callee | undefined {
    const callee = this.resolver.callKfunc(btfId, moduleFd);
    const known = callee === undefined ? undefined : ITERATOR_METHODS.get(callee.name);
    const run = callee?.run;
    if (callee === undefined || known === undefined || run === undefined) return callee;
    const { iterator, method } = known;
    return {
      name: callee.name,
      run: (machine, regs) => {
        const address = regs[2]!;
        if (method === 'destroy') this.live.delete(address);
        run(machine, regs);
        if (method === 'new')
          this.live.set(address, { type: iterator.name, address, ref: ++this.#made, drained: false });
        const it = method === 'next' ? this.live.get(address) : undefined;
        if (it !== undefined) it.drained = (regs[0]! | regs[1]!) === 0;
      },
    };
  }
}
