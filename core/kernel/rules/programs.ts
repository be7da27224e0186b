import type { Btf } from '../../btf/btf.ts';
import type { BpfProgram } from '../../elf/object.ts';
import type { KernelModel } from '../model.ts';
import { hookRange } from './lsm-hooks.ts';
import {
  LSM_MAC,
  MODIFY_RETURN,
  PROG_CGROUP_DEVICE,
  PROG_CGROUP_SKB,
  PROG_CGROUP_SOCK,
  PROG_CGROUP_SOCKOPT,
  PROG_CGROUP_SOCK_ADDR,
  PROG_CGROUP_SYSCTL,
  PROG_EXT,
  PROG_FLOW_DISSECTOR,
  PROG_KPROBE,
  PROG_LIRC_MODE2,
  PROG_LSM,
  PROG_LWT_IN,
  PROG_LWT_OUT,
  PROG_LWT_SEG6LOCAL,
  PROG_LWT_XMIT,
  PROG_NETFILTER,
  PROG_PERF_EVENT,
  PROG_RAW_TRACEPOINT,
  PROG_RAW_TRACEPOINT_WRITABLE,
  PROG_SCHED_ACT,
  PROG_SCHED_CLS,
  PROG_SK_LOOKUP,
  PROG_SK_MSG,
  PROG_SK_REUSEPORT,
  PROG_SK_SKB,
  PROG_SOCKET_FILTER,
  PROG_SOCK_OPS,
  PROG_STRUCT_OPS,
  PROG_SYSCALL,
  PROG_TRACEPOINT,
  PROG_TRACING,
  PROG_XDP,
  TRACE_FENTRY,
  TRACE_FEXIT,
  TRACE_ITER,
  TRACE_RAW_TP,
} from './program-types.ts';
import type { CtxAccess, ReturnRange } from './program-types.ts';
import { CGROUP_SKB, CLASSIFIER_SKB, LWT_SKB, SK_SKB, skbAccess, SOCKET_FILTER_SKB } from './skb-context.ts';
import { tracingAccess, tracingTarget } from './tracing-context.ts';

export * from './program-types.ts';

const SCALAR: CtxAccess = { ok: true, gives: { kind: 'scalar' } };
const NO: CtxAccess = { ok: false };

const NAMES: Readonly<Record<number, readonly [short: string, long: string]>> = {
  [PROG_SOCKET_FILTER]: ['socket', 'socket_filter'],
  [PROG_KPROBE]: ['kprobe', 'kprobe'],
  [PROG_SCHED_CLS]: ['tc', 'sched_cls'],
  [PROG_SCHED_ACT]: ['action', 'sched_act'],
  [PROG_TRACEPOINT]: ['tp', 'tracepoint'],
  [PROG_XDP]: ['xdp', 'xdp'],
  [PROG_PERF_EVENT]: ['perf_event', 'perf_event'],
  [PROG_CGROUP_SKB]: ['cgroup_skb', 'cgroup_skb'],
  15: ['cgroup/dev', 'cgroup_device'],
  [PROG_RAW_TRACEPOINT]: ['raw_tp', 'raw_tracepoint'],
  [PROG_RAW_TRACEPOINT_WRITABLE]: ['raw_tp.w', 'raw_tracepoint_writable'],
  [PROG_TRACING]: ['tracing', 'tracing'],
  [PROG_EXT]: ['freplace', 'ext'],
  [PROG_LSM]: ['lsm', 'lsm'],
  [PROG_SYSCALL]: ['syscall', 'syscall'],
};

/** The type's name as section names abbreviate it and as bpftool prints it. */
export function programTypeName(type: number): { readonly short: string; readonly long: string } {
  const [short, long] = NAMES[type] ?? [`type ${type}`, `type ${type}`];
  return { short, long };
}

/** `struct xdp_md`: data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex. */
function xdp(program: BpfProgram, off: number, size: number, write: boolean, signExtend: boolean): CtxAccess {
  if (write || off < 0 || off >= 24 || off % size !== 0 || size !== 4) return NO;
  if (off > 8) return off === 20 && program.expectedAttachType !== XDP_DEVMAP ? NO : SCALAR;
  if (signExtend) return NO;
  return { ok: true, gives: { kind: off === 0 ? 'packet' : off === 4 ? 'packet-end' : 'packet-meta' } };
}

const XDP_DEVMAP = 33;

/**
 * A load or store of the context (the structure that r1 points at when a program starts).
 * @param off byte offset, @param size 1, 2, 4 or 8
 */
export function ctxAccess(
  kernel: KernelModel,
  program: BpfProgram,
  off: number,
  size: number,
  access: 'read' | 'write',
  signExtend: boolean,
): CtxAccess {
  const write = access === 'write';
  switch (program.type) {
    case PROG_RAW_TRACEPOINT_WRITABLE:
      if (off === 0) return size === 8 && !write ? { ok: true, gives: { kind: 'tp-buffer' } } : NO;
      return write || off < 0 || off >= 96 || off % size !== 0 ? NO : SCALAR;
    case PROG_RAW_TRACEPOINT:
      return write || off < 0 || off >= 96 || off % size !== 0 ? NO : SCALAR;
    case PROG_KPROBE:
      // struct pt_regs of x86-64: 21 words.
      return write || off < 0 || off >= 168 || off % size !== 0 ? NO : SCALAR;
    case PROG_PERF_EVENT:
      // The same and two more words (sample_period, addr), which may be read in part.
      if (write || off < 0 || off >= 184 || off % size !== 0) return NO;
      return off >= 168 || size === 8 ? SCALAR : NO;
    case PROG_TRACEPOINT:
      if (off < 0 && !kernel.quirks.tracepointBeforeRecord) return NO;
      return write || (off >= 0 && off < 8) || off >= kernel.limits.traceRecord || off % size !== 0 ? NO : SCALAR;
    case PROG_SOCKET_FILTER:
      return skbAccess(SOCKET_FILTER_SKB, off, size, write, signExtend);
    case PROG_SCHED_CLS:
    case PROG_SCHED_ACT:
      return skbAccess(CLASSIFIER_SKB, off, size, write, signExtend);
    case PROG_CGROUP_SKB:
      return skbAccess(CGROUP_SKB, off, size, write, signExtend);
    case PROG_LWT_IN:
    case PROG_LWT_OUT:
    case PROG_LWT_XMIT:
    case PROG_LWT_SEG6LOCAL:
      return skbAccess(LWT_SKB, off, size, write, signExtend);
    case PROG_SK_SKB:
      return skbAccess(SK_SKB, off, size, write, signExtend);
    case PROG_XDP:
      return xdp(program, off, size, write, signExtend);
    case PROG_SYSCALL:
      return off < 0 || off >= 65535 || off % size !== 0 ? NO : SCALAR;
    case PROG_TRACING:
      if (write || off < 0 || off >= 96) return NO;
      if (off % size !== 0) return NO;
      return tracingAccess(kernel, program, off, size);
    case PROG_LSM:
      if (write || off < 0) return { unsupported: 'this access to the context of an LSM program' };
      return tracingAccess(kernel, program, off, size);
    default:
      return { unsupported: `context of a ${programTypeName(program.type).long} program` };
  }
}

// BPF_* attach types of cgroup programs that a return value depends on.
const INET_EGRESS = 1;
const INET4_BIND = 8;
const INET6_BIND = 9;
const KPROBE_SESSION = 56;
const UPROBE_SESSION = 57;
/** Hooks where an address is only looked at: their programs must say yes. */
const ADDRESS_SEEN: readonly number[] = [19, 20, 29, 30, 31, 32, 51, 52, 53];

/**
 * Values that a program may return at its exit: null when any number will do, `nothing` when the hook returns none, so that r0 does not
 * matter. With `bits32` only the lower half counts.
 */
export function returnRange(
  program: BpfProgram,
  btf: Btf,
): (ReturnRange & { readonly bits32: boolean }) | null | 'nothing' | 'unsupported' {
  const within = (min: number, max: number, bits32 = false) => ({ min, max, bits32 });
  const attach = program.expectedAttachType;
  switch (program.type) {
    case PROG_TRACING:
      switch (attach) {
        case TRACE_FENTRY:
        case TRACE_FEXIT:
          return within(0, 0);
        case TRACE_RAW_TP:
        case MODIFY_RETURN:
          return null;
        case TRACE_ITER:
          return within(0, 1);
        default:
          return 'unsupported';
      }
    case PROG_LSM: {
      const target = attach === LSM_MAC ? tracingTarget(program, btf) : null;
      if (target === null) return 'unsupported';
      const range = hookRange(btf, target.name, target.proto);
      return range === null ? 'nothing' : within(range.min, range.max, true);
    }
    case PROG_RAW_TRACEPOINT:
      return program.attachBtfId === 0 ? null : within(0, 0);
    case PROG_KPROBE:
      return attach === KPROBE_SESSION || attach === UPROBE_SESSION ? within(0, 1) : null;
    case PROG_CGROUP_SKB:
      return within(0, attach === INET_EGRESS ? 3 : 1);
    case PROG_CGROUP_SOCK_ADDR:
      if (ADDRESS_SEEN.includes(attach)) return within(1, 1);
      return within(0, attach === INET4_BIND || attach === INET6_BIND ? 3 : 1);
    case PROG_CGROUP_SOCK:
    case PROG_SOCK_OPS:
    case PROG_CGROUP_DEVICE:
    case PROG_CGROUP_SYSCTL:
    case PROG_CGROUP_SOCKOPT:
    case PROG_SK_LOOKUP:
    case PROG_NETFILTER:
      return within(0, 1);
    case PROG_STRUCT_OPS:
    case PROG_EXT:
      return 'unsupported';
    default:
      return program.type > 0 && program.type <= PROG_NETFILTER ? null : 'unsupported';
  }
}

/** True where the kernel hands the context over as it is: how far a call may reach into it is checked like any access. */
export function hasPlainContext(program: BpfProgram): boolean {
  switch (program.type) {
    case PROG_KPROBE:
    case PROG_TRACEPOINT:
    case PROG_RAW_TRACEPOINT:
    case PROG_RAW_TRACEPOINT_WRITABLE:
    case PROG_TRACING:
    case PROG_LSM:
    case PROG_SYSCALL:
    case PROG_CGROUP_DEVICE:
    case PROG_LIRC_MODE2:
    case PROG_NETFILTER:
      return true;
    default:
      return false;
  }
}

/** Whether the kernel rewrites what the program reads and writes in its context, which it has in another form itself. */
export const rewritesContext = (program: BpfProgram): boolean => !hasPlainContext(program);

/** Whether the kernel puts instructions before a program that writes to packets. */
export const hasWritePrologue = ({ type }: BpfProgram): boolean =>
  type === PROG_SCHED_CLS || type === PROG_SCHED_ACT || type === PROG_SK_SKB;

/** Whether packet data may be read through pointers (also by helpers that a program hands them to), and written. */
export function packetAccess(program: BpfProgram): { readonly read: boolean; readonly write: boolean } {
  switch (program.type) {
    case PROG_LWT_IN:
    case PROG_LWT_OUT:
    case PROG_LWT_SEG6LOCAL:
    case PROG_SK_REUSEPORT:
    case PROG_FLOW_DISSECTOR:
    case PROG_CGROUP_SKB:
      return { read: true, write: false };
    case PROG_SCHED_CLS:
    case PROG_SCHED_ACT:
    case PROG_XDP:
    case PROG_LWT_XMIT:
    case PROG_SK_SKB:
    case PROG_SK_MSG:
    case PROG_CGROUP_SOCKOPT:
      return { read: true, write: true };
    default:
      return { read: false, write: false };
  }
}

/** True for a helper that only programs of this one iterator target may call. */
export function targetHelper(kernel: KernelModel, program: BpfProgram, helper: number): boolean {
  if (program.type !== PROG_TRACING || program.expectedAttachType !== TRACE_ITER) return false;
  return kernel.targets.ofFunction(tracingTarget(program, kernel.btf)?.name ?? '')?.helpers?.includes(helper) ?? false;
}

/** Whether a program that may ask for it is attached to a function: kprobes are, of tracing programs those before, after and around one. */
export function hasFunctionAddress({ type, expectedAttachType: attach }: BpfProgram): boolean {
  const around = attach === TRACE_FENTRY || attach === TRACE_FEXIT || attach === MODIFY_RETURN;
  return type === PROG_KPROBE || (type === PROG_TRACING && around);
}

/** True when the legacy packet loads are allowed. */
export function mayLoadPackets(program: BpfProgram): boolean {
  return program.type === PROG_SOCKET_FILTER || program.type === PROG_SCHED_CLS || program.type === PROG_SCHED_ACT;
}

/** Program types that run wherever the kernel happens to be when it is traced: what takes locks or allocates is not for all of them. */
export function isTraced(type: number): boolean {
  switch (type) {
    case PROG_KPROBE:
    case PROG_TRACEPOINT:
    case PROG_PERF_EVENT:
    case PROG_RAW_TRACEPOINT:
    case PROG_RAW_TRACEPOINT_WRITABLE:
      return true;
    default:
      return false;
  }
}

/** Program types by the names that the kernel's table of contexts has for them. */
const CONTEXT_NAMES: Readonly<Record<number, string>> = {
  [PROG_SOCKET_FILTER]: 'SOCKET_FILTER',
  [PROG_KPROBE]: 'KPROBE',
  [PROG_SCHED_CLS]: 'SCHED_CLS',
  [PROG_SCHED_ACT]: 'SCHED_ACT',
  [PROG_TRACEPOINT]: 'TRACEPOINT',
  [PROG_XDP]: 'XDP',
  [PROG_PERF_EVENT]: 'PERF_EVENT',
  [PROG_CGROUP_SKB]: 'CGROUP_SKB',
  [PROG_RAW_TRACEPOINT]: 'RAW_TRACEPOINT',
  [PROG_RAW_TRACEPOINT_WRITABLE]: 'RAW_TRACEPOINT_WRITABLE',
  [PROG_TRACING]: 'TRACING',
  [PROG_LSM]: 'LSM',
  [PROG_CGROUP_SOCK]: 'CGROUP_SOCK',
  [PROG_CGROUP_SOCK_ADDR]: 'CGROUP_SOCK_ADDR',
  [PROG_CGROUP_DEVICE]: 'CGROUP_DEVICE',
  [PROG_CGROUP_SYSCTL]: 'CGROUP_SYSCTL',
  [PROG_CGROUP_SOCKOPT]: 'CGROUP_SOCKOPT',
  [PROG_SOCK_OPS]: 'SOCK_OPS',
  [PROG_SK_SKB]: 'SK_SKB',
  [PROG_SK_MSG]: 'SK_MSG',
  [PROG_SK_REUSEPORT]: 'SK_REUSEPORT',
  [PROG_SK_LOOKUP]: 'SK_LOOKUP',
  [PROG_LWT_IN]: 'LWT_IN',
  [PROG_LWT_OUT]: 'LWT_OUT',
  [PROG_LWT_XMIT]: 'LWT_XMIT',
  [PROG_LWT_SEG6LOCAL]: 'LWT_SEG6LOCAL',
  [PROG_FLOW_DISSECTOR]: 'FLOW_DISSECTOR',
  [PROG_NETFILTER]: 'NETFILTER',
  [PROG_SYSCALL]: 'SYSCALL',
};

/**
 * BTF id of the context as the kernel itself has it, from its `struct bpf_ctx_convert`: any kind of type, `struct sk_buff` for instance.
 * Null when this BTF has none for the program type.
 */
export function kernelContext(progType: number, btf: Btf): number | null {
  const table = btf.type(btf.find('struct', 'bpf_ctx_convert'));
  const name = CONTEXT_NAMES[progType];
  if (table.kind !== 'struct' || name === undefined) return null;
  return table.members.find((member) => member.name === `BPF_PROG_TYPE_${name}_kern`)?.type ?? null;
}
