import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { cli } from '../fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'iterscope-'));
afterAll(() => rmSync(folder, { recursive: true }));
const own = (name: string): string => fileURLToPath(new URL(`../../tests/own/${name}`, import.meta.url));

let files = 0;
function file(value: unknown, name = `f${files++}.json`): string {
  const path = join(folder, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

const twos = { name: 'twos', element: 'int', generator: { kind: 'list', values: [2, 4, 8] } };
const LOOP = `r1 = r10
r1 += -24
call bpf_iter_twos_new
r6 = 0
again: r1 = r10
r1 += -24
call bpf_iter_twos_next
if r0 == 0 goto done
r1 = *(u32 *)(r0 +0)
r6 += r1
goto again
done: r1 = r10
r1 += -24
call bpf_iter_twos_destroy
r0 = r6
exit
`;
const program = file(LOOP, 'sum.asm');
const forgetful = file(LOOP.replace('call bpf_iter_twos_destroy', 'r2 = 0'), 'forgets.asm');

test('check says which rules are kept, and prints the header', async () => {
  const { out, err, status } = await cli('iterator', 'check', file(twos));
  expect({ err, status }).toEqual({ err: '', status: 0 });
  expect(out).toContain(
    'twos: bpf_iter_twos_new, bpf_iter_twos_next, bpf_iter_twos_destroy: registered, 16 bytes of state',
  );
  expect(out).toContain('  ok  its size is a multiple of 8\n');
  expect(out).toContain('struct bpf_iter_twos {\n\t__u64 __opaque[2];\n} __attribute__((aligned(8)));');
  expect(out).toContain('extern int *bpf_iter_twos_next(struct bpf_iter_twos *it) __weak __ksym;');
});

test('check of a model goes through its iterators', async () => {
  const { out, status } = await cli('iterator', 'check', own('model.json'));
  expect(status).toBe(0);
  expect(out.match(/^#ifndef __BPF_ITER_\w+_H$/gm)).toHaveLength(7);
});

test.each([
  [
    'what registration refuses',
    { ...twos, breaks: ['odd-size'] },
    1,
    /^\S+\.json: breaks\[0\]: bpf_iter_twos_new: structure: struct bpf_iter_twos has 20 bytes, which is no positive multiple of 8: .* returns -EINVAL\n$/,
  ],
  [
    'what the kernel does not look at',
    { ...twos, flags: { next: ['KF_ITER_NEXT'] } },
    1,
    /^\S+\.json: flags\.next: bpf_iter_twos_next: flags: it has no KF_RET_NULL, .* registers the set all the same\n$/,
  ],
  ['what is unusable', { ...twos, element: 'intt' }, 2, /^\S+\.json: element: the kernel has no type 'intt' .*\n$/],
  ['no JSON', '{', 2, /^\S+\.json: .*JSON.*\n$/],
])('%s: one line', async (_words, value, wanted, line) => {
  const { out, err, status } = await cli('iterator', 'check', file(value));
  expect(err).toMatch(line);
  expect({ out, status }).toEqual({ out: '', status: wanted });
});

test.each([
  [['iterator'], /iterator check FILE\.json/],
  [['iterator', 'make', 'x'], /iterator make: there is check/],
  [['iterator', 'check'], /takes one FILE\.json/],
  [['iterator', 'check', 'a', 'b'], /takes one FILE\.json/],
  [['iterator', 'check', join(folder, 'none.json')], /none\.json: no such file/],
  [['verify', program, '--model', join(folder, 'none.json')], /none\.json: no such file/],
  [['verify', program, '--model', file({ ...twos, size: 4 })], /\.json: size: 4 bytes/],
  [['run', program, '--model', file({ ...twos, breaks: ['odd-size'] })], /\.json: breaks\[0\]: .*no positive multiple/],
  [['verify', program, '--model', file({ rulesOff: ['none'] })], /\.json: rulesOff\[0\]: expected one of/],
])('wrong words or files: %#', async (args, line) => {
  const { out, err, status } = await cli(...args);
  expect(err).toMatch(line);
  expect(err.trimEnd()).not.toContain('\n');
  expect({ out, status }).toEqual({ out: '', status: 2 });
});

test('programs are verified and run with a model', async () => {
  const model = file(twos);
  const verified = await cli('verify', program, '--model', model, '--json');
  expect(JSON.parse(verified.out)).toMatchObject({ errno: 0 });
  expect(verified.out).not.toContain('rulesOff');
  const ran = await cli('run', program, '--model', model, '--json');
  const line = JSON.parse(ran.out) as Record<string, unknown>;
  expect(line).toMatchObject({ retval: 14 });
  expect(Object.keys(line)).toEqual(['retval', 'insns', 'durationNs', 'engine', 'printk']);
  expect((await cli('verify', program)).status).toBe(2);
});

test('a model without a rule says so in logs, reports and lines', async () => {
  const model = file({ iterators: [twos], rulesOff: ['destroy'] });
  const NOTICE = "NOT THE KERNEL'S BEHAVIOUR: without the verifier's rule destroy\n";
  expect((await cli('verify', forgetful, '--model', file(twos))).status).toBe(1);
  for (const more of [
    ['--log-level', '1'],
    ['--log-level', '2'],
    ['--log-level', '4'],
    ['--log-level', '0'],
    ['--explain'],
  ]) {
    const { out, status } = await cli('verify', forgetful, '--model', model, ...more);
    expect(status).toBe(0);
    expect(out.startsWith(NOTICE), more.join(' ')).toBe(true);
    expect(out.split(NOTICE)).toHaveLength(2);
  }
  const json = JSON.parse((await cli('verify', forgetful, '--model', model, '--json')).out) as Record<string, unknown>;
  expect(json).toMatchObject({ errno: 0, rulesOff: ['destroy'] });
  expect((json['log'] as string).startsWith(NOTICE)).toBe(true);

  const ran = await cli('run', forgetful, '--model', model);
  expect(ran.out.startsWith(NOTICE)).toBe(true);
  expect(ran.out).toContain('contract: iter_twos (reference 1) was not destroyed');
  const line = JSON.parse((await cli('run', forgetful, '--model', model, '--json')).out) as Record<string, unknown>;
  expect(line).toMatchObject({
    rulesOff: ['destroy'],
    contract: [
      {
        kind: 'not-destroyed',
        iterator: 'twos',
        ref: 1,
        step: 34,
        text: expect.stringContaining('not destroyed') as string,
      },
    ],
  });
});
