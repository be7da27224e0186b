import { withSchema } from '../../../base/json-schema.ts';
import { int, list, optional, ShapeError, text } from '../../../base/validate.ts';
import type { Validator } from '../../../base/validate.ts';
import { bytesOf, exactly } from './shapes.ts';
import type { WorldSockets } from './sockets.ts';

/** A socket that somebody put into a map of a program's, or what it has there in a map that stores values of sockets. In the order in which they are visited. */
export interface WorldSocketElement {
  /** Name of the map. */
  readonly map: string;
  /** Inode number of the socket. */
  readonly socket: number;
  /** Of a map or table of sockets: the bytes of the key that it stands under, in hexadecimal. */
  readonly key?: string;
  /** Of a map of sockets' values: the bytes of its value, in hexadecimal. */
  readonly value?: string;
}

const hexBytes: Validator<string> = withSchema({ type: 'string', pattern: '^([0-9a-fA-F]{2})+$' }, (value, at) => {
  const string = text(2 * 65_536)(value, at);
  if (!/^([0-9a-f]{2})+$/i.test(string))
    throw new ShapeError(at, `expected bytes in hexadecimal such as 02000000, got '${string}'`);
  return string;
});

export const SOCKET_ELEMENTS: Validator<WorldSocketElement[]> = list(
  10_000,
  exactly<WorldSocketElement>({
    map: bytesOf(15),
    socket: int(1, Number.MAX_SAFE_INTEGER),
    key: optional(hexBytes),
    value: optional(hexBytes),
  }),
);

/** Each names a socket, and either its key or its value; nothing stands twice in one place. What the kernel does not take into a map of sockets is not there. */
export function checkSocketElements(
  elements: readonly WorldSocketElement[],
  { tcp, udp, unix, netlink }: WorldSockets,
): void {
  const taken = new Map<string, number>();
  elements.forEach(({ map, socket, key, value }, i) => {
    const at = `world.socketElements[${i}]`;
    const of = ({ ino }: { readonly ino?: number }): boolean => ino === socket;
    const connection = tcp.find(of);
    if (connection === undefined && ![...udp, ...unix, ...netlink].some(of))
      throw new ShapeError(`${at}.socket`, `no socket has the inode ${socket}`);
    if ((key === undefined) === (value === undefined)) throw new ShapeError(at, 'it has either a key or a value');
    if (key !== undefined && netlink.some(of))
      throw new ShapeError(`${at}.socket`, 'a netlink socket cannot be put into a map of sockets');
    if (key !== undefined && connection !== undefined && !['listen', 'established'].includes(connection.state))
      throw new ShapeError(`${at}.socket`, `a connection in ${connection.state} cannot be put into a map of sockets`);
    const place = `${map} ${key?.toLowerCase() ?? socket}`;
    const before = taken.get(place);
    if (before !== undefined) throw new ShapeError(at, `world.socketElements[${before}] stands there already`);
    taken.set(place, i);
  });
}
