import type { KfuncDescriptor } from '../descriptor.ts';
import { KF_ACQUIRE, KF_RCU, KF_RELEASE, KF_RET_NULL, KF_TRUSTED_ARGS } from '../descriptor.ts';
import { CPUMASK } from './hooks.ts';

const mask = (name: string, doc: string, flags = KF_RCU): KfuncDescriptor => ({
  name: `bpf_cpumask_${name}`,
  flags,
  programs: CPUMASK,
  doc,
});

/** Masks of CPUs: the kernel's own, to be read, and those that a program makes (Documentation/bpf/cpumasks.rst). */
export const CPUMASKS: readonly KfuncDescriptor[] = [
  mask('create', 'A new empty mask, with a reference to be released; NULL without memory.', KF_ACQUIRE | KF_RET_NULL),
  mask('acquire', 'Takes another reference to a mask.', KF_ACQUIRE | KF_TRUSTED_ARGS),
  mask('release', 'Gives a reference to a mask back.', KF_RELEASE),
  mask('first', 'The first CPU of a mask.'),
  mask('first_zero', 'The first CPU that is not in a mask.'),
  mask('first_and', 'The first CPU that is in both masks.'),
  mask('set_cpu', 'Puts a CPU into a mask.'),
  mask('clear_cpu', 'Takes a CPU out of a mask.'),
  mask('test_cpu', 'Whether a CPU is in a mask.'),
  mask('test_and_set_cpu', 'Puts a CPU into a mask; tells whether it was there.'),
  mask('test_and_clear_cpu', 'Takes a CPU out of a mask; tells whether it was there.'),
  mask('setall', 'Puts every CPU into a mask.'),
  mask('clear', 'Takes every CPU out of a mask.'),
  mask('and', 'Keeps what is in both masks.'),
  mask('or', 'Puts together what is in either mask.'),
  mask('xor', 'Keeps what is in one mask alone.'),
  mask('equal', 'Whether two masks are equal.'),
  mask('intersects', 'Whether two masks have a CPU in common.'),
  mask('subset', 'Whether all of one mask is in the other.'),
  mask('empty', 'Whether a mask is empty.'),
  mask('full', 'Whether every CPU is in a mask.'),
  mask('copy', 'Copies a mask.'),
  mask('any_distribute', 'Some CPU of a mask, another one each time.'),
  mask('any_and_distribute', 'Some CPU that is in both masks, another one each time.'),
  mask('weight', 'Number of CPUs in a mask.'),
  mask('populate', 'Fills a mask from bytes.'),
];
