// Debian's packages, installed when they are missing and this is root. Quiet: the words go to artifacts/apt.log.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './setup.mjs';

const quiet = { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' };

/** Those of the packages that dpkg doesn't know as installed; null on a system without dpkg. */
export function missingPackages(names) {
  if (!existsSync('/usr/bin/dpkg-query')) return null;
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names], quiet);
  // A virtual package (libasound2 on newer Debian) is found through what provides it.
  const there = new Set(
    stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !there.has(name) && !there.has(`${name}t64`));
}

/**
 * Installs what is missing, when it can be.
 * @param {readonly string[]} names
 * @returns {string} why something is still missing; empty when all is there
 */
export function aptInstall(names) {
  const missing = missingPackages(names);
  if (missing === null) return 'not a Debian system';
  if (missing.length === 0) return '';
  if (process.getuid?.() !== 0) return `missing packages, and this is not root: ${missing.join(' ')}`;
  say(`Installing Debian's ${missing.join(' ')}…`);
  mkdirSync(join(root, 'artifacts'), { recursive: true });
  const log = openSync(join(root, 'artifacts/apt.log'), 'a');
  const apt = (...args) =>
    spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', '-y', '-qq', ...args], {
      stdio: ['ignore', log, log],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  try {
    apt('update');
    if (apt('install', '--no-install-recommends', ...missing)) return '';
    // One name that this suite doesn't have must not keep the others away.
    for (const name of missing)
      if (!apt('install', '--no-install-recommends', name)) apt('install', '--no-install-recommends', `${name}t64`);
    const still = missingPackages(missing) ?? [];
    return still.length === 0 ? '' : `apt-get could not install ${still.join(' ')} (artifacts/apt.log)`;
  } finally {
    closeSync(log);
  }
}
