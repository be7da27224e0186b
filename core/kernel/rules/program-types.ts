// BPF_PROG_TYPE_* numbers.
export const PROG_SOCKET_FILTER = 1;
export const PROG_KPROBE = 2;
export const PROG_SCHED_CLS = 3;
export const PROG_SCHED_ACT = 4;
export const PROG_TRACEPOINT = 5;
export const PROG_XDP = 6;
export const PROG_PERF_EVENT = 7;
export const PROG_CGROUP_SKB = 8;
export const PROG_CGROUP_SOCK = 9;
export const PROG_LWT_IN = 10;
export const PROG_LWT_OUT = 11;
export const PROG_LWT_XMIT = 12;
export const PROG_SOCK_OPS = 13;
export const PROG_SK_SKB = 14;
export const PROG_CGROUP_DEVICE = 15;
export const PROG_SK_MSG = 16;
export const PROG_RAW_TRACEPOINT = 17;
export const PROG_CGROUP_SOCK_ADDR = 18;
export const PROG_LWT_SEG6LOCAL = 19;
export const PROG_LIRC_MODE2 = 20;
export const PROG_SK_REUSEPORT = 21;
export const PROG_FLOW_DISSECTOR = 22;
export const PROG_CGROUP_SYSCTL = 23;
export const PROG_RAW_TRACEPOINT_WRITABLE = 24;
export const PROG_CGROUP_SOCKOPT = 25;
export const PROG_TRACING = 26;
export const PROG_STRUCT_OPS = 27;
export const PROG_EXT = 28;
export const PROG_LSM = 29;
export const PROG_SK_LOOKUP = 30;
export const PROG_SYSCALL = 31;
export const PROG_NETFILTER = 32;

/** BPF_F_SLEEPABLE */
export { F_SLEEPABLE as SLEEPABLE } from '../../elf/section-types.ts';

// Attach types of tracing programs.
export const TRACE_RAW_TP = 23;
export const TRACE_FENTRY = 24;
export const TRACE_FEXIT = 25;
export const MODIFY_RETURN = 26;
export const LSM_MAC = 27;
export const TRACE_ITER = 28;
export const LSM_CGROUP = 43;

/** What a load from the context gives. */
export type CtxValue =
  | { readonly kind: 'packet' | 'packet-meta' | 'packet-end' | 'tp-buffer' }
  /** With `range` the number is known to lie in it. */
  | { readonly kind: 'scalar'; readonly range?: ReturnRange }
  /** Bytes of a map's key or value, their number unknown before the program is attached. */
  | { readonly kind: 'buffer'; readonly readOnly: boolean; readonly maybeNull: boolean }
  | {
      readonly kind: 'btf';
      readonly btfId: number;
      readonly maybeNull: boolean;
      readonly trusted: boolean;
      /** Which memory it points into, when a type tag says so. */
      readonly space: 'kernel' | 'user' | 'percpu';
    };

/** Bounds of a number, both included. */
export interface ReturnRange {
  readonly min: number;
  readonly max: number;
}

/** Whether an access to the context is allowed; `lines` are what the kernel logs about it. */
export type CtxAccess =
  | { readonly ok: true; readonly gives: CtxValue; readonly lines?: readonly string[] }
  | { readonly ok: false; readonly lines?: readonly string[] }
  | { readonly unsupported: string };
