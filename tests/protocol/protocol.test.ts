import { MessageChannel } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { InputError, Unsupported } from '../../core/base/errors.ts';
import { checkRequest, requestNames } from '../../core/engine/contract.ts';
import { connectEngine, EngineError, serveEngine, ShapeError } from '../../core/engine/index.ts';
import type { EngineApi } from '../../core/engine/protocol.ts';
import { repositoryEngine } from './repository.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** An engine behind a real channel, and the raw port beside its client. */
function connected(engine: EngineApi) {
  const { port1, port2 } = new MessageChannel();
  closing.push(serveEngine(port1, engine));
  const client = connectEngine(port2);
  closing.push(() => client.disconnect('the test is over'));
  return { client, port: port2, server: port1 };
}

/** An engine of which only some requests are there. */
const only = (part: Partial<EngineApi>): EngineApi => part as EngineApi;

/** Sends a raw message and waits for the answer with its id. */
async function raw(message: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { port1, port2 } = new MessageChannel();
  closing.push(serveEngine(port1, repositoryEngine()));
  closing.push(() => port2.close());
  return await new Promise((resolve) => {
    port2.on('message', resolve);
    port2.postMessage(message);
  });
}

test('a whole walk over a real channel: open, look, step, run, export', async () => {
  const { client } = connected(repositoryEngine());
  const opened = await client.openSample('num_sum.bpf.o');
  expect(opened.errors).toEqual([]);
  const session = opened.sessions[0]!.session;
  const info = await client.info(session);
  expect(info.verdict).toMatchObject({ accepted: true, processed: 35, totalStates: 3, peakStates: 4 });
  expect((await client.step(session, 23)).words).toBe('step 23 of 35, before 16: if r0 != 0x0 goto pc-7');
  expect((await client.exploration(session)).pcs).toBeInstanceOf(Uint32Array);
  expect((await client.run(session, false)).retval).toBe('45');
  const file = await client.exportTrace(session, 'iterscope');
  expect((await client.open([file])).sessions[0]).toMatchObject({ program: 'sum_to_ten', accepted: true });
});

test('errors arrive as what they were thrown as', async () => {
  const { client } = connected(
    only({
      sessions: () => Promise.reject(new InputError('bad bytes', 'section .BTF', 'x.o')),
      lessons: () => Promise.reject(new Unsupported('arenas', 7)),
      samples: () => Promise.reject(new RangeError('oops')),
    }),
  );
  const bad = await client.sessions().catch((e: unknown) => e);
  expect(bad).toBeInstanceOf(InputError);
  expect(bad).toMatchObject({
    reason: 'bad bytes',
    place: 'section .BTF',
    file: 'x.o',
    message: 'x.o: section .BTF: bad bytes',
  });
  const not = await client.lessons().catch((e: unknown) => e);
  expect(not).toBeInstanceOf(Unsupported);
  expect(not).toMatchObject({ feature: 'arenas', insn: 7 });
  const other = await client.samples().catch((e: unknown) => e);
  expect(other).toBeInstanceOf(EngineError);
  expect(other).toMatchObject({ kind: 'RangeError', message: 'oops' });
});

test('answers find their requests whatever the order', async () => {
  let release: (() => void) | undefined;
  const { client } = connected(
    only({
      log: (session) =>
        session === 1 ? new Promise((resolve) => (release = () => resolve('one'))) : Promise.resolve('two'),
    }),
  );
  const first = client.log(1, 1);
  expect(await client.log(2, 1)).toBe('two');
  release?.();
  expect(await first).toBe('one');
});

test('when the engine goes, what waits is told, and so is what comes later', async () => {
  const { client, server } = connected(only({ log: () => new Promise(() => {}) }));
  const waiting = client.log(1, 1).catch((e: unknown) => e);
  setTimeout(() => server.close(), 20);
  expect(await waiting).toMatchObject({ kind: 'Disconnected', message: 'the engine has gone' });
  expect(await client.log(1, 1).catch((e: unknown) => e)).toMatchObject({ kind: 'Disconnected' });
});

test('a value that cannot be cloned is an error, not silence', async () => {
  const { client } = connected(only({ log: () => Promise.resolve((() => 0) as unknown as string) }));
  expect(await client.log(1, 1).catch((e: unknown) => e)).toBeInstanceOf(EngineError);
});

test.each([
  ['another version', { v: 2, id: 1, request: 'samples', args: [] }, /version 1/],
  ['an unknown request', { v: 1, id: 1, request: 'constructor', args: [] }, /unknown request/],
  ['no arguments', { v: 1, id: 1, request: 'info' }, /array of arguments/],
  ['too many arguments', { v: 1, id: 1, request: 'samples', args: [1] }, /at most 0/],
  ['a text for a number', { v: 1, id: 1, request: 'info', args: ['1'] }, /info\[0\]: expected a whole number/],
  ['a fraction', { v: 1, id: 1, request: 'step', args: [1, 1.5] }, /step\[1\]/],
  ['a wrong level', { v: 1, id: 1, request: 'log', args: [1, 4] }, /one of 1, 2/],
  [
    'files without bytes',
    { v: 1, id: 1, request: 'open', args: [[{ name: 'x', bytes: 'y' }]] },
    /open\[0\]\[0\]\.bytes: expected bytes/,
  ],
  ['too long a line', { v: 1, id: 1, request: 'complete', args: ['x'.repeat(10_001)] }, /at most 10000/],
])('a message with %s is refused', async (_name, message, reason) => {
  const answer = await raw(message);
  expect(answer).toMatchObject({ id: 1, error: { name: 'ShapeError' } });
  expect((answer['error'] as Error).message).toMatch(reason);
});

test('every request of the contract is checked', () => {
  for (const name of requestNames)
    expect(() => checkRequest(name, [Symbol.iterator, 1, 2, 3, 4, 5])).toThrow(ShapeError);
});
