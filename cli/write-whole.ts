import { closeSync, fstatSync, openSync, renameSync, unlinkSync } from 'node:fs';
import { OutputError, writeAll } from './output.ts';

/**
 * Writes a file that comes in pieces. A regular file gets its name only when it is whole; on a full disk, nothing is left behind.
 * @returns its size in bytes
 * @throws OutputError
 */
export async function writeWhole(
  file: string,
  produce: (take: (chunk: Uint8Array) => void) => void | Promise<void>,
): Promise<number> {
  const partial = `${file}.part-${process.pid}`;
  let size = 0;
  let fd = -1;
  let direct = false;
  try {
    // Devices and pipes are written where they are.
    direct = isSpecial(file);
    fd = openSync(direct ? file : partial, direct ? 'w' : 'wx');
    await produce((chunk) => {
      writeAll(fd, chunk, file);
      size += chunk.length;
    });
    closeSync(fd);
    fd = -1;
    if (!direct) renameSync(partial, file);
    return size;
  } catch (error) {
    if (fd >= 0) closeSync(fd);
    if (!direct) removeQuietly(partial);
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof OutputError || typeof code !== 'string' || !('syscall' in (error as object))) throw error;
    throw new OutputError(file, code);
  }
}

function isSpecial(file: string): boolean {
  try {
    const fd = openSync(file, 'r+');
    const special = !fstatSync(fd).isFile();
    closeSync(fd);
    return special;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EISDIR') throw new OutputError(file, 'EISDIR');
    return false;
  }
}

function removeQuietly(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // It was never made.
  }
}
