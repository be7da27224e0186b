import { BPF_OBJECTS } from './bpf-objects.ts';
import { KERNEL_OBJECTS } from './kernel-objects.ts';
import { SOCKETS } from './sockets.ts';
import { TASKS } from './tasks.ts';
import type { IterTarget } from './target.ts';

/** Every target of iterator programs that the kernel registers. */
export const ITER_TARGETS: readonly IterTarget[] = [...TASKS, ...KERNEL_OBJECTS, ...BPF_OBJECTS, ...SOCKETS];
