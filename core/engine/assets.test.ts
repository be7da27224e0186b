import { expect, test } from 'vitest';
import { zipSync } from 'fflate';
import { InputError } from '../base/errors.ts';
import { unpackAssets } from './assets.ts';

test('a pack gives the BTF and the files in order of their names', () => {
  const zip = zipSync({
    'samples/b.o': Uint8Array.of(2),
    'kernel.btf': Uint8Array.of(1),
    'lessons/a/lesson.md': Uint8Array.of(3),
  });
  const assets = unpackAssets(zip);
  expect(assets.kernelBtf).toEqual(Uint8Array.of(1));
  expect(assets.files.map(({ name }) => name)).toEqual(['lessons/a/lesson.md', 'samples/b.o']);
});

test.each([
  ['no zip', Uint8Array.of(1, 2, 3)],
  ['a zip without BTF', zipSync({ 'samples/a': Uint8Array.of(1) })],
])('%s is refused', (_name, bytes) => expect(() => unpackAssets(bytes)).toThrow(InputError));
