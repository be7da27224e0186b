import { SOCKETS } from './sockets.ts';
import type { WorldSockets, WorldTcp, WorldUnix } from './sockets.ts';

const listens = (ino: number, local: string, backlog: number, uid = 0): WorldTcp => ({
  ino,
  local,
  state: 'listen',
  backlog,
  uid,
});

/** A connection over the network: it is kept alive. */
const talks = (ino: number, local: string, remote: string, uid: number, more: Partial<WorldTcp> = {}): WorldTcp => ({
  ino,
  local,
  remote,
  state: 'established',
  uid,
  timer: 'keepalive',
  expires: 6_600_000,
  ato: 40,
  ...more,
});

/** Standard output of a service, which goes to the journal. */
const output = (ino: number, uid = 0): WorldUnix => ({ ino, type: 'stream', state: 'connected', uid });

const HERE = '192.0.2.10';

/** What its web server, database, application and shell listen at, and who is connected. */
const DEFAULTS: WorldSockets = {
  tcp: [
    listens(8124, '0.0.0.0:80', 511),
    listens(2261, '127.0.0.53:53', 128, 991),
    listens(2391, '0.0.0.0:22', 128),
    listens(2630, '127.0.0.1:8080', 1024, 1001),
    listens(2520, '127.0.0.1:5432', 200, 107),
    listens(8125, '[::]:80', 511),
    listens(2392, '[::]:22', 128),
    talks(9301, `${HERE}:80`, '203.0.113.41:51544', 33, { cwnd: 24, rto: 232 }),
    { local: `${HERE}:80`, remote: '198.51.100.7:40112', state: 'time-wait', expires: 41_000 },
    talks(9410, '127.0.0.1:5432', '127.0.0.1:41822', 107, { pingpong: true, rxQueue: 214 }),
    talks(9315, '127.0.0.1:36412', '127.0.0.1:8080', 33, { pingpong: true }),
    { local: `${HERE}:80`, remote: '198.51.100.23:61020', state: 'new-syn-recv', expires: 2_600, retransmits: 1 },
    talks(9501, `${HERE}:22`, '203.0.113.9:49822', 0, {
      cwnd: 10,
      rto: 208,
      txQueue: 36,
      timer: 'retransmit',
      expires: 180,
    }),
    talks(9302, '[2001:db8::10]:80', '[2001:db8:7::51]:58230', 33, { cwnd: 31, ssthresh: 22 }),
    talks(9402, '127.0.0.1:41822', '127.0.0.1:5432', 1001, { pingpong: true }),
    talks(9403, '127.0.0.1:8080', '127.0.0.1:36412', 1001, { pingpong: true }),
    { local: `${HERE}:80`, remote: '203.0.113.88:39001', state: 'time-wait', substate: 'fin-wait2', expires: 19_000 },
  ],
  udp: [
    { ino: 2260, local: '127.0.0.53:53', uid: 991, rxQueue: 768 },
    { ino: 2241, local: '[fe80::5054:ff:fe12:3456]:546', uid: 998 },
  ],
  unix: [
    { ino: 2101, type: 'stream', state: 'listening', path: '/run/systemd/private', fileIno: 301, backlog: 4096 },
    { ino: 2011, type: 'stream', state: 'listening', path: '/run/systemd/journal/stdout', fileIno: 312, backlog: 4096 },
    { ino: 2013, type: 'dgram', state: 'unconnected', path: '/run/systemd/journal/socket', fileIno: 313 },
    { ino: 2302, type: 'stream', state: 'listening', path: '/run/dbus/system_bus_socket', fileIno: 340, backlog: 4096 },
    {
      ino: 2521,
      type: 'stream',
      state: 'listening',
      path: '/run/postgresql/.s.PGSQL.5432',
      fileIno: 402,
      backlog: 200,
      uid: 107,
    },
    output(2230, 998),
    output(2251, 991),
    output(2301, 101),
    output(2331),
    output(2388),
    output(2510, 107),
    output(2611, 1001),
    output(8120),
  ],
  netlink: [
    { ino: 21, protocol: 0, portid: 0 },
    { ino: 2240, protocol: 0, portid: 301, type: 'raw', groups: 0x0551, uid: 998 },
    { ino: 24, protocol: 9, portid: 0 },
    { ino: 23, protocol: 15, portid: 0 },
    { ino: 2104, protocol: 15, portid: 1, type: 'raw', groups: 2 },
    { ino: 22, protocol: 16, portid: 0 },
  ],
};

/** The sockets of the small server, their fields in the order in which a world that was read has them. */
export const DEFAULT_SOCKETS: WorldSockets = SOCKETS(DEFAULTS, 'world.sockets');
