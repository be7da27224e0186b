import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { main } from './main.ts';

const corpus = (name: string): string => fileURLToPath(new URL(`../../tests/golden/${name}.bpf.o`, import.meta.url));
const OBJECT = corpus('iter-num/c');
const folder = mkdtempSync(join(tmpdir(), 'iterscope-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function cli(...args: string[]): Promise<{ out: string; err: string; status: number }> {
  let out = '';
  let err = '';
  const status = await main(args, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    bytes: (text) => (out += new TextDecoder().decode(text)),
  });
  return { out, err, status };
}

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
  ['iterator targets', ['iter', OBJECT, '--prog', 'leak'], /^unsupported: /],
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

test.each(['verify', 'run', 'iter', 'kernel', 'lesson', 'trace', 'shell'])('%s --help', async (command) => {
  const { out, status } = await cli(command, '--help');
  expect(status).toBe(0);
  expect(out).toContain(`iterscope ${command}`);
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

test('--explain of an accepted program tells its loops and forks', async () => {
  const { out, status } = await cli('verify', OBJECT, '--prog', 'sum_to_ten', '--explain');
  expect(status).toBe(0);
  expect(out).toMatch(/^sum_to_ten: accepted\n/);
  expect(out).toContain('After 1 round the state was covered by the one that was stored here');
  expect(out).toContain('next may return NULL or an element');
});
