import { decodeUtf8 } from '../core/base/utf8.ts';
import { sourceFit } from '../core/trace/query/source-fit.ts';
import { DEFAULT_WORLD } from '../core/kernel/machine/world/default-world.ts';
import { parseWorld } from '../core/kernel/machine/world/schema.ts';
import type { World } from '../core/kernel/machine/world/schema.ts';
import type { Dirent } from 'node:fs';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../core/base/errors.ts';
import { parseBtf } from '../core/btf/parse.ts';
import { parseSetting, setGlobals } from '../core/elf/globals.ts';
import { loadObject } from '../core/elf/load.ts';
import type { LoadOptions } from '../core/elf/load.ts';
import type { BpfObject, BpfProgram } from '../core/elf/object.ts';
import { SHIPPED_KERNEL, shippedBtf } from '../core/kernel/btf/shipped.ts';
import { load } from '../core/engine/session.ts';
import { basename } from 'node:path';
import { unzipSync } from 'fflate';
import { readInputFile } from './input-files.ts';
import { UsageError } from './usage-error.ts';
import { describedBy, modelOf } from '../core/kernel/catalogue/own/model-file.ts';
import type { Described } from '../core/kernel/catalogue/own/model-file.ts';
import type { KernelModel } from '../core/kernel/model.ts';
import { linux618 } from '../core/kernel/releases/linux-6.18.ts';

const here = dirname(fileURLToPath(import.meta.url));

/** Reads a file. @throws InputError in one line, naming it */
export const readInput = readInputFile;

/** The engine's assets: from the pack beside the built command line, or from the source tree. */
export function assets(): { kernelBtf: Uint8Array; files: { name: string; bytes: Uint8Array }[] } {
  const pack = join(here, '../renderer/engine.zip');
  if (existsSync(pack)) {
    const entries = unzipSync(readInput(pack));
    const files = Object.entries(entries).map(([name, bytes]) => ({ name, bytes }));
    const kernelBtf = entries['kernel.btf'];
    if (kernelBtf === undefined) throw new InputError('it has no kernel.btf', '', pack);
    return { kernelBtf, files: files.filter(({ name }) => name !== 'kernel.btf') };
  }
  const root = join(here, '..');
  const files = ['samples', 'lessons', 'reference', 'include'].flatMap((folder) =>
    existsSync(join(root, folder))
      ? (readdirSync(join(root, folder), { recursive: true, withFileTypes: true }) as Dirent[])
          .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
          .map((entry) => join(entry.parentPath, entry.name))
          .map((path) => ({ name: relative(root, path).split(sep).join('/'), bytes: readInput(path) }))
      : [],
  );
  return { kernelBtf: readInput(join(root, 'core/kernel/btf', SHIPPED_KERNEL.asset)), files };
}

/**
 * The kernel's model, with the shipped types or those of raw BTF from a file.
 * @param model a file that says what it has beyond that, or does not: iterators of one's own, limits, rules that are switched off
 * @throws InputError
 */
export function kernelModel(file?: string, model?: string): KernelModel {
  const base = baseModel(file);
  return model === undefined ? base : inFile(model, () => modelOf(describedFile(model), base));
}

/** What a JSON file says of a model or of an iterator. @throws InputError naming it */
export const describedFile = (file: string): Described => inFile(file, () => describedBy(readInput(file)));

/** Work on a file, whose errors name it. @throws InputError */
export function inFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof InputError ? error.inFile(file) : error;
  }
}

/** A world from a file, or the one that stands where none is given. @throws InputError */
export function readWorld(file?: string): World {
  if (file === undefined) return DEFAULT_WORLD;
  return inFile(file, () => parseWorld(decodeUtf8(readInput(file)), file));
}

function baseModel(file?: string): KernelModel {
  return file === undefined
    ? linux618(shippedBtf(assets().kernelBtf))
    : inFile(file, () => linux618(parseBtf(readInput(file))));
}

/** Longest source that is read to quote from. */
const MAX_SOURCE = 1 << 20;

/** The sources that a program was compiled from, by name, as far as they lie beside its object; what cannot be read is left out. */
export function sourcesBeside(file: string, program: BpfProgram): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { file: name } of program.lineInfo) {
    const base = basename(name);
    if (base === '' || found.has(base)) continue;
    const path = join(dirname(file), base);
    try {
      const { size } = statSync(path);
      // A source that changed after it was compiled would be quoted for what it is not.
      const current = size <= MAX_SOURCE && statSync(file).mtimeMs + 1000 >= statSync(path).mtimeMs;
      found.set(base, current && statSync(path).isFile() ? new TextDecoder().decode(readInput(path)) : '');
    } catch {
      found.set(base, '');
    }
  }
  for (const [name, text] of found) if (text === '') found.delete(name);
  return found;
}

/** A source that was named for a program, by its name. @throws InputError for one that is not the program's */
export function namedSource(path: string, { lineInfo }: BpfProgram): ReadonlyMap<string, string> {
  const text = new TextDecoder().decode(readInput(path));
  const lines = lineInfo.filter(({ file }) => basename(file) === basename(path));
  const { refused } = sourceFit(text, lines);
  if (refused !== '') throw new InputError(refused, '', path);
  return new Map([[basename(path), text]]);
}

/** Whether a file is a text of assembly, by its name. */
export const isAssembly = (file: string): boolean => /\.(asm|s)$/i.test(file);

/**
 * Reads and links an object, or assembles a `.asm` or `.s` file.
 * @param facts what is known of the kernel to load for, besides its BTF; the modelled one unless told
 * @throws InputError
 */
export function readObject(
  file: string,
  kernel: KernelModel,
  facts?: Omit<LoadOptions, 'file' | 'kernelBtf'>,
): BpfObject {
  const bytes = readInput(file);
  if (!isAssembly(file)) return loadObject(bytes, { ...(facts ?? kernel.loading), file, kernelBtf: kernel.btf });
  try {
    return load({ kind: 'assembly', file: basename(file), bytes }, kernel);
  } catch (error) {
    throw error instanceof InputError ? new InputError(error.reason, error.place, file) : error;
  }
}

/** Sets the global variables that `--set NAME=VALUE` names. @throws InputError */
export function withGlobals(object: BpfObject, settings: readonly string[] | undefined): BpfObject {
  return setGlobals(object, (settings ?? []).map(parseSetting));
}

/** The programs of an object that are asked for. @throws InputError when there is none of that name */
export function programsOf(object: BpfObject, file: string, name?: string): readonly BpfProgram[] {
  if (object.programs.length === 0) throw new InputError('it has no programs', '', file);
  if (name === undefined) return object.programs;
  const found = object.programs.filter((program) => program.name === name);
  if (found.length > 0) return found;
  const names = object.programs.map((program) => program.name).join(', ');
  throw new InputError(`it has no program '${name}'; it has ${names}`, '', file);
}

/** At least one file. @throws UsageError */
export function someFiles(files: readonly string[]): readonly string[] {
  if (files.length === 0) throw new UsageError('which file? give one or more .bpf.o');
  return files;
}
