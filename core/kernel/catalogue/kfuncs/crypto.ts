import type { KfuncDescriptor, KfuncHook } from '../descriptor.ts';
import { KF_ACQUIRE, KF_RCU, KF_RELEASE, KF_RET_NULL, KF_SLEEPABLE } from '../descriptor.ts';

const PACKETS: readonly KfuncHook[] = ['tc', 'sched_act', 'xdp'];

/** Ciphers: made by programs that may sleep, kept in a map, used by those that see packets. */
export const CRYPTO: readonly KfuncDescriptor[] = [
  {
    name: 'bpf_crypto_ctx_create',
    flags: KF_ACQUIRE | KF_RET_NULL | KF_SLEEPABLE,
    programs: ['syscall'],
    doc: 'Makes a cipher with its key, with a reference to be released; NULL where that fails, and why in `err`.',
  },
  {
    name: 'bpf_crypto_ctx_acquire',
    flags: KF_ACQUIRE | KF_RCU | KF_RET_NULL,
    programs: ['syscall'],
    doc: 'Takes another reference to a cipher; NULL when it is going away.',
  },
  {
    name: 'bpf_crypto_ctx_release',
    flags: KF_RELEASE,
    programs: ['syscall'],
    doc: 'Gives a reference to a cipher back.',
  },
  {
    name: 'bpf_crypto_encrypt',
    flags: KF_RCU,
    programs: PACKETS,
    doc: 'Encrypts the bytes of one dynptr into another; the initial vector may be left out.',
  },
  {
    name: 'bpf_crypto_decrypt',
    flags: KF_RCU,
    programs: PACKETS,
    doc: 'Decrypts the bytes of one dynptr into another; the initial vector may be left out.',
  },
];
