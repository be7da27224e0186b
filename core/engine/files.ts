import { sameBytes } from '../base/bytes.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import type { ShellFile } from '../shell/index.ts';
import { baseName } from '../trace/index.ts';
import type { EngineAssets } from './assets.ts';
import type { InputFile } from './protocol.ts';

const SANDBOX = '~/sandbox/';
/** Where a sample lies, and what a person brought. */
export const inSandbox = (name: string): string => SANDBOX + name;
const REFERENCE = '~/reference/';
const PACKS = '~/packs/';

/** Where a file of a pack lies. */
export const packPath = (id: string, name: string): string => `${PACKS}${id}/${name}`;

/** The files that the terminal sees: the samples and what was opened in `~/sandbox`, the lessons' in `~/lessons`, those of packs in `~/packs`, those of the reference in `~/reference`. */
export class VirtualFiles {
  readonly #files = new Map<string, Uint8Array>();
  /** Paths of files that the person brought. */
  readonly #own = new Set<string>();

  constructor(assets: EngineAssets) {
    for (const { name, bytes } of assets.files) {
      if (name.startsWith('samples/')) this.#files.set(SANDBOX + name.slice('samples/'.length), bytes);
      else if (/^(lessons|reference)\//.test(name)) this.#files.set(`~/${name}`, bytes);
    }
  }

  list(): ShellFile[] {
    return [...this.#files]
      .map(([path, bytes]) => ({ path, size: bytes.length }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /**
   * Path of a file that is named as it is, or with its folder left out, those of the reference last. What packs bring must be named in full: it takes no
   * other file's place.
   */
  find(name: string): string | undefined {
    const paths = this.list().map(({ path }) => path);
    const within = paths.filter((path) => !path.startsWith(PACKS) && path.endsWith(`/${name}`));
    return paths.find((path) => path === name) ?? within.find((path) => !path.startsWith(REFERENCE)) ?? within[0];
  }

  read(path: string): Uint8Array | undefined {
    return this.#files.get(path);
  }

  /** Puts a file that the person brought into the sandbox; gives its path. */
  add(file: InputFile): string {
    const path = SANDBOX + baseName(file.name.replaceAll('\\', '/'));
    this.#files.set(path, file.bytes);
    this.#own.add(path);
    return path;
  }

  /** What the person brought, as it was added. */
  own(): InputFile[] {
    return [...this.#own].map((path) => ({ name: path.slice(SANDBOX.length), bytes: this.#files.get(path)! }));
  }

  /** Puts a pack's files in the place of those that it had; a file that is the same stays the same bytes. */
  addPack(id: string, files: readonly InputFile[]): void {
    const before = new Map(this.#files);
    this.removePack(id);
    for (const { name, bytes } of files) {
      const path = packPath(id, name);
      const old = before.get(path);
      this.#files.set(path, old !== undefined && sameBytes(old, bytes) ? old : bytes);
    }
  }
  removePack(id: string): void {
    for (const path of [...this.#files.keys()]) if (path.startsWith(packPath(id, ''))) this.#files.delete(path);
  }

  /** Samples that can be opened: objects that came with the assets. */
  samples(): string[] {
    return [...this.#files.keys()].filter(
      (path) => path.startsWith(SANDBOX) && path.endsWith('.bpf.o') && !this.#own.has(path),
    );
  }

  /** The source texts that belong to a file: C files and headers of its folder, by name. */
  sourcesFor(path: string): Map<string, string> {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const out = new Map<string, string>();
    for (const [other, bytes] of this.#files)
      if (other.startsWith(folder) && /\.(c|h)$/.test(other) && !other.slice(folder.length).includes('/'))
        out.set(other.slice(folder.length), decodeUtf8(bytes));
    return out;
  }
}
