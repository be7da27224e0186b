import { walkList } from '../../machine/iter/object-walks.ts';
import type { IterTarget } from './target.ts';
import { plain, trusted } from './target.ts';

/** BPF_FUNC_setsockopt and BPF_FUNC_getsockopt: the socket is locked while the program runs. */
const SOCKET_OPTIONS: readonly number[] = [49, 57];

/** Targets that visit sockets and routes. */
export const SOCKETS: readonly IterTarget[] = [
  { name: 'tcp', doc: 'Visits every TCP socket.', args: [trusted(8, 'sock_common')], helpers: SOCKET_OPTIONS },
  { name: 'udp', doc: 'Visits every UDP socket.', args: [trusted(8, 'udp_sock')] },
  { name: 'unix', doc: 'Visits every UNIX domain socket.', args: [plain(8, 'unix_sock')], helpers: SOCKET_OPTIONS },
  { name: 'netlink', doc: 'Visits every netlink socket.', args: [plain(8, 'netlink_sock')] },
  {
    name: 'ipv6_route',
    doc: 'Visits the IPv6 routes.',
    args: [plain(8, 'fib6_info')],
    walk: walkList('route', ({ routes }) => routes, { words: [0n], label: 'no route' }),
  },
];
