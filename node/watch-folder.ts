import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isHidden, PACK_LIMITS } from '../core/lesson/pack.ts';

/** How often it is looked whether something has changed, milliseconds. Looking is the same on every system and for every editor's way to save. */
const EVERY = 300;

/** What there is in a folder, as far as it tells changes: names, sizes and times. */
async function stampOf(folder: string): Promise<string> {
  const parts: string[] = [];
  const walk = async (within: string, depth: number): Promise<void> => {
    for (const entry of (await readdir(join(folder, within))).sort()) {
      if (isHidden(entry) || parts.length > PACK_LIMITS.entries) continue;
      const name = join(within, entry);
      const found = await lstat(join(folder, name));
      parts.push(`${name} ${found.size} ${found.mtimeMs}`);
      if (found.isDirectory() && depth < PACK_LIMITS.depth) await walk(name, depth + 1);
    }
  };
  try {
    await walk('', 1);
  } catch {
    // A file that goes while it is looked at is a change like any other.
  }
  return parts.join('\n');
}

/**
 * Tells of changes in a folder of lessons: once for all that come within a moment. Gives what ends it.
 * @param changed is waited for before it is looked again
 */
export function watchFolder(folder: string, changed: () => Promise<void> | void): () => void {
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told: string | null = null;
  let before = '';
  const look = async (): Promise<void> => {
    const now = await stampOf(folder);
    told ??= now;
    // What was the same twice is not being written at this moment.
    if (now !== told && now === before) {
      told = now;
      if (!ended) await changed();
    }
    before = now;
    if (!ended) timer = setTimeout(() => void look(), EVERY);
  };
  void look();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
