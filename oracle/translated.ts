/**
 * Records what the running kernel, a 6.18, makes of every accepted golden program (`tests/translated.json`): the instructions that
 * `bpftool prog dump xlated` shows, with names in the place of addresses. Of programs that come out as they were loaded only that is kept.
 *
 *     npm run golden:translated
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseBtf } from '../core/btf/parse.ts';
import { loadObject } from '../core/elf/load.ts';
import { linux618 } from '../core/kernel/releases/linux-6.18.ts';
import { goldenNames } from './golden-file.ts';
import { BpfError } from './kernel/bpf-syscall.ts';
import { KernelObject } from './kernel/load.ts';
import { kernelTranslation } from './kernel/translation.ts';

const root = fileURLToPath(new URL('../tests/golden', import.meta.url));
const kernelBtf = parseBtf(new Uint8Array(readFileSync('/sys/kernel/btf/vmlinux')));
const programs: Record<string, readonly string[]> = {};
for (const name of goldenNames(root)) {
  const object = loadObject(new Uint8Array(readFileSync(join(root, `${name}.bpf.o`))), {
    file: name,
    ...linux618(kernelBtf).loading,
  });
  const kernel = new KernelObject(object);
  try {
    for (const program of object.programs) {
      try {
        programs[`${name}:${program.name}`] = kernelTranslation(kernel, program);
      } catch (error) {
        // Those that it refuses have no such form.
        if (!(error instanceof BpfError)) throw error;
      }
    }
  } finally {
    kernel.close();
  }
}
writeFileSync(
  fileURLToPath(new URL('../tests/translated.json', import.meta.url)),
  `${JSON.stringify({ release: release(), programs }, null, 1)}\n`,
);
console.log(`${Object.keys(programs).length} programs`);
