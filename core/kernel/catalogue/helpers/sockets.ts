import { Unsupported } from '../../../base/errors.ts';
import { AF_INET6 } from '../../machine/world/place-sockets.ts';
import type { PlacedSocket } from '../../machine/world/place-sockets.ts';
import { TCP_STATES } from '../../machine/world/sockets.ts';
import type { HelperDescriptor } from '../descriptor.ts';
import { argument, give } from './registers.ts';

/** @param is whether a socket is of that kind: the helper gives its own argument then, NULL otherwise */
const cast = (id: number, name: string, is: (socket: PlacedSocket) => boolean, doc: string): HelperDescriptor => ({
  id,
  name: `skc_to_${name}`,
  args: ['sock-common'],
  ret: 'btf-id-or-null',
  retStruct: name,
  gplOnly: false,
  doc,
  run(machine, regs) {
    const address = argument(regs, 1);
    if (address === 0n) return give(regs, 0n);
    const socket = machine.kernel.sockets.at(address);
    if (socket === undefined) throw new Unsupported('a socket that is not among those of the simulated machine');
    give(regs, is(socket) ? address : 0n);
  },
});

const SMALL: readonly number[] = [TCP_STATES['time-wait'], TCP_STATES['new-syn-recv']];
const whole = ({ kind, state }: PlacedSocket): boolean => kind === 'tcp' && !SMALL.includes(state);
const inState = (state: number) => (socket: PlacedSocket) => socket.kind === 'tcp' && socket.state === state;
const overSix = ({ family }: PlacedSocket): boolean => family === AF_INET6;

/** Sockets as the kernel's own structures: what iterator programs and those that trace are handed (Documentation/bpf/bpf_iterators.rst). */
export const SOCKETS: readonly HelperDescriptor[] = [
  cast(
    136,
    'tcp6_sock',
    (socket) => whole(socket) && overSix(socket),
    'The socket as one of TCP over IPv6; NULL when it is another.',
  ),
  cast(137, 'tcp_sock', whole, 'The socket as one of TCP; NULL when it is another.'),
  cast(
    138,
    'tcp_timewait_sock',
    inState(TCP_STATES['time-wait']),
    'The socket as one that waits to be forgotten; NULL for others.',
  ),
  cast(
    139,
    'tcp_request_sock',
    inState(TCP_STATES['new-syn-recv']),
    'The socket as a connection that is asked for; NULL for others.',
  ),
  cast(
    140,
    'udp6_sock',
    (socket) => socket.kind === 'udp' && overSix(socket),
    'The socket as one of UDP over IPv6; NULL when it is another.',
  ),
  cast(178, 'unix_sock', ({ kind }) => kind === 'unix', 'The socket as a UNIX domain socket; NULL when it is another.'),
  {
    id: 162,
    name: 'sock_from_file',
    args: ['btf-id'],
    btfStruct: 'file',
    ret: 'btf-id-or-null',
    retStruct: 'socket',
    gplOnly: false,
    doc: 'The socket that a file stands for; NULL when it is none.',
    run(machine, regs) {
      const socket = machine.kernel.tasks.files.socketAt(argument(regs, 1));
      if (socket === undefined) throw new Unsupported('a socket of which the simulated world says nothing');
      give(regs, socket);
    },
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
