import { expect, test } from 'vitest';
import { lessonCommand } from '../../cli/commands/lesson.ts';
import { encodeUtf8 } from '../../core/base/utf8.ts';
import { createEngine } from '../../core/engine/index.ts';
import type { EngineAssets } from '../../core/engine/index.ts';
import { plain, repositoryAssets } from './repository.ts';

/** The assets with a lesson and a sample spoilt beside those that ship. */
function spoilt(): EngineAssets {
  const { kernelBtf, files } = repositoryAssets();
  const shipped = files.find(({ name }) => name === 'lessons/number-loop/lesson.md')!;
  return {
    kernelBtf,
    files: [
      ...files,
      { name: 'lessons/spoilt/lesson.md', bytes: encodeUtf8('---\nid: spoilt\nnumber: one two\n') },
      { name: 'lessons/zz-twice/lesson.md', bytes: shipped.bytes },
      { name: 'samples/spoilt.bpf.o', bytes: Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1) },
    ],
  };
}

test('a lesson that cannot be read is listed with its problem, and the rest goes on', async () => {
  const engine = createEngine(spoilt());
  const lessons = await engine.lessons();
  expect(lessons.find(({ id }) => id === 'number-loop')).not.toHaveProperty('problem');
  const broken = lessons.filter(({ problem }) => problem !== undefined);
  expect(broken.map(({ id, problem }) => [id, problem])).toEqual([
    ['spoilt', 'lessons/spoilt/lesson.md: line 1: the front matter has no closing ---'],
    ['zz-twice', 'lessons/zz-twice/lesson.md: the id number-loop is that of lessons/number-loop/lesson.md already'],
  ]);
  expect((await engine.lesson('number-loop')).pages).toHaveLength(5);
  await expect(engine.lesson('spoilt')).rejects.toThrow('no closing ---');
  const { output } = await engine.shell('lesson', -1, 0);
  expect(plain(output)).toMatch(/Why does this loop end\?[\s\S]*spoilt +cannot be read: lessons\/spoilt/);
});

test('lesson list prints the problem, as text and as JSON, and says so by its exit status', async () => {
  let printed = '';
  const output = { out: (text: string) => (printed += text), err: () => {}, bytes: () => {} };
  expect(await lessonCommand(['list'], output, spoilt())).toBe(1);
  expect(printed).toMatch(/^number-loop +4\.2 +Why/m);
  expect(printed).toMatch(/^spoilt +cannot be read: lessons\/spoilt\/lesson\.md: line 1/m);
  printed = '';
  expect(await lessonCommand(['list', '--json'], output, spoilt())).toBe(1);
  expect(JSON.parse(printed.split('\n').find((line) => line.includes('"spoilt"')) ?? '')).toMatchObject({
    id: 'spoilt',
    problem: expect.stringContaining('closing') as string,
  });
  expect(await lessonCommand(['list'], output)).toBe(0);
});

test('a sample that cannot be read is listed with its problem, after all the others', async () => {
  const engine = createEngine(spoilt());
  const samples = await engine.samples();
  expect(samples).toHaveLength(11);
  expect(samples.filter(({ problem }) => problem !== undefined)).toHaveLength(1);
  expect(samples.at(-1)).toMatchObject({ file: 'spoilt.bpf.o', accepted: false });
  expect(samples.at(-1)!.problem).toMatch(/^spoilt\.bpf\.o: /);
});
