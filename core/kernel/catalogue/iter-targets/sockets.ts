import { walkList } from '../../machine/iter/object-walks.ts';
import { walkNetlink, walkTcp, walkUdp, walkUnix } from '../../machine/iter/socket-walks.ts';
import type { IterTarget } from './target.ts';
import { plain, trusted } from './target.ts';

/** BPF_FUNC_setsockopt and BPF_FUNC_getsockopt: the socket is locked while the program runs. */
const SOCKET_OPTIONS: readonly number[] = [49, 57];

/** Targets that visit sockets and routes. */
export const SOCKETS: readonly IterTarget[] = [
  {
    name: 'tcp',
    doc: 'Visits every TCP socket: those that listen, then the others.',
    args: [trusted(8, 'sock_common')],
    helpers: SOCKET_OPTIONS,
    walk: walkTcp,
  },
  { name: 'udp', doc: 'Visits every UDP socket.', args: [trusted(8, 'udp_sock')], walk: walkUdp },
  {
    name: 'unix',
    doc: 'Visits every UNIX domain socket. A read() that ends before all are visited leaves some out.',
    args: [plain(8, 'unix_sock')],
    helpers: SOCKET_OPTIONS,
    walk: walkUnix,
  },
  {
    name: 'netlink',
    doc: 'Visits every netlink socket, protocol after protocol.',
    args: [plain(8, 'netlink_sock')],
    walk: walkNetlink,
  },
  {
    name: 'ipv6_route',
    doc: 'Visits the IPv6 routes.',
    args: [plain(8, 'fib6_info')],
    walk: walkList('route', ({ routes }) => routes, { words: [0n], label: 'no route' }),
  },
];
