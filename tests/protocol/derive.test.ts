import { regSpot } from '../../core/verifier/values/spot.ts';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Engine } from '../../core/engine/index.ts';
import type { Edit } from '../../core/elf/input.ts';
import { repositoryEngine } from './repository.ts';

const FILE = fileURLToPath(new URL('../../core/elf/fixtures/globals/globals.bpf.o', import.meta.url));

async function derived(engine: Engine, session: number, ...edits: Edit[]): Promise<number> {
  const { sessions, errors } = await engine.derive(session, edits);
  expect(errors).toEqual([]);
  return sessions[0]!.session;
}
const assembled = async (engine: Engine, ...lines: string[]): Promise<number> =>
  (await engine.shell(`asm ${lines.join('\n')}`, -1, 0)).session!;
const returned = async (engine: Engine, session: number): Promise<string> => (await engine.run(session, true)).retval;

test('edits are made after those of the parent, and a later one of a name counts', async () => {
  const engine = repositoryEngine();
  const opened = await engine.open([{ name: 'globals.bpf.o', bytes: new Uint8Array(readFileSync(FILE)) }]);
  const { session } = opened.sessions[0]!;
  const first = await derived(engine, session, { kind: 'set', name: 'limit', value: '31' });
  const second = await derived(engine, first, { kind: 'set', name: 'limit', value: '7' });
  expect(await returned(engine, first)).toBe('31');
  expect(await returned(engine, second)).toBe('7');
  expect((await engine.sessions()).map(({ session: id, parent }) => [id, parent]).slice(-2)).toEqual([
    [first, session],
    [second, first],
  ]);
  // The settings of openWith stand in the place of the parent's.
  const { sessions } = await engine.openWith(second, []);
  expect(await returned(engine, sessions[0]!.session)).toBe('10');
});

test('an instruction is put in the place of another; text in the place of text', async () => {
  const engine = repositoryEngine();
  const session = await assembled(engine, 'r0 = 1', 'r1 = 5', 'r0 += r1', 'exit');
  const { program } = await engine.info(session);
  const other = await derived(engine, session, { kind: 'instructions', program, from: 1, count: 1, text: 'r1 = 9' });
  expect(await returned(engine, other)).toBe('10');
  expect((await engine.info(other)).insns.map(({ text }) => text)).toEqual(['r0 = 1', 'r1 = 9', 'r0 += r1', 'exit']);
  const text = await derived(engine, other, { kind: 'assembly', text: 'r0 = 3\nexit' });
  expect(await returned(engine, text)).toBe('3');
  expect((await engine.info(text)).sources[0]!.text).toBe('r0 = 3\nexit');
});

test('edits come back from trace and journal, with the parent', async () => {
  const engine = repositoryEngine();
  const opened = await engine.openSample('num_sum.bpf.o');
  const { session, program } = opened.sessions[0]!;
  const { insns } = await engine.info(session);
  const exit = insns.findIndex(({ text }) => text === 'exit');
  expect(insns[exit - 1]!.text).toBe('w0 = w6');
  const edit: Edit = { kind: 'instructions', program, from: exit - 1, count: 1, text: 'r0 = 77' };
  const changed = await derived(engine, session, edit);
  expect(await returned(engine, changed)).toBe('77');
  const typed = await assembled(engine, 'r0 = 1', 'exit');
  const retyped = await derived(engine, typed, { kind: 'assembly', text: 'r0 = 2\nexit' });

  const other = repositoryEngine();
  for (const [id, retval] of [
    [changed, '77'],
    [retyped, '2'],
  ] as const) {
    const { sessions, errors } = await other.open([await engine.exportTrace(id, 'iterscope')]);
    expect(errors).toEqual([]);
    expect(await returned(other, sessions[0]!.session)).toBe(retval);
  }
  // What is derived from an opened trace is derived from the program in it.
  const fromTrace = await derived(other, 1, { ...edit, text: 'r0 = 78' });

  const again = repositoryEngine();
  expect((await again.restore(await engine.journal())).errors).toEqual([]);
  expect(await again.sessions()).toEqual(await engine.sessions());
  expect([await returned(again, changed), await returned(again, retyped)]).toEqual(['77', '2']);
  const third = repositoryEngine();
  expect((await third.restore(await other.journal())).errors).toEqual([]);
  expect(await returned(third, fromTrace)).toBe('78');
});

test.each<[string, Edit, RegExp]>([
  [
    'no such program',
    { kind: 'instructions', program: 'x', from: 0, count: 1, text: 'exit' },
    /x, instruction 0: there is no such program/,
  ],
  [
    'beyond the end',
    { kind: 'instructions', program: 'sum_to_ten', from: 90, count: 1, text: 'exit' },
    /instructions 0 to \d+/,
  ],
  [
    'too long',
    { kind: 'instructions', program: 'sum_to_ten', from: 0, count: 1, text: 'r0 = 1\nexit' },
    /takes 2 slots, and there is room for 1/,
  ],
  [
    'no assembly',
    { kind: 'instructions', program: 'sum_to_ten', from: 0, count: 1, text: 'r0 = what' },
    /num_sum\.bpf\.o: sum_to_ten, instruction 0: /,
  ],
  ['no text to replace', { kind: 'assembly', text: 'exit' }, /num_sum\.bpf\.o: it is an object/],
])('an edit that does not fit is refused: %s', async (_name, edit, reason) => {
  const engine = repositoryEngine();
  const { session } = (await engine.openSample('num_sum.bpf.o')).sessions[0]!;
  const { errors, sessions } = await engine.derive(session, [edit]);
  expect(sessions).toEqual([]);
  expect(errors[0]).toMatch(reason);
});

test('what is tried in an exercise is derived from what was tried before', async () => {
  const engine = repositoryEngine();
  const { pages } = await engine.lesson('number-loop');
  const page = pages.findIndex(({ exercise }) => exercise !== undefined);
  const one = (await engine.checkExercise('number-loop', page, 'r0 = 1\nexit')).session!;
  await engine.checkExercise('number-loop', page, 'r0 = what');
  const two = (await engine.checkExercise('number-loop', page, 'r0 = 2\nexit')).session!;
  expect((await engine.sessions()).find(({ session }) => session === two)?.parent).toBe(one);
  expect(await returned(engine, two)).toBe('2');
});

test('the first difference of two walks: none, an instruction, a state, an event', async () => {
  const engine = repositoryEngine();
  const loop = async (...end: string[]): Promise<number> =>
    assembled(engine, 'call bpf_get_prandom_u32', 'r6 = 1', ...end);
  const differ = async (left: number, right: number): ReturnType<Engine['firstDifference']> =>
    engine.firstDifference(left, right);
  const sample = (await engine.openSample('num_sum.bpf.o')).sessions[0]!.session;
  const back = (await engine.open([await engine.exportTrace(sample, 'iterscope')])).sessions[0]!.session;
  expect(await differ(sample, back)).toBeNull();

  const branch = await loop('if r0 > 5 goto pc+1', 'r0 = 0', 'r0 = 1', 'exit');
  const straight = await loop('if r6 > 5 goto pc+1', 'r0 = 0', 'r0 = 1', 'exit');
  expect(await differ(branch, straight)).toMatchObject({ kind: 'event', step: 3, right: null });
  expect(await differ(branch, straight)).toMatchObject({ left: { what: 'fork', kind: 'branch' } });
  const jump = await loop('if r6 > 0 goto pc+1', 'r0 = 0', 'r0 = 1', 'exit');
  expect(await differ(straight, jump)).toEqual({ kind: 'instruction', step: 4, left: 3, right: 4 });
  const shorter = await loop('exit');
  expect(await differ(straight, shorter)).toMatchObject({ kind: 'event', step: 3, right: { what: 'path-end' } });

  const one = await assembled(engine, 'r0 = 1', 'r7 = r0', 'exit');
  const two = await derived(engine, one, { kind: 'assembly', text: 'r0 = 2\nr7 = r0\nexit' });
  expect(await differ(one, two)).toEqual({ kind: 'state', step: 2, pc: 1, location: regSpot(0, 0) });
  const slots = async (value: number): Promise<number> =>
    assembled(engine, `r1 = ${value}`, '*(u64 *)(r10 -16) = r1', 'r1 = 0', 'r0 = 0', 'exit');
  const stores = [await slots(4), await slots(5)] as const;
  // r1 differs first, before it is stored.
  expect(await differ(...stores)).toMatchObject({ kind: 'state', step: 2, location: regSpot(0, 1) });
});

test('a trace that another kernel made is shown, and never verified again by the rules of this one', async () => {
  const engine = repositoryEngine();
  const opened = await engine.openSample('num_sum.bpf.o');
  const { bytes } = await engine.exportTrace(opened.sessions[0]!.session, 'iterscope');
  const parts = unzipSync(bytes);
  const manifest = JSON.parse(strFromU8(parts['manifest.json']!)) as Record<string, unknown>;
  expect(manifest['kernel']).toBe('Linux 6.18');
  parts['manifest.json'] = strToU8(JSON.stringify({ ...manifest, kernel: 'Linux 6.18 with processed=10' }));
  const again = await engine.open([{ name: 'other.iterscope', bytes: zipSync(parts) }]);
  expect(again.errors).toEqual([]);
  const { session } = again.sessions[0]!;
  expect((await engine.step(session, 1)).step).toBe(1);
  await expect(engine.log(session, 2)).rejects.toThrow('it was verified by the rules of Linux 6.18 with processed=10');
  const { errors } = await engine.derive(session, []).catch((error: Error) => ({ errors: [error.message] }));
  expect(errors.join()).toContain('by the rules of Linux 6.18 with processed=10');
});
