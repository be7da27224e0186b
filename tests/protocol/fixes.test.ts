import { expect, test } from 'vitest';
import type { Engine } from '../../core/engine/index.ts';
import { repositoryEngine } from './repository.ts';

const LEAK = ['r1 = r10', 'r1 += -8', 'r2 = 0', 'r3 = 3', 'call bpf_iter_num_new', 'r0 = 0', 'exit'];

async function assembled(engine: Engine, lines: readonly string[]): Promise<number> {
  return (await engine.shell(`asm ${lines.join('\n')}`, -1, 0)).session!;
}

test('a fix is told with its difference and its line, and derives an accepted session', async () => {
  const engine = repositoryEngine();
  const session = await assembled(engine, LEAK);
  const [fix] = await engine.fixes(session);
  expect(fix!.title).toBe('Destroy `fp-8` before the program ends');
  expect(fix!.grade).toBe('adds');
  expect(fix!.steps[0]).toMatchObject({ at: 5, line: 6, source: 'r0 = 0' });
  expect(fix!.difference.map(({ kind, before, after, text }) => [kind, before, after, text])).toEqual([
    ['same', 3, 3, 'r3 = 3'],
    ['same', 4, 4, 'call bpf_iter_num_new'],
    ['added', -1, 5, 'r1 = r10'],
    ['added', -1, 6, 'r1 += -8'],
    ['added', -1, 7, 'call bpf_iter_num_destroy'],
    ['same', 5, 8, 'r0 = 0'],
    ['same', 6, 9, 'exit'],
  ]);
  const { sessions, errors } = await engine.derive(session, fix!.edits);
  expect(errors).toEqual([]);
  expect(sessions[0]).toMatchObject({ accepted: true, parent: session });
  // Lines of the text stay with their instructions.
  const { insns } = await engine.info(sessions[0]!.session);
  expect(insns.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 5, 5, 5, 6, 7]);
  // They come back from the journal.
  const other = repositoryEngine();
  expect((await other.restore(await engine.journal())).errors).toEqual([]);
  expect((await other.sessions()).map(({ accepted }) => accepted)).toEqual([false, true]);
});

test('an accepted program has no fixes', async () => {
  const engine = repositoryEngine();
  expect(await engine.fixes(await assembled(engine, ['r0 = 0', 'exit']))).toEqual([]);
});

test('the search is cancelled, and other requests do not wait for it', async () => {
  const engine = repositoryEngine();
  // Each candidate walks far.
  const far = ['r6 = 0', 'again: r6 += 1', 'if r6 < 9000 goto again', 'r1 = 0', 'r0 = *(u64 *)(r1 +0)', 'exit'];
  const session = await assembled(engine, far);
  const ending = new AbortController();
  const search = engine.fixes(session, { signal: ending.signal });
  const order: string[] = [];
  const ended = search.then(
    () => order.push('found'),
    (error: Error) => order.push(error.name),
  );
  await engine.step(session, 1);
  order.push('step');
  ending.abort();
  await ended;
  expect(order).toEqual(['step', 'Cancelled']);
});
