/**
 * Compiles the golden programs that changed and records what the running kernel says of them:
 *
 *     npm run golden [-- THEME/NAME…] [--all]
 *     npm run golden -- THEME/NAME --answers LEVEL1.json LEVEL2.json RELEASE
 *
 * A source is compiled when its object is missing or older (clang as in CLANG, else clang-22 … clang-14), and recorded when its log is.
 * `--all` does everything anew. The kernel has to be a 6.18: the goldens are its words. Programs of types that the running one does not let
 * anybody load are recorded from what another 6.18 said: the lines of `kernel verify OBJECT --json --log-level 1` and of level 2 there.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadObject } from '../core/elf/load.ts';
import { parseBtf } from '../core/btf/parse.ts';
import { kernelRefusal, KernelObject } from './kernel/load.ts';
import { formatGolden, goldenNames, goldenOf } from './golden-file.ts';
import type { Golden } from './golden-file.ts';
import { clang } from './clang.ts';
import { linux618 } from '../core/kernel/releases/linux-6.18.ts';

const root = fileURLToPath(new URL('../tests/golden', import.meta.url));
const header = join(root, 'iterscope.bpf.h');

const age = (file: string): number => (existsSync(file) ? statSync(file).mtimeMs : 0);

/** A source may ask for a cpu in a comment: `mcpu=v4`. */
function compile(compiler: string, name: string): void {
  const source = `${name}.bpf.c`;
  const cpu = /mcpu=(v[1-4])/.exec(readFileSync(join(root, source), 'utf8'))?.[1] ?? 'v3';
  // Paths in the object are relative to the corpus, so that it comes out the same everywhere.
  const [theme = '', file = ''] = source.split('/');
  execFileSync(
    compiler,
    [
      '--target=bpf',
      '-O2',
      '-g',
      `-mcpu=${cpu}`,
      '-fdebug-compilation-dir=.',
      '-c',
      file,
      '-o',
      file.replace(/c$/, 'o'),
    ],
    { cwd: join(root, theme), stdio: ['ignore', 'inherit', 'inherit'] },
  );
}

function record(name: string): { accepted: number; rejected: number } {
  const path = join(root, `${name}.bpf.o`);
  const kernelBtf = parseBtf(new Uint8Array(readFileSync('/sys/kernel/btf/vmlinux')));
  const object = loadObject(new Uint8Array(readFileSync(path)), {
    file: `${name.split('/')[1]}.bpf.o`,
    ...linux618(kernelBtf).loading,
  });
  const kernel = new KernelObject(object);
  try {
    const goldens: Golden[] = [];
    let accepted = 0;
    for (const program of object.programs) {
      if (program.unsupported !== undefined) throw new Error(`${name}: ${program.name}: ${program.unsupported}`);
      for (const level of [1, 2] as const) {
        const { errno, log } = kernel.verify(program, level);
        goldens.push(goldenOf(program.name, errno, level, log));
        if (level === 1 && errno === 0) accepted++;
      }
    }
    writeFileSync(join(root, `${name}.log`), formatGolden({ kernel: release().split('-')[0]!, goldens }));
    return { accepted, rejected: object.programs.length - accepted };
  } finally {
    kernel.close();
  }
}

/** Records what another kernel said of the programs of one object. */
function recordAnswers(name: string, levels: readonly [string, string], kernel: string): void {
  const file = `${name.split('/')[1]}.bpf.o`;
  const said = (path: string): { prog: string; errno: number; log: string }[] =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { file: string; prog: string; errno: number; log: string })
      .filter((line) => line.file === file);
  const [first, second] = [said(levels[0]), said(levels[1])];
  const goldens = first.flatMap((line, i) =>
    ([1, 2] as const).map((level) => {
      const { prog, errno, log } = level === 1 ? line : second[i]!;
      return goldenOf(prog, errno, level, log);
    }),
  );
  writeFileSync(join(root, `${name}.log`), formatGolden({ kernel, goldens }));
  console.log(`${name}: ${first.length} programs as ${kernel} said`);
}

const answersAt = process.argv.indexOf('--answers');
if (answersAt >= 0) {
  const [one, two, kernel] = process.argv.slice(answersAt + 1);
  const name = process.argv[2];
  if (one === undefined || two === undefined || kernel === undefined || name === undefined)
    throw new Error('usage: THEME/NAME --answers LEVEL1.json LEVEL2.json RELEASE');
  recordAnswers(name, [one, two], kernel);
  process.exit(0);
}

const all = process.argv.includes('--all');
const wanted = process.argv.slice(2).filter((word) => word !== '--all');
const compiler = clang();
if (compiler === null) console.log('no clang here: objects are taken as they are');
const refusal = kernelRefusal() ?? (/^6\.18\./.test(release()) ? null : `this kernel is ${release()}, not a 6.18`);
if (refusal !== null) console.log(`nothing is recorded: ${refusal}`);

const total = { accepted: 0, rejected: 0 };
for (const name of goldenNames(root)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const [source, object, log] = ['.bpf.c', '.bpf.o', '.log'].map((ending) => join(root, name + ending)) as [
    string,
    string,
    string,
  ];
  const compiling = compiler !== null && (all || age(object) < Math.max(age(source), age(header)));
  if (compiling) compile(compiler, name);
  if (refusal !== null || !existsSync(object)) continue;
  if (!all && !compiling && age(log) >= age(object)) continue;
  const { accepted, rejected } = record(name);
  total.accepted += accepted;
  total.rejected += rejected;
  console.log(`${name}: ${accepted} accepted, ${rejected} rejected`);
}
console.log(
  `recorded ${total.accepted + total.rejected} programs: ${total.accepted} accepted, ${total.rejected} rejected`,
);
