import { sameBytes } from '../base/bytes.ts';
import { InputError } from '../base/errors.ts';
import type { Term } from '../lesson/glossary.ts';
import type { Lesson, Page, Pieces, Show } from '../lesson/index.ts';
import { readPack } from '../lesson/pack.ts';
import { packPath } from './files.ts';
import type { VirtualFiles } from './files.ts';
import { Lessons } from './lessons.ts';
import type { InputFile, LessonInfo, LessonPack, PackInfo } from './protocol.ts';
import type { Sessions } from './sessions.ts';

/** Most packs that are open. */
const MOST = 50;

interface OpenPack {
  readonly info: PackInfo;
  readonly lessons: Lessons;
  /** Its files by the lesson's folder, to find out which ones another version changes. */
  readonly files: readonly InputFile[];
}

/**
 * All lessons that there are: the course's, and those of packs, whose ids are `PACK/lesson`. A course's id has no `/`, so that no pack can take the place
 * of anything of the course; nor does a name without its folder ever lead to a pack's file.
 */
export class Shelf {
  readonly #course: Lessons;
  readonly #packs = new Map<string, OpenPack>();

  constructor(
    course: readonly InputFile[],
    private readonly files: VirtualFiles,
    private readonly sessions: Sessions,
  ) {
    this.#course = new Lessons(course);
  }

  /** Opens a pack in the place of one of its id. @throws InputError in words; what was open stays */
  open({ name, bytes }: InputFile): PackInfo {
    try {
      const pack = readPack(bytes, name);
      if (this.#packs.size >= MOST && !this.#packs.has(pack.id))
        throw new InputError(`${MOST} packs are open, and more are not: take one away first`);
      const named: LessonPack = { id: pack.id, title: pack.title, author: pack.author ?? '' };
      const lessons = new Lessons(pack.files, named);
      const info: PackInfo = {
        ...named,
        lessons: lessons.all.length,
        problems: lessons.broken.map(({ problem }) => problem),
        ignored: pack.ignored,
      };
      this.files.addPack(pack.id, pack.files);
      this.#closeChanged(pack.id, pack.files);
      this.#packs.set(pack.id, { info, lessons, files: pack.files });
      return info;
    } catch (error) {
      throw error instanceof InputError ? error.inFile(name) : error;
    }
  }
  /** Takes a pack away, with what is open of it. */
  close(id: string): void {
    if (!this.#packs.delete(id)) return;
    this.files.removePack(id);
    this.sessions.closeWhere((path) => path.startsWith(packPath(id, '')));
  }
  get packs(): readonly PackInfo[] {
    return [...this.#packs.values()].map(({ info }) => info);
  }

  /** The course's lessons that can be read. */
  get course(): readonly Lesson[] {
    return this.#course.all;
  }
  /** The C that an exercise can be begun with. */
  c(id: string, page: number): ReturnType<Lessons['c']> {
    return this.#of(id).c(id, page);
  }
  /** The pieces that an exercise can be solved with. @throws InputError */
  pieces(id: string, page: number): Pieces | undefined {
    return this.#of(id).pieces(id, page);
  }
  /** An exercise's solution in the ways besides its own language. @throws InputError */
  solutions(id: string, page: number): ReturnType<Lessons['solutions']> {
    return this.#of(id).solutions(id, page);
  }

  /** The list of lessons: the course's, then each pack's. */
  list(): readonly LessonInfo[] {
    return [this.#course, ...[...this.#packs.values()].map(({ lessons }) => lessons)].flatMap((all) => all.list());
  }
  /** Words of the field; those of packs as `PACK/word`. */
  get terms(): readonly Term[] {
    return [
      ...this.#course.terms,
      ...[...this.#packs].flatMap(([id, { lessons }]) =>
        lessons.terms.map((term) => ({ ...term, id: `${id}/${term.id}` })),
      ),
    ];
  }
  /** The course's lesson about a kind of rejection. */
  about(kind: string): Lesson | undefined {
    return this.#course.about(kind);
  }

  /** @throws InputError when there is none, or when it can't be read */
  get(id: string): Lesson {
    return this.#of(id).get(id);
  }
  /** @throws InputError when there is none */
  page(id: string, number: number): Page {
    return this.#of(id).page(id, number);
  }
  /** The program that a page is about. @throws InputError when there is none */
  shown(id: string, number: number): Show {
    return this.#of(id).shown(id, number);
  }
  /** The files of a lesson's folder, by their names within it. */
  filesOf(id: string): InputFile[] {
    return this.#of(id).filesOf(id);
  }
  /** Where a file of a lesson's folder lies. */
  pathOf(id: string, file: string): string {
    const pack = this.packOf(id);
    return pack === undefined ? `lessons/${id}/${file}` : packPath(pack.id, `${this.#of(id).folderOf(id)}/${file}`);
  }
  /** The pack of a lesson; undefined for the course's. */
  packOf(id: string): LessonPack | undefined {
    const found = this.#packs.get(packIn(id));
    return found === undefined ? undefined : { id: found.info.id, title: found.info.title, author: found.info.author };
  }
  /** What a lesson's links may lead to: of its own pack, and of the course. */
  linkedFrom(id: string): { readonly terms: ReadonlySet<string>; readonly lessons: ReadonlySet<string> } {
    const own = this.#of(id);
    const all = own === this.#course ? [own] : [own, this.#course];
    return {
      terms: new Set(all.flatMap(({ terms }) => terms.map((term) => term.id))),
      lessons: new Set(
        all.flatMap((lessons) => lessons.all.map((lesson) => lesson.id.slice(lesson.id.indexOf('/') + 1))),
      ),
    };
  }

  #of(id: string): Lessons {
    return this.#packs.get(packIn(id))?.lessons ?? this.#course;
  }
  // What is open of a folder of which any file but the text is another one now is not what the lesson shows any more.
  #closeChanged(id: string, files: readonly InputFile[]): void {
    const before = this.#packs.get(id)?.files ?? [];
    const folderOf = (name: string): string => packPath(id, `${name.split('/')[0] ?? ''}/`);
    const kept = (from: readonly InputFile[]): Map<string, Uint8Array> =>
      new Map(from.filter(({ name }) => !name.endsWith('.md')).map(({ name, bytes }) => [name, bytes]));
    const [old, now] = [kept(before), kept(files)];
    const differs = (name: string): boolean => {
      const [a, b] = [old.get(name), now.get(name)];
      return a === undefined || b === undefined || !sameBytes(a, b);
    };
    const changed = [...new Set([...old.keys(), ...now.keys()])].filter(differs).map(folderOf);
    this.sessions.closeWhere((path) => changed.some((folder) => path.startsWith(folder)));
  }
}

const packIn = (id: string): string => (id.includes('/') ? id.slice(0, id.indexOf('/')) : '');
