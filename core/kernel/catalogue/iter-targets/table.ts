import type { IterTarget } from './target.ts';

/** The targets of iterator programs that a kernel registers. */
export class TargetTable {
  private readonly functions: ReadonlyMap<string, IterTarget>;

  constructor(readonly all: readonly IterTarget[]) {
    this.functions = new Map(all.map((target) => [`bpf_iter_${target.name}`, target]));
  }

  /** By the function that stands for it in BTF, `bpf_iter_<name>`. */
  ofFunction(name: string): IterTarget | undefined {
    return this.functions.get(name);
  }
}
