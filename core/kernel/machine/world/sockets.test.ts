import { describe, expect, test } from 'vitest';
import { kernelModel } from '../../../../node/inputs.ts';
import { SimMachine } from '../sim-machine.ts';
import { parseEnd } from './addresses.ts';
import { parseWorld } from './schema.ts';
import type { SimulatedKernel } from './simulated-kernel.ts';

const { btf } = kernelModel();
const init = {
  pid: 1,
  tgid: 1,
  ppid: 0,
  comm: 'init',
  files: [5, 6, 7, 8].map((ino) => ({ fd: ino, path: `socket:[${ino}]` })),
};
const world = (sockets: object, files: object[] = init.files): object => ({ tasks: [{ ...init, files }], sockets });
const kernelOf = (sockets: object, files?: object[]): { kernel: SimulatedKernel; machine: SimMachine } => {
  const machine = new SimMachine({ world: parseWorld(world(sockets, files)), btf });
  return { kernel: machine.kernel, machine };
};

describe('addresses', () => {
  test.each([
    ['127.0.0.1:80', 4, '7f.0.0.1', 80],
    ['[::]:1', 6, '0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0', 1],
    ['[2001:db8::1]:65535', 6, '20.1.d.b8.0.0.0.0.0.0.0.0.0.0.0.1', 65_535],
    ['[1:2:3:4:5:6:7:8]:9', 6, '0.1.0.2.0.3.0.4.0.5.0.6.0.7.0.8', 9],
    ['[::ffff:10.0.0.1]:9', 6, '0.0.0.0.0.0.0.0.0.0.ff.ff.a.0.0.1', 9],
    ['[fe80::]:9', 6, 'fe.80.0.0.0.0.0.0.0.0.0.0.0.0.0.0', 9],
  ] as const)('%s', (given, family, bytes, port) => {
    const end = parseEnd(given)!;
    expect([end.family, end.bytes.map((byte) => byte.toString(16)).join('.'), end.port]).toEqual([family, bytes, port]);
  });

  test.each([
    '127.0.0.1',
    '127.0.0:80',
    '127.0.0.256:80',
    '127.0.0.1:65536',
    '127.0.0.1:',
    '::1:80',
    '[::1]',
    '[1:2:3]:4',
    '[1::2::3]:4',
    '[1:2:3:4:5:6:7:8::]:9',
    '[12345::]:9',
    '[1.2.3.4::]:9',
    '',
  ])('%s is none', (given) => {
    expect(parseEnd(given)).toBeNull();
  });
});

const listen = { ino: 5, local: '127.0.0.1:80', state: 'listen' };
const both = { local: '127.0.0.1:80', remote: '127.0.0.2:9' };
const stream = { ino: 5, type: 'stream', state: 'unconnected' };

test.each<[object, string]>([
  [[], 'world.sockets: expected an object'],
  [{ raw: [] }, 'world.sockets.raw: there is no such field'],
  [{ tcp: [{ ...listen, port: 1 }] }, 'world.sockets.tcp[0].port: there is no such field'],
  [{ tcp: [{ ...listen, local: '127.0.0.1' }] }, 'world.sockets.tcp[0].local: expected an address and a port such as'],
  [{ tcp: [{ ...listen, local: '127.0.0.1:0' }] }, 'world.sockets.tcp[0].local: a port is 1..65535'],
  [{ tcp: [{ ...listen, state: 'close' }] }, 'world.sockets.tcp[0].state: expected one of established'],
  [{ tcp: [{ ...listen, ino: 9 }] }, 'world.sockets.tcp[0].ino: no process has socket:[9] open'],
  [{ tcp: [{ ...listen, remote: '1.1.1.1:1' }] }, 'world.sockets.tcp[0].remote: a socket that listens has none'],
  [{ tcp: [{ ...both, remote: undefined, state: 'established' }] }, 'tcp[0].remote: a socket in established has a'],
  [{ tcp: [{ ...both, remote: '[::1]:9', state: 'established' }] }, 'tcp[0].remote: both ends have addresses of one'],
  [{ tcp: [{ ...both, ino: 5, state: 'time-wait' }] }, 'world.sockets.tcp[0].ino: there is none in time-wait'],
  [{ tcp: [{ ...both, uid: 5, state: 'new-syn-recv' }] }, 'world.sockets.tcp[0].uid: there is none in new-syn-recv'],
  [{ tcp: [{ ...both, state: 'new-syn-recv' }] }, 'world.sockets.tcp[0].local: no socket listens there'],
  [
    { tcp: [{ ...both, state: 'closing', substate: 'fin-wait2' }] },
    'tcp[0].substate: only a socket in time-wait has one',
  ],
  [{ tcp: [{ ...both, state: 'established', backlog: 1 }] }, 'tcp[0].backlog: only a socket that listens has one'],
  [{ tcp: [{ ...both, state: 'established', expires: 1 }] }, 'tcp[0].expires: no timer is told that would expire'],
  [{ tcp: [{ ...listen, ssthresh: 1 }] }, 'tcp[0].ssthresh: there is none in listen'],
  [{ tcp: [{ ...both, state: 'time-wait', retransmits: 1 }] }, 'tcp[0].retransmits: there are none in time-wait'],
  [
    {
      tcp: [
        { ...both, state: 'time-wait' },
        { ...both, state: 'established' },
      ],
    },
    'world.sockets.tcp[1]: this connection is that of world.sockets.tcp[0] already',
  ],
  [
    { tcp: [listen], udp: [{ ino: 5, local: '0.0.0.0:1' }] },
    'world.sockets.udp[0].ino: 5 is that of world.sockets.tcp[0]',
  ],
  [
    { udp: [{ local: '0.0.0.0:1', remote: '[::1]:1' }] },
    'world.sockets.udp[0].remote: both ends have addresses of one',
  ],
  [{ unix: [{ ...stream, type: 'packet' }] }, 'world.sockets.unix[0].type: expected one of stream'],
  [{ unix: [{ ...stream, path: '' }] }, 'world.sockets.unix[0].path: a path is not empty'],
  [{ unix: [{ ...stream, path: '/'.repeat(108) }] }, 'world.sockets.unix[0].path'],
  [{ unix: [{ ...stream, path: '/a', abstract: 'a' }] }, 'world.sockets.unix[0].abstract: a socket has a path or an'],
  [{ unix: [{ ...stream, fileIno: 1 }] }, 'world.sockets.unix[0].fileIno: there is no path'],
  [{ unix: [{ ...stream, abstract: 'a', bucket: 1 }] }, 'world.sockets.unix[0].bucket: it follows from the name'],
  [
    { unix: [{ ...stream, type: 'dgram', state: 'listening' }] },
    'unix[0].state: a socket of datagrams does not listen',
  ],
  [{ unix: [{ ...stream, backlog: 1 }] }, 'world.sockets.unix[0].backlog: only a socket that listens has one'],
  [{ unix: [{ ...stream, ino: undefined }] }, 'world.sockets.unix[0].ino: a socket that is unconnected belongs to'],
  [{ unix: [{ ...stream, peer: 6 }] }, 'world.sockets.unix[0].peer: a socket that is unconnected has none'],
  [{ unix: [{ ...stream, state: 'connected', peer: 6 }] }, 'unix[0].peer: no UNIX domain socket has inode 6'],
  [
    {
      unix: [
        { ...stream, state: 'connected', peer: 6 },
        { ino: 6, type: 'dgram', state: 'unconnected' },
      ],
    },
    'world.sockets.unix[0].peer: it is a dgram socket, and this one a stream socket',
  ],
  [
    {
      unix: [5, 6, 7].map((ino) => ({
        ino,
        type: 'stream',
        state: 'connected',
        peer: ino === 7 ? 5 : ino === 6 ? 7 : 6,
      })),
    },
    'world.sockets.unix[0].peer: the peer of 6 is 7',
  ],
  [{ netlink: [{ protocol: 32, portid: 0 }] }, 'world.sockets.netlink[0].protocol: expected a whole number 0..31'],
  [{ netlink: [{ protocol: 0, portid: 0, type: 'raw' }] }, 'netlink[0].type: the kernel’s own are of type dgram'],
  [
    {
      netlink: [
        { protocol: 0, portid: 1 },
        { protocol: 0, portid: 1 },
      ],
    },
    'world.sockets.netlink[1].portid: 1 of protocol 0 is that of world.sockets.netlink[0] already',
  ],
])('%j is refused: %s', (sockets, message) => {
  expect(() => parseWorld(world(sockets), 'w.json')).toThrow('w.json: world.sockets');
  expect(() => parseWorld(world(sockets), 'w.json')).toThrow(message);
});

test('a file says of its socket what the socket is, or nothing', () => {
  const files = [{ fd: 5, path: 'socket:[5]', protocol: 'UDP' }];
  expect(() => parseWorld(world({ tcp: [listen] }, files))).toThrow(
    'world.tasks[0].files[0].protocol: world.sockets.tcp[0] is a socket of TCP, not UDP',
  );
});

test('a file leads to its socket, the socket to its file, and what is told nowhere has a name', () => {
  const { kernel, machine } = kernelOf({ tcp: [{ ...listen, local: '[::1]:80' }] });
  const { memory, sockets, tasks } = kernel;
  const { address } = sockets.tcp[0]!;
  const file = tasks.find(1)!.files!.open[0]!.address;
  const socket = memory.get('file', file, 'private_data');
  expect(memory.get('socket', socket, 'sk')).toBe(address);
  expect(memory.get('socket', socket, 'file')).toBe(file);
  expect(memory.get('sock', address, 'sk_socket')).toBe(socket);
  expect(memory.fieldAddress('socket_alloc', socket, 'vfs_inode')).toBe(memory.get('file', file, 'f_inode'));
  expect(tasks.files.socketAt(file)).toBe(socket);
  expect(tasks.files.socketAt(tasks.find(1)!.files!.open[1]!.address)).toBeUndefined();
  const at = memory.fieldAddress('sock', address, 'sk_mark');
  expect(machine.missing(Number(BigInt.asUintN(32, at)), Number(BigInt.asIntN(32, at >> 32n)))).toBe(
    'tcp.inet_conn.icsk_inet.sk.sk_mark of struct tcp6_sock, of which the simulated world says nothing',
  );
});

test('a socket that several files of processes stand for has one file', () => {
  const files = [5, 9].map((fd) => ({ fd, path: 'socket:[5]' }));
  const { tasks } = kernelOf({ tcp: [listen] }, files).kernel;
  const [one, other] = tasks.find(1)!.files!.open;
  expect(one!.address).toBe(other!.address);
});

test('targets visit sockets that listen first, then by what is known of the kernel’s tables, else as they are listed', () => {
  const { sockets } = kernelOf({
    tcp: [{ ...both, ino: 6, state: 'established' }, listen, { ...listen, ino: 7, local: '127.0.0.1:70' }],
    udp: [
      { local: '0.0.0.0:1', bucket: 9 },
      { local: '0.0.0.0:2', bucket: 3 },
    ],
    unix: [
      { type: 'stream', state: 'connected', bucket: 300 },
      { type: 'stream', state: 'connected', bucket: 8 },
      { type: 'stream', state: 'listening', path: '/a', fileIno: 513, ino: 8 },
    ],
    netlink: [
      { protocol: 15, portid: 0 },
      { protocol: 0, portid: 7 },
    ],
  }).kernel;
  const labels = (kind: 'tcp' | 'udp' | 'unix' | 'netlink'): string[] => sockets[kind].map(({ label }) => label);
  expect(labels('tcp')).toEqual([
    'tcp 127.0.0.1:80 listen',
    'tcp 127.0.0.1:70 listen',
    'tcp 127.0.0.1:80 to 127.0.0.2:9 established',
  ]);
  expect(labels('udp')).toEqual(['udp 0.0.0.0:2', 'udp 0.0.0.0:1']);
  expect(sockets.unix.map(({ bucket }) => bucket)).toEqual([1, 8, 300]);
  expect(labels('netlink')).toEqual(['netlink route 7', 'netlink kobject_uevent kernel']);
});

test('timers count from the clock’s time when the machine is laid out', () => {
  const { memory, sockets } = kernelOf({
    tcp: [{ ...both, ino: 6, state: 'established', timer: 'retransmit', expires: 1000 }],
  }).kernel;
  expect(memory.get('inet_connection_sock', sockets.tcp[0]!.address, 'icsk_retransmit_timer.expires')).toBe(
    250n + 250n,
  );
});
