import { withSchema } from '../../../base/json-schema.ts';
import { int, list, optional, ShapeError, text } from '../../../base/validate.ts';
import type { Validator } from '../../../base/validate.ts';
import { parseIpv6 } from './addresses.ts';
import { bytesOf, exactly } from './shapes.ts';

/** A route of IPv6, with the words of `/proc/net/ipv6_route`. */
export interface WorldRoute {
  /** `2001:db8::/64`; `::/0` for the default. */
  readonly to: string;
  /** Whose packets take it: everybody's unless told. */
  readonly from?: string;
  /** Address of the router. */
  readonly via?: string;
  /** Name of the network device. */
  readonly device: string;
  readonly metric?: number;
  /** RTF_*: 1 for one that is up. That it has a router is not among them: `/proc/net/ipv6_route` adds 2 for it. */
  readonly flags?: number;
  /** References to it; 1 unless told. */
  readonly refs?: number;
  /** Number of its table: 254 is the main one, 255 that of local addresses. */
  readonly table?: number;
  /** RTPROT_*: who made it. */
  readonly protocol?: number;
  /** RTN_*: 1 is a route to others, 2 one to this machine. */
  readonly type?: number;
}

const U32 = 0xffff_ffff;
const MOST_PREFIX = 128;

const ipAddress: Validator<string> = withSchema({ type: 'string', maxLength: 39 }, (value, at) => {
  const string = text(39)(value, at);
  if (parseIpv6(string) === null) throw new ShapeError(at, `expected an IPv6 address such as fe80::1, got '${string}'`);
  return string;
});

const prefix: Validator<string> = withSchema(
  { type: 'string', maxLength: 43, pattern: '^[^/]*/[0-9]{1,3}$' },
  (value, at) => {
    const string = text(43)(value, at);
    const [, address = '', length = ''] = /^([^/]*)\/(\d{1,3})$/.exec(string) ?? [];
    if (parseIpv6(address) === null || Number(length) > MOST_PREFIX)
      throw new ShapeError(at, `expected an IPv6 address with a length such as fe80::/64, got '${string}'`);
    return string;
  },
);

export const ROUTES: Validator<WorldRoute[]> = list(
  10_000,
  exactly<WorldRoute>({
    to: prefix,
    from: optional(prefix),
    via: optional(ipAddress),
    device: bytesOf(15),
    metric: optional(int(0, U32)),
    flags: optional(int(0, U32)),
    refs: optional(int(1, 0x7fff_ffff)),
    table: optional(int(0, U32)),
    protocol: optional(int(0, 255)),
    type: optional(int(0, 255)),
  }),
);

/** A device has a name. */
export function checkRoutes(routes: readonly WorldRoute[], at: string): void {
  routes.forEach(({ device }, i) => {
    if (device === '') throw new ShapeError(`${at}[${i}].device`, 'a device has a name');
  });
}
