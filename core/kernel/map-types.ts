import type { MapDef } from '../elf/object.ts';

// BPF_MAP_TYPE_* numbers that the model knows.
export const MAP_HASH = 1;
export const MAP_ARRAY = 2;
export const MAP_PERCPU_HASH = 5;
export const MAP_PERCPU_ARRAY = 6;
export const MAP_LRU_HASH = 9;
export const MAP_LRU_PERCPU_HASH = 10;

/** How a kind of map behaves for the verifier. */
export interface MapType {
  readonly name: string;
  /** True when the model covers it; others are reported as unsupported. */
  readonly known: boolean;
  /** Bytes of a value that a program may touch. */
  readonly accessSize: (map: MapDef) => number;
  /** `bpf_for_each_map_elem` works on it. */
  readonly forEach: boolean;
  /** Values can be addressed directly (`lddw` with a map value). */
  readonly direct: boolean;
}

const wholeValue = (map: MapDef): number => map.valueSize;

const known = (name: string, forEach: boolean, direct: boolean): MapType => ({
  name,
  known: true,
  accessSize: wholeValue,
  forEach,
  direct,
});

const TYPES: Readonly<Record<number, MapType>> = {
  [MAP_HASH]: known('hash', true, false),
  [MAP_ARRAY]: known('array', true, true),
  [MAP_PERCPU_HASH]: known('percpu_hash', true, false),
  [MAP_PERCPU_ARRAY]: known('percpu_array', true, false),
  [MAP_LRU_HASH]: known('lru_hash', true, false),
  [MAP_LRU_PERCPU_HASH]: known('lru_percpu_hash', true, false),
};

/** Description of a map's kind; kinds outside the model have `known: false`. */
export function mapType(map: MapDef): MapType {
  return (
    TYPES[map.type] ?? { name: `type ${map.type}`, known: false, accessSize: wholeValue, forEach: false, direct: false }
  );
}
