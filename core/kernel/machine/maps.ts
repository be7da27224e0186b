import { Unsupported } from '../../base/errors.ts';
import type { MapDef } from '../../elf/object.ts';
import type { KernelMap } from './machine.ts';
import { RingBuffer } from './ring-buffer.ts';
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
} from '../catalogue/map-types.ts';

const BPF_NOEXIST = 1n;
const BPF_EXIST = 2n;
const EXISTS = -17;
const NOT_FOUND = -2;
const TOO_BIG = -7;
const NO_SPACE = -28;
const INVALID = -22;
/** Most bytes that one map's values may take. */
const MAX_BYTES = 256 * 1024 * 1024;

/** What a map needs from the machine: memory for its values. */
export interface MapMemory {
  allocate(size: number, writable?: boolean): bigint;
  /** Writes regardless of what the program may do there. */
  poke(address: bigint, bytes: Uint8Array): void;
  /** A copy of bytes. */
  peek(address: bigint, length: number): Uint8Array;
  free(address: bigint): void;
}

/** Creates the map that a definition asks for. The simulated machine has one CPU, so a per-CPU map is the plain one. A type that does not run yields a map whose operations throw `Unsupported`. */
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

class ArrayMap implements KernelMap {
  readonly keySize = 4;
  readonly valueSize: number;
  private readonly stride: number;
  private readonly base: bigint;

  constructor(
    private readonly def: MapDef,
    private readonly memory: MapMemory,
  ) {
    this.valueSize = def.valueSize;
    this.stride = (def.valueSize + 7) & ~7;
    const size = this.stride * def.maxEntries;
    if (size > MAX_BYTES) throw new Unsupported(`map ${def.name} of ${size} bytes`);
    const readOnly = (def.flags & BPF_F_RDONLY_PROG) !== 0;
    this.base = memory.allocate(size, !readOnly);
    if (def.initial !== undefined) memory.poke(this.base, def.initial.subarray(0, size));
  }

  lookup(key: Uint8Array): bigint {
    const index = u32(key);
    return index < this.def.maxEntries ? this.base + BigInt(index * this.stride) : 0n;
  }

  update(key: Uint8Array, value: Uint8Array, flags: bigint): number {
    if (flags > BPF_EXIST) return INVALID;
    const at = this.lookup(key);
    if (at === 0n) return TOO_BIG;
    if (flags === BPF_NOEXIST) return EXISTS;
    this.memory.poke(at, value);
    return 0;
  }

  delete(): number {
    return INVALID;
  }

  *entries(): Iterable<readonly [Uint8Array, bigint]> {
    for (let i = 0; i < this.def.maxEntries; i++) {
      const key = new Uint8Array(4);
      new DataView(key.buffer).setUint32(0, i, true);
      yield [key, this.base + BigInt(i * this.stride)];
    }
  }

  *valueStarts(): Iterable<bigint> {
    for (let i = 0; i < this.def.maxEntries; i++) yield this.base + BigInt(i * this.stride);
  }
}

const BPF_F_RDONLY_PROG = 1 << 7;

class HashMap implements KernelMap {
  readonly keySize: number;
  readonly valueSize: number;
  // The order of insertion, which is also the order of use for an LRU map.
  private readonly elements = new Map<string, { readonly key: Uint8Array; readonly at: bigint }>();
  // Values of deleted elements. As in the kernel their memory stays: a program may hold a pointer to it until it ends.
  private readonly spare: bigint[] = [];

  constructor(
    private readonly def: MapDef,
    private readonly memory: MapMemory,
    private readonly lru: boolean,
  ) {
    this.keySize = def.keySize;
    this.valueSize = def.valueSize;
  }

  lookup(key: Uint8Array): bigint {
    const id = keyId(key);
    const found = this.elements.get(id);
    if (found === undefined) return 0n;
    if (this.lru) {
      this.elements.delete(id);
      this.elements.set(id, found);
    }
    return found.at;
  }

  update(key: Uint8Array, value: Uint8Array, flags: bigint): number {
    if (flags > BPF_EXIST) return INVALID;
    const at = this.lookup(key);
    if (at !== 0n) {
      if (flags === BPF_NOEXIST) return EXISTS;
      this.memory.poke(at, value);
      return 0;
    }
    if (flags === BPF_EXIST) return NOT_FOUND;
    if (this.elements.size >= this.def.maxEntries) {
      if (!this.lru) return TOO_BIG;
      for (const { key: oldest } of this.elements.values()) {
        this.delete(oldest);
        break;
      }
    }
    const fresh = this.spare.shift() ?? this.memory.allocate(Math.max(this.valueSize, 1));
    this.memory.poke(fresh, value);
    this.elements.set(keyId(key), { key: key.slice(), at: fresh });
    return 0;
  }

  delete(key: Uint8Array): number {
    const id = keyId(key);
    const found = this.elements.get(id);
    if (found === undefined) return NOT_FOUND;
    this.elements.delete(id);
    this.spare.push(found.at);
    return 0;
  }

  *entries(): Iterable<readonly [Uint8Array, bigint]> {
    for (const { key, at } of [...this.elements.values()]) yield [key, at];
  }

  *valueStarts(): Iterable<bigint> {
    for (const { at } of this.elements.values()) yield at;
    yield* this.spare;
  }
}

/** A map whose elements a program does not look up: what it is for lies in its other properties, if the machine has it at all. */
class Opaque implements KernelMap {
  readonly keySize: number;
  readonly valueSize: number;
  readonly ring?: RingBuffer;
  readonly programs?: ReadonlyMap<number, string>;
  constructor(
    private readonly def: MapDef,
    has: Pick<KernelMap, 'ring' | 'programs'>,
  ) {
    this.keySize = def.keySize;
    this.valueSize = def.valueSize;
    if (has.ring !== undefined) this.ring = has.ring;
    if (has.programs !== undefined) this.programs = has.programs;
  }
  lookup(): bigint {
    return this.refuse();
  }
  update(): number {
    return this.refuse();
  }
  delete(): number {
    return this.refuse();
  }
  entries(): Iterable<readonly [Uint8Array, bigint]> {
    return this.refuse();
  }
  valueStarts(): Iterable<bigint> {
    return this.refuse();
  }
  private refuse(): never {
    throw new Unsupported(`running map ${this.def.name} of type ${this.def.type}`);
  }
}

/** Values in the order in which they were pushed. */
class QueueMap implements KernelMap {
  readonly keySize = 0;
  readonly valueSize: number;
  private readonly values: Uint8Array[] = [];

  constructor(
    private readonly def: MapDef,
    private readonly newestFirst: boolean,
  ) {
    this.valueSize = def.valueSize;
  }

  readonly queue = {
    push: (value: Uint8Array, flags: bigint): number => {
      if (flags > BPF_EXIST || flags === BPF_NOEXIST) return INVALID;
      if (this.values.length >= this.def.maxEntries) {
        if (flags !== BPF_EXIST) return TOO_BIG;
        this.values.shift();
      }
      this.values.push(value.slice());
      return 0;
    },
    next: (remove: boolean): Uint8Array | null => {
      const at = this.newestFirst ? this.values.length - 1 : 0;
      const value = this.values[at] ?? null;
      if (remove && value !== null) this.values.splice(at, 1);
      return value;
    },
  };

  // None of these reaches a queue: the verifier lets programs push, pop and peek only.
  lookup(): bigint {
    return 0n;
  }
  update(): number {
    return INVALID;
  }
  delete(): number {
    return INVALID;
  }
  *entries(): Iterable<readonly [Uint8Array, bigint]> {}
  *valueStarts(): Iterable<bigint> {}
}

/** What it holds are maps: looking one up gives the map itself. */
class MapOfMaps implements KernelMap {
  readonly keySize: number;
  readonly valueSize: number;
  private readonly maps = new Map<string, bigint>();

  constructor(def: MapDef) {
    this.keySize = def.keySize;
    this.valueSize = def.valueSize;
  }

  put(key: Uint8Array, map: bigint): void {
    this.maps.set(keyId(key), map);
  }
  lookup(key: Uint8Array): bigint {
    return this.maps.get(keyId(key)) ?? 0n;
  }
  update(): number {
    return INVALID;
  }
  delete(): number {
    return INVALID;
  }
  *entries(): Iterable<readonly [Uint8Array, bigint]> {}
  *valueStarts(): Iterable<bigint> {}
}

/** Keys are prefixes: a length in bits, then the bits. A lookup finds the longest prefix that its own data begins with. */
class LpmTrie implements KernelMap {
  readonly keySize: number;
  readonly valueSize: number;
  private readonly elements = new Map<string, { readonly key: Uint8Array; readonly at: bigint }>();
  private readonly spare: bigint[] = [];

  constructor(
    private readonly def: MapDef,
    private readonly memory: MapMemory,
  ) {
    this.keySize = def.keySize;
    this.valueSize = def.valueSize;
  }

  private get most(): number {
    return (this.keySize - 4) * 8;
  }

  /** The key with the bits beyond its prefix cleared, as text. */
  private id(key: Uint8Array, length: number): string {
    const bytes = key.slice(4);
    for (let bit = length; bit < bytes.length * 8; bit++) bytes[bit >> 3]! &= ~(0x80 >> (bit & 7));
    return `${length}/${keyId(bytes)}`;
  }

  lookup(key: Uint8Array): bigint {
    const length = u32(key);
    if (length > this.most) return 0n;
    for (let bits = length; bits >= 0; bits--) {
      const found = this.elements.get(this.id(key, bits));
      if (found !== undefined) return found.at;
    }
    return 0n;
  }

  update(key: Uint8Array, value: Uint8Array, flags: bigint): number {
    const length = u32(key);
    if (flags > BPF_EXIST || length > this.most) return INVALID;
    const id = this.id(key, length);
    const before = this.elements.get(id);
    if (before !== undefined && flags === BPF_NOEXIST) return EXISTS;
    if (before === undefined && flags === BPF_EXIST) return NOT_FOUND;
    if (before === undefined && this.elements.size >= this.def.maxEntries) return NO_SPACE;
    // A value that is replaced stays where it was for as long as somebody may look at it.
    const at = this.memory.allocate(this.valueSize);
    this.memory.poke(at, value);
    if (before !== undefined) this.spare.push(before.at);
    this.elements.set(id, { key: key.slice(), at });
    return 0;
  }

  delete(key: Uint8Array): number {
    const length = u32(key);
    if (length > this.most) return INVALID;
    const id = this.id(key, length);
    const found = this.elements.get(id);
    if (found === undefined) return NOT_FOUND;
    this.elements.delete(id);
    this.spare.push(found.at);
    return 0;
  }

  *entries(): Iterable<readonly [Uint8Array, bigint]> {
    for (const { key, at } of [...this.elements.values()]) yield [key, at];
  }

  *valueStarts(): Iterable<bigint> {
    for (const { at } of this.elements.values()) yield at;
    yield* this.spare;
  }
}

const u32 = (key: Uint8Array): number => new DataView(key.buffer, key.byteOffset).getUint32(0, true);
const keyId = (key: Uint8Array): string => String.fromCharCode(...key);
