import type { BtfWriter } from '../../core/btf/writer.ts';
import type { MapDef } from '../../core/elf/object.ts';

// Maps whose values have fields of every kind, their types, and where what lies.

/** A field of a value: where it begins, its size, and what it is. */
export interface FuzzField {
  readonly at: number;
  readonly size: number;
  readonly kind: string;
}
export interface FieldMap {
  readonly map: MapDef;
  readonly fields: readonly FuzzField[];
}

const STRUCTS: Readonly<Record<string, number>> = {
  bpf_spin_lock: 4,
  bpf_res_spin_lock: 4,
  bpf_timer: 16,
  bpf_wq: 16,
  bpf_task_work: 8,
  bpf_list_head: 16,
  bpf_rb_root: 16,
  bpf_refcount: 4,
};

/** Members of each map's value: kind and offset; `TAG:STRUCT` for pointers. */
const VALUES: readonly {
  readonly name: string;
  readonly type: number;
  readonly entries?: number;
  readonly size: number;
  readonly members: readonly [string, number][];
}[] = [
  {
    name: 'ptrs',
    type: 1,
    size: 48,
    members: [
      ['kptr:task_struct', 8],
      ['kptr_untrusted:task_struct', 16],
      ['kptr:cgroup', 32],
    ],
  },
  {
    name: 'one',
    type: 2,
    entries: 1,
    size: 40,
    members: [
      ['kptr:task_struct', 8],
      ['kptr_untrusted:file', 24],
    ],
  },
  { name: 'percpu', type: 6, size: 16, members: [['kptr:task_struct', 8]] },
  { name: 'timers', type: 1, size: 32, members: [['bpf_timer', 8]] },
  { name: 'queues', type: 9, size: 32, members: [['bpf_wq', 0]] },
  { name: 'locks', type: 1, size: 24, members: [['bpf_spin_lock', 8]] },
  { name: 'rlocks', type: 2, size: 16, members: [['bpf_res_spin_lock', 4]] },
  {
    name: 'lists',
    type: 2,
    entries: 1,
    size: 32,
    members: [
      ['bpf_spin_lock', 0],
      ['bpf_list_head', 8],
    ],
  },
  {
    name: 'trees',
    type: 2,
    entries: 1,
    size: 32,
    members: [
      ['bpf_spin_lock', 24],
      ['bpf_rb_root', 8],
    ],
  },
  { name: 'counts', type: 5, size: 16, members: [['bpf_refcount', 4]] },
  { name: 'works', type: 1, size: 16, members: [['bpf_task_work', 8]] },
  { name: 'plain', type: 1, size: 16, members: [] },
];

const ids = new Map<string, number>();

/** Writes the types of all values. */
export function fieldTypes(w: BtfWriter): void {
  ids.clear();
  const at = (name: string, type: number, off: number) => ({ name, type, bitOffset: off * 8, bitSize: 0 });
  const int = w.int('int', 4, { signed: true });
  const byte = w.int('char', 1);
  ids.set('int', int);
  const known = new Map<string, number>();
  const struct = (name: string, size: number): number => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const id = w.struct(name, size, [at('x', w.array(byte, int, size), 0)]);
    known.set(name, id);
    return id;
  };
  const listed = w.struct('listed', 32, [at('n', struct('bpf_list_node', 24), 0)]);
  const treed = w.struct('treed', 40, [at('n', struct('bpf_rb_node', 32), 0)]);
  for (const { name, size, members } of VALUES) {
    const fields = [...members]
      .sort((a, b) => a[1] - b[1])
      .map(([kind, off], i) => {
        const [tag, target] = kind.split(':');
        const type = target === undefined ? struct(kind, STRUCTS[kind]!) : w.ptr(w.typeTag(tag!, struct(target, 8)));
        return at(`f${i}`, type, off);
      });
    const value = w.struct(`${name}_value`, size, fields);
    fields.forEach((_, i) => {
      const kind = [...members].sort((a, b) => a[1] - b[1])[i]![0];
      if (kind === 'bpf_list_head') w.declTag('contains:listed:n', value, i);
      if (kind === 'bpf_rb_root') w.declTag('contains:treed:n', value, i);
    });
    ids.set(name, value);
  }
  void listed;
  void treed;
}

/** The maps, in the order of `VALUES`; `fieldTypes` must have run once. */
export function fieldMaps(w: BtfWriter): readonly FieldMap[] {
  fieldTypes(w);
  return VALUES.map(({ name, type, entries = 4, size, members }) => ({
    map: {
      name,
      type,
      keySize: 4,
      valueSize: size,
      maxEntries: entries,
      flags: 0,
      frozen: false,
      btfKeyTypeId: ids.get('int')!,
      btfValueTypeId: ids.get(name)!,
    },
    fields: members.map(([kind, at]) => ({ kind, at, size: STRUCTS[kind] ?? 8 })),
  }));
}

/** The same in C. */
export const FIELD_DECLARATIONS = [
  ...Object.entries(STRUCTS).map(
    ([name, size]) => `struct ${name} { char x[${size}]; } __attribute__((aligned(${size === 4 ? 4 : 8})));`,
  ),
  'struct bpf_list_node { char x[24]; } __attribute__((aligned(8)));',
  'struct bpf_rb_node { char x[32]; } __attribute__((aligned(8)));',
  'struct listed { struct bpf_list_node n; char y[8]; }; struct treed { struct bpf_rb_node n; char y[8]; };',
  'struct cgroup; struct file;',
  ...VALUES.map(({ name, type, entries = 4, size, members }) => {
    let end = 0;
    const parts = [...members]
      .sort((a, b) => a[1] - b[1])
      .flatMap(([kind, off], i) => {
        const [tag, target] = kind.split(':');
        const gap = off > end ? [`char g${i}[${off - end}];`] : [];
        end = off + (STRUCTS[kind] ?? 8);
        const contains = kind === 'bpf_list_head' ? 'listed' : kind === 'bpf_rb_root' ? 'treed' : undefined;
        const mark = contains === undefined ? '' : ` __attribute__((btf_decl_tag("contains:${contains}:n")))`;
        return [
          ...gap,
          target === undefined
            ? `struct ${kind} f${i}${mark};`
            : `struct ${target} __attribute__((btf_type_tag("${tag!}"))) *f${i};`,
        ];
      });
    const rest = size > end ? `char rest[${size - end}];` : '';
    return `struct ${name}_value { ${parts.join(' ')} ${rest} };\nstruct { __uint(type, ${type}); __uint(max_entries, ${entries}); __type(key, int); __type(value, struct ${name}_value); } ${name} SEC(".maps");`;
  }),
  ...['listed', 'treed'].map((name) => `struct ${name} *_keep_${name};`),
].join('\n');
