import { unzipSync, zipSync } from 'fflate';
import { InputError } from '../base/errors.ts';
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import type { GlobalSetting } from '../elf/globals.ts';
import { int, list, oneOf, optional, record, text } from '../base/validate.ts';

/** What the manifest of an `.iterscope` file says. */
export interface Manifest {
  readonly format: 'iterscope-trace';
  readonly version: 1;
  /** Rules that the verdict was found by. */
  readonly kernel: string;
  /** Name of the input as it was opened, and the program in it. */
  readonly file: string;
  readonly program: string;
  readonly input: 'object' | 'assembly';
  readonly errno: number | null;
  readonly processed: number;
  /** Names of the source texts under `source/`. */
  readonly sources: readonly string[];
  /** Global variables of the input that were set before loading. */
  readonly set?: readonly GlobalSetting[] | undefined;
}

/** The contents of an `.iterscope` file: a zip of `manifest.json`, `records.bin`, `input`, and `source/…`. */
export interface Archive {
  readonly manifest: Manifest;
  readonly records: Uint8Array;
  readonly input: Uint8Array;
  readonly sources: ReadonlyMap<string, string>;
}

/** Limits of what is unpacked. */
const MAX_ENTRIES = 64;
const MAX_TOTAL = 512 * 1024 * 1024;

// Zip knows no time zone and counts from 1980: the same moment for all, so that the same trace gives the same bytes.
const MTIME = '1980-01-02T12:00:00';

const safeName = /^[\w.@+-][\w .@+-]{0,200}$/;

/** Settings of global variables, as they come from a file or over a port. */
export const settings = list(256, record<GlobalSetting>({ name: text(1000), value: text(1000) }));

const manifestShape = record<Manifest>({
  format: oneOf('iterscope-trace'),
  version: oneOf(1),
  kernel: text(100),
  file: text(1000),
  program: text(1000),
  input: oneOf('object', 'assembly'),
  errno: (value, at) => (value === null ? null : int(-4095, 0)(value, at)),
  processed: int(0, 0xffff_ffff),
  sources: list(32, text(200)),
  set: optional(settings),
});

/** Packs a trace; the same contents give the same bytes. */
export function packArchive(archive: Archive): Uint8Array {
  const files: Record<string, Uint8Array> = {
    'manifest.json': encodeUtf8(`${JSON.stringify(archive.manifest, null, 2)}\n`),
    'records.bin': archive.records,
    input: archive.input,
  };
  for (const [name, source] of [...archive.sources].sort(([a], [b]) => (a < b ? -1 : 1)))
    files[`source/${name}`] = encodeUtf8(source);
  return zipSync(files, { level: 6, mtime: MTIME });
}

/**
 * Unpacks an `.iterscope` file.
 * @throws InputError with the entry at fault; sizes are checked before anything is unpacked
 */
export function unpackArchive(bytes: Uint8Array): Archive {
  let total = 0;
  let entries = 0;
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, {
      filter({ name, originalSize }) {
        entries++;
        total += originalSize;
        if (entries > MAX_ENTRIES) throw new InputError(`more than ${MAX_ENTRIES} entries`, name);
        if (total > MAX_TOTAL) throw new InputError(`unpacked it would be more than ${MAX_TOTAL} bytes`, name);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`not a readable zip: ${(error as Error).message}`);
  }
  const entry = (name: string): Uint8Array => {
    const found = Object.prototype.hasOwnProperty.call(files, name) ? files[name] : undefined;
    if (found === undefined) throw new InputError(`it has no ${name}`);
    return found;
  };
  let manifest: Manifest;
  try {
    manifest = manifestShape(JSON.parse(decodeUtf8(entry('manifest.json'))), 'manifest');
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError((error as Error).message, 'manifest.json');
  }
  const sources = new Map<string, string>();
  for (const name of manifest.sources) {
    if (!safeName.test(name))
      throw new InputError(`a source may not be named ${JSON.stringify(name)}`, 'manifest.json');
    sources.set(name, decodeUtf8(entry(`source/${name}`)));
  }
  return { manifest, records: entry('records.bin'), input: entry('input'), sources };
}
