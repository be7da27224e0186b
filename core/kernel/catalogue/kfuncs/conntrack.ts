import type { KfuncDescriptor, KfuncHook } from '../descriptor.ts';
import { KF_ACQUIRE, KF_RELEASE, KF_RET_NULL, KF_TRUSTED_ARGS } from '../descriptor.ts';

const PACKETS: readonly KfuncHook[] = ['xdp', 'tc'];

const entry = (name: string, flags: number, doc: string): KfuncDescriptor => ({
  name: `bpf_${name}`,
  flags,
  programs: PACKETS,
  doc,
});

/** Entries of connection tracking. One that is not inserted yet is a type of its own. */
export const CONNTRACK: readonly KfuncDescriptor[] = [
  entry('xdp_ct_alloc', KF_ACQUIRE | KF_RET_NULL, 'Makes an entry for a connection, to be inserted or released.'),
  entry('xdp_ct_lookup', KF_ACQUIRE | KF_RET_NULL, 'The entry of a connection, with a reference to be released.'),
  entry('skb_ct_alloc', KF_ACQUIRE | KF_RET_NULL, 'Makes an entry for a connection, to be inserted or released.'),
  entry('skb_ct_lookup', KF_ACQUIRE | KF_RET_NULL, 'The entry of a connection, with a reference to be released.'),
  entry(
    'ct_insert_entry',
    KF_ACQUIRE | KF_RET_NULL | KF_RELEASE,
    'Inserts an entry that was made: gives it back as one that is there, with its reference.',
  ),
  entry('ct_release', KF_RELEASE, 'Gives a reference to an entry back.'),
  entry('ct_set_timeout', KF_TRUSTED_ARGS, 'Sets how long an entry lives, before it is inserted.'),
  entry('ct_change_timeout', KF_TRUSTED_ARGS, 'Changes how long an entry lives.'),
  entry('ct_set_status', KF_TRUSTED_ARGS, 'Sets the status of an entry, before it is inserted.'),
  entry('ct_change_status', KF_TRUSTED_ARGS, 'Changes the status of an entry.'),
  entry('ct_set_nat_info', KF_TRUSTED_ARGS, 'Sets the translated address of an entry, before it is inserted.'),
];
