import { assembly } from './assembly.ts';
import type { Importer } from './importer.ts';
import { iterscope } from './iterscope.ts';
import { object } from './object.ts';

/** Every kind of file that can be opened; adding one adds a file and a line here. What a file's first bytes say comes before its name. */
export const IMPORTERS: readonly Importer[] = [object, iterscope, assembly];

/** Endings of the files that can be opened, without the dot. */
export const IMPORT_EXTENSIONS: readonly string[] = IMPORTERS.flatMap(({ extensions }) => extensions);

/** Endings of files that are no programs: descriptions of worlds, and of models for the laboratory and the terminal's `model`; sources of objects; packs. */
export const KEPT_EXTENSIONS: readonly string[] = ['json', 'c', 'h', 'zip'];

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, i) => bytes[i] === byte);

/** The importer of a file; undefined when it is of no known kind. */
export function findImporter(file: string, bytes: Uint8Array): Importer | undefined {
  const extension = /\.(\w+)$/.exec(file)?.[1] ?? '';
  return (
    IMPORTERS.find(({ magic }) => magic !== null && startsWith(bytes, magic)) ??
    IMPORTERS.find(({ magic, extensions }) => magic === null && extensions.includes(extension))
  );
}

/** Why a file of no known kind is not opened. */
export function notImported(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'it is empty; compile it again';
  return `neither ${IMPORTERS.filter(({ magic }) => magic !== null)
    .map(({ one }) => one)
    .join(' nor ')}`;
}
