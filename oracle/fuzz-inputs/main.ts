/**
 * `npm run fuzz:inputs -- --seed S --count N [--only I]`: spoilt objects, traces and texts of assembly, taken as the app takes them. No crash, no hang of
 * more than 10 seconds, no more than 1 GB of memory, every message in one line that names file and place. The same seed gives the same inputs.
 */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Seeds } from './generate.ts';

const TIME_MS = 10_000;
const MEMORY = 1024 * 1024 * 1024;
const HEAP_MB = 768;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1000' },
    only: { type: 'string' },
  },
});
const seed = Number(values.seed);
const count = Number(values.count);

interface Answer {
  readonly index: number;
  readonly complaint: string | null;
  readonly what: string;
  readonly rss: number;
}

let child: ChildProcess | null = null;

async function start(): Promise<ChildProcess> {
  const started = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), [], {
    execArgv: ['--import', 'tsx', `--max-old-space-size=${HEAP_MB}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  await new Promise<void>((resolve, reject) => {
    started.once('message', () => resolve());
    started.once('exit', (code) => reject(new Error(`the child ended with ${code} before it began`)));
  });
  return started;
}

/** Memory of the child at this moment, bytes. */
function memoryOf(process: ChildProcess): number {
  try {
    const status = readFileSync(`/proc/${process.pid ?? 0}/status`, 'latin1');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Has one input judged; a child that does not come back is ended. */
async function judge(index: number): Promise<{ complaint: string | null; what: string }> {
  const worker = (child ??= await start());
  return new Promise((resolve) => {
    const end = (complaint: string | null, what: string, again: boolean): void => {
      clearTimeout(timer);
      clearInterval(watch);
      worker.removeAllListeners('message');
      worker.removeAllListeners('exit');
      if (again) {
        worker.kill('SIGKILL');
        child = null;
      }
      resolve({ complaint, what });
    };
    const timer = setTimeout(() => end(`it takes longer than ${TIME_MS / 1000} s`, '', true), TIME_MS);
    const watch = setInterval(() => {
      const bytes = memoryOf(worker);
      if (bytes > MEMORY) end(`it takes ${Math.round(bytes / 1e6)} MB`, '', true);
    }, 250);
    worker.once('message', ({ complaint, what }: Answer) => end(complaint, what, false));
    worker.once('exit', (code, signal) => end(`the process died (${code ?? signal ?? ''})`, '', true));
    worker.send({ seed, index });
  });
}

function stop(): void {
  child?.kill('SIGKILL');
  child = null;
}

const seeds = await Seeds.load();
const complaints = new Map<string, number>();
const begun = performance.now();
const indices = values.only === undefined ? Array.from({ length: count }, (_, i) => i) : [Number(values.only)];
for (const index of indices) {
  let { complaint } = await judge(index);
  // A machine that is busy is no fault of the input: what takes long has to do so twice, in a fresh process.
  if (complaint?.startsWith('it takes') === true) ({ complaint } = await judge(index));
  if ((index + 1) % 1000 === 0)
    console.log(
      `${index + 1} of ${count}, ${complaints.size} kinds of complaint, ${Math.round((performance.now() - begun) / 1000)} s`,
    );
  if (complaint === null) continue;
  const kind = complaint.replace(/\d+/g, '#').slice(0, 160);
  const seen = complaints.get(kind) ?? 0;
  complaints.set(kind, seen + 1);
  if (seen > 0) continue;
  const { name, bytes, what } = seeds.input(seed, index);
  const file = join(tmpdir(), `fuzz-inputs-${seed}-${index}-${name}`);
  writeFileSync(file, bytes);
  console.log(`seed ${seed}, input ${index} (${name}, ${what.slice(0, 300)}): ${complaint}\n  kept as ${file}`);
}
stop();
for (const [kind, times] of complaints) console.log(`${String(times).padStart(6)} ×  ${kind}`);
console.log(
  `${indices.length} inputs, ${complaints.size} kinds of complaint, ${Math.round((performance.now() - begun) / 1000)} s`,
);
process.exitCode = complaints.size === 0 ? 0 : 1;
