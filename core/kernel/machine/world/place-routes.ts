import { parseIpv6 } from './addresses.ts';
import type { KernelMemory } from './kernel-memory.ts';
import type { PlacedObject } from './place-objects.ts';
import type { WorldRoute } from './routes.ts';

const AF_INET6 = 10n;

/** An address as the number that its bytes in memory are, little-endian. */
const inMemory = (address: string): bigint =>
  parseIpv6(address)!.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** Lays out the routes, and as much of their devices as they tell of. */
export function placeRoutes(routes: readonly WorldRoute[], memory: KernelMemory): readonly PlacedObject[] {
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
  return routes.map((route, index) => {
    const { to, from = '::/0', via, device, metric = 0, flags = 1, refs = 1, table, protocol, type } = route;
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
    return { id: index, name: `${to} dev ${device}`, address };
  });
}
