import { zipSync } from 'fflate';
import { InputError } from '../../base/errors.ts';
import { LARGEST_WORLD } from '../../base/limits.ts';
import { decodeUtf8, encodeUtf8 } from '../../base/utf8.ts';
import { parseJson } from '../../base/json.ts';
import { unzip } from '../../base/unzip.ts';
import type { Validator } from '../../base/validate.ts';
import { int, list, oneOf, optional, record, text } from '../../base/validate.ts';
import type { GlobalSetting } from '../../elf/globals.ts';
import type { Edit } from '../../elf/input.ts';
import { checkMarks } from './marks.ts';
import type { Mark } from './marks.ts';
import type { Part } from '../../elf/rewrite.ts';

/** What the manifest of an `.iterscope` file says. */
export interface Manifest {
  readonly format: 'iterscope-trace';
  readonly version: 1;
  /** Rules that the verdict was found by. */
  readonly kernel: string;
  /** The JSON that describes the model, where it is not the kernel's own. */
  readonly model?: string | undefined;
  /** Name of the input as it was opened, and the program in it. */
  readonly file: string;
  readonly program: string;
  readonly input: 'object' | 'assembly';
  readonly errno: number | null;
  readonly processed: number;
  /** Names of the source texts under `source/`. */
  readonly sources: readonly string[];
  /** What was changed of the input before it was verified. */
  readonly edits?: readonly Edit[] | undefined;
  /** Steps that a person marked. */
  readonly marks?: readonly Mark[] | undefined;
  /** Global variables that were set: how earlier releases wrote such edits. */
  readonly set?: readonly GlobalSetting[] | undefined;
}

/** The contents of an `.iterscope` file: a zip of `manifest.json`, `records.bin`, `input`, perhaps `world.json`, and `source/…`. */
export interface Archive {
  readonly manifest: Manifest;
  readonly records: Uint8Array;
  readonly input: Uint8Array;
  /** JSON of the world in which it is run and read, where that is not the default one. */
  readonly world?: Uint8Array | undefined;
  readonly sources: ReadonlyMap<string, string>;
}

/** Where a world lies in an archive. */
export const WORLD_ENTRY = 'world.json';

/** Limits of what is unpacked, bytes. */
const MB = 1024 * 1024;
const MAX_ENTRIES = 64;
const MAX_MANIFEST = 4 * MB;
const MAX_RECORDS = 400 * MB;
const MAX_INPUT = 64 * MB;
const MAX_SOURCE = 8 * MB;
const MAX_TOTAL = 448 * MB;

function largest(name: string): number | null {
  if (name === 'manifest.json') return MAX_MANIFEST;
  if (name === 'records.bin') return MAX_RECORDS;
  if (name === 'input') return MAX_INPUT;
  if (name === WORLD_ENTRY) return LARGEST_WORLD;
  return name.startsWith('source/') ? MAX_SOURCE : null;
}

// Zip knows no time zone and counts from 1980: the same moment for all, so that the same trace gives the same bytes.
const MTIME = '1980-01-02T12:00:00';

const safeName = /^[\w.@+-][\w .@+-]{0,200}$/;

/** Settings of global variables, as they come from a file or over a port. */
export const settings = list(256, record<GlobalSetting>({ name: text(1000), value: text(1000) }));

const MAX_INSN = 0x7fff_ffff;
/** Longest text of a whole program. */
export const MAX_TEXT = 1_000_000;
const checkKind = record<{ readonly kind: Edit['kind'] }>({
  kind: oneOf('set', 'instructions', 'rewrite', 'section', 'program', 'assembly'),
});
const checkEdit: { readonly [K in Edit['kind']]: Validator<Edit & { kind: K }> } = {
  set: record<Edit & { kind: 'set' }>({ kind: oneOf('set'), name: text(1000), value: text(1000) }),
  instructions: record<Edit & { kind: 'instructions' }>({
    kind: oneOf('instructions'),
    program: text(1000),
    from: int(0, MAX_INSN),
    count: int(1, MAX_INSN),
    text: text(10_000),
  }),
  rewrite: record<Edit & { kind: 'rewrite' }>({
    kind: oneOf('rewrite'),
    program: text(1000),
    parts: list(
      256,
      record<Part>({
        from: int(0, MAX_INSN),
        count: int(0, MAX_INSN),
        text: text(10_000),
        jumps: optional(oneOf('behind')),
      }),
    ),
  }),
  section: record<Edit & { kind: 'section' }>({ kind: oneOf('section'), program: text(1000), section: text(1000) }),
  program: record<Edit & { kind: 'program' }>({
    kind: oneOf('program'),
    program: text(1000),
    text: text(MAX_TEXT),
  }),
  assembly: record<Edit & { kind: 'assembly' }>({ kind: oneOf('assembly'), text: text(MAX_TEXT) }),
};
/** Edits, as they come from a file or over a port. */
export const checkEdits: Validator<Edit[]> = list(256, (value, at) => checkEdit[checkKind(value, at).kind](value, at));

const manifestShape = record<Manifest>({
  format: oneOf('iterscope-trace'),
  version: oneOf(1),
  kernel: text(1000),
  model: optional(text(1 << 20)),
  file: text(1000),
  program: text(1000),
  input: oneOf('object', 'assembly'),
  errno: (value, at) => (value === null ? null : int(-4095, 0)(value, at)),
  processed: int(0, 0xffff_ffff),
  sources: list(32, text(200)),
  edits: optional(checkEdits),
  marks: optional(checkMarks),
  set: optional(settings),
});

/** Packs a trace; the same contents give the same bytes. */
export function packArchive(archive: Archive): Uint8Array {
  const files: Record<string, Uint8Array> = {
    'manifest.json': encodeUtf8(`${JSON.stringify(archive.manifest, null, 2)}\n`),
    'records.bin': archive.records,
    input: archive.input,
    ...(archive.world === undefined ? {} : { [WORLD_ENTRY]: archive.world }),
  };
  for (const [name, source] of [...archive.sources].sort(([a], [b]) => (a < b ? -1 : 1)))
    files[`source/${name}`] = encodeUtf8(source);
  return zipSync(files, { level: 6, mtime: MTIME });
}

/**
 * Unpacks an `.iterscope` file.
 * @throws InputError with the entry at fault; sizes are checked while it is unpacked
 */
export function unpackArchive(bytes: Uint8Array): Archive {
  const files = unzip(bytes, { entries: MAX_ENTRIES, total: MAX_TOTAL, entry: largest });
  const entry = (name: string): Uint8Array => {
    const found = files.get(name);
    if (found === undefined) throw new InputError(`it has no ${name}`);
    return found;
  };
  let manifest: Manifest;
  try {
    manifest = manifestShape(parseJson(entry('manifest.json'), MAX_MANIFEST), 'manifest');
  } catch (error) {
    if (error instanceof InputError)
      throw error.message.startsWith('it has no') ? error : new InputError(error.message, 'manifest.json');
    throw new InputError((error as Error).message, 'manifest.json');
  }
  const sources = new Map<string, string>();
  for (const name of manifest.sources) {
    if (!safeName.test(name))
      throw new InputError(`a source may not be named ${JSON.stringify(name)}`, 'manifest.json');
    sources.set(name, decodeUtf8(entry(`source/${name}`)));
  }
  const world = files.get(WORLD_ENTRY);
  return {
    manifest,
    records: entry('records.bin'),
    input: entry('input'),
    ...(world === undefined ? {} : { world }),
    sources,
  };
}

/** The edits of a trace or journal, whichever release wrote it. */
export const editsOf = ({ edits, set }: Pick<Manifest, 'edits' | 'set'>): readonly Edit[] =>
  edits ?? (set ?? []).map((one) => ({ kind: 'set', ...one }));
