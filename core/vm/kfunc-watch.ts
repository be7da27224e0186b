import type { Behaviour } from '../kernel/catalogue/descriptor.ts';
import type { Callee, CallResolver } from './executor.ts';

/** A resolver that stands before another one and sees the calls of some kernel functions. */
export abstract class KfuncWatch implements CallResolver {
  constructor(private readonly resolver: CallResolver) {}

  callHelper(id: number): Callee | undefined {
    return this.resolver.callHelper(id);
  }

  program(name: string): ReturnType<NonNullable<CallResolver['program']>> {
    return this.resolver.program?.(name);
  }

  callKfunc(btfId: number, moduleFd: number): Callee | undefined {
    const callee = this.resolver.callKfunc(btfId, moduleFd);
    if (callee?.run === undefined) return callee;
    const run = this.around(callee.name, callee.run);
    return run === null ? callee : { name: callee.name, run };
  }

  /** What is done in a function's place, which calls it; null for one that is not watched. */
  protected abstract around(name: string, run: Behaviour): Behaviour | null;
}
