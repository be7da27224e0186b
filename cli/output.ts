import { UsageError } from '../node/usage-error.ts';
import { writeSync } from 'node:fs';
import { InputError, Unsupported } from '../core/base/errors.ts';
import { printable } from '../core/base/printable.ts';

/** The process as a command sees it; a test gives another one. */
export interface Output {
  /** Text for people; characters that a terminal would obey are shown instead. */
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** The same as `out` for text that is encoded already, and printable. */
  readonly bytes: (text: Uint8Array) => void;
}

/** Exit statuses of the command line. */
export const ACCEPTED = 0;
export const REJECTED = 1;
/** Unusable input, wrong words, or an output that cannot be written. */
export const UNUSABLE = 2;
/** A fault of this program: a report was written. */
export const FAULT = 3;
/** Ended by Ctrl-C. */
export const INTERRUPTED = 130;

/** An output that cannot be written: a full disk, a reader that went away. */
export class OutputError extends Error {
  constructor(
    readonly what: string,
    readonly code: string,
  ) {
    super(`${what} cannot be written: ${OUTPUT_REASONS[code] ?? code}`);
    this.name = 'OutputError';
  }
}

const OUTPUT_REASONS: Readonly<Record<string, string>> = {
  EPIPE: 'its reader has gone',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  EIO: 'the device failed',
  EBADF: 'it is closed',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a directory',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of its path is no folder',
};

const waiting = new Int32Array(new SharedArrayBuffer(4));

/** Writes all of it, waiting where the other end is slow. @throws OutputError */
export function writeAll(fd: number, bytes: Uint8Array, what: string): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at, bytes.length - at);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (code !== 'EAGAIN') throw new OutputError(what, code);
      Atomics.wait(waiting, 0, 0, 5);
    }
  }
}

/** The process's own output: written at once, so that what goes wrong is known where it is written. */
export const processOutput: Output = {
  out: (text) => writeAll(1, Buffer.from(printable(text)), 'standard output'),
  bytes: (text) => writeAll(1, text, 'standard output'),
  err: (text) => {
    try {
      writeAll(2, Buffer.from(printable(text)), 'standard error');
    } catch {
      // Nobody is left to be told.
    }
  },
};

/** One clear line for an error that a person can act on, or null for one that is ours. */
export function oneLine(error: unknown): string | null {
  const expected =
    error instanceof InputError ||
    error instanceof Unsupported ||
    error instanceof UsageError ||
    error instanceof OutputError;
  const known = error instanceof Error && (expected || error.name === 'BpfError');
  return known ? (error as Error).message.replace(/\s*\n\s*/g, ' ') : null;
}
