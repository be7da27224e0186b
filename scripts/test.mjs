// `npm test`: sets up what is missing, builds, and runs everything: types and lint, vitest, the app in real Chromium,
// the app in real Electron. The last line sums up.
//
//     npm test [-- check|unit|browser|electron …]     only these
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { aptInstall } from './apt.mjs';
import { findElectron } from './find-electron.mjs';
import { SetupError, ensureBuilt, ensureInstalled, main, requireNode, root, say } from './setup.mjs';

const PARTS = ['check', 'unit', 'browser', 'electron'];
const artifacts = join(root, 'artifacts');

const BROWSER_PACKAGES = ['chromium', 'fonts-noto-core'];
const ELECTRON_PACKAGES = [
  'xvfb',
  'xauth',
  'squashfs-tools',
  'libnss3',
  'libgtk-3-0',
  'libasound2',
  'libgbm1',
  'libxss1',
  'libnotify4',
  'libsecret-1-0',
];

/** What the runners counted. A skip is `[test, reason]`. */
const total = { passed: 0, failed: 0, skipped: [] };
const failures = [];
/** What passed at the second try only, and why it was tried again. */
const again = [];

const bin = (name) => join(root, 'node_modules/.bin', name);

function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (error !== undefined) say(`${command}: ${error.message}`);
  return status === 0;
}

function heading(text) {
  say(`\n── ${text}`);
}

/** A runner that wrote no report, or that failed though all its tests passed, is a failure of its own. */
function account(name, ok, file, read) {
  if (!existsSync(file)) {
    total.failed++;
    failures.push(`${name}: wrote no report`);
    return;
  }
  const before = total.failed;
  read(JSON.parse(readFileSync(file, 'utf8')));
  if (!ok && total.failed === before) {
    total.failed++;
    failures.push(`${name}: failed outside its tests (see above)`);
  }
}

function check() {
  heading('types, lint, rooms, format');
  for (const part of ['types', 'lint', 'rooms', 'format']) {
    if (run('npm', ['run', '--silent', `check:${part}`])) total.passed++;
    else {
      total.failed++;
      failures.push(`npm run check:${part}`);
    }
  }
}

function unit() {
  heading('vitest');
  const file = join(artifacts, 'vitest.json');
  const ok = run(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]);
  account('vitest', ok, file, (report) => {
    for (const suite of report.testResults) {
      const where = suite.name.slice(root.length + 1);
      if (suite.status === 'failed' && suite.assertionResults.length === 0) {
        total.failed++;
        failures.push(`${where}: ${suite.message?.split('\n')[0] ?? 'failed'}`);
      }
      for (const test of suite.assertionResults) {
        const name = `${where}: ${test.fullName}`;
        if (test.status === 'passed') total.passed++;
        else if (test.status === 'failed') {
          total.failed++;
          failures.push(name);
        } else total.skipped.push([name, test.meta?.reason ?? skipReason(test.fullName)]);
      }
    }
  });
}

/** A skipped test says why in its title: `not asked: …`, or `… (skipped: …)`. */
const skipReason = (title) =>
  /\bnot asked: (.*)$/.exec(title)?.[1] ?? /\((?:skipped|needs):? ([^)]*)\)/.exec(title)?.[1] ?? 'no reason given';

function playwright(project, env, wrap = []) {
  const file = join(artifacts, `${project}.json`);
  const command = [...wrap, bin('playwright'), 'test', `--project=${project}`];
  const ok = run(command[0], command.slice(1), { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file });
  account(project, ok, file, (report) => {
    const visit = (suite, path) => {
      for (const inner of suite.suites ?? []) visit(inner, [...path, inner.title]);
      for (const spec of suite.specs ?? [])
        for (const test of spec.tests) {
          const name = [project, ...path, spec.title].join(' › ');
          if (test.status === 'skipped')
            total.skipped.push([
              name,
              test.annotations.find((note) => note.type === 'skip')?.description ?? 'an earlier part failed',
            ]);
          else if (test.status === 'unexpected') {
            total.failed++;
            failures.push(name);
          } else {
            total.passed++;
            if (test.status === 'flaky') again.push([name, test.results[0]?.error?.message?.split('\n')[0] ?? '']);
          }
        }
    };
    for (const suite of report.suites) visit(suite, [suite.title]);
    for (const error of report.errors) {
      total.failed++;
      failures.push(`${project}: ${error.message?.split('\n')[0]}`);
    }
  });
}

function browser() {
  heading('the app in Chromium');
  const why = aptInstall(BROWSER_PACKAGES);
  if (why !== '') say(`(${why})`);
  playwright('chromium', {});
}

async function electron() {
  heading('the app in Electron');
  let why = process.platform === 'linux' ? aptInstall(ELECTRON_PACKAGES) : '';
  if (process.platform === 'linux' && process.arch === 'x64' && !process.env['ELECTRON_OVERRIDE_DIST_PATH']) {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/electron-runtime.mjs')], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    if (status !== 0) why = stderr.trim().split('\n').at(-1) ?? why;
  }
  const found = await findElectron({ mayDownload: false });
  const display = process.platform !== 'linux' || Boolean(process.env['DISPLAY']);
  const xvfb = existsSync('/usr/bin/xvfb-run');
  if ('path' in found && (display || xvfb)) {
    playwright(
      'electron',
      { ITERSCOPE_ELECTRON: found.path },
      xvfb ? ['xvfb-run', '-a', '-s', '-screen 0 1920x1080x24'] : [],
    );
    return;
  }
  const reason = 'path' in found ? 'there is no display and no xvfb-run' : why || found.reason;
  total.skipped.push(['real Electron not exercised', reason]);
}

await main(async (args) => {
  const unknown = args.find((arg) => !PARTS.includes(arg));
  if (unknown !== undefined) throw new SetupError(`unknown part ${unknown}; there are: ${PARTS.join(', ')}`);
  const wanted = args.length === 0 ? PARTS : args;
  requireNode();
  rmSync(artifacts, { recursive: true, force: true });
  mkdirSync(artifacts, { recursive: true });
  ensureInstalled();
  ensureBuilt();
  if (wanted.includes('check')) check();
  if (wanted.includes('unit')) unit();
  if (wanted.includes('browser')) browser();
  if (wanted.includes('electron')) await electron();

  const out = (text) => process.stdout.write(`${text}\n`);
  out('');
  for (const failure of failures) out(`failed: ${failure}`);
  for (const [test, reason] of again) out(`passed at the second try: ${test}: ${reason}`);
  for (const [test, reason] of total.skipped) out(`skipped: ${test}: ${reason}`);
  out(`${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped`);
  return total.failed === 0 ? 0 : 1;
});
