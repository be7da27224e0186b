import { zipSync } from 'fflate';
import { InputError } from '../base/errors.ts';
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import { parseJson } from '../base/json.ts';
import { LARGEST_WORLD } from '../base/limits.ts';
import { unzip } from '../base/unzip.ts';
import type { GlobalSetting } from '../elf/globals.ts';
import type { Edit } from '../elf/input.ts';
import { checkEdits, settings } from '../trace/record/archive.ts';
import { checkMarks } from '../trace/record/marks.ts';
import type { Mark } from '../trace/record/marks.ts';
import { bool, int, list, oneOf, optional, record, text } from '../base/validate.ts';
import type { Breakpoint } from '../shell/index.ts';
import type { InputFile } from './protocol.ts';

/** An open program, as far as it takes to open it again. */
export interface JournalSession {
  readonly id: number;
  /** A path in the sandbox, or the name of assembly kept under `assembly`. */
  readonly path: string;
  readonly program: string;
  readonly assembly: boolean;
  /** Of a derived session: its edits from the input on, and the session that it was derived from. */
  readonly edits?: readonly Edit[] | undefined;
  readonly parent?: number | undefined;
  /** Global variables that were set: how earlier releases wrote edits. */
  readonly set?: readonly GlobalSetting[] | undefined;
  readonly breakpoints: readonly Breakpoint[];
  readonly marks?: readonly Mark[] | undefined;
  /** The JSON that its model was made of; absent for the kernel itself. */
  readonly model?: string | undefined;
  /** Index of its world in `worlds`; absent for the default one. */
  readonly world?: number | undefined;
}

/** Everything an engine needs to come back as it was. */
export interface Journal {
  readonly version: 1;
  readonly nextId: number;
  readonly sessions: readonly JournalSession[];
  readonly cwd: string;
  readonly history: readonly string[];
  readonly current: { readonly session: number; readonly step: number };
  /** Pages of lessons that were done (`lesson/page`): of earlier releases. The window keeps them now. */
  readonly done?: readonly string[] | undefined;
  readonly files: readonly InputFile[];
  /** The model that programs are opened with. */
  readonly model?: string | undefined;
  /** JSON of the worlds of one's own that are in use, each once. */
  readonly worlds: readonly string[];
  /** Index of the one that stands; absent for the default one. */
  readonly world?: number | undefined;
}

/** Limits of what is unpacked, bytes. */
const MAX_JSON = 64 * 1024 * 1024;
const MAX_TOTAL = 1024 * 1024 * 1024;

const count = int(0, 0x7fff_ffff);
const shape = record<Omit<Journal, 'files' | 'worlds'>>({
  version: oneOf(1),
  nextId: count,
  sessions: list(
    100_000,
    record<JournalSession>({
      id: count,
      path: text(4096),
      program: text(1000),
      assembly: bool,
      edits: optional(checkEdits),
      parent: optional(count),
      set: optional(settings),
      breakpoints: list(100_000, record<Breakpoint>({ pc: count, condition: oneOf('always', 'pruned', 'forks') })),
      marks: optional(checkMarks),
      model: optional(text(1 << 20)),
      world: optional(count),
    }),
  ),
  cwd: text(4096),
  history: list(10_000, text(1_000_000)),
  current: record({ session: int(-1, 0x7fff_ffff), step: count }),
  done: optional(list(10_000, text(200))),
  model: optional(text(1 << 20)),
  world: optional(count),
});

const worldEntry = (index: number): string => `world/${index}.json`;

export function writeJournal(journal: Journal): Uint8Array {
  const { files, worlds, ...rest } = journal;
  const entries: Record<string, Uint8Array> = { 'journal.json': encodeUtf8(JSON.stringify(rest)) };
  files.forEach((file, i) => {
    entries[`file/${i}/${file.name}`] = file.bytes;
  });
  worlds.forEach((world, i) => {
    entries[worldEntry(i)] = encodeUtf8(world);
  });
  return zipSync(entries, { level: 1 });
}

/** Reads a journal. Throws InputError. */
export function readJournal(bytes: Uint8Array): Journal {
  try {
    const entries = unzip(bytes, {
      entries: 100_000,
      total: MAX_TOTAL,
      entry: (name) => (name === 'journal.json' ? MAX_JSON : name.startsWith('world/') ? LARGEST_WORLD : MAX_TOTAL),
    });
    const json = entries.get('journal.json');
    if (json === undefined) throw new InputError('it has no journal.json');
    const files: InputFile[] = [];
    for (const [name, contents] of entries) {
      const match = /^file\/\d+\/(.+)$/.exec(name);
      if (match !== null) files.push({ name: match[1]!, bytes: contents });
    }
    const worlds: string[] = [];
    for (let i = 0; entries.has(worldEntry(i)); i++) worlds.push(decodeUtf8(entries.get(worldEntry(i))!));
    return { ...shape(parseJson(json, MAX_JSON), 'journal'), files, worlds };
  } catch (error) {
    throw error instanceof InputError
      ? error.inFile('journal')
      : new InputError((error as Error).message, '', 'journal');
  }
}
