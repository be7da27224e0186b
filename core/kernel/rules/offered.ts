import type { BpfProgram } from '../../elf/object.ts';
import { PERMISSIVE } from './configuration.ts';
import type { KernelModel } from '../model.ts';
import { TRACE_ITER, TRACE_RAW_TP } from './programs.ts';
import {
  PROG_CGROUP_SKB,
  PROG_KPROBE,
  PROG_LSM,
  PROG_PERF_EVENT,
  PROG_RAW_TRACEPOINT,
  PROG_SCHED_CLS,
  PROG_SOCKET_FILTER,
  PROG_SYSCALL,
  PROG_TRACEPOINT,
  PROG_TRACING,
  PROG_XDP,
} from './program-types.ts';

/** The commonest types of programs with the sections that make them, in the order in which they are offered. */
const TYPES: readonly (readonly [type: number, section: string, attach: number])[] = [
  [PROG_RAW_TRACEPOINT, 'raw_tp/…', 0],
  [PROG_TRACEPOINT, 'tp/…', 0],
  [PROG_KPROBE, 'kprobe/…', 0],
  [PROG_PERF_EVENT, 'perf_event', 0],
  [PROG_TRACING, 'tp_btf/…', TRACE_RAW_TP],
  [PROG_TRACING, 'iter/…', TRACE_ITER],
  [PROG_LSM, 'lsm/…', 27],
  [PROG_SYSCALL, 'syscall', 0],
  [PROG_XDP, 'xdp', 37],
  [PROG_SCHED_CLS, 'tc', 0],
  [PROG_SOCKET_FILTER, 'socket', 0],
  [PROG_CGROUP_SKB, 'cgroup_skb/egress', 1],
];

const as = (program: BpfProgram, type: number, attach: number): BpfProgram => ({
  ...program,
  type,
  expectedAttachType: attach,
  attachBtfId: 0,
  flags: 0,
});

/** Sections of the common types of programs that may call a helper. */
export function sectionsWithHelper(kernel: KernelModel, program: BpfProgram, helper: number): string[] {
  return TYPES.filter(
    ([type, , attach]) => kernel.helpers.allowed(as(program, type, attach), helper, PERMISSIVE) === true,
  ).map(([, section]) => section);
}

/** Sections of the common types of programs that may call a kernel function; null for one that the model does not know. */
export function sectionsWithKfunc(kernel: KernelModel, name: string): string[] | null {
  const kfunc = kernel.kfuncs.find(name);
  if (kfunc === null) return null;
  return TYPES.filter(([type, , attach]) => kernel.kfuncs.allowed(kfunc, type, attach)).map(([, section]) => section);
}

/** Sections whose programs may sleep (libbpf's names). */
export const SLEEPABLE_SECTIONS = [
  'fentry.s/…',
  'fexit.s/…',
  'fmod_ret.s/…',
  'lsm.s/…',
  'iter.s/…',
  'uprobe.s/…',
  'syscall',
] as const;

/** The sleepable section that a program of this type could have instead; null when its type can never sleep. */
export function sleepableSection(program: BpfProgram): string | null {
  const { type, section } = program;
  const name = section.replace(/\/.*$/, '');
  if (type === PROG_LSM) return 'lsm.s/…';
  if (type === PROG_TRACING && ['fentry', 'fexit', 'fmod_ret', 'iter'].includes(name)) return `${name}.s/…`;
  if (type === PROG_KPROBE && (name === 'uprobe' || name === 'uretprobe')) return `${name}.s/…`;
  return null;
}
