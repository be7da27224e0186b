/*
 * Compares what bpf_snprintf_btf makes of thousands of kernel types with what it makes of them in a real kernel, by length and hash of each text. The
 * kernel is one that may be attached to, whose types (/sys/kernel/btf/vmlinux) are at hand:
 *
 *     npx tsx oracle/iterators/show-all.ts ids BTF COUNT > ids.h          types of at most two pages, chosen evenly
 *     clang -O2 -g -target bpf -mcpu=v3 -I. -Itests/iter -c oracle/iterators/show-all.bpf.c -o show-all.bpf.o
 *     echo 'show-all.bpf.o 131072 map cases' | iter-read - > there        inside the kernel (iter-read.c)
 *     iterscope iter show-all.bpf.o --map cases --btf BTF > here
 *     npx tsx oracle/iterators/show-all.ts compare there here
 */
import { readFileSync } from 'node:fs';
import { kernelModel } from '../../node/inputs.ts';

/** Bytes that the program has of each pattern. */
const MOST_BYTES = 4096;
const SHOWN = ['struct', 'union', 'enum', 'enum64', 'array', 'int', 'ptr', 'typedef', 'const'];
/** What a type may stand for that the kernel follows a null pointer for, or that has no size. */
const NOTHING = ['void', 'fwd', 'func_proto'];

function ids(file: string, count: number): string {
  const { btf } = kernelModel(file);
  const all: number[] = [];
  for (let id = 1; id < btf.count; id++)
    if (SHOWN.includes(btf.type(id).kind) && !NOTHING.includes(btf.skipModifiers(id).kind)) {
      const size = btf.sizeOf(id);
      if (size > 0 && size <= MOST_BYTES) all.push(id);
    }
  const chosen = Array.from(
    { length: Math.min(count, all.length) },
    (_, i) => all[Math.floor((i * all.length) / count)]!,
  );
  return `enum { COUNT = ${chosen.length} };\nstatic const __u32 ids[] = { ${chosen.join(', ')} };\n`;
}

function compare(there: string, here: string): string {
  const reads = readFileSync(there, 'latin1').matchAll(/^\d+ ([0-9a-f]+)$/gm);
  const theirs = Buffer.concat([...reads].map(([, hex]) => Buffer.from(hex!, 'hex')))
    .toString('latin1')
    .split('\n');
  const mine = readFileSync(here, 'latin1').split('\n');
  const other = theirs.filter((line, i) => line !== mine[i]);
  if (theirs.length !== mine.length || theirs.length < 2) return `${theirs.length} lines there, ${mine.length} here`;
  return other.length === 0 ? `${theirs.length - 1} texts, all alike` : `differ:\n${other.join('\n')}`;
}

const [what, first, second] = process.argv.slice(2);
if (first === undefined || second === undefined) throw new Error('show-all.ts ids BTF COUNT, or compare THERE HERE');
process.stdout.write(what === 'ids' ? ids(first, Number(second)) : `${compare(first, second)}\n`);
