import { zipSync } from 'fflate';
import { InputError } from '../base/errors.ts';
import { withSchema } from '../base/json-schema.ts';
import { parseJson } from '../base/json.ts';
import { unzip } from '../base/unzip.ts';
import { only, oneOf, optional, ShapeError, text } from '../base/validate.ts';
import type { Validator } from '../base/validate.ts';
import { zipDirectory } from '../base/zip-directory.ts';

/*
 * A pack: lessons that somebody else wrote, as a zip or a folder.
 *
 *     pack.json              what it is called: `packFile`
 *     tracks.json            titles of its tracks (as the course has them); may be left out
 *     glossary.md            words that its lessons explain; may be left out
 *     LESSON/lesson.md       and whatever the lesson opens: objects, sources, models, wrong/, evasions/
 *
 * All may lie in one folder more. A lesson's folder alone, without pack.json, is a pack of one lesson.
 */

/** A file of a pack, named by its place in it: `my-lesson/lesson.md`. */
export interface PackFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What `pack.json` says. */
export interface PackFacts {
  readonly format: 1;
  /** Lower-case words joined by `-`: lessons are `ID/lesson`. */
  readonly id: string;
  readonly title: string;
  readonly author: string | undefined;
}
export interface Pack extends Omit<PackFacts, 'format'> {
  readonly files: readonly PackFile[];
  /** Files that are of no kind that a lesson uses: they are not unpacked. */
  readonly ignored: readonly string[];
}

const KB = 1024;
const MB = 1024 * KB;
/** What a pack may hold at most. */
export const PACK_LIMITS = {
  /** Bytes of the archive, and of all that is unpacked. */
  archive: 32 * MB,
  total: 32 * MB,
  /** Entries, of any kind. */
  entries: 2000,
  lessons: 100,
  /** Times that it may be larger unpacked. */
  ratio: 100,
  /** Characters of a name, and folders in each other. */
  name: 200,
  depth: 5,
} as const;
/** Kinds of files that lessons use, by their endings, and bytes of one at most. */
export const PACK_KINDS: Readonly<Record<string, number>> = {
  md: 256 * KB,
  json: MB,
  o: 4 * MB,
  c: MB,
  h: MB,
  asm: MB,
  s: MB,
};

const PACK_JSON = 'pack.json';

/** An id of a pack or of a lesson: lower-case words joined by `-`. */
export const ID_PATTERN = '^[a-z][a-z0-9-]{0,60}$';
const line = (most: number): Validator<string> =>
  withSchema({ type: 'string', maxLength: most, pattern: '\\S' }, (value, at) => {
    const words = text(most)(value, at);
    if (words.trim() === '') throw new ShapeError(at, 'it is empty');
    if (/\p{C}/u.test(words)) throw new ShapeError(at, 'it has characters that cannot be shown');
    return words;
  });
const id: Validator<string> = withSchema({ type: 'string', pattern: ID_PATTERN }, (value, at) => {
  const words = text(61)(value, at);
  if (!new RegExp(ID_PATTERN).test(words))
    throw new ShapeError(at, `${JSON.stringify(words)} must be lower-case words joined by -`);
  return words;
});
/** What a `pack.json` must be like. */
export const packFile: Validator<PackFacts> = only<PackFacts>({
  format: oneOf(1),
  id,
  title: line(100),
  author: optional(line(100)),
});

/** Whether a file is to be opened as a pack, by its name. */
export const isPackName = (name: string): boolean => name.toLowerCase().endsWith('.zip');

/**
 * Reads a pack from a zip. Nothing that the archive says of itself is relied on.
 * @param file its name, for a pack that says nothing of itself
 * @throws InputError with the entry at fault
 */
export function readPack(zip: Uint8Array, file: string): Pack {
  if (zip.length > PACK_LIMITS.archive)
    throw new InputError(`it has more than ${PACK_LIMITS.archive / MB} MB; a pack of lessons is smaller`);
  const listed = new Set<string>();
  for (const { name, link, encrypted } of zipDirectory(zip, PACK_LIMITS.entries)) {
    if (link) throw new InputError('it is a symbolic link', shown(name));
    if (encrypted) throw new InputError('it is encrypted', shown(name));
    listed.add(name);
  }
  const names = new Names();
  const files = unzip(zip, {
    entries: PACK_LIMITS.entries,
    total: PACK_LIMITS.total,
    ratio: PACK_LIMITS.ratio,
    entry: (name) => {
      if (!listed.has(name)) throw new InputError('the table of contents does not list it', shown(name));
      listed.delete(name);
      return names.largest(name);
    },
  });
  for (const name of listed) throw new InputError('it is listed, and not there', shown(name));
  return packOf(
    [...files].map(([name, bytes]) => ({ name, bytes })),
    file,
    names.ignored,
  );
}

/** Makes a pack of files, whose names and sizes are held to the same rules. @throws InputError with the file at fault */
export function packFrom(files: readonly PackFile[], file: string): Pack {
  const names = new Names();
  const kept = files.filter(({ name, bytes }) => {
    const most = names.largest(name);
    if (most !== null && bytes.length > most) throw new InputError(tooLarge(most), shown(name));
    return most !== null;
  });
  if (files.length > PACK_LIMITS.entries)
    throw new InputError(`${files.length} files, at most ${PACK_LIMITS.entries} are read`);
  const total = kept.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (total > PACK_LIMITS.total) throw new InputError(`they have more than ${PACK_LIMITS.total / MB} MB in all`);
  return packOf(kept, file, names.ignored);
}

/** A pack as a zip: the same bytes for the same files. */
export function packZip(files: readonly PackFile[]): Uint8Array {
  const entries = [...files].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, bytes }) => [name, bytes]);
  return zipSync(Object.fromEntries(entries) as Record<string, Uint8Array>, { level: 6, mtime: '2000-01-01' });
}

const tooLarge = (most: number): string =>
  `it has more than ${most >= MB ? `${most / MB} MB` : `${most / KB} kB`}; files of its kind have less in a pack`;

/** Bytes that a file may have by its kind; null where lessons use none of that kind. */
export function kindLimit(name: string): number | null {
  const ending = /\.([a-z]+)$/.exec(name)?.[1] ?? '';
  return (Object.hasOwn(PACK_KINDS, ending) ? PACK_KINDS[ending] : null) ?? null;
}
/** Whether a file or folder is a system's or a tool's own, which no lesson uses. */
export const isHidden = (part: string): boolean =>
  part.startsWith('.') || part === '__MACOSX' || part === 'node_modules';

/** Names that an archive brings, held to what is safe on every system. */
class Names {
  readonly ignored: string[] = [];
  readonly #seen = new Map<string, string>();

  /** Bytes that a file of this name may have; null for one that is not wanted. @throws InputError for a name that no pack has */
  largest(name: string): number | null {
    const parts = partsOf(name);
    const folded = parts.join('/').normalize('NFC').toLowerCase();
    const other = this.#seen.get(folded);
    if (other !== undefined && !name.endsWith('/'))
      throw new InputError(
        other === name ? 'it is there twice' : `its name differs from ${shown(other)} by case alone`,
        shown(name),
      );
    this.#seen.set(folded, name);
    if (name.endsWith('/')) return null;
    const most = parts.some(isHidden) ? null : kindLimit(name);
    if (most === null) this.ignored.push(name);
    return most;
  }
}

// The parts of a name, each of which must be safe whatever is done with it.
function partsOf(name: string): string[] {
  const bad = (reason: string): InputError => new InputError(reason, shown(name));
  if (name.length > PACK_LIMITS.name) throw bad(`its name has more than ${PACK_LIMITS.name} characters`);
  if (name.includes('\\')) throw bad('its name has a backslash');
  if (name.startsWith('/')) throw bad('its name begins at the root');
  if (/^[A-Za-z]:/.test(name)) throw bad('its name begins with a drive');
  if (/[\p{C}:*?"<>|]/u.test(name)) throw bad('its name has characters that not every system allows');
  const parts = name.replace(/\/$/, '').split('/');
  if (parts.includes('..')) throw bad('its name leads out of the pack (..)');
  if (parts.some((part) => part === '' || part === '.')) throw bad('its name has an empty part');
  if (parts.length > PACK_LIMITS.depth) throw bad(`it lies deeper than ${PACK_LIMITS.depth} folders`);
  return parts;
}

const shown = (name: string): string => (name.length > 100 ? `${name.slice(0, 100)}…` : name);

function packOf(files: readonly PackFile[], file: string, ignored: readonly string[]): Pack {
  const root = rootOf(files);
  const inner = files
    .filter(({ name }) => name.startsWith(root))
    .map(({ name, bytes }) => ({ name: name.slice(root.length), bytes }));
  const facts = inner.find(({ name }) => name === PACK_JSON);
  if (facts === undefined) return loneLesson(inner, file, ignored);
  const { id, title, author } = factsOf(facts.bytes);
  const lessons = inner.filter(({ name }) => /^[^/]+\/lesson\.md$/.test(name)).length;
  if (lessons === 0) throw new InputError('there is no lesson in it: a folder with lesson.md');
  if (lessons > PACK_LIMITS.lessons)
    throw new InputError(`${lessons} lessons, at most ${PACK_LIMITS.lessons} are read`);
  return { id, title, author, files: inner, ignored };
}

// Archives of a folder have all in that folder.
function rootOf(files: readonly PackFile[]): string {
  const isTop = (root: string): boolean =>
    files.some(({ name }) => name === `${root}${PACK_JSON}` || name === `${root}lesson.md`);
  if (isTop('')) return '';
  const first = files[0]?.name.split('/')[0] ?? '';
  return isTop(`${first}/`) && files.every(({ name }) => name.startsWith(`${first}/`)) ? `${first}/` : '';
}

function factsOf(bytes: Uint8Array): PackFacts {
  try {
    return packFile(parseJson(bytes, PACK_KINDS['json'] ?? MB), '');
  } catch (error) {
    if (error instanceof ShapeError) throw new InputError(error.reason, `${PACK_JSON}: ${error.at || 'the whole'}`);
    throw error instanceof InputError ? new InputError(error.reason, PACK_JSON) : error;
  }
}

// A lesson's folder alone: it is called as the file is.
function loneLesson(files: readonly PackFile[], file: string, ignored: readonly string[]): Pack {
  if (!files.some(({ name }) => name === 'lesson.md'))
    throw new InputError(
      'there is no pack.json in it (format, id and title), and it is no lesson’s folder (lesson.md)',
    );
  const title = file.replace(/\.zip$/i, '').replace(/^.*[/\\]/, '');
  const words = title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const id = words.replace(/^[^a-z]+|-+$/g, '').slice(0, 60) || 'lesson';
  const inner = files.map(({ name, bytes }) => ({ name: `${id}/${name}`, bytes }));
  return { id, title: title.replace(/\p{C}/gu, '').slice(0, 100), author: undefined, files: inner, ignored };
}
