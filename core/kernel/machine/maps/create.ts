import {
  MAP_ARRAY,
  MAP_ARRAY_OF_MAPS,
  MAP_HASH,
  MAP_HASH_OF_MAPS,
  MAP_LPM_TRIE,
  MAP_LRU_HASH,
  MAP_LRU_PERCPU_HASH,
  MAP_PERCPU_ARRAY,
  MAP_PERCPU_HASH,
  MAP_PROG_ARRAY,
  MAP_QUEUE,
  MAP_RINGBUF,
  MAP_STACK,
} from '../../catalogue/map-types.ts';
import type { MapDef } from '../../../elf/object.ts';
import type { KernelMap } from '../machine.ts';
import type { MapMemory } from '../map-memory.ts';
import { RingBuffer } from '../ring-buffer.ts';
import { ArrayMap } from './array.ts';
import { HashMap } from './hash.ts';
import { LpmTrie } from './lpm-trie.ts';
import { MapOfMaps } from './map-of-maps.ts';
import { Opaque } from './opaque.ts';
import { QueueMap } from './queue.ts';

/** Creates the map that a definition asks for. Programs run on one CPU of the simulated machine, so a per-CPU map is the plain one. A type that does not run yields a map whose operations throw `Unsupported`. */
export function createMap(def: MapDef, memory: MapMemory): KernelMap {
  switch (def.type) {
    case MAP_ARRAY:
    case MAP_PERCPU_ARRAY:
      return new ArrayMap(def, memory);
    case MAP_HASH:
    case MAP_PERCPU_HASH:
      return new HashMap(def, memory, false);
    case MAP_LRU_HASH:
    case MAP_LRU_PERCPU_HASH:
      return new HashMap(def, memory, true);
    case MAP_LPM_TRIE:
      return new LpmTrie(def, memory);
    case MAP_QUEUE:
      return new QueueMap(def, false);
    case MAP_STACK:
      return new QueueMap(def, true);
    case MAP_ARRAY_OF_MAPS:
    case MAP_HASH_OF_MAPS:
      return new MapOfMaps(def);
    case MAP_RINGBUF:
      return new Opaque(def, { ring: new RingBuffer(def.maxEntries, memory) });
    case MAP_PROG_ARRAY:
      return new Opaque(def, { programs: def.programs ?? new Map<number, string>() });
    default:
      return new Opaque(def, {});
  }
}
