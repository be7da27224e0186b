import type { HelperDescriptor } from '../descriptor.ts';

const cast = (id: number, name: string, retStruct: string, doc: string): HelperDescriptor => ({
  id,
  name: `skc_to_${name}`,
  args: ['sock-common'],
  ret: 'btf-id-or-null',
  retStruct,
  gplOnly: false,
  doc,
});

/** Sockets as the kernel's own structures: what iterator programs and those that trace are handed (Documentation/bpf/bpf_iterators.rst). */
export const SOCKETS: readonly HelperDescriptor[] = [
  cast(136, 'tcp6_sock', 'tcp6_sock', 'The socket as one of TCP over IPv6; NULL when it is another.'),
  cast(137, 'tcp_sock', 'tcp_sock', 'The socket as one of TCP; NULL when it is another.'),
  cast(138, 'tcp_timewait_sock', 'tcp_timewait_sock', 'The socket as one that waits to be forgotten; NULL for others.'),
  cast(139, 'tcp_request_sock', 'tcp_request_sock', 'The socket as a connection that is asked for; NULL for others.'),
  cast(140, 'udp6_sock', 'udp6_sock', 'The socket as one of UDP over IPv6; NULL when it is another.'),
  cast(178, 'unix_sock', 'unix_sock', 'The socket as a UNIX domain socket; NULL when it is another.'),
  {
    id: 162,
    name: 'sock_from_file',
    args: ['btf-id'],
    btfStruct: 'file',
    ret: 'btf-id-or-null',
    retStruct: 'socket',
    gplOnly: false,
    doc: 'The socket that a file stands for; NULL when it is none.',
  },
  {
    id: 49,
    name: 'setsockopt',
    args: ['ctx', 'anything', 'anything', 'rdonly-mem', 'size'],
    ret: 'integer',
    gplOnly: false,
    doc: 'Sets an option of a socket.',
  },
  {
    id: 57,
    name: 'getsockopt',
    args: ['ctx', 'anything', 'anything', 'uninit-mem', 'size'],
    ret: 'integer',
    gplOnly: false,
    doc: 'Reads an option of a socket.',
  },
];
