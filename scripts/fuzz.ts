/**
 * Random programs, judged by the model and by the running kernel:
 *
 *     npm run fuzz -- [--seed S] [--count N] [--theme mixed|iterators|scalars|stack|subprogs|loops] [--keep N] [--out FOLDER]
 *
 * The same seed and count give the same programs. A disagreement is shrunk by taking lines away while it stays of its kind, and written
 * to FOLDER (artifacts/fuzz unless told) as assembly with the first line in which the logs part, smallest first.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseBtf } from '../core/btf/parse.ts';
import { objectFromInsns } from '../core/elf/from-insns.ts';
import { InputError } from '../core/base/errors.ts';
import { assemble } from '../core/isa/asm.ts';
import { Stopped, verify } from '../core/verifier/index.ts';
import { compare } from '../electron/cli/kernel/judge.ts';
import type { Judgement } from '../electron/cli/kernel/judge.ts';
import { kernelRefusal, KernelObject } from '../electron/cli/kernel/load.ts';
import { Generator, THEMES } from './fuzz/generate.ts';
import type { Theme } from './fuzz/generate.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1000' },
    theme: { type: 'string' },
    keep: { type: 'string', default: '20' },
    out: { type: 'string', default: 'artifacts/fuzz' },
  },
});
const refusal = kernelRefusal();
if (refusal !== null) {
  console.log(`nothing to compare with: ${refusal}`);
  process.exit(2);
}
const kernelBtf = parseBtf(new Uint8Array(readFileSync('/sys/kernel/btf/vmlinux')));
const resolveCall = (name: string): { kfunc: number } | undefined => {
  const id = kernelBtf.find('func', name);
  return id === 0 ? undefined : { kfunc: id };
};

/** Programs whose exploration is longer than this are compared at level 1 alone, and model time is bounded. */
const LONG = 30_000;
const MODEL_MS = 20_000;
const ENOMEM = -12;
const EFAULT = -14;

function judgeLines(lines: readonly string[]): Judgement {
  const object = objectFromInsns(assemble(lines.join('\n'), { resolveCall }));
  const program = object.programs[0]!;
  const kernel = new KernelObject(object);
  try {
    const brief = kernel.verify(program, 1);
    const logLevel = brief.processed > LONG ? 1 : 2;
    const verdict = logLevel === 1 ? brief : kernel.verify(program, 2);
    // Programs that run into the limit can take more memory than there is; the kernel then fails for a reason of its own.
    if (verdict.errno === ENOMEM || (verdict.errno === EFAULT && !verdict.log.includes('verifier bug')))
      return { disagreement: null, unsupported: 'the kernel ran out of memory', kernel: verdict };
    const end = performance.now() + MODEL_MS;
    try {
      const model = verify(
        { program, object, kernelBtf },
        { logLevel, budget: { cancelled: () => performance.now() > end } },
      );
      return compare(model, verdict);
    } catch (error) {
      if (error instanceof Stopped)
        return { disagreement: null, unsupported: 'the model took too long', kernel: verdict };
      return { disagreement: 'crash', crash: (error as Error).stack ?? String(error), kernel: verdict };
    }
  } finally {
    kernel.close();
  }
}

/** What has to stay for a smaller program to show the same disagreement. */
function signature({ disagreement, difference, crash }: Judgement): string {
  const first = (text: string | undefined): string => (text ?? '').replace(/\d+/g, '#').slice(0, 60);
  if (crash !== undefined) return `crash ${first(crash)}`;
  return `${disagreement} ${first(difference?.left).slice(0, 24)} ${first(difference?.right).slice(0, 24)}`;
}

function shrink(lines: string[], wanted: Judgement): { lines: string[]; judgement: Judgement } {
  let best = lines;
  let judgement = wanted;
  const kind = wanted.disagreement;
  let tries = 0;
  for (let size = Math.ceil(best.length / 2); size >= 1 && tries < 1500; size = size === 1 ? 0 : Math.floor(size / 2))
    for (let at = 0; at < best.length && tries < 1500;) {
      const candidate = [...best.slice(0, at), ...best.slice(at + size)];
      tries++;
      try {
        const result = judgeLines(candidate);
        if (result.disagreement === kind) {
          best = candidate;
          judgement = result;
          continue;
        }
      } catch (error) {
        // A label that went away, or nothing left.
        if (!(error instanceof InputError)) throw error;
      }
      at += size;
    }
  return { lines: best, judgement };
}

const seed = Number(values.seed);
const count = Number(values.count);
const keep = Number(values.keep);
if (values.theme !== undefined && !(THEMES as readonly string[]).includes(values.theme))
  throw new Error(`--theme: '${values.theme}' is none of ${THEMES.join(', ')}`);

const tally: Record<string, number> = {};
const uncovered: Record<string, number> = {};
const clusters = new Map<string, { lines: string[]; judgement: Judgement; seen: number; seed: number }>();
const note = (key: string): void => void (tally[key] = (tally[key] ?? 0) + 1);
let accepted = 0;
for (let i = 0; i < count; i++) {
  const theme = (values.theme as Theme | undefined) ?? THEMES[i % THEMES.length]!;
  const lines = new Generator(seed * 1_000_003 + i, theme).program();
  const judgement = judgeLines(lines);
  if (judgement.kernel.errno === 0) accepted++;
  if (judgement.unsupported !== undefined) {
    note('unsupported');
    uncovered[judgement.unsupported] = (uncovered[judgement.unsupported] ?? 0) + 1;
  } else if (judgement.disagreement === null) note('equal');
  else {
    note(judgement.disagreement);
    const key = signature(judgement);
    const known = clusters.get(key);
    if (known === undefined) clusters.set(key, { lines, judgement, seen: 1, seed: i });
    else {
      known.seen++;
      if (lines.length < known.lines.length) Object.assign(known, { lines, judgement, seed: i });
    }
  }
}

console.log(`seed ${seed}: ${count} programs, the kernel accepts ${accepted}; ${JSON.stringify(tally)}`);
for (const [why, times] of Object.entries(uncovered)) console.log(`unsupported ${times}: ${why}`);
const ORDER = ['crash', 'verdict', 'errno', 'message', 'statistics', 'log'];
const rank = (j: Judgement): number => ORDER.indexOf(j.disagreement ?? 'log');
const found = [...clusters.values()]
  .sort((a, b) => rank(a.judgement) - rank(b.judgement) || a.lines.length - b.lines.length)
  .slice(0, keep)
  .map((cluster) => ({ ...cluster, ...shrink(cluster.lines, cluster.judgement) }))
  .sort((a, b) => rank(a.judgement) - rank(b.judgement) || a.lines.length - b.lines.length);
mkdirSync(values.out, { recursive: true });
const report = found.map(({ lines, judgement, seen, seed: at }, n) => {
  const { difference, crash, kernel, model } = judgement;
  const words = [
    `// ${judgement.disagreement}: kernel errno ${kernel.errno}, model errno ${model?.errno ?? '-'}; seed ${seed}, program ${at}; seen ${seen} times`,
    ...(crash ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .slice(0, 4)
      .map((line) => `// ${line}`),
    ...(difference === undefined
      ? []
      : [
          ...difference.before.slice(-3).map((line) => `//   ${line}`),
          `// k ${difference.left ?? '(the log ends)'}`,
          `// m ${difference.right ?? '(the log ends)'}`,
        ]),
  ];
  const text = `${words.join('\n')}\n${lines.join('\n')}\n`;
  writeFileSync(join(values.out, `${String(n + 1).padStart(2, '0')}-${judgement.disagreement}.s`), text);
  return text;
});
console.log(report.join('\n'));
process.exitCode = found.length > 0 ? 1 : 0;
