import { Unsupported } from '../../base/errors.ts';
import { helperName } from '../../isa/helper-names.ts';
import type { Behaviour } from '../../kernel/catalogue/descriptor.ts';
import { MachineFault } from '../../kernel/machine/machine.ts';
import type { Machine } from '../../kernel/machine/machine.ts';
import type { Callee, CallResolver } from '../executor.ts';
import type { Predecoded } from '../predecode.ts';

type Kind = 'helper' | 'kfunc';

/** The program that calls, as it runs. */
interface Caller {
  readonly code: Predecoded;
  readonly machine: Machine;
  readonly regs: Int32Array;
  /** The instruction that a fault would be of. */
  faultPc: number;
}

/** The helpers and kernel functions that a program has called. */
export class Callees {
  private readonly helpers = new Map<number, Callee>();
  private readonly kfuncs = new Map<number, Callee>();

  constructor(private readonly resolver: CallResolver) {}

  /** Calls a helper or kernel function, and gives its behaviour so that the instruction can keep it. */
  call(run: Caller, pc: number, kind: Kind, id: number): Behaviour {
    run.faultPc = pc;
    const callee = this.find(run, pc, kind, id);
    if (callee.run === undefined) throw new Unsupported(`running ${callee.name}`, pc);
    callee.run(run.machine, run.regs);
    return callee.run;
  }

  private find(run: Caller, pc: number, kind: Kind, id: number): Callee {
    const known = kind === 'helper' ? this.helpers : this.kfuncs;
    let callee = known.get(id);
    if (callee !== undefined) return callee;
    const moduleFd = run.code.insns[pc]?.off ?? 0;
    callee = kind === 'helper' ? this.resolver.callHelper(id) : this.resolver.callKfunc(id, moduleFd);
    if (callee === undefined) {
      const name = kind === 'helper' ? helperName(id) : undefined;
      if (name !== undefined) throw new Unsupported(`running helper ${name}`, pc);
      throw new MachineFault(`call of ${kind} ${id}, which does not exist`);
    }
    known.set(id, callee);
    return callee;
  }
}
