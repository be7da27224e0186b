import { Unzip, UnzipInflate } from 'fflate';
import { InputError } from './errors.ts';

/** Bytes of archive that are looked at at a time: deflate makes at most 1032 bytes of one. */
const SLICE = 16 * 1024;

/** What an archive may hold. Nothing that it declares of itself is relied on. */
export interface UnzipLimits {
  /** Most entries, wanted or not. */
  readonly entries: number;
  /** Most bytes of all wanted entries together, unpacked. */
  readonly total: number;
  /** Most bytes of an entry, unpacked; null for one that is not wanted, and is then not unpacked. */
  readonly entry: (name: string) => number | null;
  /** Most times that what is unpacked may be larger than the archive so far, looked at from a megabyte on; any unless told. */
  readonly ratio?: number;
}

/** Up to here nobody minds how well something is packed. */
const SMALL = 1024 * 1024;

const megabytes = (bytes: number): string =>
  bytes >= 1024 * 1024 ? `${Math.round(bytes / (1024 * 1024))} MB` : `${Math.ceil(bytes / 1024)} kB`;

/**
 * Unpacks a zip archive within limits that are checked while it is read: unpacking stops at the first byte beyond them.
 * @throws InputError with the entry at fault
 */
export function unzip(bytes: Uint8Array, limits: UnzipLimits): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const open = new Set<string>();
  let entries = 0;
  let total = 0;
  let taken = 0;
  const reader = new Unzip((file) => {
    if (++entries > limits.entries) throw new InputError(`more than ${limits.entries} entries`, shown(file.name));
    const most = limits.entry(file.name);
    if (most === null || file.name.endsWith('/')) return;
    if (files.has(file.name) || open.has(file.name)) throw new InputError('it is there twice', shown(file.name));
    open.add(file.name);
    const parts: Uint8Array[] = [];
    let size = 0;
    file.ondata = (error, chunk, last) => {
      // The library hands over what was thrown below, in a previous turn.
      if ((error as unknown) instanceof InputError) throw error as unknown as Error;
      if (error !== null) throw new InputError(`it cannot be unpacked: ${error.message}`, shown(file.name));
      size += chunk.length;
      total += chunk.length;
      if (size > most) throw new InputError(`unpacked it has more than ${megabytes(most)}`, shown(file.name));
      if (total > limits.total)
        throw new InputError(`unpacked they have more than ${megabytes(limits.total)} in all`, shown(file.name));
      if (limits.ratio !== undefined && total > SMALL && total > limits.ratio * taken)
        throw new InputError(`unpacked it is more than ${limits.ratio} times as large`, shown(file.name));
      if (chunk.length > 0) parts.push(chunk);
      if (!last) return;
      open.delete(file.name);
      files.set(file.name, joined(parts, size));
    };
    file.start();
  });
  reader.register(UnzipInflate);
  try {
    for (let at = 0; at < bytes.length; at += SLICE) {
      taken = Math.min(bytes.length, at + SLICE);
      reader.push(bytes.subarray(at, taken), at + SLICE >= bytes.length);
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`not a readable zip: ${error instanceof Error ? error.message : String(error)}`);
  }
  for (const name of open) throw new InputError('the archive ends within it', shown(name));
  if (entries === 0) throw new InputError('not a readable zip: there is nothing in it');
  return files;
}

const shown = (name: string): string => (name.length > 100 ? `${name.slice(0, 100)}…` : name);

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
