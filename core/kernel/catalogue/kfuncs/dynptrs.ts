import type { Behaviour, KfuncDescriptor, KfuncHook } from '../descriptor.ts';
import { addressIn, NO_DYNPTR, reaches, readDynptr, writeDynptr } from '../../machine/dynptr-memory.ts';
import type { DynptrValue } from '../../machine/dynptr-memory.ts';
import { EINVAL, ERANGE } from '../../../base/errno.ts';
import { give, giveNumber, hi, lo } from '../helpers/registers.ts';
import { KF_RET_NULL, KF_SLEEPABLE, KF_TRUSTED_ARGS } from '../descriptor.ts';

/** Kernel functions give their `int`s in 32 bits. */
const giveInt = (regs: Int32Array, value: number): void => giveNumber(regs, value >>> 0);

/** What a function gives for its first argument. */
const asked =
  (answer: (d: DynptrValue) => number): Behaviour =>
  (machine, regs) =>
    giveInt(regs, answer(readDynptr(machine, lo(regs, 1), hi(regs, 1))));

const slice =
  (toWrite: boolean): Behaviour =>
  (machine, regs) => {
    const d = readDynptr(machine, lo(regs, 1), hi(regs, 1));
    const [offset, length] = [lo(regs, 2) >>> 0, lo(regs, 4) >>> 0];
    const there = d.data !== 0n && reaches(d, offset, length) && !(toWrite && d.readOnly);
    give(regs, there ? addressIn(d, offset) : 0n);
  };

const PACKETS: readonly KfuncHook[] = [
  'tc',
  'sched_act',
  'sk_skb',
  'socket_filter',
  'cgroup',
  'lwt',
  'netfilter',
  'tracing',
];

/** Work on dynptrs: memory with its size, of which every access is checked when it is made. */
export const DYNPTRS: readonly KfuncDescriptor[] = [
  {
    name: 'bpf_dynptr_adjust',
    flags: 0,
    doc: 'Narrows a dynptr to the bytes from a start to an end.',
    run(machine, regs) {
      const d = readDynptr(machine, lo(regs, 1), hi(regs, 1));
      const [start, end] = [lo(regs, 2) >>> 0, lo(regs, 3) >>> 0];
      if (d.data === 0n || start > end) return giveInt(regs, EINVAL);
      if (start > d.size || end > d.size) return giveInt(regs, ERANGE);
      writeDynptr(machine, lo(regs, 1), hi(regs, 1), { ...d, offset: d.offset + start, size: end - start });
      giveNumber(regs, 0);
    },
  },
  {
    name: 'bpf_dynptr_is_null',
    flags: 0,
    doc: 'Whether a dynptr has no memory, because making it failed.',
    run: asked((d) => Number(d.data === 0n)),
  },
  {
    name: 'bpf_dynptr_is_rdonly',
    flags: 0,
    doc: 'Whether a dynptr’s memory may not be written.',
    run: asked((d) => Number(d.data !== 0n && d.readOnly)),
  },
  {
    name: 'bpf_dynptr_size',
    flags: 0,
    doc: 'How many bytes a dynptr has.',
    run: asked((d) => (d.data === 0n ? EINVAL : d.size)),
  },
  {
    name: 'bpf_dynptr_clone',
    flags: 0,
    effect: 'clone-dynptr',
    doc: 'Makes a second dynptr of the same memory. Its start and end are its own; a record that was reserved is one for both.',
    run(machine, regs) {
      const d = readDynptr(machine, lo(regs, 1), hi(regs, 1));
      writeDynptr(machine, lo(regs, 2), hi(regs, 2), d.data === 0n ? NO_DYNPTR : d);
      giveInt(regs, d.data === 0n ? EINVAL : 0);
    },
  },
  {
    name: 'bpf_dynptr_slice',
    flags: KF_RET_NULL,
    effect: 'dynptr-slice',
    doc: 'A pointer to bytes of a dynptr, to be read: into its memory, or to a copy in the given buffer where they are not in one piece. NULL when it is too short.',
    run: slice(false),
  },
  {
    name: 'bpf_dynptr_slice_rdwr',
    flags: KF_RET_NULL,
    effect: 'dynptr-slice-rdwr',
    doc: 'As bpf_dynptr_slice, to be written as well. What was written to a copy reaches the packet with bpf_dynptr_write only.',
    run: slice(true),
  },
  { name: 'bpf_dynptr_copy', flags: 0, doc: 'Copies bytes from one dynptr to another.' },
  { name: 'bpf_dynptr_memset', flags: 0, doc: 'Fills bytes of a dynptr with one value.' },
  {
    name: 'bpf_dynptr_from_skb',
    flags: KF_TRUSTED_ARGS,
    programs: PACKETS,
    effect: 'skb-dynptr',
    doc: 'Makes a dynptr of a packet.',
  },
  {
    name: 'bpf_dynptr_from_skb_meta',
    flags: KF_TRUSTED_ARGS,
    programs: ['tc', 'sched_act'],
    effect: 'skb-meta-dynptr',
    doc: 'Makes a dynptr of the metadata that an XDP program left before a packet.',
  },
  {
    name: 'bpf_dynptr_from_xdp',
    flags: 0,
    programs: ['xdp'],
    effect: 'xdp-dynptr',
    doc: 'Makes a dynptr of a packet at the driver.',
  },
  { name: 'bpf_probe_read_user_dynptr', flags: 0, doc: 'Copies user memory into a dynptr.' },
  { name: 'bpf_probe_read_kernel_dynptr', flags: 0, doc: 'Copies kernel memory into a dynptr.' },
  { name: 'bpf_probe_read_user_str_dynptr', flags: 0, doc: 'Copies a string of user memory into a dynptr.' },
  { name: 'bpf_probe_read_kernel_str_dynptr', flags: 0, doc: 'Copies a string of kernel memory into a dynptr.' },
  {
    name: 'bpf_copy_from_user_dynptr',
    flags: KF_SLEEPABLE,
    doc: 'Copies user memory into a dynptr, waiting for its pages if need be.',
  },
  {
    name: 'bpf_copy_from_user_str_dynptr',
    flags: KF_SLEEPABLE,
    doc: 'Copies a string of user memory into a dynptr, waiting for its pages if need be.',
  },
  {
    name: 'bpf_copy_from_user_task_dynptr',
    flags: KF_SLEEPABLE | KF_TRUSTED_ARGS,
    doc: 'Copies memory of another task into a dynptr, waiting for its pages if need be.',
  },
  {
    name: 'bpf_copy_from_user_task_str_dynptr',
    flags: KF_SLEEPABLE | KF_TRUSTED_ARGS,
    doc: 'Copies a string of another task’s memory into a dynptr, waiting for its pages if need be.',
  },
];
