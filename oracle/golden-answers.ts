/**
 * Records goldens from what another machine's 6.18 said, for programs that the kernel at hand refuses for reasons of its configuration:
 *
 *     tsx oracle/golden-answers.ts THEME/NAME RELEASE LEVEL1.jsonl LEVEL2.jsonl
 *
 * The files hold the lines of `iterscope kernel verify NAME.bpf.o --json` at log levels 1 and 2.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatGolden, goldenOf } from './golden-file.ts';

interface Answer {
  readonly file: string;
  readonly prog: string;
  readonly errno: number;
  readonly log: string;
}

const [name = '', kernel = '', first = '', second = ''] = process.argv.slice(2);
if (second === '') throw new Error('THEME/NAME RELEASE LEVEL1.jsonl LEVEL2.jsonl');
const answers = (file: string): Answer[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Answer)
    .filter((answer) => answer.file === `${name.split('/')[1]!}.bpf.o`);
const one = answers(first);
const two = answers(second);
const goldens = one.flatMap(({ prog, errno, log }) => {
  const other = two.find((answer) => answer.prog === prog);
  if (other === undefined) throw new Error(`${prog}: no answer at level 2`);
  return [goldenOf(prog, errno, 1, log), goldenOf(prog, other.errno, 2, other.log)];
});
const root = fileURLToPath(new URL('../tests/golden', import.meta.url));
writeFileSync(join(root, `${name}.log`), formatGolden({ kernel, goldens }));
console.log(`${name}: ${one.length} programs, ${one.filter(({ errno }) => errno === 0).length} accepted`);
