import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Engine } from '../../core/engine/index.ts';
import { plain, repositoryEngine as engine } from './repository.ts';

const own = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../own/${name}`, import.meta.url))));
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const NOTICE = "NOT THE KERNEL'S BEHAVIOUR: without the verifier's rule destroy";
const OFF = JSON.stringify({ rulesOff: ['destroy'] });
const TWOS = JSON.stringify({ name: 'twos', element: 'int', generator: { kind: 'list', values: [2, 4] } });
const LEAKS = encode('r1 = r10\nr1 += -8\nr2 = 0\nr3 = 3\ncall bpf_iter_num_new\nr0 = 0\nexit\n');

async function opened(host: Engine, bytes: Uint8Array, name = 'leaks.asm'): Promise<number> {
  const { sessions, errors } = await host.open([{ name, bytes }]);
  expect(errors).toEqual([]);
  return sessions[0]!.session;
}
test('programs are opened with the model in use, and keep it', async () => {
  const host = engine();
  const before = await opened(host, LEAKS);
  expect(await host.useModel(OFF)).toMatchObject({
    notice: NOTICE,
    rulesOff: ['destroy'],
    iterators: [],
    description: OFF,
  });
  const off = await opened(host, LEAKS);
  await host.useModel(null);
  expect(await host.model()).toMatchObject({ title: 'Linux 6.18', notice: '', rulesOff: [], description: null });
  const after = await opened(host, LEAKS);

  const summaries = (await host.sessions()).map(({ session, summary }) => [session, summary] as const);
  expect(new Map(summaries).get(before)).toMatch(/^leaks: rejected/);
  expect(new Map(summaries).get(off)).toBe(`leaks: accepted, 7 instructions, 0 states (${NOTICE})`);
  expect(new Map(summaries).get(after)).toMatch(/^leaks: rejected/);

  expect(await host.info(off)).toMatchObject({ notice: NOTICE, rules: expect.stringContaining(NOTICE) as string });
  expect(await host.info(before)).toMatchObject({ notice: '', rules: 'Linux 6.18 rules' });
  const run = await host.run(off, false);
  expect(run).toMatchObject({ notice: NOTICE, contract: [{ kind: 'not-destroyed', iterator: 'num', ref: 1 }] });
  expect((await host.log(off, 1)).split('\n')[0]).toBe(NOTICE);
  expect(await host.log(before, 1)).not.toContain('NOT THE KERNEL');
  // A what-if of it is by its rules.
  const { sessions } = await host.derive(off, [{ kind: 'assembly', text: new TextDecoder().decode(LEAKS) }]);
  expect(sessions[0]).toMatchObject({ accepted: true });
});

test('an object is verified again by another model, and not by the same', async () => {
  const host = engine();
  const open = async (): Promise<readonly number[]> =>
    (await host.open([{ name: 'own.bpf.o', bytes: object }])).sessions.map(({ session }) => session);
  const object = own('own.bpf.o');
  await host.useModel(new TextDecoder().decode(own('model.json')));
  const first = await open();
  expect(await open()).toEqual(first);
  await host.useModel(null);
  const others = await open();
  expect(others.some((session) => first.includes(session))).toBe(false);
  expect((await host.run(first[0]!, false)).retval).toBe('25');
});

test('a trace carries its model: it is verified and run as it was, elsewhere', async () => {
  const host = engine();
  await host.useModel(new TextDecoder().decode(own('model.json')));
  const session = await opened(host, own('own.bpf.o'), 'own.bpf.o');
  const trace = await host.exportTrace(session, 'iterscope');
  const other = engine();
  const again = await opened(other, trace.bytes, trace.name);
  expect(await other.log(again, 2)).toBe(await host.log(session, 2));
  expect((await other.run(again, false)).retval).toBe('25');
  expect(await other.model()).toMatchObject({ description: null });
});

test('a trace of rules that are off says so', async () => {
  const host = engine();
  await host.useModel(OFF);
  const trace = await host.exportTrace(await opened(host, LEAKS), 'iterscope');
  const other = engine();
  const session = await opened(other, trace.bytes, trace.name);
  expect((await other.sessions()).find((one) => one.session === session)?.summary).toContain(NOTICE);
  expect(other.traceInfo(trace.bytes, trace.name).join('\n')).toContain(NOTICE);
});

test('the journal brings models back', async () => {
  const host = engine();
  const before = await opened(host, LEAKS);
  await host.useModel(OFF);
  const off = await opened(host, LEAKS);
  const restored = engine();
  const { errors } = await restored.restore(await host.journal());
  expect(errors).toEqual([]);
  const accepted = new Map((await restored.sessions()).map((one) => [one.session, one.accepted] as const));
  expect([accepted.get(before), accepted.get(off)]).toEqual([false, true]);
  expect(await restored.model()).toMatchObject({ description: OFF });
});

test('lessons are judged by the kernel', async () => {
  const host = engine();
  await host.useModel(OFF);
  const lesson = (await host.lessons())[0]!;
  const { pages } = await host.lesson(lesson.id);
  const page = pages.findIndex(({ exercise }) => exercise !== undefined);
  const { session } = await host.checkExercise(lesson.id, page, new TextDecoder().decode(LEAKS));
  const entry = (await host.sessions()).find((one) => one.session === session);
  expect(entry?.accepted).toBe(false);
});

test('what is being written is checked', async () => {
  const host = engine();
  const good = await host.checkModel(TWOS);
  expect(good.problems).toEqual([]);
  expect(good.iterators).toMatchObject([
    { name: 'twos', header: expect.stringContaining('bpf_iter_twos_new') as string },
  ]);
  expect(await host.checkModel('{')).toMatchObject({ problems: [{ field: '', refused: true }], iterators: [] });
  expect((await host.checkModel('{"name":"x","element":"int","generator":{"kind":"list"}}')).problems).toEqual([
    { field: 'generator.values', rule: 'expected an array, got nothing', refused: true },
  ]);
  const lax = await host.checkModel(
    JSON.stringify({ ...(JSON.parse(TWOS) as object), flags: { next: ['KF_ITER_NEXT'] } }),
  );
  expect(lax.problems).toMatchObject([{ field: 'flags.next', refused: false }]);
  const odd = await host.checkModel(JSON.stringify({ iterators: [{ ...(JSON.parse(TWOS) as object), size: 20 }] }));
  // Once, though each of the three functions has that state.
  expect(odd.problems.map(({ field }) => field)).toEqual(['iterators[0].size']);
  await expect(host.useModel('{"rulesOff":["x"]}')).rejects.toThrow('rulesOff[0]: expected one of');
  expect(await host.model()).toMatchObject({ description: null });
});

test('the terminal has it: model FILE.json', async () => {
  const host = engine();
  await host.open([
    { name: 'twos.json', bytes: encode(TWOS) },
    { name: 'off.json', bytes: encode(OFF) },
    { name: 'bad.json', bytes: encode('{"name":"Twos"}') },
  ]);
  const type = async (line: string): Promise<{ readonly text: string; readonly failed: boolean }> => {
    const { output, failed } = await host.shell(line, -1, 0);
    return { text: plain(output), failed: failed === true };
  };
  expect((await type('model')).text).toBe('programs are opened by the rules of Linux 6.18');
  expect((await type('model twos.json')).text).toMatch(
    /^programs are opened by the rules of Linux 6\.18 with twos \[\w+\]\ntwos {2}An iterator/,
  );
  expect((await type('help twos')).text).toContain('Its elements are int.');
  expect((await type('model off.json')).text.split('\n')[0]).toBe(NOTICE);
  expect((await type('help twos')).failed).toBe(true);
  expect(await type('model bad.json')).toEqual({
    text: expect.stringContaining('bad.json: name: ') as string,
    failed: true,
  });
  expect((await type('model none.json')).failed).toBe(true);
  expect((await type('model')).text.split('\n')[0]).toBe(NOTICE);
  expect((await type('model none')).text).toBe('programs are opened by the rules of Linux 6.18');
});
