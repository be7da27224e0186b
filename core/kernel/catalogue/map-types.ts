import { RDONLY_PROG } from '../../elf/maps.ts';
import { TAIL_CALL } from '../../isa/helper-names.ts';
import type { MapDef } from '../../elf/object.ts';

// BPF_MAP_TYPE_* numbers that the model knows.
export const MAP_HASH = 1;
export const MAP_ARRAY = 2;
export const MAP_SOCKMAP = 15;
export const MAP_SOCKHASH = 18;
export const MAP_SK_STORAGE = 24;
export const MAP_PERCPU_HASH = 5;
export const MAP_PERCPU_ARRAY = 6;
export const MAP_LRU_HASH = 9;
export const MAP_LRU_PERCPU_HASH = 10;
export const MAP_PROG_ARRAY = 3;
const MAP_PERF_EVENT_ARRAY = 4;
const MAP_STACK_TRACE = 7;
const MAP_CGROUP_ARRAY = 8;
export const MAP_LPM_TRIE = 11;
export const MAP_ARRAY_OF_MAPS = 12;
export const MAP_HASH_OF_MAPS = 13;
export const MAP_DEVMAP = 14;
export const MAP_CPUMAP = 16;
export const MAP_QUEUE = 22;
export const MAP_STACK = 23;
export const MAP_DEVMAP_HASH = 25;
export const MAP_RINGBUF = 27;
export const MAP_BLOOM_FILTER = 30;
const MAP_USER_RINGBUF = 31;

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
  [MAP_PROG_ARRAY]: known('prog_array', false, false),
  [MAP_PERF_EVENT_ARRAY]: known('perf_event_array', false, false),
  [MAP_STACK_TRACE]: known('stack_trace', false, false),
  [MAP_CGROUP_ARRAY]: known('cgroup_array', false, false),
  [MAP_LPM_TRIE]: known('lpm_trie', false, false),
  [MAP_ARRAY_OF_MAPS]: known('array_of_maps', false, false),
  [MAP_HASH_OF_MAPS]: known('hash_of_maps', false, false),
  [MAP_DEVMAP]: known('devmap', false, false),
  [MAP_CPUMAP]: known('cpumap', false, false),
  [MAP_QUEUE]: known('queue', false, false),
  [MAP_STACK]: known('stack', false, false),
  [MAP_DEVMAP_HASH]: known('devmap_hash', false, false),
  [MAP_RINGBUF]: known('ringbuf', false, false),
  [MAP_BLOOM_FILTER]: known('bloom_filter', false, false),
  [MAP_USER_RINGBUF]: known('user_ringbuf', false, false),
};

const NAMES: readonly string[] = [
  'unspecified',
  'hash',
  'array',
  'prog_array',
  'perf_event_array',
  'percpu_hash',
  'percpu_array',
  'stack_trace',
  'cgroup_array',
  'lru_hash',
  'lru_percpu_hash',
  'lpm_trie',
  'array_of_maps',
  'hash_of_maps',
  'devmap',
  'sockmap',
  'cpumap',
  'xskmap',
  'sockhash',
  'cgroup_storage',
  'reuseport_sockarray',
  'percpu_cgroup_storage',
  'queue',
  'stack',
  'sk_storage',
  'devmap_hash',
  'struct_ops',
  'ringbuf',
  'inode_storage',
  'task_storage',
  'bloom_filter',
  'user_ringbuf',
  'cgrp_storage',
  'arena',
];

/** A map type's name as bpftool has it. */
export const mapTypeName = (type: number): string => NAMES[type] ?? `type ${type}`;

// BPF_FUNC_* numbers.
const LOOKUP = 1;
const PERF_EVENT_READ = 22;
const PERF_EVENT_OUTPUT = 25;
const GET_STACKID = 27;
const SKB_UNDER_CGROUP = 33;
const CURRENT_TASK_UNDER_CGROUP = 37;
const REDIRECT_MAP = 51;
const PERF_EVENT_READ_VALUE = 55;
const PUSH = 87;
const POP = 88;
const PEEK = 89;
const SKB_OUTPUT = 111;
const XDP_OUTPUT = 121;
const RINGBUF_OUTPUT = 130;
const RINGBUF_RESERVE = 131;
const RINGBUF_QUERY = 134;
const LOOKUP_PERCPU = 195;
/** Maps that have a value for each CPU. */
export const PER_CPU_MAPS: readonly number[] = [MAP_PERCPU_ARRAY, MAP_PERCPU_HASH, MAP_LRU_PERCPU_HASH];
const RINGBUF_RESERVE_DYNPTR = 198;
const RINGBUF_SUBMIT_DYNPTR = 199;
const RINGBUF_DISCARD_DYNPTR = 200;
const USER_RINGBUF_DRAIN = 209;

/** Kinds of map that only these helpers take. */
const ONLY_FOR: Readonly<Record<number, readonly number[]>> = {
  [MAP_PROG_ARRAY]: [TAIL_CALL],
  [MAP_PERF_EVENT_ARRAY]: [PERF_EVENT_READ, PERF_EVENT_OUTPUT, SKB_OUTPUT, PERF_EVENT_READ_VALUE, XDP_OUTPUT],
  [MAP_STACK_TRACE]: [GET_STACKID],
  [MAP_CGROUP_ARRAY]: [SKB_UNDER_CGROUP, CURRENT_TASK_UNDER_CGROUP],
  [MAP_ARRAY_OF_MAPS]: [LOOKUP],
  [MAP_HASH_OF_MAPS]: [LOOKUP],
  [MAP_DEVMAP]: [REDIRECT_MAP, LOOKUP],
  [MAP_DEVMAP_HASH]: [REDIRECT_MAP, LOOKUP],
  [MAP_CPUMAP]: [REDIRECT_MAP],
  [MAP_QUEUE]: [PUSH, POP, PEEK],
  [MAP_STACK]: [PUSH, POP, PEEK],
  [MAP_RINGBUF]: [
    RINGBUF_OUTPUT,
    RINGBUF_RESERVE,
    RINGBUF_QUERY,
    RINGBUF_RESERVE_DYNPTR,
    RINGBUF_SUBMIT_DYNPTR,
    RINGBUF_DISCARD_DYNPTR,
  ],
  [MAP_BLOOM_FILTER]: [PUSH, PEEK],
  [MAP_USER_RINGBUF]: [USER_RINGBUF_DRAIN],
};

/** Helpers that only take these kinds of map. */
const TAKES_ONLY: Readonly<Record<number, readonly number[]>> = {
  [TAIL_CALL]: [MAP_PROG_ARRAY],
  [PERF_EVENT_READ]: [MAP_PERF_EVENT_ARRAY],
  [PERF_EVENT_OUTPUT]: [MAP_PERF_EVENT_ARRAY],
  [PERF_EVENT_READ_VALUE]: [MAP_PERF_EVENT_ARRAY],
  [SKB_OUTPUT]: [MAP_PERF_EVENT_ARRAY],
  [XDP_OUTPUT]: [MAP_PERF_EVENT_ARRAY],
  [GET_STACKID]: [MAP_STACK_TRACE],
  [SKB_UNDER_CGROUP]: [MAP_CGROUP_ARRAY],
  [CURRENT_TASK_UNDER_CGROUP]: [MAP_CGROUP_ARRAY],
  [REDIRECT_MAP]: [MAP_DEVMAP, MAP_DEVMAP_HASH, MAP_CPUMAP],
  [PUSH]: [MAP_QUEUE, MAP_STACK, MAP_BLOOM_FILTER],
  [POP]: [MAP_QUEUE, MAP_STACK],
  [PEEK]: [MAP_QUEUE, MAP_STACK, MAP_BLOOM_FILTER],
  [RINGBUF_OUTPUT]: [MAP_RINGBUF],
  [RINGBUF_RESERVE]: [MAP_RINGBUF],
  [RINGBUF_QUERY]: [MAP_RINGBUF],
  [RINGBUF_RESERVE_DYNPTR]: [MAP_RINGBUF],
  [USER_RINGBUF_DRAIN]: [MAP_USER_RINGBUF],
  [LOOKUP_PERCPU]: PER_CPU_MAPS,
};

// Besides those above: maps of maps, local storage of sockets, inodes, tasks and cgroups, user ring buffers, arenas.
const FAULTABLE: readonly number[] = [
  MAP_HASH,
  MAP_ARRAY,
  MAP_PERCPU_HASH,
  MAP_PERCPU_ARRAY,
  MAP_LRU_HASH,
  MAP_LRU_PERCPU_HASH,
  MAP_QUEUE,
  MAP_STACK,
  MAP_RINGBUF,
  12,
  13,
  24,
  28,
  29,
  31,
  32,
  33,
];

/** A map's flags as the kernel keeps them: what lies in a map of devices is only read. */
export const kernelFlags = (map: MapDef): number =>
  map.type === MAP_DEVMAP || map.type === MAP_DEVMAP_HASH ? map.flags | RDONLY_PROG : map.flags;

/** The kernel's structure of a map, by kind: programs may read its fields through the map's pointer. */
const STRUCTS: Readonly<Record<number, string>> = {
  [MAP_HASH]: 'bpf_htab',
  [MAP_PERCPU_HASH]: 'bpf_htab',
  [MAP_LRU_HASH]: 'bpf_htab',
  [MAP_LRU_PERCPU_HASH]: 'bpf_htab',
  [MAP_HASH_OF_MAPS]: 'bpf_htab',
  [MAP_ARRAY]: 'bpf_array',
  [MAP_PERCPU_ARRAY]: 'bpf_array',
  [MAP_PROG_ARRAY]: 'bpf_array',
  [MAP_PERF_EVENT_ARRAY]: 'bpf_array',
  [MAP_ARRAY_OF_MAPS]: 'bpf_array',
  [MAP_STACK_TRACE]: 'bpf_stack_map',
  [MAP_CGROUP_ARRAY]: 'bpf_array',
  [MAP_LPM_TRIE]: 'lpm_trie',
  [MAP_DEVMAP]: 'bpf_dtab',
  [MAP_DEVMAP_HASH]: 'bpf_dtab',
  [MAP_CPUMAP]: 'bpf_cpu_map',
  [MAP_QUEUE]: 'bpf_queue_stack',
  [MAP_STACK]: 'bpf_queue_stack',
  [MAP_RINGBUF]: 'bpf_ringbuf_map',
  [MAP_USER_RINGBUF]: 'bpf_ringbuf_map',
  [MAP_BLOOM_FILTER]: 'bpf_bloom_filter',
};

/** What a release knows of its kinds of maps, by their numbers. */
export interface MapKinds {
  readonly types: Readonly<Record<number, MapType>>;
  /** Kinds that only these helpers take. */
  readonly onlyFor: Readonly<Record<number, readonly number[]>>;
  /** Helpers that only take these kinds. */
  readonly takesOnly: Readonly<Record<number, readonly number[]>>;
  /** Kinds that sleepable programs may use. */
  readonly faultable: readonly number[];
  /** The kernel's structure of a map. */
  readonly structs: Readonly<Record<number, string>>;
}

export const MAP_KINDS: MapKinds = {
  types: TYPES,
  onlyFor: ONLY_FOR,
  takesOnly: TAKES_ONLY,
  faultable: FAULTABLE,
  structs: STRUCTS,
};

/** The kinds of maps of a kernel. */
export class MapTable {
  constructor(private readonly kinds: MapKinds) {}

  /** Description of a map's kind; kinds outside the model have `known: false`. */
  type({ type }: Pick<MapDef, 'type'>): MapType {
    return (
      this.kinds.types[type] ?? {
        name: `type ${type}`,
        known: false,
        accessSize: wholeValue,
        forEach: false,
        direct: false,
      }
    );
  }

  /** Whether a helper works on a kind of map that the model covers. */
  fits(map: MapDef, helper: number): boolean {
    const only = this.kinds.onlyFor[map.type];
    const takes = this.kinds.takesOnly[helper];
    return (only === undefined || only.includes(helper)) && (takes === undefined || takes.includes(map.type));
  }

  /** Whether sleepable programs may use a map of this kind. */
  mayFault(map: MapDef): boolean {
    return this.kinds.faultable.includes(map.type);
  }

  /** The kernel's structure of a map; undefined for kinds outside the model. */
  struct(map: MapDef): string | undefined {
    return this.kinds.structs[map.type];
  }
}
