import { argument, giveNumber } from '../helpers/registers.ts';
import type { KfuncDescriptor } from '../descriptor.ts';
import { KF_SLEEPABLE, KF_TRUSTED_ARGS } from '../descriptor.ts';

/** Questions about other objects of the kernel. */
export const OBJECTS: readonly KfuncDescriptor[] = [
  {
    name: 'bpf_get_kmem_cache',
    flags: 0,
    effect: 'untrusted-result',
    doc: 'The slab cache that an address was allocated from. It may be read and not relied on.',
  },
  {
    name: 'bpf_map_sum_elem_count',
    flags: KF_TRUSTED_ARGS,
    doc: 'Number of elements that a hash holds; 0 for other kinds of maps, which do not count theirs.',
    run: (machine, regs) => giveNumber(regs, machine.countElements(argument(regs, 1))),
  },
  {
    name: 'bpf_copy_from_user_str',
    flags: KF_SLEEPABLE,
    doc: 'Copies a string from user space, waiting for its pages if need be.',
  },
  {
    name: 'bpf_copy_from_user_task_str',
    flags: KF_SLEEPABLE,
    doc: 'Copies a string from the memory of another task.',
  },
  {
    name: '__bpf_trap',
    flags: 0,
    effect: 'trap',
    doc: 'Stands where a program would run into undefined behaviour: what the compiler makes of the use of an uninitialised variable.',
  },
];
