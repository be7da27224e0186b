import type { Insn } from '../isa/insn.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { CallResolver } from './executor.ts';
import { predecode } from './predecode.ts';
import type { Predecoded } from './predecode.ts';

/**
 * Calls into everything that a kernel's model describes.
 * @param programs what arrays of programs may hold
 */
export function kernelResolver(
  kernel: Pick<KernelModel, 'helpers' | 'kfuncs' | 'btf'>,
  programs: readonly { readonly name: string; readonly insns: readonly Insn[] }[] = [],
): CallResolver {
  const { helpers, kfuncs, btf } = kernel;
  const ready = new Map<string, Predecoded>();
  return {
    program(name) {
      const known = ready.get(name);
      const insns = known === undefined ? programs.find((program) => program.name === name)?.insns : undefined;
      if (insns === undefined) return known;
      const code = predecode(insns);
      ready.set(name, code);
      return code;
    },
    callHelper: (id) => helpers.find(id),
    callKfunc(btfId) {
      if (btfId <= 0 || btfId >= btf.count) return undefined;
      const { name } = btf.type(btfId);
      // A kernel function without a description is one that the machine does not run.
      return kfuncs.find(name)?.descriptor ?? { name };
    },
  };
}
