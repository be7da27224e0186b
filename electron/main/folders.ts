import { InputError } from '../../core/base/errors.ts';
import type { InputFile } from '../../core/engine/protocol.ts';
import { isPackName } from '../../core/lesson/pack.ts';
import { folderInputs, packedFolder } from '../../node/pack-folder.ts';
import { watchFolder } from '../../node/watch-folder.ts';

/** Most folders that are watched. */
const MOST = 20;

/** What is told of a folder that has changed. */
export interface FolderListener {
  changed(pack: InputFile): void;
  /** It cannot be read as it is now: one line. */
  unreadable(reason: string): void;
}

/** Folders of lessons that were opened: read within the limits of packs, and watched while the window is there. */
export class Folders {
  readonly #watched = new Map<string, () => void>();

  constructor(private readonly listener: FolderListener) {}

  /** What a folder holds; one with lessons is watched from then on. @throws InputError with the file at fault */
  async read(path: string): Promise<readonly InputFile[]> {
    const files = await folderInputs(path);
    if (files.some(({ name }) => isPackName(name))) this.#watch(path);
    return files;
  }
  /** Watches nothing any more. */
  stop(): void {
    for (const end of this.#watched.values()) end();
    this.#watched.clear();
  }

  #watch(path: string): void {
    if (this.#watched.has(path)) return;
    const [oldest] = this.#watched;
    if (this.#watched.size >= MOST && oldest !== undefined) {
      oldest[1]();
      this.#watched.delete(oldest[0]);
    }
    this.#watched.set(
      path,
      watchFolder(path, () => this.#changed(path)),
    );
  }
  async #changed(path: string): Promise<void> {
    try {
      this.listener.changed(await packedFolder(path));
    } catch (error) {
      // A folder that went, or a file that went while it was read.
      this.listener.unreadable(error instanceof InputError ? error.message : `${path}: ${(error as Error).message}`);
    }
  }
}
