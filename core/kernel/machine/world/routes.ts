import { parseIpv6 } from '../../../base/ipv6.ts';
import { int, list, optional, ShapeError, text } from '../../../base/validate.ts';
import type { Validator } from '../../../base/validate.ts';
import { bytesOf, exactly } from './fields.ts';
import type { KernelMemory } from './kernel-memory.ts';

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
const AF_INET6 = 10n;

const ipAddress: Validator<string> = (value, at) => {
  const string = text(39)(value, at);
  if (parseIpv6(string) === null) throw new ShapeError(at, `expected an IPv6 address such as fe80::1, got '${string}'`);
  return string;
};

const prefix: Validator<string> = (value, at) => {
  const string = text(43)(value, at);
  const [, address = '', length = ''] = /^([^/]*)\/(\d{1,3})$/.exec(string) ?? [];
  if (parseIpv6(address) === null || Number(length) > MOST_PREFIX)
    throw new ShapeError(at, `expected an IPv6 address with a length such as fe80::/64, got '${string}'`);
  return string;
};

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

export interface PlacedRoute {
  readonly to: string;
  readonly device: string;
  /** Of its `struct fib6_info`. */
  readonly address: bigint;
}

/** An address as the number that its bytes in memory are, little-endian. */
const inMemory = (address: string): bigint =>
  parseIpv6(address)!.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** Lays out the routes, and as much of their devices as they tell of. */
export function placeRoutes(routes: readonly WorldRoute[], memory: KernelMemory): readonly PlacedRoute[] {
  const devices = new Map<string, bigint>();
  const tables = new Map<number, bigint>();
  const once = <K>(known: Map<K, bigint>, key: K, make: () => bigint): bigint => {
    const address = known.get(key) ?? make();
    known.set(key, address);
    return address;
  };
  const made = (struct: string, fields: Readonly<Record<string, string | number>>): bigint => {
    const address = memory.allocate(struct);
    memory.fill(struct, address, fields);
    return address;
  };
  return routes.map(({ to, from = '::/0', via, device, metric = 0, flags = 1, refs = 1, table, protocol, type }) => {
    const address = memory.allocate('fib6_info', memory.layout.sizeOf('fib6_nh'));
    const [target = '', targetLength = ''] = to.split('/');
    const [source = '', sourceLength = ''] = from.split('/');
    memory.fill('fib6_info', address, {
      'fib6_dst.addr': inMemory(target),
      'fib6_dst.plen': Number(targetLength),
      'fib6_src.addr': inMemory(source),
      'fib6_src.plen': Number(sourceLength),
      fib6_metric: metric,
      fib6_flags: flags,
      'fib6_ref.refs.counter': refs,
      nh: 0n,
      'fib6_nh[0].nh_common.nhc_dev': once(devices, device, () => made('net_device', { name: device })),
      'fib6_nh[0].nh_common.nhc_family': AF_INET6,
      'fib6_nh[0].nh_common.nhc_gw_family': via === undefined ? 0n : AF_INET6,
      'fib6_nh[0].nh_common.nhc_gw.ipv6': via === undefined ? 0n : inMemory(via),
      ...(table === undefined ? {} : { fib6_table: once(tables, table, () => made('fib6_table', { tb6_id: table })) }),
      ...(protocol === undefined ? {} : { fib6_protocol: protocol }),
      ...(type === undefined ? {} : { fib6_type: type }),
    });
    return { to, device, address };
  });
}
