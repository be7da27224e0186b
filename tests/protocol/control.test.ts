import { readFileSync } from 'node:fs';
import { MessageChannel } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { Cancelled, connectEngine, serveEngine } from '../../core/engine/index.ts';
import type { EngineConnection, Progress } from '../../core/engine/index.ts';
import { repositoryEngine } from './repository.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function connected(): EngineConnection {
  const { port1, port2 } = new MessageChannel();
  closing.push(serveEngine(port1, repositoryEngine()));
  const client = connectEngine(port2);
  closing.push(() => client.disconnect('the test is over'));
  return client;
}

/** Two counted loops in each other: long walks, and longer logs. */
const nested = (outer: number): Uint8Array =>
  Buffer.from(
    `r0 = 0\nr1 = 0\nouter: r2 = 0\ninner: r2 += 1\nr0 += r2\nif r2 < 1000 goto inner\nr1 += 1\nif r1 < ${outer} goto outer\nr0 = 0\nexit\n`,
  );
const many = new Uint8Array(readFileSync(fileURLToPath(new URL('../golden/loops/plain.bpf.o', import.meta.url))));

async function openNested(client: EngineConnection, outer: number): Promise<number> {
  const { sessions, errors } = await client.open([{ name: 'nested.asm', bytes: nested(outer) }]);
  expect(errors).toEqual([]);
  return sessions[0]!.session;
}

test('each program is told as soon as it is verified, with a count', async () => {
  const told: Progress[] = [];
  const { sessions, left } = await connected().open([{ name: 'plain.bpf.o', bytes: many }], {
    progress: (progress) => void told.push(progress),
  });
  expect(left).toBeUndefined();
  expect(sessions.length).toBeGreaterThan(20);
  expect(told.map(({ done }) => done)).toEqual(sessions.map((_, i) => i + 1));
  expect(told.map(({ session }) => session)).toEqual(sessions);
  expect(new Set(told.map(({ total }) => total))).toEqual(new Set([sessions.length]));
});

test('opening can be ended: what is open stays open, the rest is counted', async () => {
  const client = connected();
  const abort = new AbortController();
  const { sessions, left } = await client.open([{ name: 'plain.bpf.o', bytes: many }], {
    signal: abort.signal,
    progress: ({ done }) => {
      if (done === 3) abort.abort();
    },
  });
  expect(sessions.length).toBeGreaterThanOrEqual(3);
  expect(left).toBeGreaterThan(5);
  expect(await client.sessions()).toEqual(sessions);
});

test('a verification that is not wanted any more ends at once, and nothing waits for it', async () => {
  const client = connected();
  const small = await openNested(client, 1);
  const abort = new AbortController();
  let answered = false;
  const long = client
    .open([{ name: 'long.asm', bytes: nested(300) }], { signal: abort.signal })
    .finally(() => (answered = true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const begun = performance.now();
  expect((await client.step(small, 5)).words).toMatch(/^step 5 of/);
  expect(performance.now() - begun).toBeLessThan(200);
  expect(answered).toBe(false);
  abort.abort();
  expect((await long).left).toBe(1);
  expect(performance.now() - begun).toBeLessThan(500);
});

test('what was ended before it began is not sent', async () => {
  const abort = new AbortController();
  abort.abort();
  await expect(connected().open([], { signal: abort.signal })).rejects.toThrow(Cancelled);
});

test('a log is had by lines, whatever its length; steps and lines find each other', async () => {
  const client = connected();
  const session = await openNested(client, 20);
  const whole = await client.logInfo(session, 2);
  expect(whole.lines).toBeGreaterThan(100_000);
  const page = await client.logLines(session, 2, 50_000, 100);
  expect(page.lines).toHaveLength(100);
  expect(page.total).toBe(whole.lines);
  const told = page.steps.findIndex((step) => step > 0);
  expect(page.lines[told]).toMatch(/^\d+: \([0-9a-f]{2}\) /);
  expect(await client.logLineOf(session, 2, page.steps[told]!)).toBe(50_000 + told);
  const last = await client.logLines(session, 2, whole.lines, 5);
  expect(last.lines).toEqual([expect.stringMatching(/^processed \d+ insns/)]);
  // The failing path of an accepted program is empty.
  expect((await client.logInfo(session, 1)).lines).toBe(1);
});

test('a log comes in pieces, each when the one before was taken', async () => {
  const client = connected();
  const session = await openNested(client, 5);
  let text = '';
  let atOnce = 0;
  let most = 0;
  const info = await client.logText(session, 2, {
    progress: async ({ output }) => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 2));
      text += output ?? '';
      atOnce--;
    },
  });
  expect(text.length).toBe(info.bytes);
  expect(most).toBeLessThanOrEqual(2);
  expect(text.split('\n')).toHaveLength(info.lines + 1);
  expect(await client.log(session, 2)).toBe(text);
});

test('a terminal command is ended, and its long output comes as it is written', async () => {
  const client = connected();
  const session = await openNested(client, 300);
  const abort = new AbortController();
  let pieces = 0;
  const command = client.shell('verify --log-level 2', session, 1, {
    signal: abort.signal,
    progress: () => {
      if (++pieces === 3) abort.abort();
    },
  });
  await expect(command).rejects.toThrow(Cancelled);
  expect((await client.shell('help', session, 1)).output).toContain('veristat');
});
