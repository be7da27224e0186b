import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LARGEST_SOURCE } from '../../core/trace/query/source-fit.ts';
import { sourceBeside } from './source-beside.ts';

let folder = '';
const write = (name: string, text = name): void => writeFileSync(join(folder, name), text);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'beside-'));
  mkdirSync(join(folder, 'in'));
  mkdirSync(join(folder, 'in', 'dir.bpf.c'));
  for (const name of ['in/sum.bpf.c', 'in/walk.c', 'in/told.c', 'outside.c']) write(name);
  write('in/large.bpf.c', 'x'.repeat(LARGEST_SOURCE + 1));
  symlinkSync(join(folder, 'outside.c'), join(folder, 'in', 'link.bpf.c'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const found = async (object: string, ...told: string[]): Promise<string | undefined> =>
  (await sourceBeside(join(folder, 'in', object), told))?.name;

test('the source of the object’s own name, or of a name that it tells', async () => {
  expect(await found('sum.bpf.o')).toBe('sum.bpf.c');
  expect(await found('walk.bpf.o')).toBe('walk.c');
  expect(await found('other.bpf.o', 'told.c')).toBe('told.c');
  expect(await found('sum.bpf.o', 'told.c')).toBe('told.c');
  expect(await found('none.bpf.o', 'none.c')).toBeUndefined();
});
test('nothing but a plain file of that folder, of bounded size', async () => {
  expect(await found('x.bpf.o', '../outside.c', `${folder}/outside.c`, '..\\outside.c')).toBeUndefined();
  expect(await found('link.bpf.o')).toBeUndefined();
  expect(await found('large.bpf.o')).toBeUndefined();
  expect(await found('dir.bpf.o')).toBeUndefined();
  expect(await found('x.bpf.o', 'sum.bpf.o', '.c')).toBeUndefined();
});
