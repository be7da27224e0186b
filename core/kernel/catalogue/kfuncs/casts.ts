import type { KfuncDescriptor } from '../descriptor.ts';
import { argument, give } from '../helpers/registers.ts';
import { KF_FASTCALL } from '../descriptor.ts';

/** Functions that cost nothing: they only tell the verifier how to take a pointer. */
export const CASTS: readonly KfuncDescriptor[] = [
  {
    name: 'bpf_cast_to_kern_ctx',
    flags: KF_FASTCALL,
    effect: 'kernel-context',
    doc: 'The context as the kernel itself has it: the sk_buff behind an __sk_buff, say.',
  },
  {
    name: 'bpf_rdonly_cast',
    flags: KF_FASTCALL,
    effect: 'read-only-cast',
    doc: 'Takes any value as a pointer to a kernel structure, to be read by probing (what bpf_core_cast calls).',
    run: (_, regs) => give(regs, argument(regs, 1)),
  },
];
