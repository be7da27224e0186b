import type { Btf } from '../btf/btf.ts';
import type { AsmOptions } from '../isa/asm.ts';

/** Kernel functions by name, for the calls of assembly. */
export const calls = (kernelBtf: Btf): AsmOptions => ({
  resolveCall(name) {
    const id = kernelBtf.find('func', name);
    return id === 0 ? undefined : { kfunc: id };
  },
});
