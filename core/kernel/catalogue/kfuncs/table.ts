import type { KfuncDescriptor, KfuncHook } from '../descriptor.ts';
import { KF_RELEASE, KF_SLEEPABLE, KF_TRUSTED_ARGS } from '../descriptor.ts';
import type { IteratorTable, MethodOf } from '../iterators/table.ts';
import {
  PROG_CGROUP_DEVICE,
  PROG_CGROUP_SKB,
  PROG_CGROUP_SOCK,
  PROG_CGROUP_SOCK_ADDR,
  PROG_CGROUP_SOCKOPT,
  PROG_CGROUP_SYSCTL,
  PROG_KPROBE,
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

/** The group that a program type belongs to. Raw tracepoints and others have none: they call what everybody may. */
const HOOKS: ReadonlyMap<number, readonly KfuncHook[]> = new Map([
  [PROG_XDP, ['xdp']],
  [PROG_SCHED_CLS, ['tc']],
  [PROG_TRACING, ['tracing']],
  [PROG_TRACEPOINT, ['tracing']],
  [PROG_PERF_EVENT, ['tracing']],
  [PROG_KPROBE, ['kprobe']],
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
  readonly iterator: MethodOf | null;
}

export const isSleepable = (kfunc: Kfunc): boolean => (kfunc.descriptor.flags & KF_SLEEPABLE) !== 0;
export const needsTrustedArgs = (kfunc: Kfunc): boolean =>
  (kfunc.descriptor.flags & (KF_TRUSTED_ARGS | KF_RELEASE)) !== 0;

/** The kernel functions of a kernel: those of its iterators, and others. */
export class KfuncTable {
  private readonly byName: ReadonlyMap<string, Kfunc>;

  constructor(
    iterators: IteratorTable,
    readonly others: readonly KfuncDescriptor[],
  ) {
    const all = new Map<string, Kfunc>(others.map((descriptor) => [descriptor.name, { descriptor, iterator: null }]));
    for (const descriptor of iterators.kfuncs)
      all.set(descriptor.name, { descriptor, iterator: iterators.method(descriptor.name) ?? null });
    this.byName = all;
  }

  /** The description of a kernel function, or null when the model has none. */
  find(name: string): Kfunc | null {
    return this.byName.get(name) ?? null;
  }

  /** Whether programs of a type that are attached so may call a function. */
  allowed({ descriptor }: Kfunc, progType: number, attachType: number): boolean {
    const { programs, attachTypes } = descriptor;
    if (attachTypes?.includes(attachType) === false) return false;
    if (programs === undefined) return true;
    return HOOKS.get(progType)?.some((hook) => programs.includes(hook)) ?? false;
  }

  /** Names of all modelled kernel functions, sorted. */
  get names(): string[] {
    return [...this.byName.keys()].sort();
  }
}
