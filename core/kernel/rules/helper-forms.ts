import type { HelperDescriptor } from '../catalogue/descriptor.ts';
import {
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

/** A helper that takes other arguments from some types of program. */
interface Form {
  readonly programs: readonly number[];
  readonly changed: Partial<Pick<HelperDescriptor, 'args' | 'btfStruct'>>;
}

const FORMS: Readonly<Record<number, Form>> = {
  // get_cgroup_classid: of the packet's task; elsewhere of the current one.
  17: {
    programs: [PROG_SCHED_CLS, PROG_SCHED_ACT, PROG_LWT_IN, PROG_LWT_OUT, PROG_LWT_XMIT, PROG_LWT_SEG6LOCAL],
    changed: { args: ['ctx'] },
  },
  // xdp_get_buff_len: of the context; where the kernel is traced, of its own buffer.
  188: { programs: [PROG_TRACING, PROG_LSM, PROG_SYSCALL], changed: { args: ['btf-id'], btfStruct: 'xdp_buff' } },
};

/** A helper as programs of a type call it. */
export function helperForm(helper: HelperDescriptor, progType: number): HelperDescriptor {
  const form = FORMS[helper.id];
  return form?.programs.includes(progType) === true ? { ...helper, ...form.changed } : helper;
}

/** Whether what a helper takes depends on the type of program. */
export const hasForms = (helper: number): boolean => FORMS[helper] !== undefined;
