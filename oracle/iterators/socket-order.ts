import { parseEnd } from '../../core/kernel/machine/world/addresses.ts';
import type { WorldSockets } from '../../core/kernel/machine/world/sockets.ts';
import type { Reading } from './reading.ts';

/** Sockets as `describe-sockets.mjs` describes them: in the order of /proc/net. */
export type DescribedSockets = WorldSockets;

/** Lines of what a program wrote that says in which order the kernel has its sockets. */
function linesOf(kind: keyof WorldSockets, readings: readonly Reading[]): string[] {
  const reading = readings.find(({ file, size }) => file === `order-${kind}.bpf.o` && size > 100_000);
  if (reading === undefined) throw new Error(`the order of ${kind} was not read`);
  return Buffer.from(reading.reads.join(''), 'hex').toString('latin1').trimEnd().split('\n');
}

/** One end as /proc/net shows it: words of the address as this machine's numbers, and the port. */
function shown(text: string | undefined, like: string): string {
  const end = text === undefined ? null : parseEnd(text);
  const bytes = end?.bytes ?? parseEnd(like)!.bytes.map(() => 0);
  const hex = (numbers: readonly number[]): string => numbers.map((n) => n.toString(16).padStart(2, '0')).join('');
  let words = '';
  for (let i = 0; i < bytes.length; i += 4) words += hex(bytes.slice(i, i + 4).reverse());
  return `${words}:${(end?.port ?? 0).toString(16).padStart(4, '0')}`.toUpperCase();
}

const ends = ({ local, remote }: { readonly local: string; readonly remote?: string }): string =>
  `${shown(local, local)} ${shown(remote, local)}`;

/** The sockets in the order of lines, each found by what its line says; `told` adds to it what only the line knows. */
function ordered<T>(sockets: readonly T[], lines: readonly string[], is: (socket: T, line: string) => boolean): T[] {
  const rest = [...sockets];
  const found = lines.map((line) => {
    const at = rest.findIndex((socket) => is(socket, line));
    if (at < 0) throw new Error(`no socket is described that is '${line}'`);
    return rest.splice(at, 1)[0]!;
  });
  if (rest.length > 0) throw new Error(`${rest.length} sockets are described that were not visited`);
  return found;
}

/**
 * The sockets in the order in which the kernel has them, which a secret of the machine decides, and where it is not told by what they are, with
 * their places in its tables: from what the programs `order-*` wrote. All other programs must then agree.
 */
export function inKernelsOrder(sockets: DescribedSockets, readings: readonly Reading[]): WorldSockets {
  const [tcp, udp, unix, netlink] = (['tcp', 'udp', 'unix', 'netlink'] as const).map((kind) =>
    linesOf(kind, readings),
  ) as [string[], string[], string[], string[]];
  const first = (line: string): number => Number(line.split(' ')[0]);
  return {
    tcp: ordered(sockets.tcp, tcp, (socket, line) => ends(socket) === line),
    udp: ordered(sockets.udp, udp, (socket, line) => line.endsWith(` ${socket.ino ?? 0}`)).map((socket, i) => ({
      ...socket,
      bucket: first(udp[i]!),
    })),
    unix: ordered(sockets.unix, unix, (socket, line) => line.endsWith(` ${socket.ino ?? 0}`)).map((socket, i) =>
      socket.state !== 'connected' && (socket.abstract ?? socket.fileIno) !== undefined
        ? socket
        : { ...socket, bucket: first(unix[i]!) },
    ),
    netlink: ordered(sockets.netlink, netlink, ({ protocol, portid }, line) => line === `${protocol} ${portid}`),
  };
}
