import type { Btf } from '../btf/btf.ts';
import type { BpfProgram } from '../elf/object.ts';
import { hookRange } from './lsm-hooks.ts';
import {
  PROG_SOCKET_FILTER,
  PROG_KPROBE,
  PROG_SCHED_CLS,
  PROG_SCHED_ACT,
  PROG_TRACEPOINT,
  PROG_XDP,
  PROG_PERF_EVENT,
  PROG_CGROUP_SKB,
  PROG_RAW_TRACEPOINT,
  PROG_RAW_TRACEPOINT_WRITABLE,
  PROG_TRACING,
  PROG_EXT,
  PROG_LSM,
  PROG_SYSCALL,
  SLEEPABLE,
  TRACE_RAW_TP,
  TRACE_FENTRY,
  TRACE_FEXIT,
  MODIFY_RETURN,
  TRACE_ITER,
  LSM_MAC,
} from './program-types.ts';
import type { CtxAccess, ReturnRange } from './program-types.ts';
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

/** `struct __sk_buff` (include/uapi/linux/bpf.h): plain 4-byte fields up to here. */
const SK_BUFF = {
  pktType: 4,
  mark: 8,
  queueMapping: 12,
  priority: 32,
  tcIndex: 44,
  cb: 48,
  cbEnd: 68,
  tcClassid: 72,
  data: 76,
  dataEnd: 80,
  family: 88,
  localPort: 132,
  dataMeta: 140,
  flowKeys: 144,
  tstamp: 152,
  wireLen: 160,
  gsoSegs: 164,
  sk: 168,
  gsoSize: 176,
  hwtstamp: 184,
  size: 192,
} as const;

const within = (off: number, size: number, start: number, end: number): boolean => off >= start && off + size <= end;

function skBuff(off: number, size: number, write: boolean, classifier: boolean): CtxAccess {
  if (off < 0 || off >= SK_BUFF.size || off % size !== 0) return NO;
  const full = size === 4;
  if (within(off, size, SK_BUFF.cb, SK_BUFF.cbEnd)) return SCALAR;
  if (off >= SK_BUFF.data && off < SK_BUFF.data + 8) {
    if (!classifier || write || !full) return NO;
    return { ok: true, gives: { kind: off === SK_BUFF.data ? 'packet' : 'packet-end' } };
  }
  if (off === SK_BUFF.dataMeta) return classifier && !write && full ? { ok: true, gives: { kind: 'packet-meta' } } : NO;
  if (off >= SK_BUFF.flowKeys && off < SK_BUFF.flowKeys + 8) return NO;
  if (off >= SK_BUFF.sk && off < SK_BUFF.sk + 8)
    return write || size !== 8 ? NO : { unsupported: 'the socket of an __sk_buff' };
  if (off >= SK_BUFF.tstamp && off < SK_BUFF.tstamp + 8) return classifier && size === 8 ? SCALAR : NO;
  if (off >= SK_BUFF.hwtstamp) return classifier && !write && size === 8 && off === SK_BUFF.hwtstamp ? SCALAR : NO;
  if (!classifier) {
    if (off === SK_BUFF.tcClassid || off === SK_BUFF.wireLen || (off >= SK_BUFF.family && off < SK_BUFF.localPort + 4))
      return NO;
  } else if (off >= SK_BUFF.family && off < SK_BUFF.localPort + 4) return NO;
  if (off === SK_BUFF.gsoSize + 4) return NO;
  if (write) {
    if (!classifier || !full) return NO;
    const writable: readonly number[] = [
      SK_BUFF.mark,
      SK_BUFF.priority,
      SK_BUFF.tcIndex,
      SK_BUFF.tcClassid,
      SK_BUFF.queueMapping,
    ];
    return writable.includes(off) ? SCALAR : NO;
  }
  return size <= 4 ? SCALAR : NO;
}

function xdp(off: number, size: number, write: boolean): CtxAccess {
  if (write || off < 0 || off >= 24 || off % size !== 0 || size !== 4) return NO;
  if (off === 0) return { ok: true, gives: { kind: 'packet' } };
  if (off === 4) return { ok: true, gives: { kind: 'packet-end' } };
  if (off === 8) return { ok: true, gives: { kind: 'packet-meta' } };
  return off === 20 ? NO : SCALAR;
}

/**
 * A load or store of the context (the structure that r1 points at when a program starts).
 * @param off byte offset, @param size 1, 2, 4 or 8
 */
export function ctxAccess(
  program: BpfProgram,
  btf: Btf,
  off: number,
  size: number,
  access: 'read' | 'write',
  _signExtend: boolean,
): CtxAccess {
  const write = access === 'write';
  switch (program.type) {
    case PROG_RAW_TRACEPOINT:
    case PROG_RAW_TRACEPOINT_WRITABLE:
      return write || off < 0 || off >= 96 || off % size !== 0 ? NO : SCALAR;
    case PROG_KPROBE:
      // struct pt_regs of x86-64: 21 words.
      return write || off < 0 || off >= 168 || off % size !== 0 ? NO : SCALAR;
    case PROG_TRACEPOINT:
      return write || off < 8 || off >= 2048 || off % size !== 0 ? NO : SCALAR;
    case PROG_SOCKET_FILTER:
      return skBuff(off, size, write, false);
    case PROG_SCHED_CLS:
    case PROG_SCHED_ACT:
      return skBuff(off, size, write, true);
    case PROG_XDP:
      return xdp(off, size, write);
    case PROG_SYSCALL:
      return off < 0 || off >= 65535 || off % size !== 0 ? NO : SCALAR;
    case PROG_TRACING:
      if (write || off < 0 || off >= 96) return NO;
      if (off % size !== 0) return NO;
      return tracingAccess(program, btf, off, size);
    case PROG_LSM:
      if (write || off < 0) return { unsupported: 'this access to the context of an LSM program' };
      return tracingAccess(program, btf, off, size);
    default:
      return { unsupported: `context of a ${programTypeName(program.type).long} program` };
  }
}

/**
 * Values that a program may return at its exit: null when any number will do, `nothing` when the hook returns none, so that r0 does not
 * matter. With `bits32` only the lower half counts.
 */
export function returnRange(
  program: BpfProgram,
  btf: Btf,
): (ReturnRange & { readonly bits32: boolean }) | null | 'nothing' | 'unsupported' {
  const within = (min: number, max: number, bits32 = false) => ({ min, max, bits32 });
  switch (program.type) {
    case PROG_RAW_TRACEPOINT:
    case PROG_RAW_TRACEPOINT_WRITABLE:
    case PROG_KPROBE:
    case PROG_TRACEPOINT:
    case PROG_SOCKET_FILTER:
    case PROG_SCHED_CLS:
    case PROG_SCHED_ACT:
    case PROG_XDP:
    case PROG_PERF_EVENT:
    case PROG_SYSCALL:
      return null;
    case PROG_TRACING:
      switch (program.expectedAttachType) {
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
      const target = program.expectedAttachType === LSM_MAC ? tracingTarget(program, btf) : null;
      if (target === null) return 'unsupported';
      const range = hookRange(btf, target.name, target.proto);
      return range === null ? 'nothing' : within(range.min, range.max, true);
    }
    case PROG_CGROUP_SKB:
      return within(0, program.expectedAttachType === 1 ? 3 : 1);
    default:
      return 'unsupported';
  }
}

/** True when packet data may be written directly. */
export function mayWritePacket(program: BpfProgram): boolean {
  return program.type === PROG_XDP || program.type === PROG_SCHED_CLS || program.type === PROG_SCHED_ACT;
}

/** True when the legacy packet loads are allowed. */
export function mayLoadPackets(program: BpfProgram): boolean {
  return program.type === PROG_SOCKET_FILTER || program.type === PROG_SCHED_CLS || program.type === PROG_SCHED_ACT;
}

/** `css_task` iterators take a lock that not every program may take. */
export function mayIterateCssTasks(program: BpfProgram): boolean {
  if (program.type === PROG_LSM) return true;
  if (program.type === PROG_TRACING && program.expectedAttachType === TRACE_ITER) return true;
  return (program.flags & SLEEPABLE) !== 0;
}

/** Program types that trace the kernel: kfuncs and helpers of the tracing family are theirs. */
export function isTracing(program: BpfProgram): boolean {
  switch (program.type) {
    case PROG_KPROBE:
    case PROG_TRACEPOINT:
    case PROG_PERF_EVENT:
    case PROG_RAW_TRACEPOINT:
    case PROG_RAW_TRACEPOINT_WRITABLE:
    case PROG_TRACING:
    case PROG_LSM:
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
