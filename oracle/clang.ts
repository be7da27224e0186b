import { spawnSync } from 'node:child_process';

let found: string | null | undefined;

/** The clang that compiles for BPF: what `CLANG` says, else the newest installed from 22 on; null when there is none. */
export function clang(): string | null {
  const names = [
    process.env['CLANG'],
    'clang-22',
    'clang',
    ...[21, 20, 19, 18, 17, 16, 15, 14].map((version) => `clang-${version}`),
  ];
  found ??= names.find((name) => name !== undefined && spawnSync(name, ['--version']).status === 0) ?? null;
  return found;
}
