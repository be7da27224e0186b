import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InputError, Unsupported } from '../base/errors.ts';
import { parseBtfExt } from './ext.ts';
import { kernelRefuses } from './kernel-check.ts';
import { essentialName } from './name-index.ts';
import { parseBtf } from './parse.ts';
import { declaration, printType } from './print.ts';
import { parseTrimmedBtf, writeTrimmedBtf } from './trimmed.ts';
import { BtfWriter } from './writer.ts';

/** One type of every kind. */
function everyKind(): BtfWriter {
  const w = new BtfWriter();
  const int = w.int('int', 4, { signed: true }); // 1
  const char = w.int('char', 1, { signed: true, char: true }); // 2
  const node = w.fwd('node'); // 3
  const ptr = w.ptr(node); // 4
  const text = w.array(char, int, 16); // 5
  w.struct('task', 40, [
    { name: 'pid', type: int, bitOffset: 0, bitSize: 0 },
    { name: 'next', type: ptr, bitOffset: 64, bitSize: 0 },
    { name: 'comm', type: text, bitOffset: 128, bitSize: 0 },
  ]); // 6
  w.struct('bits', 4, [
    { name: 'low', type: int, bitOffset: 0, bitSize: 3 },
    { name: 'high', type: int, bitOffset: 3, bitSize: 29 },
  ]); // 7
  w.struct('either', 4, [{ name: 'a', type: int, bitOffset: 0, bitSize: 0 }], 'union'); // 8
  w.enum('state', [
    { name: 'IDLE', value: 0 },
    { name: 'BAD', value: -1 },
  ]); // 9
  w.enum64('wide', [{ name: 'TOP', value: 0xffffffff00000001n }]); // 10
  w.typedef('pid_t', int); // 11
  w.const(11); // 12
  w.volatile(12); // 13
  w.restrict(ptr); // 14
  const proto = w.funcProto(int, [
    { name: 'task', type: w.ptr(6) /* 15 */ },
    { name: '', type: 0 },
  ]); // 16
  w.func('visit', proto, 1); // 17
  w.variable('count', int, 0); // 18
  w.datasec('.bss', 4, [{ type: 18, offset: 0, size: 4 }]); // 19
  w.float('double', 8); // 20
  w.declTag('bpf_kfunc', 17); // 21
  w.declTag('arg:nonnull', 17, 0); // 22
  w.typeTag('rcu', 6); // 23
  return w;
}

describe('all kinds', () => {
  const btf = parseBtf(everyKind().bytes(), { checkAll: true });

  it('come back as they were written', () => {
    expect(btf.count).toBe(24);
    expect(btf.type(0)).toEqual({ id: 0, name: '', kind: 'void' });
    expect(btf.type(1)).toMatchObject({ kind: 'int', size: 4, bits: 32, signed: true, char: false });
    expect(btf.type(7)).toMatchObject({ kindFlag: true, members: [{ bitSize: 3 }, { bitOffset: 3, bitSize: 29 }] });
    expect(btf.type(9)).toMatchObject({ values: [{ value: 0n }, { value: 0xffffffffn }] });
    expect(btf.type(10)).toMatchObject({ values: [{ name: 'TOP', value: 0xffffffff00000001n }] });
    expect(btf.type(17)).toMatchObject({ kind: 'func', linkage: 1 });
    expect(btf.type(22)).toMatchObject({ kind: 'decl_tag', type: 17, component: 0 });
    expect(btf.type(23)).toMatchObject({ kind: 'type_tag', name: 'rcu' });
  });

  it.each([
    ['struct', 'task', 6],
    ['union', 'either', 8],
    ['func', 'visit', 17],
    ['struct', 'visit', 0],
    ['func', 'nothing', 0],
  ] as const)('find %s %s: %i', (kind, name, id) => {
    expect(btf.find(kind, name)).toBe(id);
  });

  it('knows sizes, modifiers and tags', () => {
    expect([4, 5, 6, 8, 9, 10, 13, 18, 20].map((id) => btf.sizeOf(id))).toEqual([8, 16, 40, 4, 4, 8, 4, 4, 8]);
    expect(btf.skipModifiers(13).id).toBe(1);
    expect(btf.declTags(17, -1)).toEqual(['bpf_kfunc']);
    expect(btf.declTags(17, 0)).toEqual(['arg:nonnull']);
    expect(() => btf.sizeOf(17)).toThrow(InputError);
  });

  it.each([
    [0, 'void'],
    [4, 'struct node *'],
    [5, 'char[16]'],
    [13, 'volatile const pid_t'],
    [14, 'struct node *restrict'],
    [15, 'struct task *'],
    [16, 'int (struct task *task, ...)'],
    [17, 'int visit(struct task *task, ...)'],
  ])('type %i is written %s', (id, text) => {
    expect(btf.typeName(id)).toBe(text);
  });

  it('prints definitions', () => {
    expect(printType(btf, 6)).toBe('struct task {\n\tint pid;\n\tstruct node *next;\n\tchar comm[16];\n};');
    expect(printType(btf, 7)).toBe('struct bits {\n\tint low: 3;\n\tint high: 29;\n};');
    expect(printType(btf, 11)).toBe('typedef int pid_t;');
    expect(declaration(btf, 16, '(*fn)')).toBe('int (*fn)(struct task *task, ...)');
  });

  it('stores each string once', () => {
    const w = new BtfWriter();
    w.int('x', 4);
    const size = w.bytes().length;
    w.typedef('x', 1);
    expect(w.bytes().length).toBe(size + 12);
  });
});

describe('hostile blobs', () => {
  const good = everyKind().bytes();
  const spoiled = (spoil: (view: DataView, bytes: Uint8Array) => void): Uint8Array => {
    const bytes = good.slice();
    spoil(new DataView(bytes.buffer), bytes);
    return bytes;
  };
  const build = (make: (w: BtfWriter) => void): Uint8Array => {
    const w = new BtfWriter();
    make(w);
    return w.bytes();
  };
  it.each<[string, Uint8Array, RegExp]>([
    ['empty', new Uint8Array(0), /too short/],
    ['big-endian', spoiled((v) => v.setUint16(0, 0x9feb, true)), /big-endian/],
    ['magic', spoiled((v) => v.setUint16(0, 7, true)), /magic is 0x7/],
    ['version', spoiled((v) => v.setUint8(2, 9)), /version 9/],
    ['header length', spoiled((v) => v.setUint32(4, 0xffffffff, true)), /header length/],
    ['type section', spoiled((v) => v.setUint32(12, 0xfffffff0, true)), /type section ends at/],
    ['string section', spoiled((v) => v.setUint32(20, 1 << 30, true)), /string section ends at/],
    ['unknown kind', spoiled((v) => v.setUint32(28, 31 << 24, true)), /\.BTF at offset 24: type 1 has unknown kind 31/],
    ['vlen', spoiled((v) => v.setUint32(28, (4 << 24) | 0xffff, true)), /needs 786432 bytes and is cut off/],
    ['string offset', spoiled((v) => v.setUint32(24, 0xffffff, true)), /string offset 16777215 is past the end/],
    ['id out of range', build((w) => w.ptr(99)), /type 1 refers to type 99, the last is 1/],
    ['cycle of typedefs', build((w) => (w.typedef('a', 2), w.typedef('b', 1))), /cycle of typedefs/],
    ['cycle of arrays', build((w) => (w.int('int', 4), w.array(2, 1, 1))), /cycle of arrays/],
    [
      'struct in itself',
      build((w) => w.struct('s', 8, [{ name: 'me', type: 1, bitOffset: 0, bitSize: 0 }])),
      /contains itself/,
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => parseBtf(bytes, { checkAll: true })).toThrow(InputError);
    expect(() => parseBtf(bytes, { checkAll: true })).toThrow(message);
  });

  it('refuses every truncation', () => {
    for (let length = 0; length < good.length; length++)
      expect(() => parseBtf(good.subarray(0, length), { checkAll: true })).toThrow(InputError);
  });

  it('prints types that double at each level, in bounded time', () => {
    const btf = parseBtf(
      build((w) => {
        let inner = w.int('int', 4);
        for (let i = 0; i < 40; i++)
          inner = w.struct('', 4, [
            { name: 'a', type: inner, bitOffset: 0, bitSize: 0 },
            { name: 'b', type: inner, bitOffset: 0, bitSize: 0 },
          ]);
      }),
    );
    expect(printType(btf, 41).length).toBeLessThan(4_000_000);
  });
});

describe('.BTF.ext', () => {
  const blob = (recordSize: number, count = 1): Uint8Array => {
    const bytes = new Uint8Array(24 + 4 + 8 + Math.max(16, recordSize));
    const view = new DataView(bytes.buffer);
    view.setUint16(0, 0xeb9f, true);
    view.setUint8(2, 1);
    view.setUint32(4, 24, true);
    view.setUint32(16, 0, true);
    view.setUint32(20, 4 + 8 + recordSize, true);
    view.setUint32(24, recordSize, true);
    view.setUint32(28, 5, true);
    view.setUint32(32, count, true);
    view.setUint32(36, 16, true);
    view.setUint32(48, (12 << 10) | 7, true);
    return bytes;
  };
  it.each([16, 20, 32])('line records of %i bytes', (size) => {
    expect(parseBtfExt(blob(size)).lines).toEqual([
      { sectionName: 5, records: [{ offset: 16, file: 0, text: 0, line: 12, col: 7 }] },
    ]);
  });
  it.each([
    ['short records', blob(12), /records of 12 bytes/],
    ['too many records', blob(16, 9), /9 records of 16 bytes/],
    ['no records', blob(16, 0), /without records/],
    ['empty', new Uint8Array(4), /too short/],
  ])('%s', (_, bytes, message) => {
    expect(() => parseBtfExt(bytes)).toThrow(message);
  });
});

it.each([
  ['task_struct', 'task_struct'],
  ['task_struct___old', 'task_struct'],
  ['a___b___c', 'a___b'],
  ['___x', '___x'],
  ['a____b', 'a____b'],
  ['a___', 'a___'],
  ['', ''],
])('the essential name of %s is %s', (name, essential) => {
  expect(essentialName(name)).toBe(essential);
});

it('finds a function with an unnamed argument before the kernel does', () => {
  const w = new BtfWriter();
  w.func('f', w.funcProto(0, [{ name: '', type: w.ptr(0) }]), 0);
  expect(kernelRefuses(parseBtf(w.bytes()))).toMatch(/FUNC f: argument 1 has no name/);
  expect(kernelRefuses(parseBtf(everyKind().bytes()))).toBeNull();
});

describe('trimmed BTF', () => {
  const btf = parseBtf(everyKind().bytes());
  const trimmed = parseTrimmedBtf(
    writeTrimmedBtf(btf, new Set([1, 6, 4, 5, 2, 17, 16, 15, 21]), new Set([3, 8]), '6.18.1'),
  );

  it('keeps ids and types', () => {
    expect(trimmed.count).toBe(24);
    expect(trimmed.find('func', 'visit')).toBe(17);
    expect(trimmed.type(6)).toEqual(btf.type(6));
    expect(trimmed.declTags(17, -1)).toEqual(['bpf_kfunc']);
  });
  it('says what was left out and what never was', () => {
    expect(() => trimmed.type(9)).toThrow(Unsupported);
    expect(() => trimmed.find('enum', 'state')).toThrow(/enum state of Linux 6.18.1 is not in the shipped BTF/);
    expect(trimmed.find('struct', 'no_such')).toBe(0);
    const union = trimmed.type(8);
    expect(trimmed.sizeOf(8)).toBe(4);
    expect(() => union.kind === 'union' && union.members).toThrow(/members of union either/);
  });
  it('refuses damaged bytes', () => {
    const bytes = writeTrimmedBtf(btf, new Set([1]), new Set(), 'x');
    for (let length = 0; length < bytes.length - 4; length++)
      expect(() => parseTrimmedBtf(bytes.subarray(0, length))).toThrow(InputError);
  });
});

describe('the shipped kernel BTF', () => {
  const bytes = new Uint8Array(readFileSync(new URL('../kernel/btf/linux-6.18.bin', import.meta.url)));
  const kernel = parseTrimmedBtf(bytes);

  it('is small', () => {
    expect(bytes.length).toBeLessThan(1_500_000);
  });
  it.each(['num', 'bits', 'task', 'task_vma', 'css', 'css_task', 'kmem_cache', 'dmabuf'])('has iterator %s', (name) => {
    for (const method of ['new', 'next', 'destroy']) {
      const id = kernel.find('func', `bpf_iter_${name}_${method}`);
      expect(kernel.declTags(id, -1)).toContain('bpf_kfunc');
    }
    expect(kernel.sizeOf(kernel.find('struct', `bpf_iter_${name}`)) % 8).toBe(0);
  });
  it.each([
    'task',
    'task_file',
    'task_vma',
    'bpf_map',
    'bpf_map_elem',
    'bpf_prog',
    'bpf_link',
    'cgroup',
    'tcp',
    'udp',
    'unix',
  ])('has iterator target %s', (name) => {
    expect(kernel.find('func', `bpf_iter_${name}`)).toBeGreaterThan(0);
    expect(kernel.type(kernel.find('struct', `bpf_iter__${name}`))).toHaveProperty('members');
  });
});
