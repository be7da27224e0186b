import { InputError } from '../base/errors.ts';
import { parseJson } from '../base/json.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import { ShapeError } from '../base/validate.ts';
import { checkForeign, checkForeignTerms } from '../lesson/foreign.ts';
import { indented, parseLesson, parsePieces, shuffled } from '../lesson/index.ts';
import { parseGlossary } from '../lesson/glossary.ts';
import { trackList } from '../lesson/tracks.ts';
import type { Term } from '../lesson/glossary.ts';
import type { Lesson, Page, Pieces, Show } from '../lesson/index.ts';
import type { InputFile, LessonContent, LessonInfo, LessonPack, LessonStep } from './protocol.ts';

/** Where the course's own lessons lie among the assets. */
const COURSE = 'lessons/';

/** A lesson that can't be read: its folder, and why. */
interface Broken {
  readonly id: string;
  readonly problem: string;
}

/** The lessons among the assets, or of a pack, by number, and those that can't be read. */
export class Lessons {
  readonly all: readonly Lesson[];
  readonly broken: readonly Broken[];
  /** Words of the field; a glossary that can't be read is told like a lesson. */
  readonly terms: readonly Term[];
  readonly #files: readonly InputFile[];
  /** Where its files lie: the course's in `lessons/`, a pack's at its top. */
  readonly #root: string;
  readonly #folders = new Map<string, string>();
  /** Titles of the tracks by their numbers. */
  readonly #tracks = new Map<string, string>();

  /** @param pack whose lessons they are, if not the course's: their ids are `PACK/lesson` */
  constructor(
    files: readonly InputFile[],
    private readonly pack?: LessonPack,
  ) {
    const all: Lesson[] = [];
    const broken: Broken[] = [];
    const fileOf = new Map<string, string>();
    let terms: readonly Term[] = [];
    this.#files = files;
    this.#root = pack === undefined ? COURSE : '';
    const named = (id: string): string => (pack === undefined ? id : `${pack.id}/${id}`);
    for (const { name, bytes } of files) {
      if (name === `${this.#root}glossary.md`)
        try {
          const read = parseGlossary(decodeUtf8(bytes), name);
          terms = pack === undefined ? read : checkForeignTerms(read, name);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          broken.push({ id: named('glossary'), problem: error.message });
        }
      if (name === `${this.#root}tracks.json`)
        try {
          for (const { number, title } of trackList(parseJson(bytes, 100_000), name)) this.#tracks.set(number, title);
        } catch (error) {
          if (!(error instanceof InputError) && !(error instanceof ShapeError)) throw error;
          broken.push({ id: named('tracks'), problem: error.message });
        }
      const folder = name.startsWith(this.#root)
        ? /^([^/]+)\/lesson\.md$/.exec(name.slice(this.#root.length))?.[1]
        : undefined;
      if (folder === undefined) continue;
      try {
        const read = parseLesson(decodeUtf8(bytes), name);
        const lesson = pack === undefined ? read : { ...checkForeign(read), id: named(read.id) };
        const other = fileOf.get(lesson.id);
        if (other !== undefined) throw new InputError(`the id ${lesson.id} is that of ${other} already`, '', name);
        fileOf.set(lesson.id, name);
        this.#folders.set(lesson.id, folder);
        all.push(lesson);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        broken.push({ id: named(folder), problem: error.inFile(name).message });
      }
    }
    this.all = all.sort((a, b) => a.number.localeCompare(b.number, 'en', { numeric: true }));
    this.broken = broken;
    this.terms = terms;
  }

  /** The files of a lesson's folder, by their names within it. */
  filesOf(id: string): InputFile[] {
    const prefix = `${this.#root}${this.#folders.get(id) ?? ''}/`;
    return this.#files
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ name, bytes }) => ({ name: name.slice(prefix.length), bytes }));
  }

  /** A text file of a lesson's folder. */
  text(id: string, name: string): string | undefined {
    const path = `${this.#root}${this.#folders.get(id) ?? ''}/${name}`;
    const bytes = this.#files.find((file) => file.name === path)?.bytes;
    return bytes === undefined ? undefined : decodeUtf8(bytes);
  }
  /** The C that an exercise can be begun with: `c/PAGE-start.bpf.c`. */
  c(id: string, page: number): { readonly file: string; readonly start: string } | undefined {
    const start = this.text(id, `c/${page + 1}-start.bpf.c`);
    return start === undefined ? undefined : { file: `${id.replaceAll('/', '-')}-${page + 1}.bpf.c`, start };
  }
  /** The pieces that an exercise can be solved with: `pieces/PAGE.txt`. @throws InputError */
  pieces(id: string, page: number): Pieces | undefined {
    const name = `pieces/${page + 1}.txt`;
    const source = this.text(id, name);
    return source === undefined
      ? undefined
      : parsePieces(source, `${this.get(id).file.replace(/lesson\.md$/, '')}${name}`);
  }

  /** An exercise's solution in the ways besides assembly that it has. @throws InputError */
  solutions(id: string, page: number): { readonly c?: string; readonly pieces?: string } {
    const [c, pieces] = [this.text(id, `c/${page + 1}-solution.bpf.c`), this.pieces(id, page)];
    return {
      ...(c === undefined ? {} : { c }),
      ...(pieces === undefined ? {} : { pieces: indented(pieces.solution.map((piece) => piece.c)) }),
    };
  }

  /** @throws InputError when there is none, or when it can't be read */
  get(id: string): Lesson {
    const lesson = this.all.find((l) => l.id === id);
    if (lesson !== undefined) return lesson;
    throw new InputError(this.broken.find((l) => l.id === id)?.problem ?? `there is no lesson ${id}`);
  }

  page(id: string, number: number): Page {
    const page = this.get(id).pages[number];
    if (page === undefined) throw new InputError(`lesson ${id} has no page ${number}`);
    return page;
  }

  /** The program that a page is about: its own, or the last one that was opened before it. @throws InputError when there is none */
  shown(id: string, number: number): Show {
    this.page(id, number);
    const pages = this.get(id).pages.slice(0, number + 1);
    const show = pages.reverse().find(({ open }) => open !== undefined)?.open;
    if (show === undefined) throw new InputError(`page ${number} of ${id} opens no program`);
    return show;
  }

  /** A lesson's folder, by its name. */
  folderOf(id: string): string {
    return this.#folders.get(id) ?? '';
  }

  /** Title of a lesson's track; empty where it has none. */
  trackOf({ number }: Lesson): string {
    return this.#tracks.get(number.split('.')[0] ?? '') ?? '';
  }

  /** The lesson that teaches about a kind of rejection. */
  about(kind: string): Lesson | undefined {
    return this.all.find(({ explains }) => explains.includes(kind));
  }

  /** The list of lessons, those that can't be read at the end. */
  list(): readonly LessonInfo[] {
    return [
      ...this.all.map((lesson) => lessonInfo(lesson, this.trackOf(lesson), this.pack)),
      ...this.broken.map(({ id, problem }) => ({
        id,
        number: '',
        title: id,
        minutes: 0,
        steps: 0,
        goal: '',
        teaches: [],
        track: '',
        file: `${this.#root}${this.pack === undefined ? id : id.slice(this.pack.id.length + 1)}/lesson.md`,
        problem,
        ...(this.pack === undefined ? {} : { pack: this.pack }),
      })),
    ];
  }
}

const lessonInfo = (
  { id, number, title, minutes, goal, teaches, file, pages }: Lesson,
  track = '',
  pack?: LessonPack,
): LessonInfo => ({
  id,
  number,
  title,
  minutes,
  goal,
  teaches,
  track,
  file,
  steps: pages.length,
  ...(pack === undefined ? {} : { pack }),
});

/** How an exercise can be solved besides assembly. */
function otherWays(
  lessons: Pick<Lessons, 'c' | 'pieces'>,
  id: string,
  page: number,
  hint: string,
): Pick<NonNullable<LessonStep['exercise']>, 'c' | 'pieces'> {
  const [c, pieces] = [lessons.c(id, page), lessons.pieces(id, page)];
  return {
    ...(c === undefined ? {} : { c: { ...c, ...(hint === '' ? {} : { hint }) } }),
    ...(pieces === undefined ? {} : { pieces: shuffled(pieces) }),
  };
}

/**
 * A lesson as the window gets it: without the checks, which would give the answers away.
 * @param told for each page, what fills in what a text of it asks of its program
 * @param pack whose it is, if not the course's
 */
export const lessonContent = (
  lessons: Pick<Lessons, 'c' | 'pieces'>,
  lesson: Lesson,
  told: readonly ((text: string) => string)[],
  pack?: LessonPack,
): LessonContent => ({
  ...lessonInfo(lesson, '', pack),
  pages: lesson.pages.map(({ title, markdown, after, question, exercise, open }, i): LessonStep => {
    const tell = told[i] ?? ((text: string): string => text);
    return {
      title,
      markdown: tell(markdown),
      ...(after === '' ? {} : { after: tell(after) }),
      ...(question === undefined
        ? {}
        : {
            question: {
              prompt: tell(question.prompt),
              choices: question.choices.map((choice) => tell(choice.text)),
              ...(question.watch === undefined ? {} : { watch: question.watch }),
            },
          }),
      ...(exercise === undefined
        ? {}
        : {
            exercise: {
              prompt: tell(exercise.prompt),
              language: exercise.language,
              start: exercise.start,
              hints: exercise.hints.map(({ text }) => tell(text)),
              ...otherWays(lessons, lesson.id, i, tell(exercise.cHint)),
            },
          }),
      ...(open === undefined ? {} : { open }),
    };
  }),
});
