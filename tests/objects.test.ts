import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadObject } from '../core/elf/load.ts';
import type { BpfObject } from '../core/elf/object.ts';
import { compile, findCompiler } from '../node/compiler/compiler.ts';
import { headersOf } from '../node/compiler/headers.ts';
import { assets, kernelModel, readInput } from '../node/inputs.ts';

// The objects that ship are what their sources are compiled to: they are compiled once more, with the compiler that made them, where it is at hand.

const root = fileURLToPath(new URL('..', import.meta.url));
const found = await findCompiler();
const reason =
  typeof found === 'string'
    ? found
    : found.name.startsWith('clang 22.')
      ? ''
      : `it is ${found.name}, and they were made by clang 22`;
if (reason !== '') console.log(`objects are not compiled anew: ${reason}`);

const kernel = kernelModel();
/** What there is to an object besides where its bytes lie: programs with their instructions and lines, and maps. */
function content(object: BpfObject): unknown {
  return {
    programs: object.programs.map(({ name, section, insns, lineInfo }) => ({
      name,
      section,
      insns,
      lines: lineInfo.map(({ insn, line, col }) => [insn, line, col]),
    })),
    maps: object.maps.map(({ name, type, keySize, valueSize, maxEntries }) => [
      name,
      type,
      keySize,
      valueSize,
      maxEntries,
    ]),
  };
}
const sources = ['samples', 'lessons'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.bpf.c'))
    .map((name) => join(folder, name))
    .sort(),
);

test('there is something to compile', () => expect(sources.length).toBeGreaterThan(40));

test.skipIf(reason !== '')('what ships is what its source is compiled to', { timeout: 300_000 }, async () => {
  if (typeof found === 'string') return;
  const folder = mkdtempSync(join(tmpdir(), 'iterscope-objects-'));
  const headers = headersOf(assets());
  const different: string[] = [];
  try {
    for (const source of sources) {
      const path = join(root, source);
      const shipped = readInput(path.replace(/\.c$/, '.o'));
      let made: Uint8Array;
      if (basename(dirname(source)) === 'c') {
        const { object, diagnostics, words } = await compile(
          found,
          basename(source),
          readFileSync(path, 'utf8'),
          headers,
        );
        expect([source, diagnostics, words]).toEqual([source, [], '']);
        made = object!;
      } else {
        const out = join(folder, 'out.o');
        const flags = ['--target=bpf', '-O2', '-g', '-mcpu=v3', '-Wall', '-fdebug-compilation-dir=.'];
        execFileSync(found.path, [...flags, '-c', basename(source), '-o', out], {
          cwd: dirname(path),
          timeout: 60_000,
        });
        made = readInput(out);
      }
      const [one, two] = [shipped, made].map((bytes) =>
        content(loadObject(bytes, { file: source, ...kernel.loading })),
      );
      if (JSON.stringify(one) !== JSON.stringify(two)) different.push(source);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  expect(different).toEqual([]);
});
