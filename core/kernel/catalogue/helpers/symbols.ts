import type { BpfProgram } from '../../../elf/object.ts';
import { helperName } from '../../../isa/helper-names.ts';
import {
  PROG_CGROUP_SOCK_ADDR,
  PROG_PERF_EVENT,
  PROG_RAW_TRACEPOINT,
  PROG_RAW_TRACEPOINT_WRITABLE,
  PROG_SCHED_ACT,
  PROG_SCHED_CLS,
  PROG_SOCK_OPS,
  PROG_TRACEPOINT,
  PROG_TRACING,
  PROG_XDP,
} from '../../rules/program-types.ts';

type ByProgram = Readonly<Record<number, string>>;

const ofTracepoints = (name: string): ByProgram => ({
  [PROG_TRACEPOINT]: `${name}_tp`,
  [PROG_RAW_TRACEPOINT]: `${name}_raw_tp`,
  [PROG_RAW_TRACEPOINT_WRITABLE]: `${name}_raw_tp`,
  [PROG_TRACING]: `${name}_raw_tp`,
});

const socketOption = (which: 'get' | 'set'): ByProgram => ({
  [PROG_SOCK_OPS]: `bpf_sock_ops_${which}sockopt`,
  [PROG_CGROUP_SOCK_ADDR]: `bpf_sock_addr_${which}sockopt`,
  [PROG_TRACING]: `bpf_sk_${which}sockopt`,
});

/** Functions of the kernel behind helpers that are not named like them: for all programs, or by the program's type. */
const NAMES: Readonly<Record<number, string | ByProgram>> = {
  4: 'bpf_probe_read_compat',
  7: 'bpf_user_rnd_u32',
  25: { ...ofTracepoints('bpf_perf_event_output'), [PROG_PERF_EVENT]: 'bpf_perf_event_output_tp' },
  27: { ...ofTracepoints('bpf_get_stackid'), [PROG_PERF_EVENT]: 'bpf_get_stackid_pe' },
  45: 'bpf_probe_read_compat_str',
  49: socketOption('set'),
  57: socketOption('get'),
  67: { ...ofTracepoints('bpf_get_stack'), [PROG_PERF_EVENT]: 'bpf_get_stack_pe' },
  163: {
    [PROG_SCHED_CLS]: 'bpf_skb_check_mtu',
    [PROG_SCHED_ACT]: 'bpf_skb_check_mtu',
    [PROG_XDP]: 'bpf_xdp_check_mtu',
  },
  174: {
    [PROG_PERF_EVENT]: 'bpf_get_attach_cookie_pe',
    [PROG_RAW_TRACEPOINT]: 'bpf_get_attach_cookie_tracing',
    [PROG_TRACING]: 'bpf_get_attach_cookie_tracing',
  },
};

const ATTACH_COOKIE = 174;

/** The kernel's function that a helper is, as `bpftool prog dump xlated` names it. */
export function helperSymbol(program: BpfProgram, id: number): string {
  const known = NAMES[id];
  const name = typeof known === 'string' ? known : known?.[program.type];
  if (name !== undefined) return name;
  if (id === ATTACH_COOKIE) return 'bpf_get_attach_cookie_trace';
  return helperName(id) ?? 'unknown';
}
