import type { KfuncDescriptor } from '../descriptor.ts';
import { KF_TRUSTED_ARGS } from '../descriptor.ts';

/** The standard output and error of a program, which `bpftool prog tracelog` reads. */
export const STREAMS: readonly KfuncDescriptor[] = [
  {
    name: 'bpf_stream_vprintk_impl',
    flags: KF_TRUSTED_ARGS,
    doc: 'Prints to one of the program’s streams. The format must be constant; the kernel puts the program itself into the last argument.',
  },
];
