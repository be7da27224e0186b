import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { zipSync } from 'fflate';
import { printable } from '../core/base/printable.ts';
import type { FixView } from '../core/trace/index.ts';
import { cli } from './fixture.ts';

const corpus = (name: string): string => fileURLToPath(new URL(`../tests/golden/${name}.bpf.o`, import.meta.url));
const OBJECT = corpus('iter-num/c');
const folder = mkdtempSync(join(tmpdir(), 'iterscope-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('verify --json has the keys of the contract, in one line a program', async () => {
  const { out, err, status } = await cli('verify', OBJECT, '--json', '--prog', 'sum_to_ten');
  expect(err).toBe('');
  expect(status).toBe(0);
  const line = JSON.parse(out) as Record<string, unknown>;
  expect(Object.keys(line)).toEqual([
    'file',
    'prog',
    'errno',
    'processed',
    'maxStatesPerInsn',
    'totalStates',
    'peakStates',
    'log',
    'timeUs',
  ]);
  expect(line).toMatchObject({
    file: 'c.bpf.o',
    prog: 'sum_to_ten',
    errno: 0,
    processed: 35,
    maxStatesPerInsn: 1,
    totalStates: 3,
    peakStates: 4,
  });
});

test('every program of a file, in the order of its symbols; status 1 where one is rejected', async () => {
  const { out, status } = await cli('verify', OBJECT, '--json', '--log-level', '0', '--repeat', '2');
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { prog: string; log: string });
  expect(status).toBe(1);
  expect(lines.slice(0, 3).map(({ prog }) => prog)).toEqual(['sum_to_ten', 'empty_body', 'early_break']);
  expect(lines.every(({ log }) => log === '')).toBe(true);
});

test('text is the log', async () => {
  const { out, status } = await cli('verify', OBJECT, '--prog', 'leak');
  expect(status).toBe(1);
  expect(out).toMatch(/^Unreleased reference id=1 alloc_insn=4$/m);
  expect(out).toMatch(/\nprocessed 7 insns \(limit 1000000\) .*\n$/);
});

const cut = join(folder, 'cut.bpf.o');
writeFileSync(cut, readFileSync(OBJECT).subarray(0, 1000));
const empty = join(folder, 'empty.bpf.o');
writeFileSync(empty, '');

test.each([
  ['a file that is not there', ['verify', join(folder, 'none.bpf.o')], /none\.bpf\.o: no such file\n$/],
  ['a file cut short', ['verify', cut], /cut\.bpf\.o: .+\n$/],
  ['an empty file', ['verify', empty], /empty\.bpf\.o: .+\n$/],
  ['a folder', ['verify', folder], /it is a directory\n$/],
  ['a program that is not there', ['verify', OBJECT, '--prog', 'nope'], /it has no program 'nope'; it has sum_to_ten/],
  ['no file', ['verify'], /which file\?/],
  ['an unknown option', ['verify', OBJECT, '--frob'], /--frob/],
  ['a level that is none', ['verify', OBJECT, '--log-level', '3'], /'3' is none of 0, 1, 2, 4/],
  ['BTF that is none', ['verify', OBJECT, '--btf', OBJECT], /c\.bpf\.o: .+\n$/],
  ['an unknown command', ['frob'], /^frob: no such command/],
  ['a device', ['verify', '/dev/zero'], /\/dev\/zero: it is a device, not a file\n$/],
  ['an option of another command', ['kernel', 'diff', OBJECT, '--json'], /Unknown option '--json'/],
  ['an option that iter has not', ['iter', '--bogus'], /Unknown option '--bogus'/],
  ['a word too many', ['run', OBJECT, 'more'], /run takes one FILE/],
  ['words after lesson list', ['lesson', 'list', 'more'], /lesson list takes a pack/],
  ['import with an option of export', ['trace', 'import', OBJECT, '--format', 'log'], /Unknown option '--format'/],
  ['a command nearly named', ['verfy', OBJECT], /did you mean verify\?/],
  [
    'a program that is no iterator',
    ['iter', OBJECT, '--prog', 'sum_to_ten'],
    /unsupported: reading 'raw_tp', which is no iterator program/,
  ],
  ['the JIT', ['run', OBJECT, '--prog', 'leak', '--engine', 'jit'], /^unsupported: /],
])('%s: one line on stderr, nothing on stdout, status 2', async (_what, args, line) => {
  const { out, err, status } = await cli(...args);
  expect(out).toBe('');
  expect(err).toMatch(line);
  expect(err.trimEnd()).not.toContain('\n');
  expect(status).toBe(2);
});

test('run gives what the program returns', async () => {
  const { out, status } = await cli('run', OBJECT, '--prog', 'sum_to_ten', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ retval: 45, engine: 'interp', printk: [] });
});

test('a rejected program does not run', async () => {
  const { out, err, status } = await cli('run', OBJECT, '--prog', 'leak');
  expect({ out, status }).toEqual({ out: '', status: 1 });
  expect(err).toContain('rejected, errno -22');
});

test('a trace goes out and comes in again', async () => {
  const file = join(folder, 'leak.iterscope');
  expect((await cli('trace', 'export', OBJECT, '--prog', 'leak', '--output', file)).status).toBe(0);
  expect((await cli('trace', 'info', file)).out).toContain('leak');
  const { out } = await cli('trace', 'import', file, '--log');
  expect(out).toBe((await cli('verify', OBJECT, '--prog', 'leak', '--log-level', '2')).out);
});

test.each(['verify', 'run', 'iter', 'world', 'kernel', 'lesson', 'reference', 'trace', 'shell'])(
  '%s --help',
  async (command) => {
    const { out, status } = await cli(command, '--help');
    expect(status).toBe(0);
    expect(out).toContain(`iterscope ${command}`);
  },
);

test('the reference: all entries, one of them, what has words, and nothing', async () => {
  const all = await cli('reference', '--json');
  const entries = all.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string });
  expect(entries.map(({ id }) => id)).toEqual(expect.arrayContaining(['bpf_iter_num', '__sz', 'unreleased-reference']));
  const one = await cli('reference', 'bpf_iter_num_next');
  expect(one.out).toContain('int *bpf_iter_num_next(struct bpf_iter_num *it);');
  expect(one.out).toMatch(/^Shown by \w+ of \S+\.bpf\.o, at step \d+\.$/m);
  expect((await cli('reference', 'reference', 'leak')).out).toMatch(/^reference unreleased-reference: /);
  expect(await cli('reference', 'qqqqqq')).toMatchObject({ status: 1 });
});

test('--explain says why, and as data with --json', async () => {
  const { out, status } = await cli('verify', OBJECT, '--prog', 'leak', '--explain');
  expect(status).toBe(1);
  expect(out).toMatch(/^leak: rejected, EINVAL, at instruction 6\n/);
  expect(out).toContain('It leaves with the iterator still alive');
  expect(out).toContain('c.bpf.c:297  bpf_iter_num_new(&it, 0, 10);');
  expect(out).toContain('Unreleased reference id=1 alloc_insn=4');
  const json = await cli('verify', OBJECT, '--prog', 'leak', '--explain', '--json');
  const line = JSON.parse(json.out) as Record<string, unknown>;
  expect(line).toMatchObject({
    prog: 'leak',
    errno: -22,
    explain: { why: { title: 'It leaves with the iterator still alive', site: { line: 298, source: 'return 0;' } } },
  });
});

test('--explain prints the first fix, and --json has all of them', async () => {
  const { out } = await cli('verify', OBJECT, '--prog', 'leak', '--explain');
  expect(out).toContain('A fix: with it the verifier accepts the program, after ');
  expect(out).toContain('`bpf_iter_num_destroy(&it);`');
  expect(out).toMatch(/\+ 7: call bpf_iter_num_destroy/);
  const json = await cli('verify', OBJECT, '--prog', 'leak', '--explain', '--json');
  const { explain } = JSON.parse(json.out) as { explain: { fixes: readonly FixView[] } };
  expect(explain.fixes.length).toBeGreaterThan(0);
  expect(explain.fixes[0]).toMatchObject({
    grade: 'adds',
    steps: [{ file: 'c.bpf.c', line: 298, source: 'return 0;' }],
    edits: [{ kind: 'rewrite', program: 'leak' }],
  });
  const accepted = await cli('verify', OBJECT, '--prog', 'sum_to_ten', '--explain', '--json');
  expect(JSON.parse(accepted.out)).toMatchObject({ explain: { fixes: [] } });
});

test('--explain of an accepted program tells its loops and forks', async () => {
  const { out, status } = await cli('verify', OBJECT, '--prog', 'sum_to_ten', '--explain');
  expect(status).toBe(0);
  expect(out).toMatch(/^sum_to_ten: accepted\n/);
  expect(out).toContain('After 1 round the state was covered by the one that was stored here');
  expect(out).toContain('next may return NULL or an element');
});

test('--source names the C source of what is explained, and must be it', async () => {
  const source = OBJECT.replace(/\.o$/, '.c');
  const plain = await cli('verify', OBJECT, '--prog', 'leak', '--explain');
  expect(await cli('verify', OBJECT, '--prog', 'leak', '--explain', '--source', source)).toEqual(plain);
  const other = join(folder, 'c.bpf.c');
  writeFileSync(other, 'int another;\n');
  const refused = await cli('verify', OBJECT, '--prog', 'leak', '--explain', '--source', other);
  expect(refused.status).toBe(2);
  expect(refused.err).toMatch(/c\.bpf\.c: none of the \d+ lines that the object tells of are the same in it\n$/);
  expect(await cli('verify', OBJECT, '--source', source)).toMatchObject({ status: 2 });
});

test('--version', async () => {
  expect(await cli('--version')).toMatchObject({
    out: expect.stringMatching(/^iterscope \d+\.\d+\.\d+ /) as string,
    status: 0,
  });
});

const text = join(folder, 'loop.asm');
writeFileSync(text, 'r1 = 0\nagain: r1 += 1\nif r1 < 5 goto again\nr0 = r1\nexit\n');

test('assembly is verified, at every level, and explained', async () => {
  expect((await cli('verify', text, '--log-level', '2')).out).toMatch(/^func#0 @0\n[^]*\nprocessed \d+ insns/);
  const { out, status } = await cli('verify', text, '--explain');
  expect(status).toBe(0);
  expect(out).toMatch(/^loop: accepted\n/);
  expect(out).toContain('loop.asm:2');
});

test('a log in JSON, and exported, is the same text', async () => {
  const { out } = await cli('verify', text, '--log-level', '2');
  const json = JSON.parse((await cli('verify', text, '--log-level', '2', '--json')).out) as { log: string };
  expect(json.log).toBe(out);
  expect((await cli('trace', 'export', text, '--format', 'log', '--output', '-')).out).toBe(out);
});

test('a file that cannot be written: one line, status 2, and nothing is left behind', async () => {
  const target = join(folder, 'none', 'x.log');
  const { err, status } = await cli('trace', 'export', text, '--format', 'log', '--output', target);
  expect(err).toMatch(/cannot be written: its folder does not exist\n$/);
  expect(status).toBe(2);
});

test('what comes from a file never speaks to the terminal', async () => {
  const evil = join(folder, 'evil.iterscope');
  writeFileSync(evil, zipSync({ 'manifest.json': new TextEncoder().encode('\u001b[2J\u009b1m') }));
  const { out, err, status } = await cli('trace', 'info', evil);
  expect(status).toBe(2);
  // eslint-disable-next-line no-control-regex -- that is what must not be there
  expect(printable(err) + out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});
