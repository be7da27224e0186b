/**
 * Which program type, attach type and flags a section name stands for, as libbpf reads it (its documentation, "Program types and ELF
 * sections"). A name with `+` matches itself and itself followed by `/` and an argument; others match exactly. First match wins.
 */

/** BPF_PROG_TYPE_* */
export const PROG = {
  UNSPEC: 0,
  SOCKET_FILTER: 1,
  KPROBE: 2,
  SCHED_CLS: 3,
  SCHED_ACT: 4,
  TRACEPOINT: 5,
  XDP: 6,
  PERF_EVENT: 7,
  CGROUP_SKB: 8,
  CGROUP_SOCK: 9,
  LWT_IN: 10,
  LWT_OUT: 11,
  LWT_XMIT: 12,
  SOCK_OPS: 13,
  SK_SKB: 14,
  CGROUP_DEVICE: 15,
  SK_MSG: 16,
  RAW_TRACEPOINT: 17,
  CGROUP_SOCK_ADDR: 18,
  LWT_SEG6LOCAL: 19,
  LIRC_MODE2: 20,
  SK_REUSEPORT: 21,
  FLOW_DISSECTOR: 22,
  CGROUP_SYSCTL: 23,
  RAW_TRACEPOINT_WRITABLE: 24,
  CGROUP_SOCKOPT: 25,
  TRACING: 26,
  STRUCT_OPS: 27,
  EXT: 28,
  LSM: 29,
  SK_LOOKUP: 30,
  SYSCALL: 31,
  NETFILTER: 32,
} as const;

/** BPF_* attach types that a section name can stand for. */
export const ATTACH = {
  CGROUP_INET_INGRESS: 0,
  CGROUP_INET_EGRESS: 1,
  CGROUP_INET_SOCK_CREATE: 2,
  CGROUP_SOCK_OPS: 3,
  SK_SKB_STREAM_PARSER: 4,
  SK_SKB_STREAM_VERDICT: 5,
  CGROUP_DEVICE: 6,
  SK_MSG_VERDICT: 7,
  CGROUP_INET4_BIND: 8,
  CGROUP_INET6_BIND: 9,
  CGROUP_INET4_CONNECT: 10,
  CGROUP_INET6_CONNECT: 11,
  CGROUP_INET4_POST_BIND: 12,
  CGROUP_INET6_POST_BIND: 13,
  CGROUP_UDP4_SENDMSG: 14,
  CGROUP_UDP6_SENDMSG: 15,
  LIRC_MODE2: 16,
  FLOW_DISSECTOR: 17,
  CGROUP_SYSCTL: 18,
  CGROUP_UDP4_RECVMSG: 19,
  CGROUP_UDP6_RECVMSG: 20,
  CGROUP_GETSOCKOPT: 21,
  CGROUP_SETSOCKOPT: 22,
  TRACE_RAW_TP: 23,
  TRACE_FENTRY: 24,
  TRACE_FEXIT: 25,
  MODIFY_RETURN: 26,
  LSM_MAC: 27,
  TRACE_ITER: 28,
  CGROUP_INET4_GETPEERNAME: 29,
  CGROUP_INET6_GETPEERNAME: 30,
  CGROUP_INET4_GETSOCKNAME: 31,
  CGROUP_INET6_GETSOCKNAME: 32,
  XDP_DEVMAP: 33,
  CGROUP_INET_SOCK_RELEASE: 34,
  XDP_CPUMAP: 35,
  SK_LOOKUP: 36,
  XDP: 37,
  SK_SKB_VERDICT: 38,
  SK_REUSEPORT_SELECT: 39,
  SK_REUSEPORT_SELECT_OR_MIGRATE: 40,
  TRACE_KPROBE_MULTI: 42,
  LSM_CGROUP: 43,
  NETFILTER: 45,
  TCX_INGRESS: 46,
  TCX_EGRESS: 47,
  TRACE_UPROBE_MULTI: 48,
  CGROUP_UNIX_CONNECT: 49,
  CGROUP_UNIX_SENDMSG: 50,
  CGROUP_UNIX_RECVMSG: 51,
  CGROUP_UNIX_GETPEERNAME: 52,
  CGROUP_UNIX_GETSOCKNAME: 53,
  NETKIT_PRIMARY: 54,
  NETKIT_PEER: 55,
  TRACE_KPROBE_SESSION: 56,
  TRACE_UPROBE_SESSION: 57,
} as const;

interface Traits {
  readonly sleepable?: boolean;
  /** The argument names a kernel BTF type to attach to. */
  readonly btfTarget?: boolean;
  readonly frags?: boolean;
  readonly usdt?: boolean;
}

type Rule = readonly [name: string, type: number, attachType: number, traits: Traits];

const RULES: readonly Rule[] = [
  ['socket', PROG.SOCKET_FILTER, 0, {}],
  ['sk_reuseport/migrate', PROG.SK_REUSEPORT, ATTACH.SK_REUSEPORT_SELECT_OR_MIGRATE, {}],
  ['sk_reuseport', PROG.SK_REUSEPORT, ATTACH.SK_REUSEPORT_SELECT, {}],
  ['kprobe+', PROG.KPROBE, 0, {}],
  ['uprobe+', PROG.KPROBE, 0, {}],
  ['uprobe.s+', PROG.KPROBE, 0, { sleepable: true }],
  ['kretprobe+', PROG.KPROBE, 0, {}],
  ['uretprobe+', PROG.KPROBE, 0, {}],
  ['uretprobe.s+', PROG.KPROBE, 0, { sleepable: true }],
  ['kprobe.multi+', PROG.KPROBE, ATTACH.TRACE_KPROBE_MULTI, {}],
  ['kretprobe.multi+', PROG.KPROBE, ATTACH.TRACE_KPROBE_MULTI, {}],
  ['kprobe.session+', PROG.KPROBE, ATTACH.TRACE_KPROBE_SESSION, {}],
  ['uprobe.session+', PROG.KPROBE, ATTACH.TRACE_UPROBE_SESSION, {}],
  ['uprobe.multi+', PROG.KPROBE, ATTACH.TRACE_UPROBE_MULTI, {}],
  ['uretprobe.multi+', PROG.KPROBE, ATTACH.TRACE_UPROBE_MULTI, {}],
  ['uprobe.multi.s+', PROG.KPROBE, ATTACH.TRACE_UPROBE_MULTI, { sleepable: true }],
  ['uretprobe.multi.s+', PROG.KPROBE, ATTACH.TRACE_UPROBE_MULTI, { sleepable: true }],
  ['uprobe.session.s+', PROG.KPROBE, ATTACH.TRACE_UPROBE_SESSION, { sleepable: true }],
  ['ksyscall+', PROG.KPROBE, 0, {}],
  ['kretsyscall+', PROG.KPROBE, 0, {}],
  ['usdt+', PROG.KPROBE, 0, { usdt: true }],
  ['usdt.s+', PROG.KPROBE, 0, { sleepable: true, usdt: true }],
  ['tc/ingress', PROG.SCHED_CLS, ATTACH.TCX_INGRESS, {}],
  ['tc/egress', PROG.SCHED_CLS, ATTACH.TCX_EGRESS, {}],
  ['tcx/ingress', PROG.SCHED_CLS, ATTACH.TCX_INGRESS, {}],
  ['tcx/egress', PROG.SCHED_CLS, ATTACH.TCX_EGRESS, {}],
  ['tc', PROG.SCHED_CLS, 0, {}],
  ['classifier', PROG.SCHED_CLS, 0, {}],
  ['action', PROG.SCHED_ACT, 0, {}],
  ['netkit/primary', PROG.SCHED_CLS, ATTACH.NETKIT_PRIMARY, {}],
  ['netkit/peer', PROG.SCHED_CLS, ATTACH.NETKIT_PEER, {}],
  ['tracepoint+', PROG.TRACEPOINT, 0, {}],
  ['tp+', PROG.TRACEPOINT, 0, {}],
  ['raw_tracepoint+', PROG.RAW_TRACEPOINT, 0, {}],
  ['raw_tp+', PROG.RAW_TRACEPOINT, 0, {}],
  ['raw_tracepoint.w+', PROG.RAW_TRACEPOINT_WRITABLE, 0, {}],
  ['raw_tp.w+', PROG.RAW_TRACEPOINT_WRITABLE, 0, {}],
  ['tp_btf+', PROG.TRACING, ATTACH.TRACE_RAW_TP, { btfTarget: true }],
  ['fentry+', PROG.TRACING, ATTACH.TRACE_FENTRY, { btfTarget: true }],
  ['fmod_ret+', PROG.TRACING, ATTACH.MODIFY_RETURN, { btfTarget: true }],
  ['fexit+', PROG.TRACING, ATTACH.TRACE_FEXIT, { btfTarget: true }],
  ['fentry.s+', PROG.TRACING, ATTACH.TRACE_FENTRY, { sleepable: true, btfTarget: true }],
  ['fmod_ret.s+', PROG.TRACING, ATTACH.MODIFY_RETURN, { sleepable: true, btfTarget: true }],
  ['fexit.s+', PROG.TRACING, ATTACH.TRACE_FEXIT, { sleepable: true, btfTarget: true }],
  ['freplace+', PROG.EXT, 0, { btfTarget: true }],
  ['lsm+', PROG.LSM, ATTACH.LSM_MAC, { btfTarget: true }],
  ['lsm.s+', PROG.LSM, ATTACH.LSM_MAC, { sleepable: true, btfTarget: true }],
  ['lsm_cgroup+', PROG.LSM, ATTACH.LSM_CGROUP, { btfTarget: true }],
  ['iter+', PROG.TRACING, ATTACH.TRACE_ITER, { btfTarget: true }],
  ['iter.s+', PROG.TRACING, ATTACH.TRACE_ITER, { sleepable: true, btfTarget: true }],
  ['syscall', PROG.SYSCALL, 0, { sleepable: true }],
  ['xdp.frags/devmap', PROG.XDP, ATTACH.XDP_DEVMAP, { frags: true }],
  ['xdp/devmap', PROG.XDP, ATTACH.XDP_DEVMAP, {}],
  ['xdp.frags/cpumap', PROG.XDP, ATTACH.XDP_CPUMAP, { frags: true }],
  ['xdp/cpumap', PROG.XDP, ATTACH.XDP_CPUMAP, {}],
  ['xdp.frags', PROG.XDP, ATTACH.XDP, { frags: true }],
  ['xdp', PROG.XDP, ATTACH.XDP, {}],
  ['perf_event', PROG.PERF_EVENT, 0, {}],
  ['lwt_in', PROG.LWT_IN, 0, {}],
  ['lwt_out', PROG.LWT_OUT, 0, {}],
  ['lwt_xmit', PROG.LWT_XMIT, 0, {}],
  ['lwt_seg6local', PROG.LWT_SEG6LOCAL, 0, {}],
  ['sockops', PROG.SOCK_OPS, ATTACH.CGROUP_SOCK_OPS, {}],
  ['sk_skb/stream_parser', PROG.SK_SKB, ATTACH.SK_SKB_STREAM_PARSER, {}],
  ['sk_skb/stream_verdict', PROG.SK_SKB, ATTACH.SK_SKB_STREAM_VERDICT, {}],
  ['sk_skb/verdict', PROG.SK_SKB, ATTACH.SK_SKB_VERDICT, {}],
  ['sk_skb', PROG.SK_SKB, 0, {}],
  ['sk_msg', PROG.SK_MSG, ATTACH.SK_MSG_VERDICT, {}],
  ['lirc_mode2', PROG.LIRC_MODE2, ATTACH.LIRC_MODE2, {}],
  ['flow_dissector', PROG.FLOW_DISSECTOR, ATTACH.FLOW_DISSECTOR, {}],
  ['cgroup_skb/ingress', PROG.CGROUP_SKB, ATTACH.CGROUP_INET_INGRESS, {}],
  ['cgroup_skb/egress', PROG.CGROUP_SKB, ATTACH.CGROUP_INET_EGRESS, {}],
  ['cgroup/skb', PROG.CGROUP_SKB, 0, {}],
  ['cgroup/sock_create', PROG.CGROUP_SOCK, ATTACH.CGROUP_INET_SOCK_CREATE, {}],
  ['cgroup/sock_release', PROG.CGROUP_SOCK, ATTACH.CGROUP_INET_SOCK_RELEASE, {}],
  ['cgroup/sock', PROG.CGROUP_SOCK, ATTACH.CGROUP_INET_SOCK_CREATE, {}],
  ['cgroup/post_bind4', PROG.CGROUP_SOCK, ATTACH.CGROUP_INET4_POST_BIND, {}],
  ['cgroup/post_bind6', PROG.CGROUP_SOCK, ATTACH.CGROUP_INET6_POST_BIND, {}],
  ['cgroup/bind4', PROG.CGROUP_SOCK_ADDR, ATTACH.CGROUP_INET4_BIND, {}],
  ['cgroup/bind6', PROG.CGROUP_SOCK_ADDR, ATTACH.CGROUP_INET6_BIND, {}],
  ['cgroup/connect4', PROG.CGROUP_SOCK_ADDR, ATTACH.CGROUP_INET4_CONNECT, {}],
  ['cgroup/connect6', PROG.CGROUP_SOCK_ADDR, ATTACH.CGROUP_INET6_CONNECT, {}],
  ['cgroup/connect_unix', PROG.CGROUP_SOCK_ADDR, ATTACH.CGROUP_UNIX_CONNECT, {}],
  ['cgroup/sendmsg4', PROG.CGROUP_SOCK_ADDR, ATTACH.CGROUP_UDP4_SENDMSG, {}],
  ['cgroup/sendmsg6', PROG.CGROUP_SOCK_ADDR, ATTACH.CGROUP_UDP6_SENDMSG, {}],
  ['cgroup/sendmsg_unix', PROG.CGROUP_SOCK_ADDR, ATTACH.CGROUP_UNIX_SENDMSG, {}],
  ['cgroup/recvmsg4', PROG.CGROUP_SOCK_ADDR, ATTACH.CGROUP_UDP4_RECVMSG, {}],
  ['cgroup/recvmsg6', PROG.CGROUP_SOCK_ADDR, ATTACH.CGROUP_UDP6_RECVMSG, {}],
  ['cgroup/recvmsg_unix', PROG.CGROUP_SOCK_ADDR, ATTACH.CGROUP_UNIX_RECVMSG, {}],
  ['cgroup/getpeername4', PROG.CGROUP_SOCK_ADDR, ATTACH.CGROUP_INET4_GETPEERNAME, {}],
  ['cgroup/getpeername6', PROG.CGROUP_SOCK_ADDR, ATTACH.CGROUP_INET6_GETPEERNAME, {}],
  ['cgroup/getpeername_unix', PROG.CGROUP_SOCK_ADDR, ATTACH.CGROUP_UNIX_GETPEERNAME, {}],
  ['cgroup/getsockname4', PROG.CGROUP_SOCK_ADDR, ATTACH.CGROUP_INET4_GETSOCKNAME, {}],
  ['cgroup/getsockname6', PROG.CGROUP_SOCK_ADDR, ATTACH.CGROUP_INET6_GETSOCKNAME, {}],
  ['cgroup/getsockname_unix', PROG.CGROUP_SOCK_ADDR, ATTACH.CGROUP_UNIX_GETSOCKNAME, {}],
  ['cgroup/sysctl', PROG.CGROUP_SYSCTL, ATTACH.CGROUP_SYSCTL, {}],
  ['cgroup/getsockopt', PROG.CGROUP_SOCKOPT, ATTACH.CGROUP_GETSOCKOPT, {}],
  ['cgroup/setsockopt', PROG.CGROUP_SOCKOPT, ATTACH.CGROUP_SETSOCKOPT, {}],
  ['cgroup/dev', PROG.CGROUP_DEVICE, ATTACH.CGROUP_DEVICE, {}],
  ['struct_ops+', PROG.STRUCT_OPS, 0, {}],
  ['struct_ops.s+', PROG.STRUCT_OPS, 0, { sleepable: true }],
  ['sk_lookup', PROG.SK_LOOKUP, ATTACH.SK_LOOKUP, {}],
  ['netfilter', PROG.NETFILTER, ATTACH.NETFILTER, {}],
];

/** BPF_F_SLEEPABLE of BPF_PROG_LOAD. */
export const F_SLEEPABLE = 1 << 4;
/** BPF_F_XDP_HAS_FRAGS of BPF_PROG_LOAD. */
export const F_XDP_HAS_FRAGS = 1 << 5;

export interface SectionType {
  readonly type: number;
  readonly expectedAttachType: number;
  readonly flags: number;
  /** Kind and name of the kernel BTF type to attach to; null when the section takes none, '' when it takes one and names none. */
  readonly target: { readonly kind: 'typedef' | 'func'; readonly name: string } | null;
}

/** What is put before the argument to name the BTF type to attach to. */
function targetOf(attachType: number, argument: string): { kind: 'typedef' | 'func'; name: string } {
  if (argument === '') return { kind: 'func', name: '' };
  switch (attachType) {
    case ATTACH.TRACE_RAW_TP:
      return { kind: 'typedef', name: `btf_trace_${argument}` };
    case ATTACH.LSM_MAC:
    case ATTACH.LSM_CGROUP:
      return { kind: 'func', name: `bpf_lsm_${argument}` };
    case ATTACH.TRACE_ITER:
      return { kind: 'func', name: `bpf_iter_${argument}` };
    default:
      return { kind: 'func', name: argument };
  }
}

/** What a section's name (without a leading `?`) stands for, or null when it is no program section that libbpf knows. */
export function sectionType(section: string): SectionType | null {
  for (const [pattern, type, attachType, traits] of RULES) {
    const open = pattern.endsWith('+');
    const stem = open ? pattern.slice(0, -1) : pattern;
    if (section !== stem && !(open && section.startsWith(`${stem}/`))) continue;
    return {
      type,
      // The kernel has multi-uprobe links, so libbpf asks for them.
      expectedAttachType: traits.usdt === true ? ATTACH.TRACE_UPROBE_MULTI : attachType,
      flags: (traits.sleepable === true ? F_SLEEPABLE : 0) | (traits.frags === true ? F_XDP_HAS_FRAGS : 0),
      target: traits.btfTarget === true ? targetOf(attachType, section.slice(stem.length + 1)) : null,
    };
  }
  return null;
}
