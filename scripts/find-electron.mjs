// Where an Electron to run the app with comes from. Never imports the `electron` package: in plain Node that starts a
// download.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './setup.mjs';

/** Where runtimes and downloads are kept. */
export const cacheFolder = join(root, 'node_modules/.cache/iterscope-electron');
/** The prepared runtime's folder: see scripts/electron-runtime.mjs. */
export const preparedFolder = join(cacheFolder, '22.3.25');

const executable =
  { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform] ?? 'electron';
const packageFolder = join(root, 'node_modules/electron');

/** The executable of the `electron` package, if it has been installed; null otherwise. */
function installed() {
  const named = join(packageFolder, 'path.txt');
  if (!existsSync(named)) return null;
  const path = join(packageFolder, 'dist', readFileSync(named, 'utf8').trim());
  return existsSync(path) ? path : null;
}

function bytesUnder(folder) {
  let sum = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    try {
      sum += entry.isDirectory() ? bytesUnder(path) : statSync(path).size;
    } catch {
      // A temporary file that has just gone.
    }
  }
  return sum;
}

/**
 * Lets the `electron` package fetch its binary. Gives up when nothing arrives for `stall` milliseconds.
 * @returns {Promise<string>} why it failed; empty when it worked
 */
async function download(stall) {
  mkdirSync(cacheFolder, { recursive: true });
  // The download grows in here, which shows whether it is alive.
  const temporary = mkdtempSync(join(cacheFolder, 'download-'));
  const child = spawn(process.execPath, [join(packageFolder, 'install.js')], {
    env: {
      ...process.env,
      TMPDIR: temporary,
      TMP: temporary,
      TEMP: temporary,
      electron_config_cache: join(temporary, 'cache'),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (chunk) => (words += chunk));
  let seen = 0;
  let since = Date.now();
  let said = false;
  let why = '';
  const watch = setInterval(() => {
    const now =
      bytesUnder(temporary) + (existsSync(join(packageFolder, 'dist')) ? bytesUnder(join(packageFolder, 'dist')) : 0);
    if (now > seen) {
      seen = now;
      since = Date.now();
      if (!said && now > 1_000_000) {
        said = true;
        say('Fetching Electron, once (about 120 MB)…');
      }
    } else if (Date.now() - since > stall) {
      why = 'its download does not answer';
      child.kill('SIGKILL');
    }
  }, 250);
  const status = await new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', resolve);
  });
  clearInterval(watch);
  rmSync(temporary, { recursive: true, force: true });
  if (status === 0) return '';
  const code =
    /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|CERT_\w+|HTTPError[^\n]*)/.exec(
      words,
    )?.[1];
  return why || `its download failed${code === undefined ? '' : ` (${code})`}`;
}

/**
 * Finds an Electron: `ELECTRON_OVERRIDE_DIST_PATH`, the installed one, one that can be downloaded, the prepared one.
 * @param {object} [options]
 * @param {boolean} [options.mayDownload]
 * @param {number} [options.stall] give a download up after so many milliseconds without a byte
 * @returns {Promise<{path: string} | {reason: string}>}
 */
export async function findElectron({ mayDownload = true, stall = 8000 } = {}) {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (override !== undefined && override !== '') {
    const path = join(override, executable);
    return existsSync(path) ? { path } : { reason: `ELECTRON_OVERRIDE_DIST_PATH holds no ${executable}` };
  }
  const own = installed();
  if (own !== null) return { path: own };
  let reason = 'it is not installed';
  if (mayDownload) {
    reason = await download(stall);
    const fetched = installed();
    if (fetched !== null) return { path: fetched };
  }
  const prepared = join(preparedFolder, 'electron');
  if (existsSync(prepared)) return { path: prepared };
  return { reason };
}
