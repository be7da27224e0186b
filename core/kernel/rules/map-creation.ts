import { E2BIG, EINVAL, ENOMEM, ENOTSUPP, ERANGE } from '../../base/errno.ts';
import type { Btf } from '../../btf/btf.ts';
import type { MapField } from '../../btf/map-fields.ts';
import type { MapDef } from '../../elf/object.ts';
import type { Configuration } from './configuration.ts';
import { mapTypeName } from '../catalogue/map-types.ts';
import { ARENA, BLOOM, RDONLY_PROG, WRONLY_PROG, must, Broken } from './map-rule.ts';
import type { MapRule } from './map-rule.ts';
import { checkTypes } from './map-value-types.ts';

/** What becomes of a map when an object is loaded: it is there, with or without types, or it is refused and the whole object with it. */
export type Creation =
  | {
      readonly errno: 0;
      /** The kernel knows the types of key and value. */
      readonly typed: boolean;
      /** Fields that are more than bytes, by their offsets. */
      readonly fields: readonly MapField[];
    }
  | {
      /** Negative errno of BPF_MAP_CREATE. */
      readonly errno: number;
      /** The rule that was broken, as a sentence without its end. */
      readonly reason: string;
      readonly rule: MapRule;
    }
  | { readonly unsupported: string };

// BPF_F_* of maps.
const NO_PREALLOC = 1 << 0;
const NO_COMMON_LRU = 1 << 1;
const NUMA_NODE = 1 << 2;
const RDONLY = 1 << 3;
const WRONLY = 1 << 4;
const STACK_BUILD_ID = 1 << 5;
const ZERO_SEED = 1 << 6;
const CLONE = 1 << 9;
const MMAPABLE = 1 << 10;
const PRESERVE_ELEMS = 1 << 11;
const INNER_MAP = 1 << 12;
const SEGV_ON_FAULT = 1 << 17;
const NO_USER_CONV = 1 << 18;
const ACCESS = RDONLY | WRONLY | RDONLY_PROG | WRONLY_PROG;

const FLAG_NAMES: readonly string[] = [
  'BPF_F_NO_PREALLOC',
  'BPF_F_NO_COMMON_LRU',
  'BPF_F_NUMA_NODE',
  'BPF_F_RDONLY',
  'BPF_F_WRONLY',
  'BPF_F_STACK_BUILD_ID',
  'BPF_F_ZERO_SEED',
  'BPF_F_RDONLY_PROG',
  'BPF_F_WRONLY_PROG',
  'BPF_F_CLONE',
  'BPF_F_MMAPABLE',
  'BPF_F_PRESERVE_ELEMS',
  'BPF_F_INNER_MAP',
];

/** Largest piece of memory that the kernel has for one thing (4 MiB), and for one thing of each CPU (32 KiB). */
const KMALLOC_MAX = 4 << 20;
const PCPU_MIN_UNIT = 32 << 10;
const PAGE = 4096;
const INT_MAX = 0x7fffffff;
const U32_MAX = 0xffffffff;
/** Frames of a stack that the kernel records at most (`kernel.perf_event_max_stack`), and bytes of one with its build id. */
const MAX_STACK_FRAMES = 127;
const BUILD_ID_BYTES = 32;
/** `struct htab_elem`, and what local storage keeps beside a value. */
const HASH_ELEMENT = 48;
const LOCAL_STORAGE_MAX = 0xffff - 128;
const LPM_MAX = KMALLOC_MAX - 256 - 24;

/** `numa_node` of maps that may lie anywhere. */
const NO_NODE = -1;

const flagText = (flags: number): string =>
  FLAG_NAMES.filter((_, bit) => (flags & (1 << bit)) !== 0).join(' and ') || `0x${(flags >>> 0).toString(16)}`;

/** The rules that many kinds share. */
class Rules {
  constructor(
    readonly map: MapDef,
    readonly machine: Configuration,
  ) {}

  private get kind(): string {
    return mapTypeName(this.map.type);
  }
  /** It is to lie on a NUMA node of its own. */
  get onNode(): boolean {
    return (this.map.flags & NUMA_NODE) !== 0 && this.map.numaNode !== NO_NODE;
  }
  flags(allowed: number): void {
    const wrong = this.map.flags & ~allowed;
    must(wrong === 0, EINVAL, `${this.kind} maps take no ${flagText(wrong)}`, 'flags');
  }
  oneSided(): void {
    const both = RDONLY_PROG | WRONLY_PROG;
    must(
      (this.map.flags & both) !== both,
      EINVAL,
      'programs may not be kept from reading and from writing a map at once',
      'flags',
    );
  }
  key(...sizes: number[]): void {
    const { keySize } = this.map;
    const wanted = sizes.map((size) => (size === 0 ? 'none' : `${size} bytes`)).join(' or ');
    must(sizes.includes(keySize), EINVAL, `its key has ${keySize} bytes, and keys of ${this.kind} maps have ${wanted}`);
  }
  value(...sizes: number[]): void {
    const { valueSize } = this.map;
    const wanted = sizes.map((size) => (size === 0 ? 'none' : `${size} bytes`)).join(' or ');
    must(
      sizes.includes(valueSize),
      EINVAL,
      `its value has ${valueSize} bytes, and values of ${this.kind} maps have ${wanted}`,
    );
  }
  someKey(): void {
    must(this.map.keySize !== 0, EINVAL, 'its key has no bytes');
  }
  someValue(): void {
    must(this.map.valueSize !== 0, EINVAL, 'its value has no bytes');
  }
  entries(): void {
    must(this.map.maxEntries !== 0, EINVAL, 'max_entries is 0', 'no-entries');
  }
  noEntries(): void {
    must(
      this.map.maxEntries === 0,
      EINVAL,
      `${this.kind} maps have no max_entries: they grow with what they belong to`,
    );
  }
  perCpuValue(): void {
    const size = up8(this.map.valueSize);
    must(
      size <= PCPU_MIN_UNIT,
      E2BIG,
      `a value of ${this.map.valueSize} bytes is too large for a per-CPU map, which takes ${PCPU_MIN_UNIT} at most`,
      'per-cpu-value',
    );
  }
  valueAtMost(limit: number): void {
    must(
      this.map.valueSize <= limit,
      E2BIG,
      `a value of ${this.map.valueSize} bytes is larger than ${limit}`,
      'too-large',
    );
  }
}

const up8 = (size: number): number => Math.ceil(size / 8) * 8;
const roundUpPowerOf2 = (n: number): number => 2 ** Math.ceil(Math.log2(Math.max(n, 1)));

/** What holds for a kind of map; gives the bytes that it needs. */
type Kind = (rules: Rules, typed: boolean) => number;

const hash =
  (perCpu: boolean, lru: boolean): Kind =>
  (r) => {
    const { keySize, valueSize, maxEntries, flags } = r.map;
    r.flags(NO_PREALLOC | NO_COMMON_LRU | NUMA_NODE | ACCESS | ZERO_SEED);
    r.oneSided();
    must(lru || (flags & NO_COMMON_LRU) === 0, EINVAL, 'only LRU maps take BPF_F_NO_COMMON_LRU', 'flags');
    must(!lru || (flags & NO_PREALLOC) === 0, ENOTSUPP, 'LRU maps take no BPF_F_NO_PREALLOC', 'flags');
    must(
      !r.onNode || (!perCpu && (flags & NO_COMMON_LRU) === 0),
      EINVAL,
      'what lies on every CPU takes no BPF_F_NUMA_NODE',
      'flags',
    );
    r.entries();
    r.someKey();
    r.someValue();
    must(
      keySize + valueSize < KMALLOC_MAX - HASH_ELEMENT,
      E2BIG,
      `key and value have ${keySize + valueSize} bytes together, and an element is no larger than ${KMALLOC_MAX}`,
      'too-large',
    );
    if (perCpu) r.perCpuValue();
    must(
      roundUpPowerOf2(maxEntries) <= U32_MAX / 16,
      E2BIG,
      `max_entries is ${maxEntries}: a table of so many places is too large`,
      'too-large',
    );
    const elements = (flags & NO_PREALLOC) === 0 ? maxEntries : 0;
    const element = HASH_ELEMENT + up8(keySize) + up8(valueSize) * (perCpu ? r.machine.cpus : 1);
    return roundUpPowerOf2(maxEntries) * 16 + elements * element;
  };

function arrayRules(r: Rules): number {
  const { type, valueSize, maxEntries, flags } = r.map;
  const perCpu = type === 6;
  r.entries();
  r.key(4);
  r.someValue();
  r.flags(NUMA_NODE | MMAPABLE | ACCESS | PRESERVE_ELEMS | INNER_MAP);
  r.oneSided();
  must(!perCpu || !r.onNode, EINVAL, 'what lies on every CPU takes no BPF_F_NUMA_NODE', 'flags');
  must(
    type === 2 || (flags & (MMAPABLE | INNER_MAP)) === 0,
    EINVAL,
    `only plain arrays take ${flagText(flags & (MMAPABLE | INNER_MAP))}`,
    'flags',
  );
  must(
    type === 4 || (flags & PRESERVE_ELEMS) === 0,
    EINVAL,
    'only arrays of perf events take BPF_F_PRESERVE_ELEMS',
    'flags',
  );
  r.valueAtMost(INT_MAX);
  if (perCpu) r.perCpuValue();
  return maxEntries * (perCpu ? 8 + up8(valueSize) * r.machine.cpus : up8(valueSize));
}

/** Arrays of programs, perf events, cgroups and maps. */
function descriptorArray(r: Rules): number {
  r.value(4);
  const wrong = r.map.flags & (RDONLY_PROG | WRONLY_PROG);
  must(wrong === 0, EINVAL, `${mapTypeName(r.map.type)} maps take no ${flagText(wrong)}`, 'flags');
  return arrayRules(r);
}

function queue(r: Rules): number {
  const { valueSize, maxEntries } = r.map;
  r.entries();
  r.key(0);
  r.someValue();
  r.flags(NUMA_NODE | ACCESS);
  r.oneSided();
  r.valueAtMost(KMALLOC_MAX);
  must(
    maxEntries < Math.floor(U32_MAX / valueSize),
    E2BIG,
    `${maxEntries} values of ${valueSize} bytes are more than 4 GiB`,
    'too-large',
  );
  return (maxEntries + 1) * valueSize;
}

function ringBuffer(r: Rules): number {
  const { maxEntries } = r.map;
  r.flags(NUMA_NODE);
  r.key(0);
  r.value(0);
  must(
    maxEntries > 0 && (maxEntries & (maxEntries - 1)) === 0 && maxEntries % PAGE === 0,
    EINVAL,
    `max_entries is ${maxEntries}, and a ring buffer’s size in bytes is a power of two of whole pages`,
    'ring-size',
  );
  return maxEntries;
}

function stackTraces(r: Rules): number {
  const { valueSize, maxEntries, flags } = r.map;
  r.flags(NUMA_NODE | RDONLY | WRONLY | STACK_BUILD_ID);
  r.entries();
  r.key(4);
  must(
    valueSize >= 8 && valueSize % 8 === 0,
    EINVAL,
    `its value has ${valueSize} bytes, and a stack is made of 8-byte addresses`,
  );
  const frame = (flags & STACK_BUILD_ID) === 0 ? 8 : BUILD_ID_BYTES;
  must(valueSize % frame === 0, EINVAL, `its value has ${valueSize} bytes, no multiple of ${frame}`);
  must(
    valueSize / frame <= MAX_STACK_FRAMES,
    EINVAL,
    `its value has room for ${valueSize / frame} frames, more than the ${MAX_STACK_FRAMES} that kernel.perf_event_max_stack allows`,
  );
  must(maxEntries <= 2 ** 31, E2BIG, `max_entries is ${maxEntries}`);
  return roundUpPowerOf2(maxEntries) * 8 + maxEntries * (valueSize + 24);
}

function prefixTrie(r: Rules): number {
  const { keySize, valueSize, flags } = r.map;
  r.entries();
  must((flags & NO_PREALLOC) !== 0, EINVAL, 'LPM tries need BPF_F_NO_PREALLOC', 'needs-no-prealloc');
  r.flags(NO_PREALLOC | NUMA_NODE | ACCESS);
  r.oneSided();
  must(
    keySize >= 5 && keySize <= 260,
    EINVAL,
    `its key has ${keySize} bytes, and one of an LPM trie has 4 for the length and 1 to 256 of data`,
  );
  r.someValue();
  must(valueSize <= LPM_MAX, EINVAL, `a value of ${valueSize} bytes is larger than ${LPM_MAX}`);
  return 0;
}

function devices(r: Rules): number {
  const { maxEntries } = r.map;
  r.entries();
  r.key(4);
  r.value(4, 8);
  r.flags(NUMA_NODE | RDONLY | WRONLY);
  must(r.map.type !== 25 || maxEntries <= 2 ** 31, EINVAL, `max_entries is ${maxEntries}`);
  return maxEntries * 8;
}

function cpus(r: Rules): number {
  r.entries();
  r.key(4);
  r.value(4, 8);
  r.flags(NUMA_NODE);
  const { maxCpus } = r.machine;
  must(
    r.map.maxEntries <= maxCpus,
    E2BIG,
    `max_entries is ${r.map.maxEntries}, and the kernel knows ${maxCpus} CPUs at most`,
  );
  return 0;
}

function sockets(r: Rules): number {
  const { maxEntries, keySize, type } = r.map;
  r.entries();
  if (type === 15) {
    must(maxEntries <= INT_MAX, EINVAL, `max_entries is ${maxEntries}`);
    r.key(4);
  } else r.someKey();
  r.value(4, 8);
  r.flags(NUMA_NODE | RDONLY | WRONLY);
  if (type === 18) {
    must(keySize <= 512, E2BIG, `a key of ${keySize} bytes is larger than 512`);
    must(roundUpPowerOf2(maxEntries) <= U32_MAX / 16, EINVAL, `max_entries is ${maxEntries}`);
  }
  return maxEntries * 16;
}

function xskSockets(r: Rules): number {
  r.entries();
  r.key(4);
  r.value(4);
  r.flags(NUMA_NODE | RDONLY | WRONLY);
  return r.map.maxEntries * 8;
}

function cgroupStorage(r: Rules): number {
  r.key(8, 12, 16);
  must(r.map.keySize !== 12, EINVAL, 'its key has 12 bytes: struct bpf_cgroup_storage_key has 16');
  r.someValue();
  r.valueAtMost(r.map.type === 21 ? PCPU_MIN_UNIT : LOCAL_STORAGE_MAX);
  r.flags(NUMA_NODE | ACCESS);
  r.oneSided();
  r.noEntries();
  return 0;
}

const localStorage: Kind = (r, typed) => {
  const kind = mapTypeName(r.map.type);
  r.flags(NO_PREALLOC | CLONE);
  must((r.map.flags & NO_PREALLOC) !== 0, EINVAL, `${kind} maps need BPF_F_NO_PREALLOC`, 'needs-no-prealloc');
  r.noEntries();
  r.key(4);
  r.someValue();
  must(
    typed,
    EINVAL,
    `${kind} maps need the types of key and value: declare them with __type, and compile with -g`,
    'needs-types',
  );
  r.valueAtMost(LOCAL_STORAGE_MAX);
  return 0;
};

function reuseport(r: Rules): number {
  r.value(4, 8);
  return arrayRules(r);
}

function bloom(r: Rules): number {
  r.valueAtMost(KMALLOC_MAX);
  r.key(0);
  r.someValue();
  r.entries();
  r.flags(NUMA_NODE | ZERO_SEED | ACCESS);
  r.oneSided();
  must(((r.map.extra ?? 0n) & ~0xfn) === 0n, EINVAL, 'map_extra holds the number of hash functions, 15 at most');
  return r.map.maxEntries * 2;
}

function arena(r: Rules): number {
  const { maxEntries, extra = 0n } = r.map;
  r.key(0);
  r.value(0);
  r.entries();
  must((r.map.flags & MMAPABLE) !== 0, EINVAL, 'arenas need BPF_F_MMAPABLE', 'flags');
  r.flags(SEGV_ON_FAULT | MMAPABLE | NO_USER_CONV);
  must((extra & 0xfffn) === 0n, EINVAL, 'map_extra is the arena’s address: the start of a page');
  must(maxEntries * PAGE <= 2 ** 32, E2BIG, `${maxEntries} pages are more than 4 GiB`, 'too-large');
  must(
    extra >> 32n === (extra + BigInt(maxEntries * PAGE) - 1n) >> 32n,
    ERANGE,
    'an arena does not cross a boundary of 4 GiB',
  );
  return 0;
}

/** Kinds by BPF_MAP_TYPE_*. A map of maps also needs its inner map, which the loader makes. */
const KINDS: Readonly<Record<number, Kind>> = {
  1: hash(false, false),
  2: arrayRules,
  3: descriptorArray,
  4: descriptorArray,
  5: hash(true, false),
  6: arrayRules,
  7: stackTraces,
  8: descriptorArray,
  9: hash(false, true),
  10: hash(true, true),
  11: prefixTrie,
  12: descriptorArray,
  13: (r, typed) => {
    r.value(4);
    return hash(false, false)(r, typed);
  },
  14: devices,
  15: sockets,
  16: cpus,
  17: xskSockets,
  18: sockets,
  19: cgroupStorage,
  20: reuseport,
  21: cgroupStorage,
  22: queue,
  23: queue,
  24: localStorage,
  25: devices,
  27: ringBuffer,
  28: localStorage,
  29: localStorage,
  30: bloom,
  31: ringBuffer,
  32: localStorage,
  33: arena,
};

const STRUCT_OPS = 26;

function checkKind(map: MapDef, typed: boolean, machine: Configuration): number {
  const { type, flags, extra = 0n } = map;
  must(
    extra === 0n || type === BLOOM || type === ARENA,
    EINVAL,
    `map_extra is set, and ${mapTypeName(type)} maps have none`,
  );
  const both = RDONLY | WRONLY;
  must(
    (flags & both) !== both,
    EINVAL,
    'user space may not be kept from reading and from writing a map at once',
    'flags',
  );
  const node = map.numaNode ?? 0;
  must((flags & NUMA_NODE) === 0 || node === 0 || node === NO_NODE, EINVAL, `NUMA node ${node} is not there`, 'flags');
  const kind = KINDS[type];
  if (kind === undefined) throw new Broken(EINVAL, `the kernel has no map type ${type}`, 'type');
  return kind(new Rules(map, machine), typed);
}

/**
 * What BPF_MAP_CREATE of Linux 6.18 says to a map, as libbpf asks for it: with types first, and without them when they are refused.
 * @param btf the object's types as the kernel has them
 */
export function createVerdict(
  map: MapDef,
  { btf, kernel, machine }: { readonly btf: Btf | null; readonly kernel: Btf; readonly machine: Configuration },
): Creation {
  if (map.type === STRUCT_OPS) return { unsupported: `struct_ops map '${map.name}'` };
  const attempt = (typed: boolean): Creation => {
    try {
      const bytes = checkKind(map, typed && map.btfKeyTypeId !== 0 && map.btfValueTypeId !== 0, machine);
      must(
        bytes <= machine.memory,
        ENOMEM,
        `it takes ${bytes} bytes, and the machine has ${machine.memory}`,
        'too-large',
      );
      must(!typed || map.btfValueTypeId !== 0, EINVAL, 'its key has a type, its value none');
      const fields = typed && btf !== null ? checkTypes(map, btf, kernel) : [];
      if (bytes > machine.memory / 2)
        return { unsupported: `map '${map.name}' takes ${bytes} bytes: whether they are free is not known` };
      return { errno: 0, typed, fields };
    } catch (error) {
      if (error instanceof Broken) return { errno: error.errno, reason: error.reason, rule: error.rule };
      throw error;
    }
  };
  const types = btf !== null && (map.btfKeyTypeId !== 0 || map.btfValueTypeId !== 0);
  const first = attempt(types);
  return types && 'errno' in first && first.errno !== 0 ? attempt(false) : first;
}
