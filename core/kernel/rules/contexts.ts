import type { Btf, BtfType } from '../../btf/btf.ts';
import type { BpfProgram } from '../../elf/object.ts';
import * as programs from './programs.ts';

/**
 * The structure that r1 points at when a program starts, by program type; the kernel's `include/linux/bpf_types.h`. Types that are not here
 * have none with a name.
 */
const STRUCTS: Readonly<Record<number, string>> = {
  [programs.PROG_SOCKET_FILTER]: '__sk_buff',
  [programs.PROG_SCHED_CLS]: '__sk_buff',
  [programs.PROG_SCHED_ACT]: '__sk_buff',
  [programs.PROG_CGROUP_SKB]: '__sk_buff',
  [programs.PROG_LWT_IN]: '__sk_buff',
  [programs.PROG_LWT_OUT]: '__sk_buff',
  [programs.PROG_LWT_XMIT]: '__sk_buff',
  [programs.PROG_LWT_SEG6LOCAL]: '__sk_buff',
  [programs.PROG_SK_SKB]: '__sk_buff',
  [programs.PROG_FLOW_DISSECTOR]: '__sk_buff',
  [programs.PROG_XDP]: 'xdp_md',
  [programs.PROG_KPROBE]: 'pt_regs',
  [programs.PROG_PERF_EVENT]: 'bpf_perf_event_data',
  [programs.PROG_RAW_TRACEPOINT]: 'bpf_raw_tracepoint_args',
  [programs.PROG_RAW_TRACEPOINT_WRITABLE]: 'bpf_raw_tracepoint_args',
  [programs.PROG_CGROUP_SOCK]: 'bpf_sock',
  [programs.PROG_CGROUP_SOCK_ADDR]: 'bpf_sock_addr',
  [programs.PROG_CGROUP_DEVICE]: 'bpf_cgroup_dev_ctx',
  [programs.PROG_CGROUP_SYSCTL]: 'bpf_sysctl',
  [programs.PROG_CGROUP_SOCKOPT]: 'bpf_sockopt',
  [programs.PROG_SOCK_OPS]: 'bpf_sock_ops',
  [programs.PROG_SK_MSG]: 'sk_msg_md',
  [programs.PROG_SK_REUSEPORT]: 'sk_reuseport_md',
  [programs.PROG_SK_LOOKUP]: 'bpf_sk_lookup',
  [programs.PROG_NETFILTER]: 'bpf_nf_ctx',
};

/** Names under which the kernel's own structures stand for the program's view of them. */
const PROJECTED: Readonly<Record<string, string>> = { __sk_buff: 'sk_buff', xdp_md: 'xdp_buff' };

const USER_REGS = 'bpf_user_pt_regs_t';

const isStruct = (type: BtfType): boolean => type.kind === 'struct' || type.kind === 'union';

/** `bpf_user_pt_regs_t`, with qualifiers at most. */
function isUserRegs(btf: Btf, id: number): boolean {
  let type = btf.type(id);
  while (type.kind === 'const' || type.kind === 'volatile' || type.kind === 'restrict' || type.kind === 'type_tag')
    type = btf.type(type.type);
  return type.kind === 'typedef' && type.name === USER_REGS;
}

/** Whether a pointer to this type is taken for the context, by its name alone. */
export function mayBeContext(program: BpfProgram, btf: Btf, target: number): boolean {
  if (program.type === programs.PROG_KPROBE && isUserRegs(btf, target)) return true;
  const type = btf.skipModifiers(target);
  const name = STRUCTS[program.type];
  if (program.type === programs.PROG_KPROBE && isStruct(type) && type.name === USER_REGS) return true;
  if (!isStruct(type) || name === undefined) return false;
  return type.name === name || type.name === PROJECTED[name];
}

/** What is wrong with a pointer to this type as an argument tagged as the context; null when nothing is. */
export function contextType(program: BpfProgram, btf: Btf, target: number): string | null {
  const { type: kind, expectedAttachType: attach } = program;
  const probes = kind === programs.PROG_KPROBE || kind === programs.PROG_PERF_EVENT;
  if (probes && isUserRegs(btf, target)) return null;
  const type = btf.skipModifiers(target);
  if (type.kind === 'void') return null;
  if (type.name === '') return "type doesn't have a name";
  const words = type.kind === 'int' && btf.sizeOf(type.id) === 8;
  switch (kind) {
    case programs.PROG_KPROBE:
    case programs.PROG_PERF_EVENT:
      if (type.kind === 'struct' && type.name === 'pt_regs') return null;
      break;
    case programs.PROG_RAW_TRACEPOINT:
    case programs.PROG_RAW_TRACEPOINT_WRITABLE:
    case programs.PROG_LSM:
      if (words) return null;
      break;
    case programs.PROG_TRACING:
      if (attach === programs.TRACE_ITER) {
        if (type.kind === 'struct' && type.name.startsWith('bpf_iter__')) return null;
      } else if (words) return null;
      else if (attach === programs.TRACE_RAW_TP && type.kind === 'struct' && type.name === 'bpf_raw_tracepoint_args')
        return null;
      break;
    case programs.PROG_TRACEPOINT:
    case programs.PROG_SYSCALL:
    case programs.PROG_EXT:
      return null;
  }
  const wanted = STRUCTS[kind];
  if (wanted === undefined) return 'should be void pointer';
  return type.kind === 'struct' && type.name === wanted ? null : `should be \`struct ${wanted} *\``;
}
