import type { Stats } from 'node:fs';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { InputError } from '../core/base/errors.ts';
import { MAX_FILE } from '../core/base/limits.ts';

const CHUNK = 1024 * 1024;

/** A number of bytes as people say it: `20 bytes`, `3.2 GB`. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${units[unit]!}`;
}

const tooLarge = (size: string): string => `it has ${size}; at most ${sizeText(MAX_FILE)} are read`;

/** Why a file of this kind and size is not read, without touching it; null when it may be. */
function refusal(stats: Stats): string | null {
  if (stats.isDirectory()) return 'it is a directory';
  if (stats.isFIFO()) return 'it is a pipe, not a file; write what comes out of it into a file first';
  if (stats.isSocket()) return 'it is a socket, not a file';
  if (stats.isCharacterDevice() || stats.isBlockDevice()) return 'it is a device, not a file';
  return stats.size > MAX_FILE ? tooLarge(sizeText(stats.size)) : null;
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'no such file',
    EISDIR: 'it is a directory',
    EACCES: 'it may not be read (permission denied)',
    EPERM: 'it may not be read (permission denied)',
    ENOTDIR: 'a part of its path is no folder',
    ELOOP: 'its symbolic links go round in circles',
    ENAMETOOLONG: 'its name is too long',
    ENXIO: 'it is not a file that can be read',
    EIO: 'the device failed while it was read',
    EMFILE: 'too many files are open',
    ERR_INVALID_ARG_VALUE: 'this is no file name',
  };
  return known[code ?? ''] ?? `it cannot be read (${code ?? message})`;
}

/** Reads a file in whole. What it is and how large is looked at before; it is never read beyond the limit. @throws InputError naming it */
export function readInputFile(file: string): Uint8Array {
  try {
    const why = refusal(statSync(file));
    if (why !== null) throw new InputError(why, '', file);
    const fd = openSync(file, 'r');
    try {
      const parts: Uint8Array[] = [];
      for (let total = 0; ;) {
        const chunk = new Uint8Array(CHUNK);
        const read = readSync(fd, chunk, 0, CHUNK, null);
        if (read === 0) return joined(parts, total);
        parts.push(chunk.subarray(0, read));
        total += read;
        if (total > MAX_FILE) throw new InputError(tooLarge(`more than ${sizeText(MAX_FILE)}`), '', file);
      }
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw error instanceof InputError ? error : new InputError(reasonOf(error), '', file);
  }
}

/** The same without blocking. @throws InputError naming it */
export async function readInputFileAsync(file: string): Promise<Uint8Array> {
  try {
    const why = refusal(await stat(file));
    if (why !== null) throw new InputError(why, '', file);
    const handle = await open(file, 'r');
    try {
      const parts: Uint8Array[] = [];
      for (let total = 0; ;) {
        const chunk = new Uint8Array(CHUNK);
        const { bytesRead } = await handle.read(chunk, 0, CHUNK, null);
        if (bytesRead === 0) return joined(parts, total);
        parts.push(chunk.subarray(0, bytesRead));
        total += bytesRead;
        if (total > MAX_FILE) throw new InputError(tooLarge(`more than ${sizeText(MAX_FILE)}`), '', file);
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof InputError ? error : new InputError(reasonOf(error), '', file);
  }
}

function joined(parts: readonly Uint8Array[], total: number): Uint8Array {
  const out = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
