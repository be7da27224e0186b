import type { KfuncHook } from '../descriptor.ts';

/** Programs that may take references to tasks and cgroups, and make objects of their own. */
export const GENERIC: readonly KfuncHook[] = ['tc', 'xdp', 'tracing', 'syscall', 'cgroup'];

/** Programs that may work with CPU masks. */
export const CPUMASK: readonly KfuncHook[] = ['tracing', 'syscall'];
