// Describes the sockets of the machine that it runs on as a world of Iterscope, from /proc/net. Those of a kind are in the order of /proc/net, which is
// the kernel's within IPv4 and within IPv6.
import { readFileSync, readdirSync, statSync } from 'node:fs';

const rows = (name) =>
  readFileSync(`/proc/net/${name}`, 'latin1')
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.trim().split(/ +/));

/** What /proc does not say, from those who made the sockets: `peer INODE INODE`, `backlog INODE N`, `type INODE N`. */
function knownFrom(file) {
  const known = { peer: new Map(), backlog: new Map(), type: new Map() };
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const [what, a, b] = line.split(' ');
    known[what].set(Number(a), Number(b));
    if (what === 'peer') known.peer.set(Number(b), Number(a));
  }
  return known;
}

/** Owners of sockets by their inodes, from whoever has them open. */
function ownersOf() {
  const owners = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        const { ino, uid } = statSync(`/proc/${pid}/fd/${fd}`);
        owners.set(ino, uid);
      }
    } catch {
      // It ended, or closed it, meanwhile.
    }
  }
  return owners;
}

/** `0100007F:1F90` as `127.0.0.1:8080`; undefined for no address and no port. */
function endOf(text) {
  const [hex, port] = text.split(':');
  if (/^0+$/.test(hex) && port === '0000') return undefined;
  const words = hex.match(/.{8}/g).map((word) => word.match(/../g).reverse());
  const bytes = words.flat().map((byte) => parseInt(byte, 16));
  if (bytes.length === 4) return `${bytes.join('.')}:${parseInt(port, 16)}`;
  const groups = [];
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[i] << 8) | bytes[i + 1]).toString(16));
  return `[${groups.join(':')}]:${parseInt(port, 16)}`;
}

const STATES = {
  '01': 'established',
  '02': 'syn-sent',
  '03': 'syn-recv',
  '04': 'fin-wait1',
  '05': 'fin-wait2',
  '06': 'time-wait',
  '08': 'close-wait',
  '09': 'last-ack',
  '0A': 'listen',
  '0B': 'closing',
};
const TIMERS = { '01': 'retransmit', '02': 'keepalive', '04': 'probe' };
const queues = (text) => text.split(':').map((hex) => parseInt(hex, 16));
/** Hundredths of a second as milliseconds. */
const ms = (text) => Number(text) * 10;

function tcp(known) {
  return ['tcp', 'tcp6'].flatMap(rows).map((row) => {
    const [, local, remote, st, queue, timer, retransmits, uid, probes, ino, refs, , rto, ato, quick, cwnd, last] = row;
    const ends = { local: endOf(local), remote: endOf(remote) };
    const [kind, when] = timer.split(':');
    const expires = ms(parseInt(when, 16));
    // Small ones: without rto and what follows it. Their timer says which.
    if (rto === undefined) {
      if (kind === '03')
        return {
          ...ends,
          state: 'time-wait',
          refs: Number(refs),
          expires,
          ...(st === '05' ? { substate: 'fin-wait2' } : {}),
        };
      return { ...ends, state: 'new-syn-recv', expires, retransmits: parseInt(retransmits, 16) };
    }
    const [txQueue, rxQueue] = queues(queue);
    const backlog = known.backlog.get(Number(ino));
    return {
      ...(ino === '0' ? {} : { ino: Number(ino) }),
      ...ends,
      state: STATES[st],
      uid: Number(uid),
      refs: Number(refs),
      txQueue,
      rxQueue,
      retransmits: parseInt(retransmits, 16),
      probes: Number(probes),
      ...(kind in TIMERS ? { timer: TIMERS[kind], expires } : {}),
      rto: ms(rto),
      ato: ms(ato),
      quick: Number(quick) >> 1,
      pingpong: (Number(quick) & 1) !== 0,
      cwnd: Number(cwnd),
      ...(st === '0A' ? { fastOpen: Number(last) } : last === '-1' ? {} : { ssthresh: Number(last) }),
      ...(backlog === undefined ? {} : { backlog }),
    };
  });
}

function udp() {
  return ['udp', 'udp6'].flatMap(rows).map((row) => {
    const [, local, remote, , queue, , , uid, , ino, refs, , drops] = row;
    const [txQueue, rxQueue] = queues(queue);
    const to = endOf(remote);
    return {
      ...(ino === '0' ? {} : { ino: Number(ino) }),
      local: endOf(local),
      ...(to === undefined ? {} : { remote: to }),
      uid: Number(uid),
      refs: Number(refs),
      txQueue,
      rxQueue,
      drops: Number(drops),
    };
  });
}

const TYPES = { '0001': 'stream', '0002': 'dgram', '0005': 'seqpacket' };

function unix(known) {
  const owners = ownersOf();
  return readFileSync('/proc/net/unix', 'latin1')
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => {
      const [, refs, , flags, type, st, number, name = ''] =
        /^\S+ (\S+) (\S+) (\S+) (\S+) (\S+) +(\d+)(?: (.*))?$/.exec(line);
      const ino = Number(number);
      // One that was accepted has the name of the one that listens.
      const bound = st !== '03' && st !== '02';
      const peer = known.peer.get(ino) ?? 0;
      const backlog = known.backlog.get(ino);
      return {
        ...(ino === 0 ? {} : { ino }),
        type: TYPES[type],
        state: flags === '00010000' ? 'listening' : bound ? 'unconnected' : 'connected',
        refs: parseInt(refs, 16),
        uid: owners.get(ino) ?? 0,
        ...(name.startsWith('/') ? { path: name, ...(bound ? { fileIno: statSync(name).ino } : {}) } : {}),
        // Zero bytes are shown as @; no name here has one of its own.
        ...(name.startsWith('@') ? { abstract: name.slice(1).replaceAll('@', '\0') } : {}),
        ...(peer === 0 ? {} : { peer }),
        ...(backlog === undefined ? {} : { backlog }),
      };
    });
}

const netlink = (known) =>
  rows('netlink').map(([, protocol, portid, groups, rx, tx, dumping, refs, drops, number]) => {
    const type = known.type.get(Number(number));
    return {
      ino: Number(number),
      protocol: Number(protocol),
      portid: Number(portid),
      ...(groups === '00000000' ? {} : { groups: parseInt(groups, 16) }),
      rxQueue: Number(rx),
      txQueue: Number(tx),
      dumping: dumping !== '0',
      refs: Number(refs),
      drops: Number(drops),
      ...(type === undefined ? {} : { type: type === 3 ? 'raw' : 'dgram' }),
    };
  });

/** @param file what the makers of the sockets know of them */
export function describeSockets(file) {
  const known = knownFrom(file);
  return { tcp: tcp(known), udp: udp(), unix: unix(known), netlink: netlink(known) };
}
