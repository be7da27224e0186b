import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { disasmText } from '../core/isa/disasm.ts';
import { assemble } from '../core/isa/asm.ts';
import { shippedBtf, SHIPPED_KERNEL } from '../core/kernel/btf/shipped.ts';
import { linux618 } from '../core/kernel/releases/linux-6.18.ts';
import { objectFromInsns } from '../core/elf/from-insns.ts';
import { edited, loadInput } from '../core/elf/input.ts';
import type { Edit } from '../core/elf/input.ts';
import { loadObject } from '../core/elf/load.ts';
import type { BpfObject, BpfProgram } from '../core/elf/object.ts';
import { rewritten } from '../core/elf/rewrite.ts';
import type { Part } from '../core/elf/rewrite.ts';

const file = (path: string): Uint8Array => new Uint8Array(readFileSync(fileURLToPath(new URL(path, import.meta.url))));
const kernel = linux618(shippedBtf(file(`../core/kernel/btf/${SHIPPED_KERNEL.asset}`)));
const golden = (name: string): BpfObject =>
  loadObject(file(`golden/${name}.bpf.o`), { file: 'x.bpf.o', ...kernel.loading });
const texts = ({ insns }: BpfProgram): string[] =>
  insns.map((insn, i) => (insn.code === 0 ? '' : disasmText(insn, insns[i + 1])));

const text = ['r0 = 0', 'if r1 == 0x0 goto pc+3', 'r2 = 0x0', 'call pc+2', 'exit', 'r0 = 1', 'exit'];
const object = objectFromInsns(assemble(text.join('\n')), { name: 'x' });
const program = object.programs[0]!;
const put = (...parts: Part[]): ReturnType<typeof rewritten> => rewritten(object, program, parts);

test('jumps and calls follow what is put in', () => {
  // 0 r0, 1 if, 2-3 load, 4 call 7, 5 exit, 6 r0, 7 exit
  const { program: made, origin } = put(
    { from: 2, count: 0, text: 'r3 = 1\nr4 = 2' },
    { from: 5, count: 0, text: 'r5 = 3' },
  );
  expect(texts(made)).toEqual([
    'r0 = 0',
    'if r1 == 0x0 goto pc+5',
    'r3 = 1',
    'r4 = 2',
    'r2 = 0x0',
    '',
    'call pc+3',
    'r5 = 3',
    'exit',
    'r0 = 1',
    'exit',
  ]);
  expect([...origin]).toEqual([0, 1, -1, -1, 2, 3, 4, -1, 5, 6, 7]);
});

test('jumps lead to the beginning of what stands before their target, or behind it', () => {
  expect(texts(put({ from: 5, count: 0, text: 'r5 = 3' }).program)[1]).toBe('if r1 == 0x0 goto pc+3');
  expect(texts(put({ from: 5, count: 0, text: 'r5 = 3', jumps: 'behind' }).program)[1]).toBe('if r1 == 0x0 goto pc+4');
});

test('old numbers are labels, and a text has labels of its own', () => {
  const { program: made } = put({ from: 1, count: 1, text: 'if r1 != 0 goto on\ngoto .6\non: r9 = 1' });
  expect(texts(made).slice(0, 4)).toEqual(['r0 = 0', 'if r1 != 0x0 goto pc+1', 'goto pc+5', 'r9 = 1']);
});

test('an instruction is led to itself, behind what stands before it', () => {
  const { program: made } = put({ from: 5, count: 0, text: 'if r0 == 0 goto ..5\nif r0 == 1 goto .5\nr5 = 3' });
  expect(texts(made).slice(5, 7)).toEqual(['if r0 == 0x0 goto pc+2', 'if r0 == 0x1 goto pc-2']);
});

test('what is taken away is led to by its beginning, and by nothing else', () => {
  expect(texts(put({ from: 5, count: 1, text: '' }).program)[1]).toBe('if r1 == 0x0 goto pc+3');
  expect(() => put({ from: 4, count: 2, text: '' })).toThrow(
    'instruction 1 leads to 5, in the middle of what is replaced',
  );
  expect(() => put({ from: 4, count: 2, text: 'goto .5' })).toThrow('instruction 5 is taken away');
});

test.each<[string, Part[], string]>([
  ['half a load', [{ from: 3, count: 1, text: '' }], 'x, instruction 3: instruction 2 takes two slots'],
  ['beyond the end', [{ from: 7, count: 2, text: '' }], 'the program has instructions 0 to 7'],
  [
    'overlap',
    [
      { from: 1, count: 3, text: '' },
      { from: 2, count: 0, text: '' },
    ],
    'x, before 2: it overlaps instructions 1 to 3',
  ],
  ['no such number', [{ from: 0, count: 0, text: 'goto .90' }], 'there is no label .90'],
  ['no instruction', [{ from: 0, count: 0, text: 'what' }], 'x, before 0: no instruction reads "what"'],
  ['too far', [{ from: 2, count: 0, text: 'r3 = 1\n'.repeat(40_000) }], 'instruction 1 cannot reach 5 any more'],
])('it refuses %s', (_name, parts, reason) => {
  expect(() => put(...parts)).toThrow(reason);
});

test('as many slots as before are led to one by one', () => {
  const { program: made } = put({ from: 4, count: 2, text: 'r0 = 7\nexit' });
  expect(texts(made)[1]).toBe('if r1 == 0x0 goto pc+3');
});

// A program with functions, records of lines and maps; other programs of the object have copies of its functions.
const subprogs = golden('iter-num/c');
const edit = (name: string, parts: Part[]): BpfObject =>
  edited(subprogs, { kind: 'rewrite', program: name, parts }, kernel.btf);

test('records of functions and lines follow; other programs are what they were', () => {
  const before = subprogs.programs.find(({ name }) => name === 'stopped_twice')!;
  const made = edit('stopped_twice', [{ from: 4, count: 0, text: 'r7 = 1\nr7 = 2' }]);
  const after = made.programs.find(({ name }) => name === 'stopped_twice')!;
  expect(after.funcInfo.map(({ insn }) => insn)).toEqual(
    before.funcInfo.map(({ insn }) => (insn > 4 ? insn + 2 : insn)),
  );
  expect(after.lineInfo.map(({ insn, line }) => [insn, line])).toEqual(
    before.lineInfo.map(({ insn, line }) => [insn > 4 ? insn + 2 : insn, line]),
  );
  for (const other of subprogs.programs)
    if (other !== before) expect(made.programs.find(({ name }) => name === other.name)).toBe(other);
});

test('what is put at the beginning of a function belongs to it, or to the one before', () => {
  const { funcInfo } = subprogs.programs.find(({ name }) => name === 'stopped_twice')!;
  const start = funcInfo[1]!.insn;
  const infoOf = (jumps?: 'behind'): number =>
    edit('stopped_twice', [{ from: start, count: 0, text: 'r7 = 1', ...(jumps && { jumps }) }]).programs.find(
      ({ name }) => name === 'stopped_twice',
    )!.funcInfo[1]!.insn;
  expect(infoOf()).toBe(start);
  expect(infoOf('behind')).toBe(start + 1);
  const end = funcInfo[2]!.insn;
  expect(() => edit('stopped_twice', [{ from: start, count: end - start, text: '' }])).toThrow(
    'nothing is left of function 1',
  );
});

test('functions of the program and of the kernel are called by name', () => {
  const { name, funcInfo } = subprogs.programs.find((one) => one.name === 'stopped_twice')!;
  const callee = subprogs.btf!.type(funcInfo[1]!.typeId).name;
  const made = edit(name, [{ from: 0, count: 0, text: `call ${callee}\ncall bpf_iter_num_next` }]).programs.find(
    (one) => one.name === name,
  )!;
  expect(made.insns[0]).toMatchObject({ src: 1, imm: funcInfo[1]!.insn + 2 - 1 });
  expect(made.insns[1]).toMatchObject({ src: 2, imm: kernel.btf.find('func', 'bpf_iter_num_next') });
});

test('a program moves to another section', () => {
  const one = golden('iter-others/others');
  const made = edited(
    one,
    { kind: 'section', program: 'caches_not_sleepable_iter', section: 'iter.s/task' },
    kernel.btf,
  );
  const before = one.programs.find(({ name }) => name === 'caches_not_sleepable_iter')!;
  const after = made.programs.find(({ name }) => name === 'caches_not_sleepable_iter')!;
  expect(after).toEqual({ ...before, section: 'iter.s/task', flags: before.flags | 16 });
  expect(() => edited(one, { kind: 'section', program: before.name, section: 'nothing' }, kernel.btf)).toThrow(
    "section 'nothing' is no program type",
  );
});

test('edits of assembly follow one another', () => {
  const input = { kind: 'assembly', file: 'x.asm', bytes: new TextEncoder().encode('r0 = 0\nexit') } as const;
  const edits: Edit[] = [
    { kind: 'rewrite', program: 'x', parts: [{ from: 0, count: 1, text: 'r0 = 1\nr0 = 2' }] },
    { kind: 'rewrite', program: 'x', parts: [{ from: 2, count: 0, text: 'r0 += 5' }] },
  ];
  const made = loadInput(input, edits, { ...kernel.loading, kernelBtf: kernel.btf });
  expect(texts(made.programs[0]!)).toEqual(['r0 = 1', 'r0 = 2', 'r0 += 5', 'exit']);
});
