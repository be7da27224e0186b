/**
 * Compiles `tests/remedies/*.bpf.c` and records the running kernel's verdicts, without logs: these programs run into limits, and what the kernel
 * writes of a million instructions is no golden. `npx tsx oracle/remedies.ts`, on a 6.18.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseBtf } from '../core/btf/parse.ts';
import { loadObject } from '../core/elf/load.ts';
import { KernelObject, kernelRefusal } from './kernel/load.ts';
import { clang } from './clang.ts';
import { linux618 } from '../core/kernel/releases/linux-6.18.ts';

const folder = fileURLToPath(new URL('../tests/remedies', import.meta.url));
const compiler = clang();
const refusal = kernelRefusal() ?? (/^6\.18\./.test(release()) ? null : `this kernel is ${release()}, not a 6.18`);
if (compiler === null || refusal !== null) throw new Error(refusal ?? 'no clang here');
const kernelBtf = parseBtf(new Uint8Array(readFileSync('/sys/kernel/btf/vmlinux')));
for (const source of readdirSync(folder).filter((name) => name.endsWith('.bpf.c'))) {
  const object = source.replace(/c$/, 'o');
  const flags = ['--target=bpf', '-O2', '-g', '-mcpu=v3', '-fdebug-compilation-dir=.'];
  execFileSync(compiler, [...flags, '-c', source, '-o', object], { cwd: folder, stdio: 'inherit' });
  const bytes = new Uint8Array(readFileSync(join(folder, object)));
  const loaded = loadObject(bytes, { file: object, ...linux618(kernelBtf).loading });
  const kernel = new KernelObject(loaded);
  try {
    const lines = loaded.programs.map((program) => `${program.name} ${kernel.verify(program, 4).errno}`);
    writeFileSync(join(folder, `${source.replace(/\.bpf\.c$/, '')}.verdicts.txt`), `${lines.join('\n')}\n`);
    console.log(lines.join('\n'));
  } finally {
    kernel.close();
  }
}
