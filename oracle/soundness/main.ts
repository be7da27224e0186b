/**
 * Accepted programs run on random inputs, and before each instruction every register and stack slot must lie in a state of the verifier's
 * walk (what exactly is demanded: core/follow/follow.ts):
 *
 *     npm run soundness -- [--seed S] [--count N] [--runs R] [--theme NAME,NAME…] [--keep N] [--kernel] [FILE…]
 *
 * Without FILE: the goldens, the samples, and N random programs of the fuzz generators (1000 unless told). With FILE: the programs of these
 * objects alone, and random ones where --count asks for them. The same seed gives the same programs and inputs. A random program that violates
 * is shrunk. `--kernel` also runs programs that touch nothing outside in the running kernel (BPF_PROG_TEST_RUN, never attached), on random numbers
 * that they get from a map, and compares what they return. Exit status 0 when there is no violation, else 1.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseBtf } from '../../core/btf/parse.ts';
import { loadObject } from '../../core/elf/load.ts';
import type { BpfObject, BpfProgram } from '../../core/elf/object.ts';
import { kernelText } from '../../core/isa/disasm.ts';
import { SHIPPED_KERNEL, shippedBtf } from '../../core/kernel/btf/shipped.ts';
import { goldenNames } from '../golden-file.ts';
import type { Case } from '../fuzz/case.ts';
import { smallest } from '../fuzz/shrink.ts';
import { randomPrograms, themes } from './cases.ts';
import { checkProgram } from './check.ts';
import type { Checked, Violation } from './check.ts';
import { compareRuns } from './kernel-runs.ts';
import { table, Tally } from './report.ts';
import { linux618 } from '../../core/kernel/releases/linux-6.18.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string' },
    runs: { type: 'string', default: '10' },
    theme: { type: 'string', default: 'all' },
    keep: { type: 'string', default: '10' },
    kernel: { type: 'boolean', default: false },
  },
});
const here = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(path));
const seed = Number(values.seed);
const runs = Number(values.runs);
const count = Number(values.count ?? (positionals.length > 0 ? 0 : 1000));
const wanted = values.theme === 'all' ? themes : values.theme.split(',');
for (const name of wanted)
  if (!themes.includes(name)) throw new Error(`--theme: '${name}' is none of all, ${themes.join(', ')}`);
// The running kernel knows its functions by numbers of its own.
const btf = values.kernel
  ? parseBtf(read('/sys/kernel/btf/vmlinux'))
  : shippedBtf(read(here(`core/kernel/btf/${SHIPPED_KERNEL.asset}`)));

const tallies = new Map<string, Tally>();
const found: {
  readonly name: string;
  readonly violation: Violation;
  readonly random: Case | null;
  readonly program: BpfProgram;
}[] = [];

function take(source: string, name: string, object: BpfObject, program: BpfProgram, random: Case | null): void {
  const checked: Checked = checkProgram(program, object, btf, { runs, seed });
  let tally = tallies.get(source);
  if (tally === undefined) tallies.set(source, (tally = new Tally()));
  tally.add(checked);
  for (const violation of checked.violations) found.push({ name: `${source}: ${name}`, violation, random, program });
  if (!values.kernel || checked.notRun !== undefined || checked.kernelMistakes.length > 0) return;
  const compared = compareRuns(program, object, btf, { runs, seed });
  tally.addKernel(compared);
  if ('notCompared' in compared || compared.differ === null) return;
  const { run, here: model, kernel } = compared.differ;
  console.log(`\n${source}: ${name}, run ${run}: returns ${model} here, ${kernel} in the kernel\n${listing(program)}`);
}

function takeObject(source: string, path: string): void {
  const object = loadObject(read(path), { file: basename(path), ...linux618(btf).loading });
  for (const program of object.programs) take(source, `${basename(path)}, ${program.name}`, object, program, null);
}

const begun = performance.now();
if (positionals.length > 0) for (const file of positionals) takeObject('files', file);
else {
  for (const name of goldenNames(here('tests/golden'))) takeObject('goldens', here(`tests/golden/${name}.bpf.o`));
  for (const file of readdirSync(here('samples')).filter((name) => name.endsWith('.bpf.o')))
    takeObject('samples', join(here('samples'), file));
}
for (const { theme, number, program: random } of randomPrograms(wanted, seed, count, btf)) {
  const { object, program } = random.load();
  take(theme, `seed ${seed}, program ${number}`, object, program, random);
}
const seconds = (performance.now() - begun) / 1000;

console.log(table(tallies));
console.log(`${seconds.toFixed(1)} s`);
const smallestFirst = [...found].sort((a, b) => a.program.insns.length - b.program.insns.length);
for (const { name, violation, random, program } of smallestFirst.slice(0, Number(values.keep))) {
  const shown = random === null ? { program, violation } : shrunk(random, violation);
  console.log(`\n${name}, run ${violation.run}: ${shown.violation.text}`);
  console.log(listing(shown.program));
}
process.exitCode = found.length > 0 || [...tallies.values()].some(({ differing }) => differing > 0) ? 1 : 0;

function shrunk(random: Case, violation: Violation): { program: BpfProgram; violation: Violation } {
  let last = { program: random.load().program, violation };
  smallest(
    random,
    (candidate) => {
      const { object, program } = candidate.load();
      const again = checkProgram(program, object, btf, { runs: Math.max(runs, 10), seed }).violations[0];
      if (again?.kind !== violation.kind) return false;
      last = { program, violation: again };
      return true;
    },
    { tries: 1500, ms: 60_000 },
  );
  return last;
}

function listing({ insns }: BpfProgram): string {
  const lines: string[] = [];
  for (let i = 0; i < insns.length; i++) {
    const insn = insns[i]!;
    lines.push(`${i}: ${kernelText(insn, insns[i + 1], { callName: () => undefined, imm64Ptr: () => undefined })}`);
    if (insn.code === 0x18) i++;
  }
  return lines.join('\n');
}
