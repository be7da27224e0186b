import { readFileSync, readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import type { Btf } from '../btf/btf.ts';
import { parseTrimmedBtf } from '../btf/trimmed.ts';
import { loadObject } from './load.ts';
import { dataMapName, objectName } from './maps.ts';
import type { BpfObject } from './object.ts';
import { objectFromInsns } from './from-insns.ts';

const folder = new URL('./fixtures/', import.meta.url);
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));
const objects = readdirSync(folder).filter((name) => name.endsWith('.bpf.o'));

let kernelBtf: Btf;
beforeAll(() => {
  kernelBtf = parseTrimmedBtf(read('../../kernel/btf/linux-6.18.bin'));
});

/** Everything handed to the kernel, in the form in which the recordings of libbpf 1.5 are kept. */
function listing(object: BpfObject): string {
  const lines: string[] = [];
  for (const p of object.programs) {
    lines.push(`== ${p.name}`);
    if (p.unsupported !== undefined) {
      lines.push('not loaded');
      continue;
    }
    lines.push(
      `prog type ${p.type} eat ${p.expectedAttachType} btfid ${p.attachBtfId} flags ${p.flags.toString(16)} insns ${p.insns.length}`,
      ...p.insns.map((n, i) => `${i}: ${n.code.toString(16).padStart(2, '0')} ${n.dst} ${n.src} ${n.off} ${n.imm}`),
      ...p.funcInfo.map((f) => `func ${f.insn} ${f.typeId}`),
      ...p.lineInfo.map((l) => `line ${l.insn} ${l.line} ${l.col}`),
    );
  }
  lines.push('== maps');
  for (const m of object.maps)
    lines.push(
      `map ${m.name} type ${m.type} key ${m.keySize} val ${m.valueSize} max ${m.maxEntries} flags ${m.flags.toString(16)} kt ${m.btfKeyTypeId} vt ${m.btfValueTypeId}`,
    );
  return `${lines.join('\n')}\n`;
}

/** A listing without the ids that one build of a kernel gives its functions: they are numbered by appearance. */
function withoutKernelIds(text: string): string {
  const numbers = new Map<string, number>();
  return text.replace(/^(\d+: 85 0 2 0 |prog .* btfid )([1-9]\d*)\b/gm, (_, before: string, id: string) => {
    if (!numbers.has(id)) numbers.set(id, numbers.size);
    return `${before}kernel ${numbers.get(id)!}`;
  });
}

describe('objects load as libbpf loads them', () => {
  it.each(objects)('%s', (name) => {
    const recorded = new TextDecoder().decode(read(name.replace('.bpf.o', '.libbpf.txt')));
    expect(withoutKernelIds(listing(loadObject(read(name), { file: name, kernelBtf })))).toBe(
      withoutKernelIds(recorded),
    );
  });

  it('keeps source lines, data and the licence', () => {
    const object = loadObject(read('walk.clang22.v3.bpf.o'), { file: 'a/walk.bpf.o', kernelBtf });
    expect(object.license).toBe('GPL');
    expect(object.programs[0]!.lineInfo.map((l) => l.text)).toContain('\t__u32 key = 3;');
    expect(object.programs[0]!.lineInfo[0]!.file).toMatch(/walk\.bpf\.c$/);
    const [, , rodata, data] = object.maps;
    expect(rodata).toMatchObject({ name: 'walk.rodata', frozen: true, initial: Uint8Array.of(10, 0, 0, 0) });
    expect(data).toMatchObject({ name: 'walk.data', frozen: false, initial: Uint8Array.of(7, 0, 0, 0) });
    expect(object.maps[6]!.initial).toEqual(Uint8Array.of(0, 18, 6, 0));
  });

  it('gives its BTF the linkage, sizes and offsets that the kernel wants', () => {
    const { btf } = loadObject(read('walk.clang22.v3.bpf.o'), { file: 'walk.bpf.o', kernelBtf });
    const func = (name: string): unknown => btf!.type(btf!.find('func', name));
    expect(func('twice')).toMatchObject({ linkage: 1 });
    expect(func('quiet')).toMatchObject({ linkage: 0 });
    expect(func('bpf_iter_num_new')).toMatchObject({ linkage: 1 });
    expect(btf!.type(btf!.find('datasec', '.ksyms'))).toMatchObject({ size: 16 });
    expect(btf!.type(btf!.find('datasec', '.data.custom'))).toMatchObject({ size: 8 });
  });

  it('says why a program cannot be loaded', () => {
    const { programs } = loadObject(read('walk.clang22.v3.bpf.o'), { file: 'walk.bpf.o', kernelBtf: null });
    const why = Object.fromEntries(programs.map((p) => [p.name, p.unsupported]));
    expect(why['loop']).toMatch(/needs the kernel's BTF/);
    expect(why['unknown']).toMatch(/somewhere\/else/);
    expect(why['dump_task']).toMatch(/CO-RE|kernel's BTF/);
  });
});

describe('names of data maps', () => {
  it.each([
    ['walk', '.rodata', 'walk.rodata'],
    ['iters_state_safety', '.rodata', 'iters_st.rodata'],
    ['verifier_iterating', '.bss', 'verifier.bss'],
    ['prog', '.data.custom', '.data.custom'],
    ['prog', '.rodata.str1.1', '.rodata.str1.1'],
    ['prog', '.kconfig', 'prog.kconfig'],
    ['a-b', '.bss', 'a_b.bss'],
  ])('%s %s', (object, section, name) => {
    expect(dataMapName(objectName(`${object}.bpf.o`), section)).toBe(name);
  });
});

/** xorshift32: the mutations are the same in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

function outcome(bytes: Uint8Array): 'loaded' | 'refused' {
  try {
    loadObject(bytes, { file: 'hostile.bpf.o', kernelBtf });
    return 'loaded';
  } catch (error) {
    if (error instanceof InputError && error.file === 'hostile.bpf.o' && error.place !== '') return 'refused';
    throw error;
  }
}

describe('hostile objects', () => {
  const good = read('walk.clang22.v3.bpf.o');

  it('refuses every truncation with a place', () => {
    for (let length = 0; length < good.length; length += 97) expect(outcome(good.subarray(0, length))).toBe('refused');
  });

  it('loads or refuses whatever is changed in it, in bounded time (seed 20261122)', () => {
    const next = random(20261122);
    const seen = { loaded: 0, refused: 0 };
    let slowest = 0;
    for (let round = 0; round < 1500; round++) {
      const bytes = good.slice();
      for (let n = next() % 4; n >= 0; n--) {
        const at = next() % bytes.length;
        const choice = next() % 5;
        if (choice === 0) bytes[at] = next() & 255;
        else if (choice === 1) bytes[at] = 0xff;
        else if (choice === 2) new DataView(bytes.buffer).setUint32(at & ~3, next() % bytes.length, true);
        else if (choice === 3) new DataView(bytes.buffer).setUint32(at & ~3, 0xffffffff, true);
        else bytes.copyWithin(at, next() % bytes.length, (next() % bytes.length) + 8);
      }
      const start = performance.now();
      seen[outcome(bytes)]++;
      slowest = Math.max(slowest, performance.now() - start);
    }
    expect(seen.loaded).toBeGreaterThan(50);
    expect(seen.refused).toBeGreaterThan(50);
    expect(slowest).toBeLessThan(2000);
  });

  it.each<[string, (bytes: Uint8Array) => void, RegExp]>([
    ['not ELF', (b) => b.fill(0, 0, 4), /ELF header at offset 0: not an ELF file/],
    ['32-bit', (b) => void (b[4] = 1), /offset 4: not a 64-bit/],
    ['big-endian', (b) => void (b[5] = 2), /big-endian/],
    ['another machine', (b) => void (b[18] = 62), /e_machine 62/],
    ['lying section count', (b) => b.fill(0xff, 60, 62), /section header table ends at/],
    ['names in no section', (b) => b.fill(0xff, 62, 64), /section name table is section 65535/],
  ])('%s', (_, spoil, message) => {
    const bytes = good.slice();
    spoil(bytes);
    expect(() => loadObject(bytes, { file: 'x.o', kernelBtf })).toThrow(message);
  });
});

it('makes an object of assembled instructions', () => {
  const object = objectFromInsns([{ code: 0x95, dst: 0, src: 0, off: 0, imm: 0 }]);
  expect(object.programs[0]).toMatchObject({ name: 'prog', type: 17, insns: [{ code: 0x95 }] });
});
