import type { MapDef } from '../../../elf/object.ts';
import { PER_CPU_MAPS } from '../../catalogue/map-types.ts';
import type { KernelMap } from '../machine.ts';
import { UNKNOWN, WRITABLE } from '../memory.ts';
import type { SimMachine } from '../sim-machine.ts';
import type { MapAtHand } from './walk.ts';

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
