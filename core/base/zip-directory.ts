import { InputError } from './errors.ts';
import { decodeUtf8 } from './utf8.ts';

/** What an archive's table of contents says of an entry. */
export interface ZipEntry {
  readonly name: string;
  /** A symbolic link, as archives made on Unix hold them. */
  readonly link: boolean;
  readonly encrypted: boolean;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_SIZE = 22;
const ENTRY_SIZE = 46;
/** Longest comment behind the end. */
const COMMENT = 0xffff;
/** Made on Unix; bits of a file's mode that say what it is, and that it is a link. */
const UNIX = 3;
const KIND = 0o170000;
const LINK = 0o120000;

const latin1 = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');

/**
 * The table of contents at a zip archive's end. Unpacking by streams never looks at it, and it alone says what is a link.
 * @throws InputError where there is none, or it does not hold together
 */
export function zipDirectory(bytes: Uint8Array, most: number): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = endOf(view);
  const count = view.getUint16(at + 10, true);
  let entry = view.getUint32(at + 16, true);
  if (count === 0xffff || entry === 0xffffffff) throw new InputError('a zip of the 64-bit kind is not read');
  if (count > most) throw new InputError(`${count} entries, at most ${most} are read`);
  const found: ZipEntry[] = [];
  for (let i = 0; i < count; i++) {
    if (entry + ENTRY_SIZE > bytes.length || view.getUint32(entry, true) !== ENTRY)
      throw new InputError('not a readable zip: its table of contents is broken', `entry ${i}`);
    const flags = view.getUint16(entry + 8, true);
    const length = view.getUint16(entry + 28, true);
    const name = bytes.subarray(entry + ENTRY_SIZE, entry + ENTRY_SIZE + length);
    const mode = view.getUint16(entry + 40, true);
    found.push({
      name: (flags & 0x800) === 0 ? latin1(name) : decodeUtf8(name),
      link: view.getUint8(entry + 5) === UNIX && (mode & KIND) === LINK,
      encrypted: (flags & 1) !== 0,
    });
    entry += ENTRY_SIZE + length + view.getUint16(entry + 30, true) + view.getUint16(entry + 32, true);
  }
  return found;
}

function endOf(view: DataView): number {
  const last = view.byteLength - END_SIZE;
  for (let at = last; at >= 0 && at >= last - COMMENT; at--) if (view.getUint32(at, true) === END) return at;
  throw new InputError('not a readable zip: it has no table of contents');
}
