/**
 * Records what the programs of `tests/runs` return in the running kernel, a 6.18 (`tests/runs/recorded.json`): they run once, with
 * BPF_PROG_TEST_RUN, attached to nothing.
 *
 *     npm run golden:runs
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseBtf } from '../core/btf/parse.ts';
import { loadObject } from '../core/elf/load.ts';
import { linux618 } from '../core/kernel/releases/linux-6.18.ts';
import { KernelObject } from './kernel/load.ts';

const root = fileURLToPath(new URL('../tests/runs/', import.meta.url));
const kernelBtf = parseBtf(new Uint8Array(readFileSync('/sys/kernel/btf/vmlinux')));
const programs: Record<string, number> = {};
for (const file of readdirSync(root).filter((name) => name.endsWith('.bpf.o'))) {
  const object = loadObject(new Uint8Array(readFileSync(root + file)), { file, ...linux618(kernelBtf).loading });
  for (const program of object.programs) {
    // Maps of its own, as a run finds them.
    const kernel = new KernelObject(object);
    try {
      programs[`${file}:${program.name}`] = kernel.testRun(program, [{}])[0]! | 0;
    } finally {
      kernel.close();
    }
  }
}
writeFileSync(`${root}recorded.json`, `${JSON.stringify({ release: release(), programs }, null, 1)}\n`);
console.log(`${Object.keys(programs).length} programs`);
