import { BPF_OBJECTS } from './bpf-objects.ts';
import { KERNEL_OBJECTS } from './kernel-objects.ts';
import { SOCKETS } from './sockets.ts';
import { TASKS } from './tasks.ts';
import type { IterTarget } from './target.ts';

/** Every target of iterator programs that the kernel registers. */
export const ITER_TARGETS: readonly IterTarget[] = [...TASKS, ...KERNEL_OBJECTS, ...BPF_OBJECTS, ...SOCKETS];

/** By the name of the function that stands for it in BTF, `bpf_iter_<name>`. */
export const TARGETS_BY_FUNCTION: ReadonlyMap<string, IterTarget> = new Map(
  ITER_TARGETS.map((target) => [`bpf_iter_${target.name}`, target]),
);

export type { IterTarget, TargetArgument } from './target.ts';
