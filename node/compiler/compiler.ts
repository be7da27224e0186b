import { execFile } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, isAbsolute, join } from 'node:path';
import type { Compiled, Diagnostic } from '../../core/engine/compiled.ts';
import { MAX_C } from '../../core/engine/compiled.ts';
import { diagnosticsOf } from './diagnostics.ts';

/** A compiler that writes BPF objects. */
export interface Compiler {
  readonly path: string;
  /** What stands before the arguments: `clang` for zig. */
  readonly before: readonly string[];
  /** `clang 22.1.0`, `zig 0.17.1`. */
  readonly name: string;
}
/** Oldest clang that compiles what lessons write (kernel functions, BTF, CO-RE). */
const OLDEST = 14;
const NEWEST = 40;
/** Longest time, largest object, longest output. */
const TIME_MS = 20_000;
const MOST_OBJECT = 16 * 1024 * 1024;
const MOST_OUTPUT = 1024 * 1024;

const COMMON = [
  '-O2',
  '-g',
  '-mcpu=v3',
  '-Wall',
  '-Wno-unused-function',
  '-Wno-unused-variable',
  '-fno-color-diagnostics',
  '-fno-caret-diagnostics',
  // Paths of the machine it is compiled on are nobody's business.
  '-fdebug-compilation-dir=.',
] as const;

interface Ran {
  readonly ok: boolean;
  readonly output: string;
  readonly words: string;
}

/** Runs a program by its path, never through a shell, with nothing of our environment but what it needs to work. */
function run(path: string, args: readonly string[], cwd?: string): Promise<Ran> {
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    TMPDIR: cwd ?? tmpdir(),
    SystemRoot: process.env['SystemRoot'],
    // zig keeps what it builds once here.
    ZIG_GLOBAL_CACHE_DIR: process.env['ZIG_GLOBAL_CACHE_DIR'] ?? join(tmpdir(), 'iterscope-zig'),
    LC_ALL: 'C',
  };
  return new Promise((resolve) => {
    execFile(
      path,
      [...args],
      { cwd, env, timeout: TIME_MS, killSignal: 'SIGKILL', maxBuffer: MOST_OUTPUT, windowsHide: true },
      (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`;
        if (error === null) return resolve({ ok: true, output, words: '' });
        const words = error.killed === true ? `it was stopped after ${TIME_MS / 1000} seconds` : error.message;
        resolve({ ok: false, output, words });
      },
    );
  });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Where programs of these names are on PATH, in the order of the names. */
function onPath(names: readonly string[]): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const ends = process.platform === 'win32' ? ['.exe'] : [''];
  return names.flatMap((name) =>
    folders.flatMap((folder) => ends.map((end) => join(folder, name + end))).filter(isProgram),
  );
}

/** What a program is: a clang that writes BPF, a zig, or why it is neither. */
async function probe(path: string): Promise<Compiler | string> {
  if (!isProgram(path)) return `${path} is no program that may be run`;
  if (/^zig/i.test(basename(path))) {
    const { ok, output, words } = await run(path, ['version']);
    return ok ? { path, before: ['clang'], name: `zig ${output.trim()}` } : `${path}: ${words}`;
  }
  const { ok, output, words } = await run(path, ['--version']);
  const version = /clang version (\d+)(\.[\d.]+)?/.exec(output);
  if (!ok || version === null) return `${path} is no clang${words === '' ? '' : `: ${words}`}`;
  if (Number(version[1]) < OLDEST) return `${path} is clang ${version[1]}; ${OLDEST} or newer is needed`;
  const targets = await run(path, ['--print-targets']);
  if (!/^\s*bpf\b/m.test(targets.output)) return `${path} has no BPF target`;
  return { path, before: [], name: `clang ${version[1]}${version[2] ?? ''}` };
}

/**
 * Looks for a compiler: the one that is asked for, else one beside the app, else clang and then zig on PATH.
 * @returns it, or why there is none and how one is had
 */
export async function findCompiler(asked?: string, beside: readonly string[] = []): Promise<Compiler | string> {
  if (asked !== undefined && asked !== '') return probe(asked);
  const numbered = Array.from({ length: NEWEST - OLDEST + 1 }, (_, i) => `clang-${NEWEST - i}`);
  for (const path of [...beside.filter(isProgram), ...onPath(['clang', ...numbered, 'zig'])]) {
    const found = await probe(path);
    if (typeof found !== 'string') return found;
  }
  return `there is no compiler for C: install clang ${OLDEST} or newer with the BPF target (Debian: apt install clang), or zig (pip install ziglang)`;
}

/** The headers that programs may include, by their names. */
export type Headers = Readonly<Record<string, string>>;

/**
 * Compiles one C program to a BPF object, in a folder of its own that is gone afterwards.
 * @param name of the file, without folders; the object's line information has it
 */
export async function compile(compiler: Compiler, name: string, text: string, headers: Headers): Promise<Compiled> {
  const begun = performance.now();
  const done = (object: Uint8Array | null, diagnostics: readonly Diagnostic[], words: string): Compiled => ({
    ...(object === null ? {} : { object }),
    diagnostics,
    words,
    ms: performance.now() - begun,
  });
  const own = basename(name);
  if (!/^[\w.+-]+\.c$/.test(own)) return done(null, [], `${own} is no name of a C file`);
  if (text.length > MAX_C) return done(null, [], `it is longer than ${MAX_C / 1024 / 1024} million characters`);
  const folder = mkdtempSync(join(tmpdir(), 'iterscope-c-'));
  try {
    for (const [header, content] of Object.entries(headers)) writeFileSync(join(folder, header), content);
    writeFileSync(join(folder, own), text);
    const target = compiler.before.length === 0 ? ['--target=bpf'] : ['-target', 'bpfel'];
    const args = [...compiler.before, ...target, ...COMMON, '-I.', '-c', own, '-o', 'out.o'];
    const { ok, output, words } = await run(compiler.path, args, folder);
    const diagnostics = diagnosticsOf(output, own);
    if (!ok)
      return done(null, diagnostics, diagnostics.some(({ kind }) => kind === 'error') ? '' : output.trim() || words);
    const { size } = statSync(join(folder, 'out.o'));
    if (size > MOST_OBJECT) return done(null, diagnostics, `the object is larger than ${MOST_OBJECT / 1024 / 1024} MB`);
    return done(new Uint8Array(readFileSync(join(folder, 'out.o'))), diagnostics, '');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
