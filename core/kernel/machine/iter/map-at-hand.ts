import { InputError } from '../../../base/errors.ts';
import type { MapDef } from '../../../elf/object.ts';
import { MAP_SK_STORAGE, MAP_SOCKHASH, MAP_SOCKMAP, PER_CPU_MAPS } from '../../catalogue/map-types.ts';
import type { KernelMap } from '../machine.ts';
import { UNKNOWN, WRITABLE } from '../memory.ts';
import type { SimMachine } from '../sim-machine.ts';
import type { MapAtHand, SocketAtHand } from './walk.ts';

const SOCKET_MAPS: readonly number[] = [MAP_SOCKMAP, MAP_SOCKHASH, MAP_SK_STORAGE];

/** A map of a machine as a link's parameter, under the address of its `struct bpf_map` and its id. */
export function mapAtHand(
  machine: SimMachine,
  {
    def,
    map,
    address,
    id,
  }: { readonly def: MapDef; readonly map: KernelMap; readonly address: bigint; readonly id: number },
): MapAtHand {
  const { name, type, keySize, valueSize, maxEntries } = def;
  return {
    name,
    type,
    address,
    id,
    keySize,
    valueSize,
    maxEntries,
    sockets: SOCKET_MAPS.includes(type) ? socketsIn(machine, def) : [],
    ofAllCpus: PER_CPU_MAPS.includes(type) ? allCpus(machine, valueSize) : null,
    *entries() {
      for (const [key, value] of map.entries()) yield [machine.place(key), value];
    },
  };
}

/** Programs run on the first CPU only: what the others have of a value is zero. */
function allCpus(machine: SimMachine, valueSize: number): NonNullable<MapAtHand['ofAllCpus']> {
  const stride = (valueSize + 7) & ~7;
  const size = stride * (machine.kernel.world.cpus ?? 1);
  const address = machine.allocate(size);
  const buffer = Number(BigInt.asUintN(32, address));
  return {
    size,
    copy(value) {
      const { bytes, access } = machine.memory;
      const at = Number(BigInt.asUintN(32, value));
      bytes.fill(0, buffer, buffer + size);
      bytes.copyWithin(buffer, at, at + valueSize);
      for (let cpu = buffer; cpu < buffer + size; cpu += stride)
        access.fill(UNKNOWN | WRITABLE, cpu + valueSize, cpu + stride);
      return address;
    },
  };
}

/** @throws InputError for an element of the world that does not fit the map */
function socketsIn(machine: SimMachine, { name, type, keySize, valueSize, maxEntries }: MapDef): SocketAtHand[] {
  const { sockets, world } = machine.kernel;
  return world.socketElements.flatMap(({ map, socket, key, value }, i) => {
    if (map !== name) return [];
    const storage = type === MAP_SK_STORAGE;
    const [given, what, size] = storage ? [value, 'value', valueSize] : [key, 'key', keySize];
    const at = `world.socketElements[${i}].${what}`;
    if (given === undefined) throw new InputError(`an element of ${name} has a ${what}`, at);
    const bytes = Uint8Array.from(given.match(/../g)!, (pair) => parseInt(pair, 16));
    if (bytes.length !== size) throw new InputError(`${bytes.length} bytes, the map's ${what}s have ${size}`, at);
    if (type === MAP_SOCKMAP && placeOf(bytes) >= maxEntries)
      throw new InputError(`the map has no place ${placeOf(bytes)}: it has ${maxEntries}`, at);
    const address = machine.place(bytes);
    return [
      {
        key: storage ? 0n : address,
        value: storage ? address : 0n,
        socket: sockets.ofInode(socket)!.address,
      },
    ];
  });
}

const placeOf = (key: Uint8Array): number => new DataView(key.buffer).getUint32(0, true);
