// Puts a compiler for C beside the app, so that packages bring one: zig, as its Python package has it, into build/compiler. Packages without it
// work, and say what is missing. npm run bundle:compiler, then npm run package.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'build/compiler');
const python = process.platform === 'win32' ? 'python' : 'python3';

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status === 0) return;
  console.error(`bundle:compiler: ${command} ${args.join(' ')}: ${error?.message ?? `it ended with ${status}`}`);
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'iterscope-compiler-'));
try {
  run(python, ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', '--dest', folder, 'ziglang']);
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip downloaded nothing');
  run(python, ['-m', 'zipfile', '-e', join(folder, wheel), folder]);
  const zig = join(folder, 'ziglang');
  if (!existsSync(zig)) throw new Error(`${wheel} has no folder ziglang`);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(dirname(target), { recursive: true });
  // The compiler and the headers that clang itself needs; zig's own standard library stays out.
  for (const name of readdirSync(zig))
    if (/^zig(\.exe)?$|^LICENSE/.test(name)) cpSync(join(zig, name), join(target, name), { recursive: true });
  cpSync(join(zig, 'lib'), join(target, 'lib'), {
    recursive: true,
    filter: (path) => !/[\\/]lib[\\/](libc|libcxx|libcxxabi|libunwind|libtsan|docs)([\\/]|$)/.test(path),
  });
  const program = join(target, process.platform === 'win32' ? 'zig.exe' : 'zig');
  // The archive does not keep what may be run.
  chmodSync(program, 0o755);
  run(program, ['version']);
  console.log(`bundle:compiler: ${target}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
