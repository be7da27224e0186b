import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { decodeUtf8 } from '../../core/base/utf8.ts';
import type { Engine } from '../../core/engine/index.ts';
import { checkRequest } from '../../core/engine/contract.ts';
import { notablePosition, readsOf, seqFileAt } from '../../core/trace/views/seq-file-state.ts';
import { bufferText } from '../../core/trace/views/buffer-text.ts';
import type { SeqFileState } from '../../core/trace/views/seq-file-state.ts';
import type { IteratorView, ReadSettings, SeqCall } from '../../core/trace/views/seq-file-view.ts';
import { eventWords, positionWords, readWords, takenBackWords } from '../../core/trace/views/seq-file-words.ts';
import { repositoryEngine } from './repository.ts';

const TWO_PAGES = 8192;

async function read(engine: Engine, file: string, settings: ReadSettings): Promise<IteratorView> {
  const bytes = new Uint8Array(readFileSync(fileURLToPath(new URL(`../iter/${file}`, import.meta.url))));
  const { sessions, errors } = await engine.open([{ name: file, bytes }]);
  expect(errors).toEqual([]);
  return engine.readIterator(sessions[0]!.session, settings);
}
async function readSample(file: string, settings: ReadSettings): Promise<IteratorView> {
  const engine = repositoryEngine();
  const { sessions } = await engine.openSample(file);
  return engine.readIterator(sessions[0]!.session, settings);
}
const calls = ({ events }: IteratorView): SeqCall[] =>
  events.filter((event): event is SeqCall => event.kind === 'call');
const unread = ({ pieces, from, count }: SeqFileState): string =>
  pieces
    .map(({ bytes }) => decodeUtf8(bytes))
    .join('')
    .slice(from, from + count);

/** What all reads give, put together from the states at which they return. */
function readText(view: IteratorView): string {
  let text = '';
  for (let at = 1; at <= view.events.length; at++) {
    const { window, pieces } = seqFileAt(view, at);
    if (window === null) continue;
    const buffer = pieces.map(({ bytes }) => decodeUtf8(bytes)).join('');
    text += buffer.slice(window.from, window.to);
  }
  return text;
}

test('a read that stops in mid-buffer: the rest is kept, the next read gives it without a call', async () => {
  const view = await readSample('task_lines.bpf.o', { size: 512 });
  expect(view.problem).toBe('');
  expect(view.context).toEqual(['task']);
  const [first, second, third] = readsOf(view);
  expect(first).toMatchObject({ asked: 512, given: 512, firstCall: 1 });
  expect(first!.left).toBeGreaterThan(0);
  expect(second).toMatchObject({ given: first!.left, left: 0, firstCall: 0 });
  expect(third).toMatchObject({ given: 512, firstCall: first!.lastCall + 1 });

  const paused = seqFileAt(view, view.events.indexOf(first!) + 1);
  expect(paused).toMatchObject({ read: 1, reading: false, from: 512, count: first!.left, given: 512 });
  expect(paused.window).toEqual({ from: 0, to: 512 });
  expect(unread(paused)).toHaveLength(first!.left);
  const before = seqFileAt(view, paused.position - 1);
  expect(before).toMatchObject({ reading: true, from: 0, count: 512 + first!.left, given: 0, window: null });
  expect(before.entities.filter((state) => state === 'current')).toHaveLength(1);
  expect(before.entities.filter((state) => state === 'wrote')).toHaveLength(first!.lastCall - 1);
});

test.each([1, 7, 512, 4096, 131_072])('with reads of %i bytes the states give what the program wrote', async (size) => {
  const view = await readSample('task_lines.bpf.o', { size, pid: 1187 });
  const whole = decodeUtf8(view.written);
  expect(readText(view)).toBe(whole);
  expect(whole.split('\n').slice(0, 2)).toEqual(['  tgid    pid name', '  1187   1187 sshd']);
  const end = seqFileAt(view, view.events.length);
  expect(end).toMatchObject({ count: 0, given: whole.length, calls: view.count.calls, reading: false });
  expect(readsOf(view).at(-1)!.given).toBe(0);
});

test('what does not fit is taken back, and its object called again by the next read', async () => {
  const view = await read(repositoryEngine(), 'long-lines.bpf.o', { size: 131_072 });
  const at = view.events.findIndex((event) => event.kind === 'call' && event.takenBack) + 1;
  const overflow = view.events[at - 1] as SeqCall;
  expect(overflow).toMatchObject({ overflowed: true, after: view.bufferSize });
  const state = seqFileAt(view, at);
  // A part of it was whole before the buffer was full; none of it counts.
  expect(state.takenBack!.bytes.length % TWO_PAGES).not.toBe(0);
  expect(state.count).toBe(overflow.before);
  const after = seqFileAt(view, at + 1);
  expect(after.window).toEqual({ from: 0, to: overflow.before });
  expect(after.entities[overflow.entity]).toBe('again');
  const again = view.events[at + 1] as SeqCall;
  expect(again).toMatchObject({ entity: overflow.entity, seqNum: overflow.seqNum, before: 0, takenBack: false });
  expect(seqFileAt(view, at + 2)).toMatchObject({ from: 0, read: 2, takenBack: null });
  expect(readText(view).length).toBe(readsOf(view).reduce((sum, { given }) => sum + Math.max(0, given), 0));
});

test('what never fits ends the reading with E2BIG, as a real 6.18 does', async () => {
  const view = await read(repositoryEngine(), 'too-long.bpf.o', { size: 131_072 });
  expect(view.problem).toBe(
    'read() failed: E2BIG (errno -7): what task 151 systemd-journal alone writes does not fit into the buffer',
  );
  const [first, second] = readsOf(view);
  // What came before is given first; then its object is called again, alone.
  expect(first).toMatchObject({ given: 4, left: 0, overflowed: true });
  expect(second).toMatchObject({ given: -7, overflowed: true });
  expect(readWords(first!)).toMatch(/^calls 1 to \d+; the last did not fit$/);
  expect(readWords(second!)).toMatch(/^call \d+: nothing is given, it does not fit alone$/);
  const [before, alone] = view.events.filter((event): event is SeqCall => event.kind === 'call' && event.takenBack);
  expect([before!.before, alone!.before]).toEqual([4, 0]);
  expect(before!.entity).toBe(alone!.entity);
  expect(takenBackWords(before!, view)).toContain('the 32\u00a0764 bytes that are left');
  expect(takenBackWords(alone!, view)).toContain('the whole buffer, 32\u00a0768 bytes');
});

test('a parameter against a filter in the program: the same lines, and other calls', async () => {
  const engine = repositoryEngine();
  const { sessions } = await engine.openSample('task_lines.bpf.o');
  const { session } = sessions[0]!;
  const filtered = await engine.openWith(session, [{ name: 'only_pid', value: '1187' }]);
  const byParameter = await engine.readIterator(session, { size: 4096, pid: 1187 });
  const inProgram = await engine.readIterator(filtered.sessions[0]!.session, { size: 4096 });
  const lines = (view: IteratorView): string[] =>
    decodeUtf8(view.written)
      .split('\n')
      .filter((line) => / sshd$/.test(line));
  expect(lines(byParameter)).toEqual(lines(inProgram));
  expect(byParameter.count.silent).toBe(0);
  expect(byParameter.unfiltered).toEqual({ calls: inProgram.count.calls, silent: 0 });
  expect(inProgram.count.silent).toBeGreaterThan(40);
  expect(inProgram.unfiltered).toBeNull();
  const outside = seqFileAt(byParameter, 0).entities.filter((state) => state === 'outside');
  expect(outside).toHaveLength(byParameter.world.entities.length - byParameter.count.calls + 1);
});

test('files stand in the row of their process; who shares them, or has none, says so', async () => {
  const { world, events, context } = await readSample('task_files.bpf.o', { size: 4096 });
  expect(context).toEqual(['task', 'fd', 'file']);
  expect(world.parts).toBe('open files');
  const rows = world.rows.filter(({ count }) => count > 0);
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(world.entities.length);
  expect(rows.map(({ first }) => first)).toEqual([...rows.map(({ first }) => first)].sort((a, b) => a - b));
  expect(world.rows.filter(({ note }) => note.startsWith('shares the files of'))).not.toEqual([]);
  const last = events.filter(({ kind }) => kind === 'call').at(-1) as SeqCall;
  expect(last).toMatchObject({ atEnd: true, entity: -1, args: ['NULL', '0', 'NULL'] });
});

test('links that the kernel refuses, and reads that fail, say why, behind what happened', async () => {
  const engine = repositoryEngine();
  const { sessions } = await engine.openSample('task_lines.bpf.o');
  const { session } = sessions[0]!;
  const both = await engine.readIterator(session, { size: 10, pid: 1, tid: 1 });
  expect(both).toMatchObject({ problem: 'not attached: EINVAL (errno -22)', events: [] });
  expect(both.world.entities.length).toBeGreaterThan(40);
  const nobody = await engine.readIterator(session, { size: 10, pid: 999_999 });
  expect(calls(nobody)).toMatchObject([{ atEnd: true, seqNum: 0 }]);
  const again = await read(engine, 'again.bpf.o', { size: 4096 });
  expect(again.problem).toBe('');
  expect(calls(again).some(({ takenBack, overflowed }) => takenBack && !overflowed)).toBe(true);
  const cgroups = await read(engine, 'cgroups.bpf.o', { size: 20, cgroup: '/' });
  expect(cgroups.problem).toBe('read() failed: EOPNOTSUPP (errno -95)');
  expect(readsOf(cgroups).at(-1)).toMatchObject({ given: -95 });
  await expect(engine.readIterator(session, { size: 10, order: 'sideways' })).rejects.toThrow("no order 'sideways'");
  await expect(engine.readIterator(session, { size: 10, map: 'none' })).rejects.toThrow("no map 'none'");
  const other = await engine.openSample('num_sum.bpf.o');
  expect((await engine.info(other.sessions[0]!.session)).iterator).toBeUndefined();
  await expect(engine.readIterator(other.sessions[0]!.session, { size: 10 })).rejects.toThrow('no accepted iterator');
});

test('settings are checked where they arrive', () => {
  const check = (settings: unknown): unknown => checkRequest('readIterator', [1, settings]).args[1];
  expect(check({ size: 10, pid: 5, more: 1 })).toMatchObject({ size: 10, pid: 5 });
  expect(() => check({ size: 0 })).toThrow('size: expected a whole number 1..');
  expect(() => check({ size: 10, pid: -1 })).toThrow('pid: expected a whole number');
  expect(() => check({ size: 10, cgroup: 7 })).toThrow('cgroup: expected text');
});

test('a position is told in words; notable ones are reads, what was taken back, and the last call', async () => {
  const view = await readSample('task_lines.bpf.o', { size: 512 });
  expect(eventWords(seqFileAt(view, 0).event)).toBe('opened; nothing has been read');
  expect(positionWords(view, seqFileAt(view, 1))).toBe(
    `event 1 of ${view.events.length}, call 1, seq_num 0, task 1 systemd: wrote 41 bytes`,
  );
  const first = notablePosition(view, 0, 1);
  expect(view.events[first - 1]!.kind).toBe('read');
  expect(notablePosition(view, first, -1)).toBe(0);
  expect(notablePosition(view, view.events.length, 1)).toBe(view.events.length);
  const last = view.events.findIndex((event) => event.kind === 'call' && event.atEnd);
  expect(eventWords(view.events[last]!)).toContain('last call, with NULL: wrote 18 bytes');
});

test('the buffer as text: what a read took, what is unread, what was taken back, and how much is left out', async () => {
  const view = await readSample('task_lines.bpf.o', { size: 512 });
  const first = notablePosition(view, 0, 1);
  const { stretches, before } = bufferText(seqFileAt(view, first));
  expect(before).toBe(0);
  const of = (kind: string): string =>
    stretches
      .filter((one) => one.kind === kind)
      .map(({ text }) => text)
      .join('');
  expect(of('given')).toHaveLength(512);
  expect(of('unread')).toBe(decodeUtf8(view.written).slice(512, 512 + seqFileAt(view, first).count));
  expect(bufferText(seqFileAt(view, 3)).stretches.map(({ now }) => now)).toEqual([false, false, true]);

  const long = await read(repositoryEngine(), 'long-lines.bpf.o', { size: 131_072 });
  const overflow = long.events.findIndex((event) => event.kind === 'call' && event.takenBack) + 1;
  const state = seqFileAt(long, overflow);
  const last = bufferText(state).stretches.at(-1)!;
  // What nobody reads byte by byte is told by its number; the rest is cut.
  expect(last).toMatchObject({ kind: 'taken back', now: true, more: 0 });
  expect(last.text).toMatch(/^28 301\n⟨6\u00a0144 × \\x00⟩$/);
  const bytes = new TextEncoder().encode(`${'é'.repeat(300)}\0`);
  const cut = bufferText({ ...state, takenBack: { ...state.takenBack!, bytes } }).stretches.at(-1)!;
  expect(cut).toMatchObject({ text: 'é'.repeat(200), more: 201 });
});

test('an ordinary run has the default world too: it goes through its tasks', async () => {
  const bytes = new Uint8Array(
    readFileSync(fileURLToPath(new URL('../golden/iter-task/tasks.bpf.o', import.meta.url))),
  );
  const engine = repositoryEngine();
  const { sessions } = await engine.open([{ name: 'tasks.bpf.o', bytes }]);
  const { session } = sessions.find(({ program }) => program === 'counted_elsewhere')!;
  const { ok, insns, fault } = await engine.run(session, false);
  expect({ ok, fault }).toEqual({ ok: true, fault: undefined });
  // A round for each process.
  expect(insns).toBeGreaterThan(200);
});
