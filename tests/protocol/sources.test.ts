import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../../core/base/utf8.ts';
import type { Engine } from '../../core/engine/index.ts';
import { repositoryEngine } from './repository.ts';

const golden = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../golden/iter-num/${name}`, import.meta.url))));
const object = { name: 'c.bpf.o', bytes: golden('c.bpf.o') };
const source = { name: 'c.bpf.c', bytes: golden('c.bpf.c') };
const changed = (from: string, to: string) => ({
  ...source,
  bytes: encodeUtf8(decodeUtf8(source.bytes).replaceAll(from, to)),
});
const shown = async (engine: Engine, session: number) => (await engine.info(session)).sources[0]!;

test('an object and its source, opened at once: the text in full', async () => {
  const engine = repositoryEngine();
  const { sessions, errors, sources } = await engine.open([object, source]);
  expect(errors).toEqual([]);
  expect(sources).toMatchObject([{ name: 'c.bpf.c', fits: true }]);
  const { complete, text, different } = await shown(engine, sessions[0]!.session);
  expect({ complete, different }).toEqual({ complete: true, different: undefined });
  expect(text).toBe(decodeUtf8(source.bytes));
});

test('a source that is opened later is shown beside what is open, and comes back with it', async () => {
  const engine = repositoryEngine();
  const { sessions } = await engine.open([object]);
  const { session } = sessions[0]!;
  expect((await shown(engine, session)).complete).toBe(false);
  const asked = await engine.checkSource(session, source);
  expect(asked).toMatchObject({ fits: true });
  expect(asked.words).toMatch(/^c\.bpf\.c is this object's source: all \d+ lines/);
  // Asking shows nothing.
  expect((await shown(engine, session)).complete).toBe(false);
  const later = await engine.open([source]);
  expect(later).toMatchObject({ sessions: [], errors: [], sources: [{ fits: true }] });
  expect((await shown(engine, session)).complete).toBe(true);
  const next = repositoryEngine();
  await next.restore(await engine.journal());
  expect((await shown(next, session)).complete).toBe(true);
});

test('a line that changed since is told with what it was', async () => {
  const engine = repositoryEngine();
  const { sessions, sources } = await engine.open([object, changed('sum += *v;', 'sum += *v + 1;')]);
  expect(sources![0]!.words).toMatch(/^c\.bpf\.c has changed since the object was compiled: line/);
  const program = sessions.find(({ program }) => program === 'sum_to_ten')!;
  const { complete, different } = await shown(engine, program.session);
  expect(complete).toBe(true);
  expect(different).toEqual([{ line: 13, was: '\t\tsum += *v;' }]);
});

test('what does not fit is refused, with the reason, and nothing of it is shown', async () => {
  const engine = repositoryEngine();
  const other = { ...source, bytes: encodeUtf8('// another program\nint x;\n') };
  const { sessions, errors } = await engine.open([object, other]);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(/^c\.bpf\.c is not shown: none of the \d+ lines that the object tells of/);
  const { complete, text } = await shown(engine, sessions[0]!.session);
  expect(complete).toBe(false);
  expect(text).toContain('bpf_iter_num_next');
});

test('a source of nothing that is open says what to open', async () => {
  const engine = repositoryEngine();
  const { errors } = await engine.open([source]);
  expect(errors).toEqual(['c.bpf.c: no program that is open comes from it. Open its object (.bpf.o) too']);
  const { sessions } = await engine.open([object]);
  const elsewhere = await engine.checkSource(sessions[0]!.session, { ...source, name: 'other.c' });
  expect(elsewhere).toMatchObject({ fits: false });
  expect(elsewhere.words).toMatch(/does not tell of it, it tells of c\.bpf\.c/);
});

test('a source opened along with an object is that object’s alone: others of its name keep theirs', async () => {
  const engine = repositoryEngine();
  const first = await engine.open([object, source]);
  // Another file of the same name, as from another folder.
  const again = { ...object, bytes: object.bytes.slice() };
  const second = await engine.open([again, changed('sum += *v;', 'sum += *v + 1;')]);
  expect((await shown(engine, first.sessions[0]!.session)).different).toBeUndefined();
  expect((await shown(engine, second.sessions[0]!.session)).different).toHaveLength(1);
});
