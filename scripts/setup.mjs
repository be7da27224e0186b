// What has to be there before anything of the app can run: Node, the packages, the build. Plain Node, as it runs
// before the packages are there. Words go to stderr: stdout belongs to the command that asked.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Prints a line on stderr. */
export const say = (text) => process.stderr.write(`${text}\n`);

/** A set-up step that can't be done; its message is all there is to say. */
export class SetupError extends Error {}

const OLDEST_NODE = [20, 19];

/** Throws SetupError when this Node is too old. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]))
    throw new SetupError(`Iterscope needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Why the installed packages are not those of the lock file; empty when they are. */
function packagesDiffer() {
  const installed = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return 'no packages yet';
  const want = readJson(join(root, 'package-lock.json')).packages;
  const have = readJson(installed).packages;
  for (const [path, entry] of Object.entries(want)) {
    if (path === '') continue;
    // Optional packages are for other platforms; npm leaves them out.
    if (have[path] === undefined && entry.optional !== true) return `${path} is missing`;
    if (have[path] !== undefined && have[path].version !== entry.version) return `${path} is another version`;
  }
  return '';
}

/** Runs `npm ci` when the packages are missing or not those of the lock file. Throws SetupError when that fails. */
export function ensureInstalled() {
  const why = packagesDiffer();
  if (why === '') return;
  const folder = join(root, 'node_modules');
  if (existsSync(folder) && lstatSync(folder).isSymbolicLink()) {
    // Shared with another checkout: npm would empty it for both.
    say(`node_modules is a link, so it is left alone, although ${why}.`);
    return;
  }
  say(`Setting up: npm ci (${why})…`);
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (error !== undefined || status !== 0)
    throw new SetupError(`npm ci failed (${error?.message ?? `status ${status}`}).`);
}

const SOURCES = [
  'core',
  'renderer',
  'electron',
  'lessons',
  'samples',
  'reference',
  'include',
  'assets',
  'vite.config.ts',
  'svelte.config.js',
  'package-lock.json',
];

function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  let time = stat.mtimeMs;
  for (const name of readdirSync(path)) time = Math.max(time, newest(join(path, name)));
  return time;
}

/** Builds when `dist/` is missing or older than a source. Throws SetupError when that fails. */
export function ensureBuilt() {
  const built = join(root, 'dist/.built');
  if (existsSync(built)) {
    const time = statSync(built).mtimeMs;
    if (SOURCES.every((path) => newest(join(root, path)) <= time)) return;
  }
  say('Building…');
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const { status } = spawnSync(process.execPath, [vite, 'build', '--app', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new SetupError(`The build failed (status ${status}).`);
}

/** Runs a script's main function; a SetupError becomes one line and status 1. */
export async function main(job) {
  try {
    process.exitCode = (await job(process.argv.slice(2))) ?? 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
