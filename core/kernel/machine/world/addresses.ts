import { withSchema } from '../../../base/json-schema.ts';
import { ShapeError, text } from '../../../base/validate.ts';
import type { Validator } from '../../../base/validate.ts';

/** One end of a connection. */
export interface End {
  readonly family: 4 | 6;
  /** Four or sixteen bytes, in the order of the network. */
  readonly bytes: readonly number[];
  readonly port: number;
}

/** One end as people write it, `127.0.0.1:80` or `[::1]:80`; null for other text. */
export function parseEnd(given: string): End | null {
  const parts = /^(?:\[([^\]]*)\]|([\d.]+)):(\d{1,5})$/.exec(given);
  if (parts === null) return null;
  const [, six, four, digits] = parts;
  const port = Number(digits);
  const bytes = six === undefined ? ipv4(four!) : parseIpv6(six);
  if (bytes === null || port > 65_535) return null;
  return { family: six === undefined ? 4 : 6, bytes, port };
}

function ipv4(given: string): number[] | null {
  const bytes = given.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  return bytes.length === 4 && bytes.every((byte) => byte < 256) ? bytes : null;
}

/** The sixteen bytes of groups of hexadecimal digits, `::` for those that are zero, at the end perhaps an address of IPv4; null for other text. */
export function parseIpv6(given: string): number[] | null {
  const halves = given.split('::');
  if (halves.length > 2) return null;
  const sides = halves.map((half, i) => (half === '' ? [] : groups(half, i === halves.length - 1)));
  const [front, back] = sides;
  if (front === null || front === undefined || back === null) return null;
  if (back === undefined) return front.length === 16 ? front : null;
  // `::` stands for one group at least.
  const missing = 16 - front.length - back.length;
  return missing < 2 ? null : [...front, ...new Array<number>(missing).fill(0), ...back];
}

function groups(given: string, atEnd: boolean): number[] | null {
  const bytes: number[] = [];
  const parts = given.split(':');
  for (const [i, part] of parts.entries()) {
    if (atEnd && i === parts.length - 1 && part.includes('.')) {
      const four = ipv4(part);
      if (four === null) return null;
      bytes.push(...four);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      const group = parseInt(part, 16);
      bytes.push(group >> 8, group & 0xff);
    } else return null;
  }
  return bytes;
}

/** An address of IPv4 in one of IPv6: `::ffff:127.0.0.1`. */
export const isMapped = ({ family, bytes }: End): boolean =>
  family === 6 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;

/** One end of a connection, with a port of 1 or more. */
export const end: Validator<string> = withSchema(
  { type: 'string', maxLength: 64, pattern: ':[0-9]{1,5}$' },
  (value, at) => {
    const string = text(64)(value, at);
    const parsed = parseEnd(string);
    if (parsed === null)
      throw new ShapeError(at, `expected an address and a port such as 127.0.0.1:80 or [::1]:80, got '${string}'`);
    if (parsed.port === 0) throw new ShapeError(at, 'a port is 1..65535');
    return string;
  },
);
