import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadObject } from '../../core/elf/load.ts';
import { kernelModel } from '../../node/inputs.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const objects = ['lessons', 'samples', 'tests'].flatMap((room) =>
  readdirSync(`${root}${room}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.bpf.o'))
    .map((name) => `${room}/${name}`),
);

test('no committed object names the folder that it was compiled in', () => {
  expect(objects.length).toBeGreaterThan(100);
  const kernel = kernelModel();
  const absolute = objects.filter((file) => {
    const { programs } = loadObject(new Uint8Array(readFileSync(root + file)), { file, ...kernel.loading });
    return programs.some(({ lineInfo }) => lineInfo.some(({ file: source }) => source.startsWith('/')));
  });
  expect(absolute).toEqual([]);
});
