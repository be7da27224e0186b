// `npm start`: sets up what is missing and opens the app; in Electron, else in the browser.
//
//     npm start [-- [--browser] [--port N] [--no-open] [FILE|FOLDER…]]
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findElectron } from './find-electron.mjs';
import { serve } from './serve.mjs';
import { SetupError, ensureBuilt, ensureInstalled, main, requireNode, root, say } from './setup.mjs';

const USAGE = 'usage: npm start [-- [--browser] [--port N] [--no-open] [FILE|FOLDER…]]';

function parse(args) {
  const options = { browser: false, port: 0, open: true, files: [] };
  const rest = [...args];
  while (rest.length > 0) {
    const arg = rest.shift();
    if (arg === '--browser') options.browser = true;
    else if (arg === '--no-open') options.open = false;
    else if (arg === '--port') {
      options.port = Number(rest.shift());
      if (!Number.isInteger(options.port) || options.port < 0 || options.port > 65535)
        throw new SetupError(`--port wants a number from 0 to 65535.\n${USAGE}`);
    } else if (arg.startsWith('-')) throw new SetupError(`unknown option ${arg}\n${USAGE}`);
    else {
      // npm runs scripts in the repository's root; the person typed the path elsewhere.
      const path = resolve(process.env['INIT_CWD'] ?? process.cwd(), arg);
      if (!existsSync(path) || !(statSync(path).isFile() || statSync(path).isDirectory()))
        throw new SetupError(`${arg}: no such file`);
      options.files.push(path);
    }
  }
  return options;
}

const isRoot = () => process.platform === 'linux' && process.getuid?.() === 0;

/** Runs the app in this Electron until its window closes; its exit status. */
function runElectron(path, files) {
  // As root, Chromium's own sandbox can't be set up.
  const flags = isRoot() ? ['--no-sandbox'] : [];
  const child = spawn(path, [...flags, root, ...files], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (status, signal) => done(signal === null ? (status ?? 1) : 0));
  });
}

function openInBrowser(url) {
  const [command, ...args] = { darwin: ['open', url], win32: ['cmd', '/c', 'start', '', url] }[process.platform] ?? [
    'xdg-open',
    url,
  ];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => say('No browser could be opened from here: open the address above.'));
  child.unref();
}

/** Serves the app until the process is ended. */
async function runBrowser(options) {
  let server;
  try {
    server = await serve({ folder: join(root, 'dist/renderer'), port: options.port, open: options.files });
  } catch (error) {
    throw new SetupError(`Port ${options.port} can't be used (${error.code ?? error.message}).`);
  }
  process.stdout.write(`${server.url}\n`);
  if (options.open) openInBrowser(server.url);
  await new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, done);
  });
  await server.close();
}

await main(async (args) => {
  const options = parse(args);
  requireNode();
  ensureInstalled();
  ensureBuilt();
  if (options.browser) return runBrowser(options);
  const noDisplay = process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'];
  const electron = noDisplay ? { reason: 'there is no display (DISPLAY is not set)' } : await findElectron();
  if ('path' in electron) return runElectron(electron.path, options.files);
  say(`Electron can't be used: ${electron.reason}. The same app is served to the browser instead.`);
  return runBrowser(options);
});
