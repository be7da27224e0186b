import type { KfuncDescriptor } from '../descriptor.ts';
import { KF_ACQUIRE, KF_RELEASE, KF_RET_NULL, KF_SLEEPABLE } from '../descriptor.ts';
import { GENERIC } from './hooks.ts';

/** Keys of the kernel’s keyrings. */
export const KEYS: readonly KfuncDescriptor[] = [
  {
    name: 'bpf_lookup_user_key',
    flags: KF_ACQUIRE | KF_RET_NULL | KF_SLEEPABLE,
    programs: GENERIC,
    doc: 'The key with a serial number, to be given back by bpf_key_put; NULL if there is none.',
  },
  {
    name: 'bpf_lookup_system_key',
    flags: KF_ACQUIRE | KF_RET_NULL,
    programs: GENERIC,
    doc: 'One of the system’s keyrings, to be given back by bpf_key_put; NULL if there is none.',
  },
  { name: 'bpf_key_put', flags: KF_RELEASE, programs: GENERIC, doc: 'Gives a key back.' },
];
