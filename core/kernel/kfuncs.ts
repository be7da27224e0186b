import type { IteratorDescriptor, KfuncDescriptor } from './descriptor.ts';
import { KF_ACQUIRE, KF_RCU, KF_RELEASE, KF_RET_NULL, KF_SLEEPABLE, KF_TRUSTED_ARGS } from './descriptor.ts';
import { ITERATOR_METHODS } from './iterators/index.ts';
import { PROG_CGROUP_SKB, PROG_SCHED_ACT, PROG_SCHED_CLS, PROG_SYSCALL, PROG_TRACING, PROG_XDP } from './programs.ts';

const plain = (name: string, flags: number, doc: string): KfuncDescriptor => ({
  name,
  flags,
  doc,
});

/** Kernel functions besides the iterators' that the verifier knows how to check. */
const OTHERS: readonly KfuncDescriptor[] = [
  { ...plain('bpf_rcu_read_lock', 0, 'Begins an RCU read section.'), run: () => undefined },
  { ...plain('bpf_rcu_read_unlock', 0, 'Ends an RCU read section.'), run: () => undefined },
  { ...plain('bpf_preempt_disable', 0, 'Disables preemption.'), run: () => undefined },
  { ...plain('bpf_preempt_enable', 0, 'Enables preemption again.'), run: () => undefined },
  plain(
    'bpf_task_from_pid',
    KF_ACQUIRE | KF_RET_NULL,
    'The task with a pid, with a reference to be released; NULL if there is none.',
  ),
  plain('bpf_task_acquire', KF_ACQUIRE | KF_RCU | KF_RET_NULL, 'Takes a reference to a task.'),
  plain('bpf_task_release', KF_RELEASE, 'Gives a reference to a task back.'),
  plain('bpf_cgroup_from_id', KF_ACQUIRE | KF_RET_NULL, 'The cgroup with an id, with a reference to be released.'),
  plain('bpf_cgroup_acquire', KF_ACQUIRE | KF_RCU | KF_RET_NULL, 'Takes a reference to a cgroup.'),
  plain('bpf_cgroup_release', KF_RELEASE, 'Gives a reference to a cgroup back.'),
];

const BY_NAME = new Map<string, KfuncDescriptor>(OTHERS.map((k) => [k.name, k]));

/** Functions that take and give references to tasks and cgroups: not for plain tracepoints and probes. */
const GENERIC: ReadonlySet<string> = new Set(
  OTHERS.filter((k) => /^bpf_(task|cgroup)_/.test(k.name)).map((k) => k.name),
);
const GENERIC_PROGRAMS: ReadonlySet<number> = new Set([
  PROG_TRACING,
  PROG_SCHED_CLS,
  PROG_SCHED_ACT,
  PROG_XDP,
  PROG_SYSCALL,
  PROG_CGROUP_SKB,
]);

/** Whether programs of a type may call a function. */
export function kfuncAllowed(name: string, progType: number): boolean {
  return !GENERIC.has(name) || GENERIC_PROGRAMS.has(progType);
}

/** A kernel function as the verifier and the VM see it. */
export interface Kfunc {
  readonly descriptor: KfuncDescriptor;
  /** Set for the methods of an iterator. */
  readonly iterator: { readonly iterator: IteratorDescriptor; readonly method: 'new' | 'next' | 'destroy' } | null;
}

/** The model's description of a kernel function, or null when it has none. */
export function findKfunc(name: string): Kfunc | null {
  const iterator = ITERATOR_METHODS.get(name) ?? null;
  if (iterator !== null) return { descriptor: iterator.iterator[iterator.method], iterator };
  const other = BY_NAME.get(name);
  return other === undefined ? null : { descriptor: other, iterator: null };
}

/** Names of all modelled kernel functions, for `help` and completion. */
export function kfuncNames(): string[] {
  return [...ITERATOR_METHODS.keys(), ...BY_NAME.keys()].sort();
}

export const isSleepable = (kfunc: Kfunc): boolean => (kfunc.descriptor.flags & KF_SLEEPABLE) !== 0;
export const needsTrustedArgs = (kfunc: Kfunc): boolean =>
  (kfunc.descriptor.flags & (KF_TRUSTED_ARGS | KF_RELEASE)) !== 0;
