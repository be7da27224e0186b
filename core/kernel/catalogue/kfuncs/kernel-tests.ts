import type { KfuncDescriptor } from '../descriptor.ts';
import { KF_RELEASE, KF_SLEEPABLE } from '../descriptor.ts';

/** Functions of the kernel that other programs are attached to, or that stand in its tables: no program may call them. */
const uncallable = (name: string, flags = 0): KfuncDescriptor => ({
  name,
  flags,
  programs: [],
  doc: 'Not to be called by programs of the types that are modelled here.',
});

const CONGESTION: readonly string[] = [
  ...['cwnd_event', 'init', 'main', 'min_tso_segs', 'set_state', 'sndbuf_expand', 'ssthresh', 'undo_cwnd'].map(
    (name) => `bbr_${name}`,
  ),
  ...['acked', 'cong_avoid', 'cwnd_event', 'init', 'recalc_ssthresh', 'state'].map((name) => `cubictcp_${name}`),
  ...['cong_avoid_ai', 'reno_cong_avoid', 'reno_ssthresh', 'reno_undo_cwnd', 'slow_start'].map((name) => `tcp_${name}`),
];

/** What the kernel has for its own tests, and the parts of congestion control that only its replacement by programs may call. */
export const KERNEL_TESTS: readonly KfuncDescriptor[] = [
  { name: 'bpf_modify_return_test_tp', flags: 0, doc: 'Runs the tracepoint that the kernel’s tests use.' },
  {
    name: 'bpf_kfunc_call_test_release',
    flags: KF_RELEASE,
    programs: ['tc', 'tracing', 'syscall'],
    doc: 'Gives an object of the kernel’s tests back.',
  },
  {
    name: 'bpf_kfunc_call_memb_release',
    flags: KF_RELEASE,
    programs: ['tc', 'tracing', 'syscall'],
    doc: 'Gives an object of the kernel’s tests back.',
  },
  uncallable('bpf_fentry_test1', KF_SLEEPABLE),
  uncallable('bpf_modify_return_test', KF_SLEEPABLE),
  uncallable('bpf_modify_return_test2', KF_SLEEPABLE),
  ...CONGESTION.map((name) => uncallable(name)),
];
