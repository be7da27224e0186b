import type { KfuncDescriptor, KfuncHook } from '../descriptor.ts';
import { KF_RET_NULL, KF_SLEEPABLE, KF_TRUSTED_ARGS } from '../descriptor.ts';

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
  },
  { name: 'bpf_dynptr_is_null', flags: 0, doc: 'Whether a dynptr has no memory, because making it failed.' },
  { name: 'bpf_dynptr_is_rdonly', flags: 0, doc: 'Whether a dynptr’s memory may not be written.' },
  { name: 'bpf_dynptr_size', flags: 0, doc: 'How many bytes a dynptr has.' },
  {
    name: 'bpf_dynptr_clone',
    flags: 0,
    effect: 'clone-dynptr',
    doc: 'Makes a second dynptr of the same memory. Its start and end are its own; a record that was reserved is one for both.',
  },
  {
    name: 'bpf_dynptr_slice',
    flags: KF_RET_NULL,
    effect: 'dynptr-slice',
    doc: 'A pointer to bytes of a dynptr, to be read: into its memory, or to a copy in the given buffer where they are not in one piece. NULL when it is too short.',
  },
  {
    name: 'bpf_dynptr_slice_rdwr',
    flags: KF_RET_NULL,
    effect: 'dynptr-slice-rdwr',
    doc: 'As bpf_dynptr_slice, to be written as well. What was written to a copy reaches the packet with bpf_dynptr_write only.',
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
];
