import type { IterTarget } from './target.ts';
import { plain, trusted } from './target.ts';

/** Targets that visit sockets and routes. */
export const SOCKETS: readonly IterTarget[] = [
  { name: 'tcp', doc: 'Visits every TCP socket.', args: [trusted(8, 'sock_common')] },
  { name: 'udp', doc: 'Visits every UDP socket.', args: [trusted(8, 'udp_sock')] },
  { name: 'unix', doc: 'Visits every UNIX domain socket.', args: [plain(8, 'unix_sock')] },
  { name: 'netlink', doc: 'Visits every netlink socket.', args: [plain(8, 'netlink_sock')] },
  { name: 'ipv6_route', doc: 'Visits the IPv6 routes.', args: [plain(8, 'fib6_info')] },
];
