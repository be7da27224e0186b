import { withSchema } from '../../../base/json-schema.ts';
import { encodeUtf8 } from '../../../base/utf8.ts';
import { bool, int, list, oneOf, optional, ShapeError, text } from '../../../base/validate.ts';
import type { Validator } from '../../../base/validate.ts';
import { end, parseEnd } from './addresses.ts';
import { bytesOf, exactly } from './shapes.ts';

/** States of TCP that are in the kernel's tables, by the names of its documentation, with their numbers (include/net/tcp_states.h). */
export const TCP_STATES = {
  established: 1,
  'syn-sent': 2,
  'syn-recv': 3,
  'fin-wait1': 4,
  'fin-wait2': 5,
  'time-wait': 6,
  'close-wait': 8,
  'last-ack': 9,
  listen: 10,
  closing: 11,
  'new-syn-recv': 12,
} as const;
export type TcpState = keyof typeof TCP_STATES;

/** Timers of a connection, by what they do when they expire, with the numbers of `icsk_pending`; that of keepalive has none. */
export const TCP_TIMERS = { retransmit: 1, probe: 3, 'loss-probe': 5, reorder: 6, keepalive: 0 } as const;

/** `SOCK_STREAM` and its like. */
export const SOCKET_TYPES = { stream: 1, dgram: 2, raw: 3, seqpacket: 5 } as const;

/** What every socket has. */
interface WorldSocket {
  /** Inode number of the open file `socket:[INO]`; absent for a socket that no process has. */
  readonly ino?: number;
  /** Of its owner; 0 unless told. */
  readonly uid?: number;
  /** References as /proc/net shows them, each of which has its own number for a kind of socket where none is told. */
  readonly refs?: number;
  /** Bytes that wait to be sent and to be read; 0 unless told. */
  readonly txQueue?: number;
  readonly rxQueue?: number;
}

/**
 * A socket of TCP. One in `time-wait` and one in `new-syn-recv` are the small ones that stand for a connection that is over, and for one that is asked
 * for: nobody has them, and of the rest below they have `refs`, `expires` and `retransmits`. References unless told: 1, one more with a timer; 3 in `time-wait`, 2 in `new-syn-recv`.
 */
export interface WorldTcp extends WorldSocket {
  /** `127.0.0.1:80`, `[::]:80`. */
  readonly local: string;
  /** Absent for one that listens. */
  readonly remote?: string;
  readonly state: TcpState;
  /** Of one in `time-wait`: what it waits for, `fin-wait2` where the other end has not closed; `time-wait` unless told. */
  readonly substate?: 'time-wait' | 'fin-wait2';
  /** Of one that listens: how many connections may wait to be accepted (`rxQueue` do). */
  readonly backlog?: number;
  /** Of one that listens: connections that may bring data before they are made; 0 unless told. */
  readonly fastOpen?: number;
  readonly timer?: keyof typeof TCP_TIMERS;
  /** Milliseconds until the timer expires. Of the small ones they have always one: 60000 in `time-wait`, 1000 in `new-syn-recv` unless told. */
  readonly expires?: number;
  /** Of its last segment, 0 unless told; of one in `new-syn-recv` times that its answer was sent again. */
  readonly retransmits?: number;
  /** Probes of the other end that were not answered; 0 unless told. */
  readonly probes?: number;
  /** Milliseconds until what is not acknowledged is sent again: 1000 for one that listens, 200 for others unless told. */
  readonly rto?: number;
  /** Milliseconds by which an acknowledgement may be late; 0 unless told. */
  readonly ato?: number;
  /** Acknowledgements to be sent at once; 0 unless told. */
  readonly quick?: number;
  /** Both ends talk in turns; not so unless told. */
  readonly pingpong?: boolean;
  /** Segments that may be under way; 10 unless told. */
  readonly cwnd?: number;
  /** Segments at which slow start ends; without a limit unless told. */
  readonly ssthresh?: number;
}

/** A socket of UDP. References unless told: 2. */
export interface WorldUdp extends WorldSocket {
  readonly local: string;
  /** Where it is connected to. */
  readonly remote?: string;
  /** Datagrams that were thrown away; 0 unless told. */
  readonly drops?: number;
  /** Where it stands in the kernel's table, for which address and port are hashed with a secret of the machine; its place in the list unless told. */
  readonly bucket?: number;
}

/** A UNIX domain socket. References unless told: 2, one more when it is connected. */
export interface WorldUnix extends Omit<WorldSocket, 'txQueue' | 'rxQueue'> {
  readonly type: 'stream' | 'dgram' | 'seqpacket';
  readonly state: 'unconnected' | 'listening' | 'connected';
  /** What it is bound to in the file system. */
  readonly path?: string;
  /** Inode number of that path. */
  readonly fileIno?: number;
  /** Its abstract name, without the zero byte before it. */
  readonly abstract?: string;
  /** Inode number of the socket that it is connected to. Of two that are connected to each other, one tells it. */
  readonly peer?: number;
  /** Of one that listens: how many may wait to be accepted, and how many do (0 unless told). */
  readonly backlog?: number;
  readonly waiting?: number;
  /**
   * Where it stands in the kernel's table: the place of an abstract name, and of a path whose `fileIno` is told, follows from them; that of others,
   * and of connected ones, which may have got the name of the one that accepted them, from where the socket lies in memory: its place in the
   * list unless told.
   */
  readonly bucket?: number;
}

/** A netlink socket. References unless told: 2. */
export interface WorldNetlink extends WorldSocket {
  /** NETLINK_*: 0 for routes, 15 for events of devices. */
  readonly protocol: number;
  /** The kernel's own have 0. */
  readonly portid: number;
  readonly type?: 'raw' | 'dgram';
  /** Bit N - 1 for membership in group N, of the first 32. Absent: it never was in one. */
  readonly groups?: number;
  /** It answers a request that takes several messages; not so unless told. */
  readonly dumping?: boolean;
  /** Messages that were thrown away; 0 unless told. */
  readonly drops?: number;
}

/** The sockets of a machine. Those of a kind are in the order in which the kernel has them, as far as it is not told by their `bucket`. */
export interface WorldSockets {
  readonly tcp: readonly WorldTcp[];
  readonly udp: readonly WorldUdp[];
  readonly unix: readonly WorldUnix[];
  readonly netlink: readonly WorldNetlink[];
}

const MOST = 10_000;
const U32 = 0xffff_ffff;
const u32 = int(0, U32);
const count = optional(int(0, 0x7fff_ffff));
const byte = optional(int(0, 255));
const common = {
  ino: optional(int(1, Number.MAX_SAFE_INTEGER)),
  uid: optional(u32),
  refs: optional(int(1, 0x7fff_fffe)),
};
const queues = { txQueue: count, rxQueue: count };

/** A name of the abstract kind: zero bytes are as good as others. */
const abstract: Validator<string> = withSchema({ type: 'string', maxLength: 107 }, (value, at) => {
  const string = text(107)(value, at);
  const { length } = encodeUtf8(string);
  if (length > 107) throw new ShapeError(at, `${length} bytes, at most 107 fit`);
  return string;
});
const socketPath: Validator<string> = withSchema({ type: 'string', minLength: 1, maxLength: 107 }, (value, at) => {
  const string = bytesOf(107)(value, at);
  if (string === '') throw new ShapeError(at, 'a path is not empty');
  return string;
});

const names = <K extends string>(of: Readonly<Record<K, number>>): readonly K[] => Object.keys(of) as K[];
const tcp = exactly<WorldTcp>({
  ...common,
  ...queues,
  local: end,
  remote: optional(end),
  state: oneOf(...names(TCP_STATES)),
  substate: optional(oneOf('time-wait', 'fin-wait2')),
  backlog: optional(u32),
  fastOpen: count,
  timer: optional(oneOf(...names(TCP_TIMERS))),
  expires: count,
  retransmits: byte,
  probes: byte,
  rto: optional(int(1, 120_000)),
  ato: optional(int(0, 1000)),
  quick: byte,
  pingpong: optional(bool),
  cwnd: count,
  ssthresh: count,
});
const udp = exactly<WorldUdp>({
  ...common,
  ...queues,
  local: end,
  remote: optional(end),
  drops: count,
  bucket: optional(int(0, 65_535)),
});
const unix = exactly<WorldUnix>({
  ...common,
  type: oneOf('stream', 'dgram', 'seqpacket'),
  state: oneOf('unconnected', 'listening', 'connected'),
  path: optional(socketPath),
  fileIno: optional(int(1, Number.MAX_SAFE_INTEGER)),
  abstract: optional(abstract),
  peer: optional(int(1, Number.MAX_SAFE_INTEGER)),
  backlog: optional(u32),
  waiting: optional(u32),
  bucket: optional(int(0, 511)),
});
const netlink = exactly<WorldNetlink>({
  ...common,
  ...queues,
  protocol: int(0, 31),
  portid: u32,
  type: optional(oneOf('raw', 'dgram')),
  groups: optional(u32),
  dumping: optional(bool),
  drops: count,
});

/** Lists of sockets; those that are left out are empty. */
const lists = exactly<Partial<WorldSockets>>({
  tcp: optional(list(MOST, tcp)),
  udp: optional(list(MOST, udp)),
  unix: optional(list(MOST, unix)),
  netlink: optional(list(MOST, netlink)),
});
export const SOCKETS: Validator<WorldSockets> = withSchema(
  (of) => of(lists),
  (value, at) => {
    const { tcp: t, udp: u, unix: x, netlink: n } = lists(value, at);
    return { tcp: t ?? [], udp: u ?? [], unix: x ?? [], netlink: n ?? [] };
  },
);

/** What the kernel calls a socket's protocol (`struct proto`), as the name of its file's entry shows it. */
export function protocolName(
  kind: keyof WorldSockets,
  socket: { readonly local?: string; readonly type?: string },
): string {
  if (kind === 'netlink') return 'NETLINK';
  if (kind === 'unix') return socket.type === 'stream' ? 'UNIX-STREAM' : 'UNIX';
  return `${kind.toUpperCase()}${parseEnd(socket.local ?? '')?.family === 6 ? 'v6' : ''}`;
}

/** Sockets of TCP that are not whole: the rest of a connection, or its beginning. */
export const isSmall = (state: TcpState): boolean => state === 'time-wait' || state === 'new-syn-recv';

const KINDS = ['tcp', 'udp', 'unix', 'netlink'] as const;

/** As far as the processes of a world matter to its sockets. */
type Owners = readonly { readonly files?: readonly { readonly path: string; readonly protocol?: string }[] }[];

/** What one socket says of another, and of the files of processes, must be so. @throws ShapeError */
export function consistentSockets(sockets: WorldSockets, tasks: Owners): void {
  const open = openSockets(tasks);
  const seen = new Map<number, string>();
  for (const kind of KINDS)
    sockets[kind].forEach((socket, i) => {
      const at = `world.sockets.${kind}[${i}]`;
      const { ino } = socket;
      if (ino === undefined) return;
      const before = seen.get(ino);
      if (before !== undefined) throw new ShapeError(`${at}.ino`, `${ino} is that of ${before} already`);
      seen.set(ino, at);
      const file = open.get(ino);
      const ofKernel = 'portid' in socket && socket.portid === 0;
      if (file === undefined && !ofKernel)
        throw new ShapeError(
          `${at}.ino`,
          `no process has socket:[${ino}] open; a socket that nobody has is told without ino`,
        );
      const name = protocolName(kind, socket);
      if (file?.protocol !== undefined && file.protocol !== name)
        throw new ShapeError(`${file.at}.protocol`, `${at} is a socket of ${name}, not ${file.protocol}`);
    });
  const listener = listeners(sockets.tcp);
  sockets.tcp.forEach((socket, i) => consistentTcp(socket, `world.sockets.tcp[${i}]`, listener));
  noTwice(sockets.tcp);
  sockets.udp.forEach(({ local, remote }, i) => sameFamily(local, remote, `world.sockets.udp[${i}]`));
  sockets.unix.forEach((socket, i) => consistentUnix(socket, `world.sockets.unix[${i}]`));
  consistentPeers(sockets.unix);
  consistentNetlink(sockets.netlink);
}

function openSockets(tasks: Owners): Map<number, { readonly at: string; readonly protocol?: string }> {
  const open = new Map<number, { readonly at: string; readonly protocol?: string }>();
  tasks.forEach(({ files = [] }, i) =>
    files.forEach(({ path, protocol }, k) => {
      const digits = /^socket:\[(\d+)\]$/.exec(path)?.[1];
      const at = `world.tasks[${i}].files[${k}]`;
      if (digits !== undefined) open.set(Number(digits), { at, ...(protocol === undefined ? {} : { protocol }) });
    }),
  );
  return open;
}

function sameFamily(local: string, remote: string | undefined, at: string): void {
  if (remote !== undefined && parseEnd(remote)!.family !== parseEnd(local)!.family)
    throw new ShapeError(`${at}.remote`, 'both ends have addresses of one family');
}

/** Fields that only whole sockets have. */
const OF_WHOLE = [
  'ino',
  'uid',
  'txQueue',
  'rxQueue',
  'timer',
  'probes',
  'rto',
  'ato',
  'quick',
  'pingpong',
  'cwnd',
] as const;

function consistentTcp(socket: WorldTcp, at: string, listener: ReturnType<typeof listeners>): void {
  const { local, remote, state } = socket;
  const refuse = (field: keyof WorldTcp, reason: string): never => {
    throw new ShapeError(`${at}.${field}`, reason);
  };
  sameFamily(local, remote, at);
  if ((state === 'listen') !== (remote === undefined))
    refuse('remote', remote === undefined ? `a socket in ${state} has a remote end` : 'a socket that listens has none');
  if (isSmall(state))
    for (const field of OF_WHOLE)
      if (socket[field] !== undefined) refuse(field, `there is none in ${state}: no process has such a socket`);
  if (socket.substate !== undefined && state !== 'time-wait') refuse('substate', 'only a socket in time-wait has one');
  for (const field of ['backlog', 'fastOpen'] as const)
    if (socket[field] !== undefined && state !== 'listen') refuse(field, 'only a socket that listens has one');
  if (socket.ssthresh !== undefined && (state === 'listen' || isSmall(state)))
    refuse('ssthresh', `there is none in ${state}`);
  if (socket.retransmits !== undefined && state === 'time-wait') refuse('retransmits', 'there are none in time-wait');
  if (socket.expires !== undefined && socket.timer === undefined && !isSmall(state))
    refuse('expires', 'no timer is told that would expire');
  if (state === 'new-syn-recv' && listener(socket) === undefined)
    refuse('local', 'no socket listens there that this connection is asked of');
}

/** Finds the socket that a connection is asked of: at its own address rather than at any, of IPv6 too for IPv4. */
export function listeners(all: readonly WorldTcp[]): (asked: WorldTcp) => WorldTcp | undefined {
  const found = new Map<string, WorldTcp>();
  for (const socket of all) {
    if (socket.state !== 'listen') continue;
    const { port, bytes } = parseEnd(socket.local)!;
    const key = `${port} ${bytes.join('.')}`;
    if (!found.has(key)) found.set(key, socket);
  }
  return ({ local }) => {
    const { port, bytes, family } = parseEnd(local)!;
    const any = ANY.filter(({ length }) => family === 4 || length === bytes.length);
    for (const address of [bytes, ...any]) {
      const socket = found.get(`${port} ${address.join('.')}`);
      if (socket !== undefined) return socket;
    }
    return undefined;
  };
}

/** The addresses that stand for all of a machine's. */
const ANY = [new Array<number>(4).fill(0), new Array<number>(16).fill(0)];

function noTwice(sockets: readonly WorldTcp[]): void {
  const seen = new Map<string, number>();
  sockets.forEach(({ local, remote }, i) => {
    if (remote === undefined) return;
    const key = [local, remote].map((text) => `${parseEnd(text)!.bytes.join('.')} ${parseEnd(text)!.port}`).join();
    const before = seen.get(key);
    if (before !== undefined)
      throw new ShapeError(
        `world.sockets.tcp[${i}]`,
        `this connection is that of world.sockets.tcp[${before}] already`,
      );
    seen.set(key, i);
  });
}

function consistentUnix(socket: WorldUnix, at: string): void {
  const { type, state } = socket;
  const refuse = (field: keyof WorldUnix, reason: string): never => {
    throw new ShapeError(`${at}.${field}`, reason);
  };
  if (socket.path !== undefined && socket.abstract !== undefined)
    refuse('abstract', 'a socket has a path or an abstract name');
  if (socket.fileIno !== undefined && socket.path === undefined)
    refuse('fileIno', 'there is no path that it would be of');
  if (socket.bucket !== undefined && state !== 'connected' && (socket.abstract ?? socket.fileIno) !== undefined)
    refuse('bucket', 'it follows from the name');
  if (state === 'listening' && type === 'dgram') refuse('state', 'a socket of datagrams does not listen');
  for (const field of ['backlog', 'waiting'] as const)
    if (socket[field] !== undefined && state !== 'listening') refuse(field, 'only a socket that listens has one');
  if (socket.ino === undefined && state !== 'connected')
    refuse('ino', `a socket that is ${state} belongs to a process`);
  if (socket.peer !== undefined && state !== 'connected') refuse('peer', `a socket that is ${state} has none`);
}

/** A peer is a socket of the same type; of all but datagrams, which many may send to one, the peer of nobody else. */
function consistentPeers(sockets: readonly WorldUnix[]): void {
  const byIno = new Map(sockets.map((socket) => [socket.ino, socket]));
  const taken = new Map<number, number>();
  sockets.forEach(({ ino, type, peer }, i) => {
    if (peer === undefined) return;
    const at = `world.sockets.unix[${i}].peer`;
    const other = byIno.get(peer);
    if (other === undefined) throw new ShapeError(at, `no UNIX domain socket has inode ${peer}`);
    if (other.type !== type) throw new ShapeError(at, `it is a ${other.type} socket, and this one a ${type} socket`);
    if (type === 'dgram') return;
    if (other.peer !== undefined && other.peer !== ino)
      throw new ShapeError(at, `the peer of ${peer} is ${other.peer}`);
    const before = taken.get(peer);
    if (before !== undefined) throw new ShapeError(at, `${peer} is the peer of world.sockets.unix[${before}] already`);
    taken.set(peer, i);
  });
}

function consistentNetlink(sockets: readonly WorldNetlink[]): void {
  const seen = new Map<string, number>();
  sockets.forEach(({ protocol, portid, type }, i) => {
    const before = seen.get(`${protocol} ${portid}`);
    if (before !== undefined)
      throw new ShapeError(
        `world.sockets.netlink[${i}].portid`,
        `${portid} of protocol ${protocol} is that of world.sockets.netlink[${before}] already`,
      );
    if (portid === 0 && type === 'raw')
      throw new ShapeError(`world.sockets.netlink[${i}].type`, 'the kernel’s own are of type dgram');
    seen.set(`${protocol} ${portid}`, i);
  });
}
