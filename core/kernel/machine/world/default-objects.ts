import type { WorldPidNamespace } from './pid-namespaces.ts';
import type { WorldRoute } from './routes.ts';

// Parts of the world that stands: what its small server has besides processes.

/** The pid namespace of its one container. */
export const CONTAINER = 4_026_532_201;
export const DEFAULT_PID_NAMESPACES: readonly WorldPidNamespace[] = [{ ino: CONTAINER }];

// RTF_UP; those of the kernel's own routes to this machine, and of the one that leads nowhere.
const UP = 1;
const LOCAL = 0x8020_0001;
const NOWHERE = 0x0020_0200;
const WORST = 0xffff_ffff;

/** RTPROT_KERNEL with RTN_UNICAST in the main table; RTN_LOCAL in that of local addresses. */
const MAIN = { table: 254, protocol: 2, type: 1 } as const;
const LOCALS = { table: 255, protocol: 2, type: 2 } as const;

/** A network card with one address of its own and a router. */
export const DEFAULT_ROUTES: readonly WorldRoute[] = [
  { to: '2001:db8:17::/64', device: 'eth0', metric: 256, flags: UP, ...MAIN },
  { to: 'fe80::/64', device: 'eth0', metric: 256, flags: UP, ...MAIN },
  { to: '::/0', via: 'fe80::1', device: 'eth0', metric: 1024, flags: UP, ...MAIN, protocol: 3 },
  { to: '::1/128', device: 'lo', flags: LOCAL, refs: 3, ...LOCALS },
  { to: '2001:db8:17::2/128', device: 'eth0', flags: LOCAL, refs: 2, ...LOCALS },
  { to: 'fe80::5054:ff:fe12:3456/128', device: 'eth0', flags: LOCAL, refs: 2, ...LOCALS },
  { to: '::/0', device: 'lo', metric: WORST, flags: NOWHERE },
];
