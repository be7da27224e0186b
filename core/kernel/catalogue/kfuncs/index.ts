import type { IteratorDescriptor, KfuncDescriptor, KfuncHook } from '../descriptor.ts';
import { KF_RELEASE, KF_SLEEPABLE, KF_TRUSTED_ARGS } from '../descriptor.ts';
import { ITERATOR_METHODS } from '../iterators/index.ts';
import {
  PROG_CGROUP_DEVICE,
  PROG_CGROUP_SKB,
  PROG_CGROUP_SOCK,
  PROG_CGROUP_SOCK_ADDR,
  PROG_CGROUP_SOCKOPT,
  PROG_CGROUP_SYSCTL,
  PROG_LSM,
  PROG_LWT_IN,
  PROG_LWT_OUT,
  PROG_LWT_SEG6LOCAL,
  PROG_LWT_XMIT,
  PROG_NETFILTER,
  PROG_PERF_EVENT,
  PROG_SCHED_ACT,
  PROG_SCHED_CLS,
  PROG_SK_SKB,
  PROG_SOCKET_FILTER,
  PROG_SOCK_OPS,
  PROG_SYSCALL,
  PROG_TRACEPOINT,
  PROG_TRACING,
  PROG_XDP,
} from '../../rules/program-types.ts';
import { CASTS } from './casts.ts';
import { CGROUPS } from './cgroups.ts';
import { CPUMASKS } from './cpumask.ts';
import { DYNPTRS } from './dynptrs.ts';
import { FILES } from './files.ts';
import { OBJECTS } from './objects.ts';
import { SECTIONS } from './sections.ts';
import { STRINGS } from './strings.ts';
import { TASKS } from './tasks.ts';
import { WORK_QUEUES } from './work-queues.ts';

/** Kernel functions besides the iterators' that the verifier knows how to check. */
const OTHERS: readonly KfuncDescriptor[] = [
  ...SECTIONS,
  ...TASKS,
  ...CGROUPS,
  ...FILES,
  ...CASTS,
  ...OBJECTS,
  ...CPUMASKS,
  ...STRINGS,
  ...DYNPTRS,
  ...WORK_QUEUES,
];

const BY_NAME = new Map<string, KfuncDescriptor>(OTHERS.map((k) => [k.name, k]));

/** The group that a program type belongs to. Raw tracepoints, kprobes and others have none: they call what everybody may. */
const HOOKS: ReadonlyMap<number, readonly KfuncHook[]> = new Map([
  [PROG_XDP, ['xdp']],
  [PROG_SCHED_CLS, ['tc']],
  [PROG_TRACING, ['tracing']],
  [PROG_TRACEPOINT, ['tracing']],
  [PROG_PERF_EVENT, ['tracing']],
  [PROG_LSM, ['tracing', 'lsm']],
  [PROG_SYSCALL, ['syscall']],
  [PROG_CGROUP_SKB, ['cgroup']],
  [PROG_CGROUP_SOCK, ['cgroup']],
  [PROG_CGROUP_DEVICE, ['cgroup']],
  [PROG_CGROUP_SOCK_ADDR, ['cgroup']],
  [PROG_CGROUP_SOCKOPT, ['cgroup']],
  [PROG_CGROUP_SYSCTL, ['cgroup']],
  [PROG_SOCK_OPS, ['cgroup']],
  [PROG_SCHED_ACT, ['sched_act']],
  [PROG_SK_SKB, ['sk_skb']],
  [PROG_SOCKET_FILTER, ['socket_filter']],
  [PROG_LWT_IN, ['lwt']],
  [PROG_LWT_OUT, ['lwt']],
  [PROG_LWT_XMIT, ['lwt']],
  [PROG_LWT_SEG6LOCAL, ['lwt']],
  [PROG_NETFILTER, ['netfilter']],
]);

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

/** Whether programs of a type may call a function. */
export function kfuncAllowed({ descriptor }: Kfunc, progType: number): boolean {
  const { programs } = descriptor;
  if (programs === undefined) return true;
  return HOOKS.get(progType)?.some((hook) => programs.includes(hook)) ?? false;
}

/** Names of all modelled kernel functions, for `help` and completion. */
export function kfuncNames(): string[] {
  return [...ITERATOR_METHODS.keys(), ...BY_NAME.keys()].sort();
}

export const isSleepable = (kfunc: Kfunc): boolean => (kfunc.descriptor.flags & KF_SLEEPABLE) !== 0;
export const needsTrustedArgs = (kfunc: Kfunc): boolean =>
  (kfunc.descriptor.flags & (KF_TRUSTED_ARGS | KF_RELEASE)) !== 0;

/** The kernel's generic functions that the verifier does not check yet: how many arguments they read is known all the same. */
const GENERIC: ReadonlySet<string> = new Set([
  'bpf_throw',
  'bpf_obj_new_impl',
  'bpf_obj_drop_impl',
  'bpf_percpu_obj_new_impl',
  'bpf_percpu_obj_drop_impl',
  'bpf_refcount_acquire_impl',
  'bpf_list_push_front_impl',
  'bpf_list_push_back_impl',
  'bpf_list_pop_front',
  'bpf_list_pop_back',
  'bpf_rbtree_remove',
  'bpf_rbtree_add_impl',
  'bpf_rbtree_first',
]);
const GENERIC_HOOKS: readonly KfuncHook[] = ['tc', 'xdp', 'tracing', 'syscall', 'cgroup'];

/** Whether programs of a type may call a generic function of that name. */
export const isGenericKfunc = (name: string, progType: number): boolean =>
  GENERIC.has(name) && (HOOKS.get(progType)?.some((hook) => GENERIC_HOOKS.includes(hook)) ?? false);
