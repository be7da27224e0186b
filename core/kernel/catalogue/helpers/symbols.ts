import type { BpfProgram } from '../../../elf/object.ts';
import { helperName } from '../../../isa/helper-names.ts';
import {
  PROG_CGROUP_DEVICE,
  PROG_CGROUP_SKB,
  PROG_CGROUP_SOCK,
  PROG_CGROUP_SOCKOPT,
  PROG_CGROUP_SOCK_ADDR,
  PROG_CGROUP_SYSCTL,
  PROG_FLOW_DISSECTOR,
  PROG_KPROBE,
  PROG_LWT_IN,
  PROG_LWT_OUT,
  PROG_LWT_SEG6LOCAL,
  PROG_LWT_XMIT,
  PROG_PERF_EVENT,
  PROG_RAW_TRACEPOINT,
  PROG_SCHED_ACT,
  PROG_SCHED_CLS,
  PROG_SK_REUSEPORT,
  PROG_SK_SKB,
  PROG_SOCKET_FILTER,
  PROG_SOCK_OPS,
  PROG_TRACEPOINT,
  PROG_TRACING,
  PROG_XDP,
} from '../../rules/program-types.ts';

/** By the program's type; `other` for the rest, where that is not the helper's own name either. */
type ByProgram = Readonly<Record<number, string>> & { readonly other?: string };

const ofTracing = (name: string): ByProgram => ({
  [PROG_KPROBE]: name,
  [PROG_TRACEPOINT]: `${name}_tp`,
  other: `${name}_raw_tp`,
});

const ofAll = (types: readonly number[], name: string): ByProgram =>
  Object.fromEntries(types.map((type) => [type, name]));

const OF_LWT: readonly number[] = [PROG_LWT_IN, PROG_LWT_OUT, PROG_LWT_XMIT, PROG_LWT_SEG6LOCAL];
const OF_PACKETS: readonly number[] = [
  PROG_SOCKET_FILTER,
  PROG_SCHED_CLS,
  PROG_SCHED_ACT,
  PROG_CGROUP_SKB,
  PROG_SK_SKB,
  ...OF_LWT,
];
const OF_CGROUPS: readonly number[] = [
  PROG_CGROUP_SOCK,
  PROG_CGROUP_SOCK_ADDR,
  PROG_CGROUP_DEVICE,
  PROG_CGROUP_SYSCTL,
  PROG_CGROUP_SOCKOPT,
];

const socketOption = (which: 'get' | 'set'): ByProgram => ({
  [PROG_SOCK_OPS]: `bpf_sock_ops_${which}sockopt`,
  [PROG_CGROUP_SOCK_ADDR]: `bpf_sock_addr_${which}sockopt`,
  [PROG_TRACING]: `bpf_sk_${which}sockopt`,
});

/** Functions of the kernel behind helpers that are not named like them: for all programs, or by the program's type. */
const NAMES: Readonly<Record<number, string | ByProgram>> = {
  4: 'bpf_probe_read_compat',
  7: 'bpf_user_rnd_u32',
  17: {
    ...ofAll([PROG_SCHED_CLS, PROG_SCHED_ACT, ...OF_LWT], 'bpf_get_cgroup_classid'),
    other: 'bpf_get_cgroup_classid_curr',
  },
  23: { [PROG_XDP]: 'bpf_xdp_redirect' },
  25: {
    ...ofTracing('bpf_perf_event_output'),
    [PROG_PERF_EVENT]: 'bpf_perf_event_output_tp',
    [PROG_XDP]: 'bpf_xdp_event_output',
    ...ofAll(OF_PACKETS, 'bpf_skb_event_output'),
    ...ofAll(OF_CGROUPS, 'bpf_event_output_data'),
  },
  26: { [PROG_FLOW_DISSECTOR]: 'bpf_flow_dissector_load_bytes', [PROG_SK_REUSEPORT]: 'sk_reuseport_load_bytes' },
  27: { ...ofTracing('bpf_get_stackid'), [PROG_PERF_EVENT]: 'bpf_get_stackid_pe' },
  38: { [PROG_SK_SKB]: 'sk_skb_change_tail' },
  39: { [PROG_SK_SKB]: 'sk_skb_pull_data' },
  43: { [PROG_SK_SKB]: 'sk_skb_change_head' },
  45: 'bpf_probe_read_compat_str',
  49: socketOption('set'),
  50: { [PROG_SK_SKB]: 'sk_skb_adjust_room' },
  57: socketOption('get'),
  67: { ...ofTracing('bpf_get_stack'), [PROG_PERF_EVENT]: 'bpf_get_stack_pe' },
  68: { [PROG_SK_REUSEPORT]: 'sk_reuseport_load_bytes_relative' },
  69: {
    [PROG_SCHED_CLS]: 'bpf_skb_fib_lookup',
    [PROG_SCHED_ACT]: 'bpf_skb_fib_lookup',
    [PROG_XDP]: 'bpf_xdp_fib_lookup',
  },
  163: {
    [PROG_SCHED_CLS]: 'bpf_skb_check_mtu',
    [PROG_SCHED_ACT]: 'bpf_skb_check_mtu',
    [PROG_XDP]: 'bpf_xdp_check_mtu',
  },
  174: {
    [PROG_PERF_EVENT]: 'bpf_get_attach_cookie_pe',
    [PROG_RAW_TRACEPOINT]: 'bpf_get_attach_cookie_tracing',
    [PROG_TRACING]: 'bpf_get_attach_cookie_tracing',
    other: 'bpf_get_attach_cookie_trace',
  },
};

/** The kernel's function that a helper is, as `bpftool prog dump xlated` names it. */
export function helperSymbol(program: BpfProgram, id: number): string {
  const known = NAMES[id];
  const name = typeof known === 'string' ? known : (known?.[program.type] ?? known?.other);
  return name ?? helperName(id) ?? 'unknown';
}
