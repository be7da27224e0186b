import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { unpackArchive } from '../../core/trace/record/archive.ts';

const CLI = fileURLToPath(new URL('../../dist/cli/iterscope.js', import.meta.url));

/** What a command cost whose output went to a file. */
export interface LogCost {
  readonly name: string;
  readonly seconds: number;
  /** Largest resident memory that was seen, bytes; 0 where the system does not tell. */
  readonly memory: number;
  /** Bytes of the file. */
  readonly size: number;
}

/** Two counted loops in each other, near the limit of a million instructions. */
const NESTED = `r0 = 0
r1 = 0
outer: r2 = 0
inner: r2 += 1
r0 += r2
if r2 < 1000 goto inner
r1 += 1
if r1 < 326 goto outer
r0 = 0
exit
`;

function peak(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

async function measure(name: string, args: readonly string[], out: string): Promise<LogCost> {
  const fd = openSync(out, 'w');
  const begun = performance.now();
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', fd, 'ignore'] });
  let memory = 0;
  const watch = setInterval(() => (memory = Math.max(memory, peak(child.pid ?? 0))), 20);
  await new Promise((resolve) => child.on('exit', resolve));
  clearInterval(watch);
  closeSync(fd);
  return { name, seconds: (performance.now() - begun) / 1000, memory, size: statSync(out).size };
}

/** Logs of a million instructions, written to a file by the built command line; empty when it was not built. */
export async function measureLogs(): Promise<LogCost[]> {
  if (!existsSync(CLI)) return [];
  const folder = mkdtempSync(join(tmpdir(), 'iterscope-bench-'));
  try {
    const file = join(folder, 'nested.asm');
    const out = join(folder, 'log');
    writeFileSync(file, NESTED);
    return [
      await measure('level 2', ['verify', file, '--log-level', '2'], out),
      await measure('level 2, --json', ['verify', file, '--log-level', '2', '--json'], out),
      await measure('level 1', ['verify', file, '--log-level', '1'], out),
      await measure('trace export --format log', ['trace', 'export', file, '--format', 'log', '--output', '-'], out),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Milliseconds until an archive whose records unpack to far more than is allowed is refused. */
export function measureBomb(): number {
  const bomb = zipSync({ 'manifest.json': new Uint8Array(64 * 1024 * 1024), 'records.bin': new Uint8Array(8) });
  const begun = performance.now();
  try {
    unpackArchive(bomb);
  } catch {
    return performance.now() - begun;
  }
  throw new Error('the archive was taken');
}
