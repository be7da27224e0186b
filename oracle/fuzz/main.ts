/**
 * Random programs, judged by the model and by the running kernel:
 *
 *     npm run fuzz -- [--seed S] [--count N] [--theme all|NAME,NAME…] [--keep N] [--out FOLDER] [--messages] [--translated]
 *
 * The same seed and count give the same programs. Verdict, errno, message, statistics and log are compared, three programs in four at
 * level 2, the others at level 1; of walks longer than 20,000 instructions the log of level 1; of
 * those longer than 100,000 one in twenty by its statistics. Disagreements are told apart by where the logs part; of each kind the smallest is shrunk, printed, and
 * written to FOLDER (tests/golden/fuzz unless told) as the source of a golden. `--messages` lists what the kernel rejects for;
 * `--translated` also compares the programs that both accept as they are rewritten.
 * Exit status 0 when there is none, 1 with disagreements, 2 when the kernel can't be asked.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { InputError } from '../../core/base/errors.ts';
import { finalMessage } from '../kernel/judge.ts';
import type { Judgement } from '../kernel/judge.ts';
import { kernelRefusal } from '../kernel/load.ts';
import type { Case } from './case.ts';
import { GENERATORS } from './generators.ts';
import { Judge } from './judge.ts';
import type { Outcome } from './judge.ts';
import { count as countIn, describe, rank, table, Tally } from './report.ts';
import { shrink, signature } from './shrink.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1000' },
    theme: { type: 'string', default: 'all' },
    keep: { type: 'string', default: '20' },
    out: { type: 'string', default: fileURLToPath(new URL('../../tests/golden/fuzz', import.meta.url)) },
    messages: { type: 'boolean', default: false },
    translated: { type: 'boolean', default: false },
  },
});
const refusal = kernelRefusal();
if (refusal !== null) {
  console.log(`nothing to compare with: ${refusal}`);
  process.exit(2);
}
const seed = Number(values.seed);
const count = Number(values.count);
const keep = Number(values.keep);
const wanted = values.theme.split(',');
const known = GENERATORS.map(({ name }) => name);
for (const name of wanted)
  if (name !== 'all' && !known.includes(name))
    throw new Error(`--theme: '${name}' is none of all, ${known.join(', ')}`);
const generators = GENERATORS.filter(({ name }) => wanted.includes('all') || wanted.includes(name)).filter(
  ({ name, skipped }) => {
    if (skipped !== undefined) console.log(`${name} is skipped: ${skipped}`);
    return skipped === undefined;
  },
);

/** Programs that take longer are named. */
const SLOW_MS = 2_000;

interface Cluster {
  candidate: Case;
  judgement: Judgement;
  seen: number;
  readonly generator: string;
  at: number;
  level: 1 | 2;
}

const judge = new Judge(values.translated);
const tallies = new Map(generators.map(({ name }) => [name, new Tally()]));
const clusters = new Map<string, Cluster>();

function take(generator: string, candidate: Case, at: number): void {
  const tally = tallies.get(generator)!;
  tally.programs++;
  const level = at % 4 === 3 ? 1 : 2;
  const before = performance.now();
  let outcome: Outcome;
  try {
    outcome = judge.judge(candidate, level);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    outcome = { notJudged: `no program: ${error.message}` };
  }
  const took = performance.now() - before;
  if (took > SLOW_MS) console.error(`${generator} ${at} level ${level}: ${(took / 1000).toFixed(1)} s`);
  if (!('judgement' in outcome)) {
    countIn(tally.notJudged, outcome.notJudged);
    return;
  }
  const { judgement } = outcome;
  if (judgement.kernel.errno === 0) tally.accepted++;
  else if (values.messages) countIn(tally.messages, finalMessage(judgement.kernel.log).replace(/\d+/g, '#'));
  if (judgement.unsupported !== undefined) countIn(tally.unsupported, judgement.unsupported.replace(/\d+/g, '#'));
  else if (judgement.disagreement === null) tally.equal++;
  else {
    tally.disagreements[judgement.disagreement]++;
    const key = `${generator} ${signature(judgement)}`;
    const found = clusters.get(key);
    if (found === undefined) clusters.set(key, { candidate, judgement, seen: 1, generator, at, level });
    else {
      found.seen++;
      if (candidate.lines.length < found.candidate.lines.length)
        Object.assign(found, { candidate, judgement, at, level });
    }
  }
}

const begun = performance.now();
for (let made = 0; made < count;)
  for (const { name, share, generate } of generators) {
    const seeds = Array.from({ length: Math.min(share * 4, count - made) }, (_, i) => made + i);
    for (const [i, candidate] of generate(seeds.map((n) => (seed * 1_000_003 + n) | 0)).entries())
      take(name, candidate, seeds[i]!);
    made += seeds.length;
  }
const seconds = (performance.now() - begun) / 1000;

const all = new Tally();
for (const tally of tallies.values()) all.add(tally);
console.log(table(tallies));
if (values.messages)
  for (const [message, n] of [...all.messages].sort((a, b) => b[1] - a[1])) console.log(`rejected ${n}: ${message}`);

const found = [...clusters.values()]
  .sort((a, b) => rank(a.judgement) - rank(b.judgement) || a.candidate.lines.length - b.candidate.lines.length)
  .slice(0, keep);
if (found.length > 0) mkdirSync(values.out, { recursive: true });
for (const { candidate, judgement, seen, generator, at, level } of found) {
  const small = shrink(judge, candidate, judgement, level, { tries: 1500, ms: 60_000 });
  const { type, expectedAttachType } = small.smallest.load().program;
  const heading = `${generator}, program type ${type}, attached as ${expectedAttachType}, seed ${seed}, program ${at}, level ${level}; seen ${seen} times`;
  console.log(`\n${describe(small.smallest, small.judgement, heading)}`);
  const name = `${generator.replace(/\W/g, '_')}_${seed}_${at}`;
  const source = small.smallest.golden(name);
  if (source !== null) writeFileSync(join(values.out, `${name}.bpf.c`), source);
}
judge.close();
const bad = Object.values(all.disagreements).reduce((sum, n) => sum + n, 0);
const compared = all.equal + bad;
console.log(
  `seed ${seed}: ${all.programs} programs in ${seconds.toFixed(0)} s, the kernel accepts ${all.accepted}; ${all.equal} of ${compared} compared are equal, ${bad} disagree in ${clusters.size} ways`,
);
process.exitCode = bad > 0 ? 1 : 0;
