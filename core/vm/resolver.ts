import { HELPERS_BY_ID } from '../kernel/catalogue/helpers/index.ts';
import type { Insn } from '../isa/insn.ts';
import { findKfunc } from '../kernel/catalogue/kfuncs/index.ts';
import type { CallResolver } from './interp/interpreter.ts';

/**
 * Calls into everything that the modelled kernel describes.
 * @param kfuncName name of the kernel function with this id in the kernel's BTF; undefined when there is none
 * @param programs what arrays of programs may hold
 */
export function kernelResolver(
  kfuncName: (btfId: number) => string | undefined,
  programs: readonly { readonly name: string; readonly insns: readonly Insn[] }[] = [],
): CallResolver {
  return {
    program: (name) => programs.find((program) => program.name === name),
    callHelper: (id) => HELPERS_BY_ID.get(id),
    callKfunc(btfId) {
      const name = kfuncName(btfId);
      if (name === undefined) return undefined;
      // A kernel function without a description is one that the machine does not run.
      return findKfunc(name)?.descriptor ?? { name };
    },
  };
}
