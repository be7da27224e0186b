// A folder of lessons as the page of `npm start -- --browser FOLDER` gets it: a zip, which its engine holds to the limits of packs.
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// As in core/lesson/pack.ts, where they are held to again.
const KINDS = /\.(md|json|o|c|h|asm|s)$/;
const MOST_FILES = 2000;
const MOST_BYTES = 32 * 1024 * 1024;
const DEPTH = 5;

/** The files of a folder that lessons use: their names within it, and what tells one state of them from another. Links are left out. */
function filesOf(folder) {
  const found = [];
  const walk = (within, depth) => {
    for (const entry of readdirSync(join(folder, within)).sort()) {
      if (entry.startsWith('.') || entry === 'node_modules' || found.length >= MOST_FILES) continue;
      const name = within === '' ? entry : `${within}/${entry}`;
      const stats = lstatSync(join(folder, name));
      if (stats.isDirectory() && depth < DEPTH) walk(name, depth + 1);
      else if (stats.isFile() && KINDS.test(name)) found.push({ name, size: stats.size, time: stats.mtimeMs });
    }
  };
  walk('', 1);
  return found;
}

/** Tells whether a folder has changed. */
export const stampOf = (folder) => {
  try {
    return filesOf(folder)
      .map(({ name, size, time }) => `${name} ${size} ${time}`)
      .join('\n');
  } catch {
    // A file that goes while it is looked at is a change like any other.
    return '';
  }
};

/** The folder as a zip; empty where there is more in it than a pack may hold. */
export async function zipOf(folder) {
  const { zipSync } = await import('fflate');
  const files = filesOf(folder);
  if (files.reduce((sum, { size }) => sum + size, 0) > MOST_BYTES) return Buffer.alloc(0);
  return Buffer.from(
    zipSync(Object.fromEntries(files.map(({ name }) => [name, new Uint8Array(readFileSync(join(folder, name)))]))),
  );
}
