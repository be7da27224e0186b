import type { Btf } from '../../core/btf/btf.ts';
import { parseBtf } from '../../core/btf/parse.ts';
import { BtfWriter } from '../../core/btf/writer.ts';
import type { MapDef } from '../../core/elf/object.ts';

// The maps of map-creation.txt: for each type one that is right, and that one with one thing changed.

interface Types {
  readonly btf: Btf;
  readonly ids: Readonly<Record<string, number>>;
}
let made: Types | null = null;

/** Types for keys and values, by names that the table's lines use. */
function types(): Types {
  if (made !== null) return made;
  const w = new BtfWriter();
  const at = (name: string, type: number, off: number) => ({ name, type, bitOffset: off * 8, bitSize: 0 });
  const int = w.int('int', 4, { signed: true });
  const u64 = w.int('u64', 8);
  const byte = w.int('char', 1);
  const special = (name: string, size: number): number =>
    w.struct(name, size, [at('opaque', w.array(byte, int, size), 0)]);
  const holding = (name: string, field: number, size: number): number => w.struct(name, size, [at('f', field, 0)]);
  const task = w.struct('task_struct', 4, [at('pid', int, 0)]);
  const file = w.struct('file', 4, [at('x', int, 0)]);
  const pointer = (tag: string, to: number): number => w.ptr(w.typeTag(tag, to));
  const lock = special('bpf_spin_lock', 4);
  const timer = special('bpf_timer', 16);
  const node = special('bpf_rb_node', 32);
  const element = holding('element', node, 40);
  const root = special('bpf_rb_root', 16);
  const tree = w.struct('tree', 24, [at('lock', lock, 0), at('root', root, 8)]);
  w.declTag('contains:element:f', tree, 1);
  const global = w.variable('global', u64, 1);
  const ids = {
    int,
    u64,
    key8: w.struct('key8', 8, [at('a', int, 0), at('b', int, 4)]),
    cgroupKey: w.struct('bpf_cgroup_storage_key', 16, [at('cgroup', u64, 0), at('attach', int, 8)]),
    trieKey: w.struct('trie_key', 8, [at('length', int, 0), at('data', w.array(byte, int, 4), 4)]),
    data: w.datasec('.data', 8, [{ type: global, offset: 0, size: 8 }]),
    spinLock: holding('with_lock', lock, 8),
    resLock: holding('with_res_lock', special('bpf_res_spin_lock', 4), 8),
    timer: holding('with_timer', timer, 16),
    twoTimers: w.struct('two_timers', 32, [at('a', timer, 0), at('b', timer, 16)]),
    wq: holding('with_wq', special('bpf_wq', 16), 16),
    taskWork: holding('with_task_work', special('bpf_task_work', 8), 8),
    refcount: holding('with_refcount', special('bpf_refcount', 4), 8),
    kptr: holding('with_kptr', pointer('kptr', task), 8),
    untrusted: holding('with_untrusted', pointer('kptr_untrusted', file), 8),
    percpu: holding('with_percpu', pointer('percpu_kptr', element), 8),
    uptr: holding('with_uptr', pointer('uptr', element), 8),
    tree,
  };
  made = { btf: parseBtf(w.bytes()), ids };
  return made;
}

export const tableBtf = (): Btf => types().btf;

interface Right {
  readonly key: number;
  readonly value: number;
  readonly entries: number;
  readonly flags?: number;
  readonly keyType?: string;
  readonly valueType?: string;
}
const LOCAL: Right = { key: 4, value: 8, entries: 0, flags: 1, keyType: 'int', valueType: 'u64' };
const QUEUE: Right = { key: 0, value: 8, entries: 4 };
const ELEMENTS: Right = { key: 4, value: 8, entries: 4 };
const NUMBERS: Right = { key: 4, value: 4, entries: 4 };

const RIGHT: Readonly<Record<number, Right>> = {
  1: ELEMENTS,
  2: ELEMENTS,
  3: NUMBERS,
  4: NUMBERS,
  5: ELEMENTS,
  6: ELEMENTS,
  7: { key: 4, value: 80, entries: 4 },
  8: NUMBERS,
  9: ELEMENTS,
  10: ELEMENTS,
  11: { key: 8, value: 8, entries: 4, flags: 1 },
  14: NUMBERS,
  15: NUMBERS,
  16: NUMBERS,
  17: NUMBERS,
  18: NUMBERS,
  19: { key: 16, value: 8, entries: 0 },
  20: NUMBERS,
  21: { key: 16, value: 8, entries: 0 },
  22: QUEUE,
  23: QUEUE,
  24: LOCAL,
  25: NUMBERS,
  27: { key: 0, value: 0, entries: 4096 },
  28: LOCAL,
  29: LOCAL,
  30: QUEUE,
  31: { key: 0, value: 0, entries: 4096 },
  32: LOCAL,
  33: { key: 0, value: 0, entries: 4, flags: 1024 },
};

const KEYS = [0, 1, 2, 4, 5, 8, 12, 16, 260, 261, 512, 513, 4194251, 4194252];
const VALUES = [
  0, 1, 4, 5, 8, 16, 1016, 1024, 4064, 32760, 32768, 32769, 65407, 65408, 4194024, 4194025, 4194251, 4194252, 4194304,
  4194305, 0x7fffffff, 0x80000000,
];
const ENTRIES = [0, 1, 5, 100, 4095, 4096, 8192, 12288, 1 << 20];
const HUGE = [(1 << 27) + 1, 0x7fffffff, 0x80000001, 0xffffffff];
/** Types whose memory is not taken at once: only they are asked with very many entries. */
const LAZY: readonly number[] = [16, 19, 21, 24, 28, 29, 32, 33];
const FLAGS = Array.from({ length: 13 }, (_, bit) => 1 << bit).concat([
  1 << 13,
  1 << 17,
  1 << 18,
  1 << 20,
  0x18,
  0x180,
]);

/** The maps of the table; those of more than 256 MB are left out. */
export function* mapsToTry(): Generator<MapDef> {
  const { ids } = types();
  for (let type = 0; type <= 35; type++) {
    // Maps of maps need an inner one, struct_ops a structure of the kernel.
    if (type === 12 || type === 13 || type === 26) continue;
    const right = RIGHT[type] ?? ELEMENTS;
    const base: MapDef = {
      name: 'm',
      type,
      keySize: right.key,
      valueSize: right.value,
      maxEntries: right.entries,
      flags: right.flags ?? 0,
      frozen: false,
      btfKeyTypeId: right.keyType === undefined ? 0 : ids[right.keyType]!,
      btfValueTypeId: right.valueType === undefined ? 0 : ids[right.valueType]!,
    };
    yield base;
    const untyped = { btfKeyTypeId: 0, btfValueTypeId: 0 };
    const storage = right.valueType !== undefined;
    for (const keySize of KEYS) yield { ...base, keySize };
    for (const valueSize of VALUES) yield { ...base, valueSize, maxEntries: Math.min(base.maxEntries, 1) };
    for (const maxEntries of ENTRIES) yield { ...base, maxEntries };
    if (LAZY.includes(type)) for (const maxEntries of HUGE) yield { ...base, maxEntries };
    for (const flag of FLAGS) yield { ...base, flags: base.flags ^ flag };
    for (const numaNode of [0, -1, 7]) yield { ...base, flags: base.flags | 4, numaNode };
    for (const extra of [1n, 15n, 16n, 4096n, 0xfffff000n]) yield { ...base, extra };
    if (storage) yield { ...base, ...untyped };
    for (const [key, keySize] of [
      ['int', 4],
      ['u64', 8],
      ['key8', 8],
      ['trieKey', 8],
      ['cgroupKey', 16],
    ] as const)
      yield { ...base, keySize, valueSize: 4, btfKeyTypeId: ids[key]!, btfValueTypeId: ids['int']! };
    for (const [value, id] of Object.entries(ids)) {
      const valueSize = types().btf.skipModifiers(id).kind === 'datasec' ? 8 : types().btf.sizeOf(id);
      yield { ...base, valueSize, btfKeyTypeId: ids['int']!, btfValueTypeId: id };
      if (value === 'data' || value === 'u64') {
        yield { ...base, valueSize, btfKeyTypeId: 0, btfValueTypeId: id };
        yield { ...base, valueSize, maxEntries: 1, btfKeyTypeId: 0, btfValueTypeId: id };
      }
      if (value === 'kptr') yield { ...base, valueSize, flags: 0x80, btfKeyTypeId: ids['int']!, btfValueTypeId: id };
    }
  }
}

/** One line of the table: the attributes that matter, and what the kernel said. */
export function lineOf(map: MapDef, errno: number, typed: boolean): string {
  const { type, keySize, valueSize, maxEntries, flags, btfKeyTypeId, btfValueTypeId, numaNode = 0, extra = 0n } = map;
  const attributes = [type, keySize, valueSize, maxEntries, flags, btfKeyTypeId, btfValueTypeId, numaNode, extra];
  return `${attributes.join(' ')} = ${errno === 0 ? (typed ? 'typed' : 'made') : errno}`;
}
