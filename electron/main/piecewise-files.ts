import { app, dialog } from 'electron';
import type { BrowserWindow } from 'electron';
import { open, rename, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { say } from './say.ts';

interface Piecewise {
  readonly path: string;
  readonly handle: FileHandle;
}

/** Files that the window writes piece by piece: aside, and renamed once they are whole, so that nobody finds half a file. */
export class PiecewiseFiles {
  readonly #open = new Map<number, Piecewise>();
  #last = 0;

  /** Asks where to; 0 when the person cancelled or the place can't be written to (which is told). */
  async begin(window: BrowserWindow, name: string): Promise<number> {
    const suggestion = join(app.getPath('documents'), basename(name));
    const { canceled, filePath } = await dialog.showSaveDialog(window, {
      title: say().dialogs.save,
      defaultPath: suggestion,
    });
    if (canceled || filePath === undefined || filePath === '') return 0;
    try {
      const handle = await open(aside(filePath), 'w');
      this.#open.set(++this.#last, { path: filePath, handle });
      return this.#last;
    } catch (error) {
      tell(filePath, error);
      return 0;
    }
  }

  async write(file: number, bytes: Uint8Array): Promise<boolean> {
    const found = this.#open.get(file);
    if (found === undefined) return false;
    try {
      await found.handle.writeFile(bytes);
      return true;
    } catch (error) {
      tell(found.path, error);
      return false;
    }
  }

  async end(file: number, whole: boolean): Promise<boolean> {
    const found = this.#open.get(file);
    if (found === undefined) return false;
    this.#open.delete(file);
    try {
      await found.handle.close();
      if (whole) await rename(aside(found.path), found.path);
      else await unlink(aside(found.path));
      return true;
    } catch (error) {
      tell(found.path, error);
      return false;
    }
  }

  /** The window is gone: nobody will finish what it began. */
  async dropAll(): Promise<void> {
    for (const file of [...this.#open.keys()]) await this.end(file, false);
  }
}

const aside = (path: string): string => `${path}.part`;
const tell = (path: string, error: unknown): void =>
  dialog.showErrorBox(say().dialogs.cantWrite, `${path}\n${(error as Error).message}`);
