import { encodeUtf8 } from '../../../base/utf8.ts';
import { isMapped, parseEnd } from './addresses.ts';
import type { End } from './addresses.ts';
import type { KernelMemory } from './kernel-memory.ts';
import type { Files } from './place-files.ts';
import { isSmall, listeners, protocolName, SOCKET_TYPES, TCP_STATES, TCP_TIMERS } from './sockets.ts';
import type { WorldNetlink, WorldSockets, WorldTcp, WorldUdp, WorldUnix } from './sockets.ts';

/** A socket of the simulated kernel. */
export interface PlacedSocket {
  readonly kind: keyof WorldSockets;
  /** Of its structure: of a `tcp_sock`, `tcp_timewait_sock`, `udp_sock`, …, which all begin with a `sock_common`. */
  readonly address: bigint;
  /** Its owner; of a connection that is asked for, that of the socket that listens; of one that is over, 0. */
  readonly uid: number;
  /** Where it stands in its table. */
  readonly bucket: number;
  /** AF_* */
  readonly family: number;
  /** Its number in `sock_common.skc_state`. */
  readonly state: number;
  /** For people: `tcp 0.0.0.0:22 listen`. */
  readonly label: string;
}

const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
const AF_NETLINK = 16;
const TCP_ESTABLISHED = 1;
const TCP_CLOSE = 7;
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
/** `socket_state`: of a socket that is not connected, is about to be, and is. */
const SS_UNCONNECTED = 1;
const SS_CONNECTING = 2;
const SS_CONNECTED = 3;

const NO_LIMIT = 0x7fff_ffff;
const MS_PER_TICK = 4;
const ticks = (ms: number): number => Math.ceil(ms / MS_PER_TICK);

/** The sockets of a machine, each kind in the order in which its target visits them, and how they are found. */
export class Sockets {
  readonly tcp: readonly PlacedSocket[];
  readonly udp: readonly PlacedSocket[];
  readonly unix: readonly PlacedSocket[];
  readonly netlink: readonly PlacedSocket[];
  private readonly byAddress: ReadonlyMap<bigint, PlacedSocket>;

  /** @param placed each kind in the order of the world's list */
  constructor(
    placed: Readonly<Record<keyof WorldSockets, readonly PlacedSocket[]>>,
    private readonly byInode: ReadonlyMap<number, PlacedSocket>,
  ) {
    const listens = ({ state }: PlacedSocket): boolean => state === TCP_STATES.listen;
    const byBucket = (a: PlacedSocket, b: PlacedSocket): number => a.bucket - b.bucket;
    this.tcp = [...placed.tcp.filter(listens), ...placed.tcp.filter((one) => !listens(one))];
    this.udp = [...placed.udp].sort(byBucket);
    this.unix = [...placed.unix].sort(byBucket);
    this.netlink = [...placed.netlink].sort(byBucket);
    this.byAddress = new Map(Object.values(placed).flatMap((list) => list.map((one) => [one.address, one])));
  }

  ofInode(ino: number): PlacedSocket | undefined {
    return this.byInode.get(ino);
  }

  at(address: bigint): PlacedSocket | undefined {
    return this.byAddress.get(address);
  }
}

/**
 * Lays out sockets: those of a whole kind with their `struct socket` and its inode, where a process has them.
 * @param net of the network namespace
 * @param now ticks of the clock, from which timers count
 */
export function placeSockets(
  world: WorldSockets,
  memory: KernelMemory,
  files: Files,
  { net, now }: { readonly net: bigint; readonly now: bigint },
): Sockets {
  return new Placement(world, memory, files, net, now).place();
}

/** What all kinds of sockets have. */
interface Common {
  readonly ino?: number;
  readonly uid?: number;
  readonly family: number;
  readonly state: number;
  readonly type: number | undefined;
  readonly protocol: number;
  readonly refs: number;
  readonly socketState: number;
}

class Placement {
  private readonly protocols = new Map<string, bigint>();
  /** Something that stands before a timer in the kernel's list of them. */
  private readonly wheel: bigint;
  private readonly byTcp = new Map<WorldTcp, PlacedSocket>();
  private readonly listener: ReturnType<typeof listeners>;

  constructor(
    private readonly world: WorldSockets,
    private readonly memory: KernelMemory,
    private readonly files: Files,
    private readonly net: bigint,
    private readonly now: bigint,
  ) {
    this.wheel = memory.words(1);
    this.listener = listeners(world.tcp);
  }

  place(): Sockets {
    const { tcp, udp, unix, netlink } = this.world;
    // Those that ask for a connection point to those that listen.
    for (const one of tcp.filter(({ state }) => state !== 'new-syn-recv')) this.byTcp.set(one, this.tcp(one));
    for (const one of tcp.filter(({ state }) => state === 'new-syn-recv')) this.byTcp.set(one, this.asked(one));
    const placedUnix = unix.map((one, i) => this.unix(one, i));
    this.connect(unix, placedUnix);
    const placed = {
      tcp: tcp.map((one) => this.byTcp.get(one)!),
      udp: udp.map((one, i) => this.udp(one, i)),
      unix: placedUnix,
      netlink: netlink.map((one) => this.netlink(one)),
    };
    const byInode = new Map<number, PlacedSocket>();
    for (const kind of ['tcp', 'udp', 'unix', 'netlink'] as const)
      this.world[kind].forEach(({ ino }, i) => {
        if (ino !== undefined) byInode.set(ino, placed[kind][i]!);
      });
    return new Sockets(placed, byInode);
  }

  /** Tells UNIX domain sockets their peers; those that are no datagram sockets are peers of each other. */
  private connect(unix: readonly WorldUnix[], placed: readonly PlacedSocket[]): void {
    const byIno = new Map(unix.map(({ ino }, i) => [ino, placed[i]!]));
    unix.forEach(({ peer, type }, i) => {
      if (peer === undefined) return;
      const [one, other] = [placed[i]!.address, byIno.get(peer)!.address];
      this.memory.fill('unix_sock', one, { peer: other });
      if (type !== 'dgram') this.memory.fill('unix_sock', other, { peer: one });
    });
  }

  private tcp(world: WorldTcp): PlacedSocket {
    const { memory } = this;
    const { local, remote } = endsOf(world);
    const state = TCP_STATES[world.state];
    const family = local.family === 6 ? AF_INET6 : AF_INET;
    const label = `tcp ${world.local}${remote === null ? '' : ` to ${world.remote!}`} ${world.state}`;
    if (isSmall(world.state)) {
      const address = memory.allocate('tcp_timewait_sock');
      this.common(address, 'tcp', world, family, state, world.refs ?? 3);
      this.ends(address, local, remote);
      memory.fill('inet_timewait_sock', address, {
        tw_substate: TCP_STATES[world.substate ?? 'time-wait'],
        tw_sport: network16(local.port),
      });
      this.timer('inet_timewait_sock', address, 'tw_timer', world.expires ?? 60_000);
      return { kind: 'tcp', address, uid: 0, bucket: 0, family, state, label };
    }
    const address = memory.allocate(local.family === 6 ? 'tcp6_sock' : 'tcp_sock');
    this.sock(address, 'tcp', world, {
      ...world,
      family,
      state,
      type: SOCKET_TYPES.stream,
      protocol: IPPROTO_TCP,
      refs: world.refs ?? (world.timer === undefined ? 1 : 2),
      socketState:
        world.state === 'listen' ? SS_UNCONNECTED : world.state === 'syn-sent' ? SS_CONNECTING : SS_CONNECTED,
    });
    this.inet(address, 'tcp6_sock', local, remote);
    this.connection(address, world);
    return { kind: 'tcp', address, uid: world.uid ?? 0, bucket: 0, family, state, label };
  }

  /** What only whole sockets of TCP have. Their sequence numbers begin at 0: the world says how much waits. */
  private connection(address: bigint, world: WorldTcp): void {
    const { memory } = this;
    const listens = world.state === 'listen';
    const { rxQueue = 0, txQueue = 0, timer, expires = 0 } = world;
    memory.fill('inet_connection_sock', address, {
      icsk_pending: timer === undefined ? 0 : TCP_TIMERS[timer],
      icsk_retransmits: world.retransmits ?? 0,
      icsk_probes_out: world.probes ?? 0,
      icsk_rto: ticks(world.rto ?? (listens ? 1000 : 200)),
      'icsk_ack.ato': ticks(world.ato ?? 0),
      'icsk_ack.quick': world.quick ?? 0,
      'icsk_ack.pingpong': world.pingpong === true ? 3 : 0,
    });
    this.timer('sock', address, 'sk_timer', timer === 'keepalive' ? expires : null);
    const resends = timer !== undefined && timer !== 'keepalive';
    this.timer('inet_connection_sock', address, 'icsk_retransmit_timer', resends ? expires : null);
    memory.fill('tcp_sock', address, {
      snd_una: 0,
      write_seq: txQueue,
      copied_seq: 0,
      rcv_nxt: listens ? 0 : rxQueue,
      snd_cwnd: world.cwnd ?? 10,
      snd_ssthresh: world.ssthresh ?? NO_LIMIT,
    });
    if (!listens) return;
    memory.fill('inet_connection_sock', address, { 'icsk_accept_queue.fastopenq.max_qlen': world.fastOpen ?? 0 });
    memory.fill('sock', address, { sk_ack_backlog: rxQueue });
    if (world.backlog !== undefined) memory.fill('sock', address, { sk_max_ack_backlog: world.backlog });
  }

  /** A connection that is asked for. */
  private asked(world: WorldTcp): PlacedSocket {
    const { memory } = this;
    const { local, remote } = endsOf(world);
    const listener = this.byTcp.get(this.listener(world)!)!;
    const family = local.family === 6 ? AF_INET6 : AF_INET;
    const state = TCP_STATES[world.state];
    const address = memory.allocate('tcp_request_sock');
    this.common(address, 'tcp', world, family, state, world.refs ?? 2);
    this.ends(address, local, remote);
    memory.fill('sock_common', address, { skc_listener: listener.address });
    memory.fill('request_sock', address, { num_timeout: world.retransmits ?? 0, sk: 0n });
    this.timer('request_sock', address, 'rsk_timer', world.expires ?? 1000);
    const label = `tcp ${world.local} to ${world.remote!} ${world.state}`;
    return { kind: 'tcp', address, uid: listener.uid, bucket: 0, family, state, label };
  }

  private udp(world: WorldUdp, index: number): PlacedSocket {
    const { memory } = this;
    const { local, remote } = endsOf(world);
    const family = local.family === 6 ? AF_INET6 : AF_INET;
    const state = remote === null ? TCP_CLOSE : TCP_ESTABLISHED;
    const address = memory.allocate(local.family === 6 ? 'udp6_sock' : 'udp_sock');
    this.sock(address, 'udp', world, {
      ...world,
      family,
      state,
      type: SOCKET_TYPES.dgram,
      protocol: IPPROTO_UDP,
      refs: world.refs ?? 2,
      socketState: SS_UNCONNECTED,
    });
    this.inet(address, 'udp6_sock', local, remote);
    this.queues(address, world);
    // It has counters of its own for what is thrown away.
    memory.fill('sock', address, {
      'sk_drops.counter': 0,
      sk_drop_counters: memory.fieldAddress('udp_sock', address, 'drop_counters'),
    });
    memory.fill('udp_sock', address, {
      forward_deficit: 0,
      'drop_counters.drops0.counter': world.drops ?? 0,
      'drop_counters.drops1.counter': 0,
    });
    const label = `udp ${world.local}${remote === null ? '' : ` to ${world.remote!}`}`;
    return { kind: 'udp', address, uid: world.uid ?? 0, bucket: world.bucket ?? index, family, state, label };
  }

  private unix(world: WorldUnix, index: number): PlacedSocket {
    const { memory } = this;
    const connected = world.state === 'connected';
    const listens = world.state === 'listening';
    const state = connected ? TCP_ESTABLISHED : listens ? TCP_STATES.listen : TCP_CLOSE;
    const address = memory.allocate('unix_sock');
    this.sock(address, 'unix', world, {
      ...world,
      family: AF_UNIX,
      state,
      type: SOCKET_TYPES[world.type],
      protocol: 0,
      refs: world.refs ?? (connected ? 3 : 2),
      socketState: connected ? SS_CONNECTED : SS_UNCONNECTED,
    });
    const name = nameOf(world);
    const bucket = bucketOf(world, name, index);
    memory.fill('sock_common', address, { skc_hash: bucket });
    memory.fill('unix_sock', address, { addr: name === null ? 0n : this.unixAddress(name) });
    if (world.path === undefined) memory.fill('unix_sock', address, { 'path.dentry': 0n, 'path.mnt': 0n });
    if (!connected) memory.fill('unix_sock', address, { peer: 0n });
    if (listens) {
      memory.fill('sock', address, { sk_ack_backlog: 0, 'sk_receive_queue.qlen': world.waiting ?? 0 });
      if (world.backlog !== undefined) memory.fill('sock', address, { sk_max_ack_backlog: world.backlog });
    }
    const named =
      world.path ??
      (world.abstract === undefined ? `${world.type} ${world.ino ?? 'not accepted'}` : `@${world.abstract}`);
    const label = `unix ${named.replaceAll('\0', '@')} ${world.state}`;
    return { kind: 'unix', address, uid: world.uid ?? 0, bucket, family: AF_UNIX, state, label };
  }

  private unixAddress(name: Uint8Array): bigint {
    const { memory } = this;
    const address = memory.allocate('unix_address', name.length);
    memory.fill('unix_address', address, { 'refcnt.refs.counter': 1, len: name.length });
    memory.put(memory.fieldAddress('unix_address', address, 'name'), name);
    return address;
  }

  private netlink(world: WorldNetlink): PlacedSocket {
    const { memory } = this;
    const { protocol, portid } = world;
    const type = portid === 0 ? 'dgram' : world.type;
    const address = memory.allocate('netlink_sock');
    this.sock(address, 'netlink', world, {
      ...world,
      family: AF_NETLINK,
      state: TCP_CLOSE,
      type: type === undefined ? undefined : SOCKET_TYPES[type],
      protocol,
      refs: world.refs ?? 2,
      socketState: SS_UNCONNECTED,
    });
    this.queues(address, world);
    memory.fill('sock', address, { 'sk_drops.counter': world.drops ?? 0 });
    let groups = 0n;
    if (world.groups !== undefined) {
      groups = memory.words(1);
      memory.writeWord(groups, 0, BigInt(world.groups));
    }
    memory.fill('netlink_sock', address, { portid, groups, cb_running: world.dumping === true ? 1 : 0 });
    const label = `netlink ${NETLINK_NAMES[protocol] ?? protocol} ${portid === 0 ? 'kernel' : portid}`;
    return {
      kind: 'netlink',
      address,
      uid: world.uid ?? 0,
      bucket: protocol,
      family: AF_NETLINK,
      state: TCP_CLOSE,
      label,
    };
  }

  private common(
    address: bigint,
    kind: keyof WorldSockets,
    world: { readonly local?: string; readonly type?: string },
    family: number,
    state: number,
    refs: number,
  ): void {
    this.memory.fill('sock_common', address, {
      skc_family: family,
      skc_state: state,
      skc_prot: this.protocol(protocolName(kind, world)),
      'skc_net.net': this.net,
      'skc_refcnt.refs.counter': refs,
    });
  }

  /** What a whole socket has, and the `struct socket` of the process that has it. */
  private sock(
    address: bigint,
    kind: keyof WorldSockets,
    world: { readonly local?: string; readonly type?: string },
    common: Common,
  ): void {
    const { memory } = this;
    const { family, state, type, protocol, uid = 0, ino, refs, socketState } = common;
    this.common(address, kind, world, family, state, refs);
    memory.fill('sock', address, {
      sk_protocol: protocol,
      'sk_uid.val': uid,
      sk_ino: ino ?? 0,
      sk_socket: 0n,
      ...(type === undefined ? {} : { sk_type: type }),
    });
    if (ino === undefined) return;
    const alloc = memory.allocate('socket_alloc');
    const socket = memory.fieldAddress('socket_alloc', alloc, 'socket');
    memory.fill('socket', socket, {
      state: socketState,
      sk: address,
      file: 0n,
      ...(type === undefined ? {} : { type }),
    });
    memory.fill('sock', address, { sk_socket: socket });
    this.files.addSocket(ino, {
      socket,
      inode: memory.fieldAddress('socket_alloc', alloc, 'vfs_inode'),
      protocol: protocolName(kind, world),
      uid,
    });
  }

  private inet(address: bigint, six: 'tcp6_sock' | 'udp6_sock', local: End, remote: End | null): void {
    const { memory } = this;
    this.ends(address, local, remote);
    memory.fill('inet_sock', address, {
      inet_sport: network16(local.port),
      pinet6: local.family === 6 ? memory.fieldAddress(six, address, 'inet6') : 0n,
    });
    if (local.family === 4) memory.fill('inet_sock', address, { inet_saddr: little(local.bytes) });
  }

  private ends(address: bigint, local: End, remote: End | null): void {
    const { memory } = this;
    memory.fill('sock_common', address, {
      skc_num: local.port,
      skc_dport: network16(remote?.port ?? 0),
      skc_bound_dev_if: 0,
    });
    if (local.family === 4) {
      memory.fill('sock_common', address, {
        skc_rcv_saddr: little(local.bytes),
        skc_daddr: remote === null ? 0n : little(remote.bytes),
      });
      return;
    }
    memory.fill('sock_common', address, {
      'skc_v6_rcv_saddr.in6_u.u6_addr8': little(local.bytes),
      'skc_v6_daddr.in6_u.u6_addr8': remote === null ? 0n : little(remote.bytes),
    });
    // IPv4 on a socket of IPv6 has both.
    if (isMapped(local)) memory.fill('sock_common', address, { skc_rcv_saddr: little(local.bytes.slice(12)) });
    if (remote !== null && isMapped(remote))
      memory.fill('sock_common', address, { skc_daddr: little(remote.bytes.slice(12)) });
  }

  private queues(
    address: bigint,
    { rxQueue = 0, txQueue = 0 }: { readonly rxQueue?: number; readonly txQueue?: number },
  ): void {
    this.memory.fill('sock', address, {
      'sk_backlog.rmem_alloc.counter': rxQueue,
      'sk_wmem_alloc.refs.counter': txQueue + 1,
    });
  }

  /** @param expires milliseconds from now; null for a timer that does not run */
  private timer(struct: string, address: bigint, field: string, expires: number | null): void {
    const { memory } = this;
    memory.fill(struct, address, { [`${field}.entry.pprev`]: expires === null ? 0n : this.wheel });
    if (expires === null) return;
    memory.fill(struct, address, {
      [`${field}.entry.next`]: 0n,
      [`${field}.expires`]: this.now + BigInt(ticks(expires)),
    });
  }

  private protocol(name: string): bigint {
    let at = this.protocols.get(name);
    if (at === undefined) {
      at = this.memory.allocate('proto');
      this.memory.fill('proto', at, { name });
      this.protocols.set(name, at);
    }
    return at;
  }
}

const endsOf = ({ local, remote }: WorldTcp | WorldUdp): { readonly local: End; readonly remote: End | null } => ({
  local: parseEnd(local)!,
  remote: remote === undefined ? null : parseEnd(remote),
});

/** A number of two bytes in the order of the network, as a load sees it. */
const network16 = (value: number): number => ((value & 0xff) << 8) | (value >> 8);

/** Bytes as the number that a load of all of them sees. */
const little = (bytes: readonly number[]): bigint =>
  bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** Protocols of netlink, by their numbers (include/uapi/linux/netlink.h). */
const NETLINK_NAMES: Readonly<Record<number, string>> = {
  0: 'route',
  2: 'usersock',
  4: 'sock_diag',
  6: 'xfrm',
  7: 'selinux',
  9: 'audit',
  10: 'fib_lookup',
  11: 'connector',
  12: 'netfilter',
  15: 'kobject_uevent',
  16: 'generic',
  21: 'crypto',
};

/** The `sockaddr_un` that a socket is bound to; null for none. A path ends with a zero byte, an abstract name begins with one. */
function nameOf({ path, abstract }: WorldUnix): Uint8Array | null {
  const text = path !== undefined ? `${path}\0` : abstract === undefined ? null : `\0${abstract}`;
  return text === null ? null : new Uint8Array([AF_UNIX, 0, ...encodeUtf8(text)]);
}

const TABLE_HALF = 256;

/** The place of a UNIX domain socket in the kernel's table: abstract names have its second half. */
function bucketOf(world: WorldUnix, name: Uint8Array | null, index: number): number {
  const { type, state, abstract, fileIno, bucket } = world;
  // One that was accepted has the name of the one that listens, and not its place.
  if (state === 'connected' && type !== 'dgram') return bucket ?? index % TABLE_HALF;
  if (abstract !== undefined) {
    const sum = ~checksum(name!) & 0xffff;
    return TABLE_HALF + ((sum ^ (sum >> 8) ^ SOCKET_TYPES[type]) & 0xff);
  }
  return fileIno === undefined ? (bucket ?? index % TABLE_HALF) : fileIno % TABLE_HALF;
}

/** The sum that the network's protocols use: of words of two bytes, carries added in again. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += bytes[i]! | ((bytes[i + 1] ?? 0) << 8);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}
