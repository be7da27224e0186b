import { beforeAll, expect, test } from 'vitest';
import type { CheckResult } from '../../core/engine/protocol.ts';
import { repositoryEngine } from './repository.ts';

const engine = repositoryEngine();
const LESSON = 'design-an-iterator';
let page = -1;
let start = '';
let solution = '';
beforeAll(async () => {
  const { pages } = await engine.lesson(LESSON);
  page = pages.findIndex(({ exercise }) => exercise?.language === 'definition');
  start = pages[page]!.exercise!.start;
  solution = (await engine.solution(LESSON, page)).text;
});
const tried = (text: string): Promise<CheckResult> => engine.checkExercise(LESSON, page, text);
const changed = (change: object): Promise<CheckResult> =>
  tried(JSON.stringify({ ...(JSON.parse(solution) as object), ...change }));

test('the solution is one, and its program is shown by the rules of the definition', async () => {
  const { ok, session, words } = await tried(solution);
  expect(ok).toBe(true);
  expect(words).toContain('24 bytes');
  expect((await engine.info(session!)).rules).toContain('with every');
});

test('what is not registered is told in the words of registering, and the program is looked at by Linux', async () => {
  const { ok, session, words, hints } = await tried(start);
  expect(ok).toBe(false);
  expect(words).toMatch(/^It is not registered: bpf_iter_every_begin: /);
  expect(hints!.length).toBeGreaterThan(3);
  expect((await engine.info(session!)).rules).not.toContain('with every');
});

test.each([
  ['{\n  "name": "every"\n  "element"', /^It is no definition: line 3: /],
  ['{\n  "name": "every"', /^It is no definition: line 2: /],
  ['[]', /^It is no definition: expected an object, got an array/],
  ['{ "name": "every", "elements": "int" }', /^It is no definition: \w+: /],
  ['{ "iterators": [] }', /^It is no definition: iterators: one iterator is asked for/],
])('%j is told with its place', async (text, words) => {
  expect(await tried(text)).toMatchObject({ ok: false, words: expect.stringMatching(words) as string });
});

test('no rule is switched off, and no limit raised, to get by', async () => {
  const iterators = [JSON.parse(solution) as unknown];
  expect((await tried(JSON.stringify({ iterators, rulesOff: ['type'] }))).words).toContain('rulesOff: no rule');
  expect((await tried(JSON.stringify({ iterators, limits: { processed: 9 } }))).words).toContain('limits: the limits');
  expect(await tried(JSON.stringify({ iterators }))).toMatchObject({ ok: true });
});

test('an attempt after another is judged by itself', async () => {
  expect((await changed({ size: 32 })).words).toContain('expected uninitialized iter_every');
  expect(await tried(solution)).toMatchObject({ ok: true });
  expect((await changed({ element: 'nothing_such' })).words).toMatch(/^It is no definition: /);
});
