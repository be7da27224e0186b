import type { KfuncDescriptor } from '../descriptor.ts';
import { KF_ACQUIRE, KF_RELEASE, KF_RET_NULL, KF_TRUSTED_ARGS } from '../descriptor.ts';
import { TRACE_ITER } from '../../rules/program-types.ts';

/** Sockets, packets at the driver, and their encryption. */
export const NETWORK: readonly KfuncDescriptor[] = [
  {
    name: 'bpf_sk_assign_tcp_reqsk',
    flags: KF_TRUSTED_ARGS,
    programs: ['tc'],
    doc: 'Lets a packet finish a connection whose SYN cookie the program has checked.',
  },
  {
    name: 'bpf_sock_addr_set_sun_path',
    flags: KF_TRUSTED_ARGS,
    programs: ['cgroup'],
    doc: 'Sets the path of a UNIX domain socket’s address.',
  },
  {
    name: 'bpf_sock_ops_enable_tx_tstamp',
    flags: KF_TRUSTED_ARGS,
    programs: ['cgroup'],
    doc: 'Asks for the times at which a packet is sent.',
  },
  {
    name: 'bpf_sock_destroy',
    flags: KF_TRUSTED_ARGS,
    programs: ['tracing'],
    attachTypes: [TRACE_ITER],
    doc: 'Closes a socket that an iterator program visits.',
  },
  {
    name: 'bpf_xdp_pull_data',
    flags: 0,
    programs: ['xdp'],
    changesPacket: true,
    doc: 'Puts the beginning of a packet into one piece: pointers into it are lost.',
  },
  {
    name: 'bpf_xdp_get_xfrm_state',
    flags: KF_RET_NULL | KF_ACQUIRE,
    programs: ['xdp'],
    doc: 'The IPsec state of a packet, with a reference to be released.',
  },
  {
    name: 'bpf_xdp_xfrm_state_release',
    flags: KF_RELEASE,
    programs: ['xdp'],
    doc: 'Gives a reference to an IPsec state back.',
  },
];
