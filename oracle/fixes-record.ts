/** Records what the running 6.18 says of fixes: every one of iterator programs, and of each tenth other one (`npm run golden:fixes`). */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseBtf } from '../core/btf/parse.ts';
import { kernelModel } from '../node/inputs.ts';
import { FixJudge, rejectedGoldens } from './fixes.ts';

const OF_ITERATORS = ['iter-', 'iterators', 'loops'];
const SHARE = 10;

const judge = new FixJudge(parseBtf(new Uint8Array(readFileSync('/sys/kernel/btf/vmlinux'))));
const programs: Record<string, unknown> = {};
let number = 0;
let refused = 0;
for (const one of rejectedGoldens(kernelModel())) {
  const wanted = OF_ITERATORS.some((theme) => one.theme.startsWith(theme)) || number++ % SHARE === 0;
  if (!wanted) continue;
  const [fix] = one.fixes();
  const word = fix === undefined ? null : judge.ask(one.key, fix.edits);
  if (fix === undefined || word === null) continue;
  const { errno, processed } = word;
  if (errno !== 0) {
    refused++;
    console.error(`${one.key}: ${fix.steps.map(({ title }) => title).join('; ')}\n${word.log}`);
  }
  programs[one.key] = { edits: fix.edits, errno, processed };
}
const folder = fileURLToPath(new URL('../tests/fixes', import.meta.url));
mkdirSync(folder, { recursive: true });
const rows = Object.entries(programs).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
writeFileSync(
  `${folder}/recorded.json`,
  `{\n "release": ${JSON.stringify(release())},\n "programs": {\n${rows.join(',\n')}\n }\n}\n`,
);
console.log(`${rows.length} programs, ${refused} refused`);
process.exitCode = refused === 0 ? 0 : 1;
