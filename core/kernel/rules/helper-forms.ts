import type { HelperForm } from '../catalogue/helpers/table.ts';
import {
  PROG_CGROUP_SOCKOPT,
  PROG_LSM,
  PROG_LWT_IN,
  PROG_LWT_OUT,
  PROG_LWT_SEG6LOCAL,
  PROG_LWT_XMIT,
  PROG_SCHED_ACT,
  PROG_SCHED_CLS,
  PROG_SYSCALL,
  PROG_TRACING,
} from './program-types.ts';

/** Helpers that take other arguments from some types of program, by number. */
export const HELPER_FORMS: Readonly<Record<number, HelperForm>> = {
  // get_cgroup_classid: of the packet's task; elsewhere of the current one.
  17: {
    programs: [PROG_SCHED_CLS, PROG_SCHED_ACT, PROG_LWT_IN, PROG_LWT_OUT, PROG_LWT_XMIT, PROG_LWT_SEG6LOCAL],
    changed: { args: ['ctx'] },
  },
  // setsockopt and getsockopt: of the context's socket; where the kernel is traced, of its own.
  49: {
    programs: [PROG_TRACING, PROG_LSM, PROG_CGROUP_SOCKOPT],
    changed: { args: ['sock-common', 'anything', 'anything', 'rdonly-mem', 'size'] },
  },
  57: {
    programs: [PROG_TRACING, PROG_LSM, PROG_CGROUP_SOCKOPT],
    changed: { args: ['sock-common', 'anything', 'anything', 'uninit-mem', 'size'] },
  },
  // xdp_get_buff_len: of the context; where the kernel is traced, of its own buffer.
  188: { programs: [PROG_TRACING, PROG_LSM, PROG_SYSCALL], changed: { args: ['btf-id'], btfStruct: 'xdp_buff' } },
};
