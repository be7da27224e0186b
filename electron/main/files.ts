import { app, dialog } from 'electron';
import type { BrowserWindow } from 'electron';
import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { InputError } from '../../core/base/errors.ts';
import type { InputFile } from '../../core/engine/protocol.ts';
import { IMPORTERS, IMPORT_EXTENSIONS, KEPT_EXTENSIONS } from '../../core/trace/import/index.ts';
import { readInputFileAsync } from '../../node/input-files.ts';
import { isFolder } from '../../node/pack-folder.ts';
import type { Folders } from './folders.ts';
import { sourceBeside } from './source-beside.ts';
import { remember, settings } from './settings.ts';
import { say } from './say.ts';

const RECENT = 10;
/** Where the files that the window has came from, by name: sources are looked for beside those, and nowhere else. */
const openedFrom = new Map<string, string>();

/** Reads files, and folders of lessons, for the window, while it goes on; what can't be read is told in a dialog and left out. */
export async function readInputs(paths: readonly string[], folders: Folders): Promise<InputFile[]> {
  const files: InputFile[] = [];
  const read: string[] = [];
  for (const path of paths) {
    try {
      if (await isFolder(path)) files.push(...(await folders.read(path)));
      else files.push({ name: basename(path), bytes: await readInputFileAsync(path) });
      read.push(path);
      openedFrom.set(basename(path), path);
    } catch (error) {
      const reason = error instanceof InputError ? error.reason : (error as Error).message;
      const place = error instanceof InputError && error.place !== '' ? `${error.place}: ` : '';
      dialog.showErrorBox(say().dialogs.cantOpen, `${path}\n${place}${reason}`);
    }
  }
  if (read.length > 0) {
    remember({ recent: [...read, ...settings().recent.filter((old) => !read.includes(old))].slice(0, RECENT) });
    for (const path of read) app.addRecentDocument(path);
  }
  return files;
}

/** Opens a file again that was opened before: no other can be asked for by its path. */
export async function openRecent(path: string, folders: Folders): Promise<InputFile[]> {
  return settings().recent.includes(path) ? readInputs([path], folders) : [];
}

/** The C source beside an object that was opened. */
export async function beside(object: string, names: readonly string[]): Promise<InputFile[]> {
  const path = openedFrom.get(object);
  const found = path === undefined ? null : await sourceBeside(path, names);
  return found === null ? [] : [found];
}

/** The dialog for a folder of lessons or of progress. */
export async function pickFolder(window: BrowserWindow, folders: Folders): Promise<InputFile[]> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: say().dialogs.openFolder,
    properties: ['openDirectory'],
  });
  return canceled ? [] : readInputs(filePaths, folders);
}

/** The open dialog. */
export async function pick(window: BrowserWindow, folders: Folders): Promise<InputFile[]> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: say().dialogs.open,
    properties: ['openFile', 'multiSelections'],
    filters: [
      { name: IMPORTERS.map(({ title }) => title).join(', '), extensions: [...IMPORT_EXTENSIONS, ...KEPT_EXTENSIONS] },
      { name: say().dialogs.allFiles, extensions: ['*'] },
    ],
  });
  return canceled ? [] : readInputs(filePaths, folders);
}

/** The save dialog; false when it was cancelled. */
export async function save(window: BrowserWindow, file: InputFile): Promise<boolean> {
  // Only the name counts: where it goes is for the person to say.
  const suggestion = join(app.getPath('documents'), basename(file.name));
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: say().dialogs.save,
    defaultPath: suggestion,
  });
  if (canceled || filePath === undefined || filePath === '') return false;
  try {
    await writeFile(filePath, file.bytes);
    return true;
  } catch (error) {
    dialog.showErrorBox(say().dialogs.cantWrite, `${filePath}\n${(error as Error).message}`);
    return false;
  }
}

/** Files named on a command line, as absolute paths. Electron's own and the app's folder's arguments are not among them. */
export function filesOf(argv: readonly string[], folder: string): string[] {
  const named = argv.slice(1).filter((arg) => !arg.startsWith('-'));
  return (app.isPackaged ? named : named.slice(1)).map((name) => resolve(folder, name));
}
