import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { CompiledC } from '../../core/engine/protocol.ts';
import { repositoryEngine } from './repository.ts';

// An exercise is tried as it is written, in assembly and in C, and checked; the objects are those that ship.

const [LESSON, PAGE] = ['number-loop', 4];
const folder = fileURLToPath(new URL('../../lessons/number-loop/c/', import.meta.url));
const compiled = (name: string): CompiledC => ({
  source: { name: `${name}.bpf.c`, bytes: new Uint8Array(readFileSync(`${folder}${name}.bpf.c`)) },
  object: new Uint8Array(readFileSync(`${folder}${name}.bpf.o`)),
});

test('what is written is verified, and its line told, and is no session', async () => {
  const engine = repositoryEngine();
  const before = (await engine.sessions()).length;
  const leak = ['r1 = r10', 'r1 += -8', 'w2 = 0', 'w3 = 1', 'call bpf_iter_num_new', 'w0 = 0', 'exit'].join('\n');
  expect(await engine.tryExercise(LESSON, PAGE, leak)).toMatchObject({ at: 6, line: 7, verdict: { accepted: false } });
  expect(await engine.tryExercise(LESSON, PAGE, 'w0 = 0\nexit')).toMatchObject({
    at: -1,
    line: 0,
    message: '',
    verdict: { accepted: true, processed: 2 },
  });
  expect(await engine.tryExercise(LESSON, PAGE, 'w0 = 0\nr0 = what')).toMatchObject({ problem: { line: 2 } });
  expect(await engine.sessions()).toHaveLength(before);
});

test('C is tried by its object, and lines are those of its source', async () => {
  const engine = repositoryEngine();
  expect(await engine.tryExercise(LESSON, PAGE, compiled('5-start'))).toMatchObject({
    line: 16,
    message: expect.stringContaining('reference leak') as string,
    verdict: { accepted: false },
  });
  expect(await engine.tryExercise(LESSON, PAGE, compiled('5-solution'))).toMatchObject({ verdict: { accepted: true } });
  const damaged = { ...compiled('5-start'), object: new Uint8Array([1, 2, 3]) };
  expect((await engine.tryExercise(LESSON, PAGE, damaged)).problem?.text).toBeTruthy();
});

test('C is checked like assembly, with its line; what was compiled lies in the sandbox, and comes back with the journal', async () => {
  const engine = repositoryEngine();
  const refused = await engine.checkExercise(LESSON, PAGE, compiled('5-start'));
  expect(refused).toMatchObject({ ok: false, line: 16, words: expect.stringContaining('reference leak') as string });
  const solved = await engine.checkExercise(LESSON, PAGE, compiled('5-solution'));
  expect(solved).toMatchObject({ ok: true, words: expect.stringContaining('returns 45') as string });
  expect(solved.solution?.c).toContain('bpf_iter_num_destroy(&it);');
  expect(solved.solution?.pieces).toContain('    sum += *v;');
  const info = await engine.info(solved.session!);
  expect(info.sources.map(({ name }) => name)).toContain('5-solution.bpf.c');
  expect((await engine.shell('ls', -1, 1)).output).toContain('5-solution.bpf.o');
  const again = repositoryEngine();
  await again.restore(await engine.journal());
  expect((await again.sessions()).map(({ program }) => program)).toContain('sum_to_ten');
});

test('a definition that is being written leaves no sessions, however many programs its checks ask about', async () => {
  const engine = repositoryEngine();
  const { pages } = await engine.lesson('kfunc-flags');
  const page = pages.findIndex(({ exercise }) => exercise?.language === 'definition');
  const start = pages[page]!.exercise!.start;
  const before = (await engine.sessions()).length;
  expect(await engine.tryExercise('kfunc-flags', page, start)).toMatchObject({ verdict: { accepted: true } });
  expect(await engine.tryExercise('kfunc-flags', page, `${start}\n`)).toMatchObject({ verdict: { accepted: true } });
  expect(await engine.tryExercise('kfunc-flags', page, '{ "name": 7 }')).toMatchObject({ problem: { line: 0 } });
  expect(await engine.sessions()).toHaveLength(before);
});

test('C that makes another type of program of itself is no solution', async () => {
  const engine = repositoryEngine();
  const path = fileURLToPath(new URL('../../lessons/exactly-once/c/4-solution.bpf', import.meta.url));
  const source = { name: '4.bpf.c', bytes: new Uint8Array(readFileSync(`${path}.c`)) };
  const object = readFileSync(`${path}.o`, 'latin1');
  const attempt = (text: string): CompiledC => ({ source, object: new Uint8Array(Buffer.from(text, 'latin1')) });
  expect((await engine.checkExercise('exactly-once', 3, attempt(object))).ok).toBe(true);
  const other = attempt(object.replaceAll('raw_tp/sys_enter', 'tp_btf/sys_enter'));
  expect((await engine.checkExercise('exactly-once', 3, other)).words).toBe(
    'It can’t be loaded: it is in SEC("tp_btf/sys_enter"); the exercise\'s program is in SEC("raw_tp/sys_enter")',
  );
});

test('an object without a program, or without the one that is asked for, is told', async () => {
  const engine = repositoryEngine();
  const { words } = await engine.checkExercise(LESSON, PAGE, { ...compiled('5-start'), object: new Uint8Array(64) });
  expect(words).toMatch(/^It can’t be loaded: /);
});
