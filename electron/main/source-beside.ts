import { lstat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { InputFile } from '../../core/engine/protocol.ts';
import { LARGEST_SOURCE } from '../../core/trace/query/source-fit.ts';
import { readInputFileAsync } from '../../node/input-files.ts';

/** Most names that are looked for. */
const MOST_NAMES = 16;

/**
 * The C source that lies in an object's own folder: by the object's name, else by a name that its line information has. Nothing but a plain file of
 * that folder is ever read, whatever the names say; null where there is none.
 * @param told names of sources as the object has them
 */
export async function sourceBeside(object: string, told: readonly string[]): Promise<InputFile | null> {
  const own = basename(object);
  const named = own.endsWith('.o') ? [own.replace(/\.o$/, '.c'), own.replace(/(\.bpf)?\.o$/, '.c')] : [];
  const names = [...new Set([...named, ...told.filter(isPlain)])].slice(0, MOST_NAMES);
  // A name that the object tells of comes first: another source may have the object's own name.
  const order = [...names.filter((name) => told.includes(name)), ...names.filter((name) => !told.includes(name))];
  for (const name of order) {
    const path = join(dirname(object), name);
    try {
      const stats = await lstat(path);
      if (stats.isFile() && stats.size <= LARGEST_SOURCE) return { name, bytes: await readInputFileAsync(path) };
    } catch {
      // It is not there, or may not be read: there is nothing to offer.
    }
  }
  return null;
}

/** A C file's name without a folder. */
const isPlain = (name: string): boolean => name.endsWith('.c') && !/[/\\\0]/.test(name) && name !== '.c';
