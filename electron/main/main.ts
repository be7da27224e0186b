import { app, dialog, nativeTheme } from 'electron';
import type { BrowserWindow } from 'electron';
import { join } from 'node:path';
import { list, record, text } from '../../core/base/validate.ts';
import { channel } from '../ipc-contract.ts';
import { EngineProcess } from './engine-process.ts';
import { beside, filesOf, openRecent, pick, pickFolder, readInputs, save } from './files.ts';
import { Folders } from './folders.ts';
import { onUnhandled, unforeseen } from '../../node/last-handler.ts';
import { handleCalls, note } from './ipc.ts';
import { anyCompiler, chooseCompiler, compilerProcess } from './compiler-process.ts';
import { askThisKernel } from './kernel-process.ts';
import { setMenu } from './menu.ts';
import { declareScheme, serveScheme } from './scheme.ts';
import { PiecewiseFiles } from './piecewise-files.ts';
import { remember, settings } from './settings.ts';
import { createWindow, lockDown } from './window.ts';
import { say } from './say.ts';

// The app's boot, in order. Each concern has its file; this one only puts them together.

/** What a second start sends to the first. */
const checkStart = record<{ paths: string[] }>({ paths: list(256, text(4096)) });

const engine = new EngineProcess();
const pieces = new PiecewiseFiles();
let window: BrowserWindow | null = null;
const folders = new Folders({
  changed: (pack) => {
    if (window !== null) note(window, 'changed', pack);
  },
  unreadable: (reason) => {
    if (window !== null) note(window, 'unreadable', reason.slice(0, 1000));
  },
});
/** Files asked for before the window listened. */
let waiting: string[] = filesOf(process.argv, process.cwd());
let listening = false;

async function openPaths(paths: readonly string[], atStart = false): Promise<void> {
  if (window === null || !listening) {
    waiting = [...waiting, ...paths];
    return;
  }
  const files = await readInputs(paths, folders);
  if (window === null) return;
  menuOf(window);
  if (files.length > 0 || atStart) note(window, 'open', files);
}

/** Sets the menu, which has the recent files. */
function menuOf(of: BrowserWindow): void {
  const openFolder = async (): Promise<void> => {
    const files = await pickFolder(of, folders);
    menuOf(of);
    if (files.length > 0) note(of, 'open', files);
  };
  setMenu(of, openNow, () => void openFolder());
}

const openNow = (paths: readonly string[]): void => void openPaths(paths);

function listen(to: BrowserWindow): void {
  listening = true;
  engine.connect({
    port: (port) => {
      if (!to.isDestroyed()) to.webContents.postMessage(channel('engine'), null, [port]);
    },
    lost: (reason, final) => note(to, 'lost', final ? say().engine.tooOften(reason) : reason),
  });
  const paths = waiting;
  waiting = [];
  // The window waits to be told, also that there is nothing.
  void openPaths(paths, true);
}

function open(): void {
  const opened = createWindow();
  window = opened;
  listening = false;
  handleCalls(opened, {
    ready: () => listen(opened),
    pick: async () => {
      const files = await pick(opened, folders);
      menuOf(opened);
      return files;
    },
    pickFolder: async () => {
      const files = await pickFolder(opened, folders);
      menuOf(opened);
      return files;
    },
    dropped: async (path) => {
      const files = await readInputs([path], folders);
      menuOf(opened);
      return files;
    },
    recent: () => settings().recent,
    openRecent: async (path) => {
      const files = await openRecent(path, folders);
      menuOf(opened);
      return files;
    },
    beside: (object, names) => beside(object, names),
    save: (file) => save(opened, file),
    saveBegin: (name) => pieces.begin(opened, name),
    saveWrite: (file, bytes) => pieces.write(file, bytes),
    saveEnd: (file, whole) => pieces.end(file, whole),
    askKernel: (question) => askThisKernel(question),
    compiler: () => compilerProcess.find(),
    compile: (name, text) => compilerProcess.compile(name, text),
    chooseCompiler: () => chooseCompiler(opened),
    anyCompiler: () => anyCompiler(),
    title: (text) => opened.setTitle(text),
    theme: (theme) => {
      nativeTheme.themeSource = theme;
      remember({ theme });
    },
  });
  menuOf(opened);
  opened.on('closed', () => {
    void pieces.dropAll();
    folders.stop();
    if (window === opened) window = null;
  });
}

// What nobody foresaw is told in one line, with a report; the app goes on where it can.
function lastHandler(): void {
  const tell = (error: unknown): void => {
    const line = unforeseen(error, 'Iterscope', join(app.getPath('userData'), 'reports'));
    console.error(line);
    dialog.showErrorBox(say().dialogs.unforeseen, line);
  };
  process.on('uncaughtException', tell);
  onUnhandled(tell);
}

function boot(): void {
  lastHandler();
  app.setName('Iterscope');
  // The app is offline: nothing is ever looked up, by us or by Chromium itself.
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  app.commandLine.appendSwitch('disable-background-networking');
  app.commandLine.appendSwitch('disable-component-update');
  declareScheme();
  app.on('second-instance', (_event, _argv, _folder, more) => {
    openNow(checkStart(more, 'second start').paths);
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openNow([path]);
  });
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', () => {
    engine.stop();
    compilerProcess.stop();
  });
  void app.whenReady().then(() => {
    nativeTheme.themeSource = settings().theme;
    serveScheme();
    lockDown();
    open();
  });
}

// A second start hands its files to the first and ends.
if (app.requestSingleInstanceLock({ paths: waiting })) boot();
else app.quit();
