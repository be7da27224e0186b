import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { InputError } from '../core/base/errors.ts';
import type { InputFile } from '../core/engine/protocol.ts';
import { isHidden, kindLimit, packFrom, PACK_LIMITS, packZip } from '../core/lesson/pack.ts';
import type { PackFile } from '../core/lesson/pack.ts';
import { readInputFileAsync } from './input-files.ts';

/** Whether a path is a folder; false where there is nothing. */
export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/**
 * The files of a folder of lessons, within the limits of packs. What is of no kind that lessons use is not read; nothing outside of the folder is, as
 * links are refused.
 * @throws InputError with the file at fault
 */
export async function readPackFolder(folder: string): Promise<readonly PackFile[]> {
  const files: PackFile[] = [];
  let entries = 0;
  let total = 0;
  const walk = async (within: string, depth: number): Promise<void> => {
    for (const entry of (await readdir(join(folder, within))).sort()) {
      if (isHidden(entry)) continue;
      const name = within === '' ? entry : `${within}/${entry}`;
      const bad = (reason: string): InputError => new InputError(reason, name, folder);
      if (++entries > PACK_LIMITS.entries) throw bad(`more than ${PACK_LIMITS.entries} files`);
      const found = await lstat(join(folder, name));
      if (found.isSymbolicLink()) throw bad('it is a symbolic link');
      if (found.isDirectory()) {
        if (depth >= PACK_LIMITS.depth) throw bad(`it lies deeper than ${PACK_LIMITS.depth} folders`);
        await walk(name, depth + 1);
        continue;
      }
      const most = kindLimit(name);
      if (most === null) continue;
      if (!found.isFile()) throw bad('it is no plain file');
      total += found.size;
      if (found.size > most || total > PACK_LIMITS.total) throw bad('it is larger than what a pack may hold');
      files.push({ name, bytes: await readInputFileAsync(join(folder, name)) });
    }
  };
  await walk('', 1);
  return files;
}

/** A folder of lessons as the zip that it would be sent as. @throws InputError with the file at fault */
export async function packedFolder(folder: string): Promise<InputFile> {
  const files = await readPackFolder(folder);
  const name = basename(resolve(folder));
  try {
    packFrom(files, name);
  } catch (error) {
    throw error instanceof InputError ? error.inFile(folder) : error;
  }
  return { name: `${name}.zip`, bytes: packZip(files) };
}

/** Most files of progress that are read from a folder. */
const MOST_PROGRESS = 250;

/** What a folder holds, to be opened: a pack of lessons as a zip, or, where there are no lessons in it, its files of JSON. @throws InputError */
export async function folderInputs(folder: string): Promise<readonly InputFile[]> {
  const names = (await readdir(folder)).sort();
  const json = names.filter((name) => name.endsWith('.json'));
  if (names.includes('pack.json') || names.includes('lesson.md') || json.length === 0)
    return [await packedFolder(folder)];
  if (json.length > MOST_PROGRESS)
    throw new InputError(`${json.length} files, at most ${MOST_PROGRESS} are read`, '', folder);
  return Promise.all(json.map(async (name) => ({ name, bytes: await readInputFileAsync(join(folder, name)) })));
}
