import { isHidden, kindLimit, PACK_LIMITS, packZip } from '../../core/lesson/pack.ts';
import type { PackFile } from '../../core/lesson/pack.ts';
import type { InputFile } from '../../core/engine/protocol.ts';
import type { Host } from './host.ts';
import { readFiles } from './host.ts';
import { say } from '../words/index.ts';

/** What was dropped on the window: files, and folders of lessons as the zips that they would be sent as, or of progress. */
export async function readDropped(dropped: DataTransfer | null, host: Host | null): Promise<readonly InputFile[]> {
  // All that is dropped is asked for at once: a moment later the browser does not tell any more.
  const items = [...(dropped?.items ?? [])].map((item) => ({ file: item.getAsFile(), entry: item.webkitGetAsEntry() }));
  const read = items.map(async ({ file, entry }): Promise<readonly InputFile[]> => {
    if (file === null) return [];
    if (!isFolder(entry)) return readFiles([file]);
    const known = (await host?.dropped?.(file)) ?? [];
    return known.length > 0 ? known : folderFiles(entry);
  });
  return (await Promise.all(read)).flat();
}

// Not by their classes: browsers do not agree on what those are called.
const isFolder = (entry: FileSystemEntry | null): entry is FileSystemDirectoryEntry => entry?.isDirectory === true;
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

async function folderFiles(folder: FileSystemDirectoryEntry): Promise<readonly InputFile[]> {
  const files = await filesIn(folder);
  const top = files.filter(({ name }) => !name.includes('/'));
  const lessons = top.some(({ name }) => name === 'pack.json' || name === 'lesson.md');
  const progress = top.filter(({ name }) => name.endsWith('.json'));
  return lessons || progress.length === 0 ? [{ name: `${folder.name}.zip`, bytes: packZip(files) }] : progress;
}

async function filesIn(folder: FileSystemDirectoryEntry): Promise<readonly PackFile[]> {
  const files: PackFile[] = [];
  let entries = 0;
  let total = 0;
  const tooMuch = (): Error => new Error(say.host.dropped.tooMuch(folder.name));
  const walk = async (inner: FileSystemDirectoryEntry, within: string, depth: number): Promise<void> => {
    for (const entry of await entriesOf(inner)) {
      if (isHidden(entry.name)) continue;
      if (++entries > PACK_LIMITS.entries || depth > PACK_LIMITS.depth) throw tooMuch();
      const name = `${within}${entry.name}`;
      if (isFolder(entry)) await walk(entry, `${name}/`, depth + 1);
      else if (isFile(entry) && kindLimit(name) !== null) {
        const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
        total += file.size;
        if (total > PACK_LIMITS.total) throw tooMuch();
        files.push({ name, bytes: new Uint8Array(await file.arrayBuffer()) });
      }
    }
  };
  await walk(folder, '', 1);
  return files;
}

/** All that is in a folder: a browser gives it in pieces, the last of which is empty. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const piece = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (piece.length === 0) return found;
    found.push(...piece);
    if (found.length > PACK_LIMITS.entries) return found;
  }
}
