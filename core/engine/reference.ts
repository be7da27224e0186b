import { InputError } from '../base/errors.ts';
import { plainText } from '../lesson/prose.ts';
import type { Lesson } from '../lesson/index.ts';
import { entriesOf, Finder, NOTHING_SHOWN, readShown, referenceEntries, SHOWN_FILE } from '../reference/index.ts';
import type { Entry, EntryInfo, Findable, ShownList } from '../reference/index.ts';
import type { WhyView } from '../trace/views/view.ts';
import { Cancelled } from './control.ts';
import type { Task } from './control.ts';
import type { CourseHit, EntryLesson, FoundPlace, ReferenceEntry } from './reference-view.ts';
import { inSandbox } from './files.ts';
import type { VirtualFiles } from './files.ts';
import type { Shelf } from './packs.ts';
import type { InputFile } from './protocol.ts';
import type { Opening } from './opening.ts';
import { load, plainly } from './session.ts';
import type { Session, Surroundings } from './session.ts';
import type { Sessions } from './sessions.ts';

/** Most that a search gives. */
const MOST = 40;
/** What a lesson has to do with an entry, the closest first. */
const CLOSEST: readonly EntryLesson['how'][] = ['explains', 'names', 'program'];

/** What the reference stands on. */
export interface ReferenceHost {
  readonly lessons: Shelf;
  readonly files: VirtualFiles;
  /** What ships. */
  readonly assets: readonly InputFile[];
  readonly sessions: Sessions;
  readonly around: Surroundings;
}

/** Where a file that ships lies in the terminal's folders. */
const pathOf = (file: string): string => `~/${file.replace(/^samples\//, 'sandbox/')}`;

const info = ({ id, category, title, summary }: Entry): EntryInfo => ({ id, category, title, summary });

/** The reference with what leads to it and from it, and the search over lessons, glossary and reference. All of it is made when it is first asked for. */
export class Reference {
  #list: ShownList | null = null;
  #entries: ReadonlyMap<string, Entry> | null = null;
  #lessons: Promise<ReadonlyMap<string, readonly EntryLesson[]>> | null = null;
  #finder: Finder<FoundPlace> | null = null;

  constructor(private readonly host: ReferenceHost) {}

  /** Every entry, category by category. */
  list(): readonly EntryInfo[] {
    return [...this.#all.values()].map(info);
  }

  get ids(): ReadonlySet<string> {
    return new Set(this.#all.keys());
  }

  /** @throws InputError when there is none */
  async entry(id: string, task: Task): Promise<ReferenceEntry> {
    const { related, ...entry } = this.#entry(id);
    const lessons = await this.#whatLessonsHave(task);
    return {
      ...entry,
      related: related.map((other) => info(this.#entry(other))),
      lessons: lessons.get(id) ?? [],
      shown: this.#shown.shown.get(id) ?? null,
    };
  }

  /** Opens the program that shows an entry, or finds it open. @throws InputError when there is none */
  async open(id: string, opening: Opening): Promise<Session> {
    const shown = this.#shown.shown.get(this.#entry(id).id);
    if (shown === undefined) throw new InputError(`no program that ships shows ${id}`);
    const { sessions } = this.host;
    const [path, around] = [pathOf(shown.file), this.#plainly];
    const open = sessions.of(path, shown.program, around.kernel);
    return open ?? (await sessions.openPath(path, opening, shown.program, undefined, around))[0]!;
  }

  /** An explanation with the lesson that teaches about its kind, and the kind's entry, where there are such. */
  withLinks(why: WhyView | null): WhyView | null {
    if (why === null) return null;
    const lesson = this.host.lessons.about(why.kind);
    return {
      ...why,
      ...(lesson === undefined ? {} : { lesson: { id: lesson.id, title: lesson.title } }),
      ...(this.#shown.messages.has(why.kind) ? { entry: why.kind } : {}),
    };
  }

  /** What has all of these words, the best first. */
  search(query: string): readonly CourseHit[] {
    this.#finder ??= new Finder([...this.#pages(), ...this.#terms(), ...this.#entriesToFind()]);
    return this.#finder.find(query, MOST);
  }

  // Whatever model stands, the reference is about Linux.
  get #plainly(): Surroundings {
    return plainly(this.host.around);
  }
  get #shown(): ShownList {
    if (this.#list === null) {
      const file = this.host.assets.find(({ name }) => name === SHOWN_FILE);
      this.#list = file === undefined ? NOTHING_SHOWN : readShown(file.bytes);
    }
    return this.#list;
  }
  get #all(): ReadonlyMap<string, Entry> {
    this.#entries ??= new Map(
      referenceEntries(this.#plainly.kernel, this.#shown.messages).map((entry) => [entry.id, entry]),
    );
    return this.#entries;
  }
  #entry(id: string): Entry {
    const entry = this.#all.get(id);
    if (entry === undefined) throw new InputError(`the reference has no entry ${id}`);
    return entry;
  }

  // Worked out once, by whoever asks first; where that is given up, by whoever waited for it, or asks next.
  async #whatLessonsHave(task: Task): Promise<ReadonlyMap<string, readonly EntryLesson[]>> {
    for (;;) {
      const working = (this.#lessons ??= task.drive(this.#lessonsOf(task)));
      try {
        return await working;
      } catch (error) {
        if (this.#lessons === working) this.#lessons = null;
        if (!(error instanceof Cancelled) || task.cancelled) throw error;
      }
    }
  }
  // For each entry the lessons that have to do with it, each lesson once, in the order of the course.
  *#lessonsOf(task: Task): Generator<undefined, ReadonlyMap<string, readonly EntryLesson[]>> {
    const found = new Map<string, EntryLesson[]>();
    for (const lesson of this.host.lessons.course) {
      const own = new Map<string, EntryLesson>();
      for (const [id, use] of [...explained(lesson), ...this.#named(lesson), ...this.#ofPrograms(lesson)]) {
        if (!this.#all.has(id)) continue;
        const before = own.get(id);
        const closer = before === undefined || CLOSEST.indexOf(use.how) < CLOSEST.indexOf(before.how);
        // What explains a kind does so on the page that names it, where one does.
        if (closer) own.set(id, use);
        else if (before.how === 'explains' && use.how === 'names' && before.page === 0)
          own.set(id, { ...before, page: use.page });
      }
      for (const [id, use] of own) found.set(id, [...(found.get(id) ?? []), use]);
      if (task.pause()) yield;
    }
    return found;
  }
  // Entries that a page's text links or names as code.
  *#named(lesson: Lesson): Generator<[string, EntryLesson]> {
    for (const [page, { markdown: before, after }] of lesson.pages.entries()) {
      const markdown = `${before}\n\n${after}`;
      const use = useOf(lesson, page, 'names');
      for (const [, id = ''] of markdown.matchAll(/\]\(reference:([\w-]+)\)/g)) yield [id, use];
      for (const [, code = ''] of markdown.matchAll(/`([^`\n]+)`/g)) {
        for (const [word] of code.matchAll(/\w+/g)) yield [word, use];
        const target = /\biter(?:\.s)?\/(\w+)/.exec(code)?.[1];
        if (target !== undefined) yield [`bpf_iter__${target}`, use];
      }
    }
  }
  // Entries that the program of a page calls or is.
  *#ofPrograms(lesson: Lesson): Generator<[string, EntryLesson]> {
    const { files } = this.host;
    const { kernel } = this.#plainly;
    for (const [page, { open }] of lesson.pages.entries()) {
      if (open === undefined || open.model !== undefined || !open.file.endsWith('.o')) continue;
      const path = files.find(this.host.lessons.pathOf(lesson.id, open.file)) ?? files.find(inSandbox(open.file));
      const bytes = path === undefined ? undefined : files.read(path);
      if (bytes === undefined) continue;
      try {
        const { programs } = load({ kind: 'object', file: open.file, bytes }, kernel);
        const program = programs.filter(({ name }) => name === open.program);
        for (const id of entriesOf({ programs: program }, kernel)) yield [id, useOf(lesson, page, 'program')];
      } catch (error) {
        // That a lesson's program can't be read is told where the lesson is opened.
        if (!(error instanceof InputError)) throw error;
      }
    }
  }

  *#pages(): Generator<Findable<FoundPlace>> {
    for (const { id, number, title: lesson, goal, pages } of this.host.lessons.course)
      for (const [page, { title, markdown, after, question, exercise }] of pages.entries()) {
        const texts = [page === 0 ? goal : '', markdown, after, question?.prompt ?? '', exercise?.prompt ?? ''];
        yield {
          leads: { kind: 'page', lesson: id, number, title: lesson, page },
          title,
          names: [number, ...(page === 0 ? [lesson] : [])],
          text: plainText(texts.filter((text) => text !== '').join(' ')),
        };
      }
  }
  *#terms(): Generator<Findable<FoundPlace>> {
    for (const { id, term, text } of this.host.lessons.terms)
      yield { leads: { kind: 'term', id }, title: term, names: [], text: plainText(text) };
  }
  *#entriesToFind(): Generator<Findable<FoundPlace>> {
    for (const { id, category, title, words, code } of this.#all.values())
      yield {
        leads: { kind: 'entry', id, category },
        title,
        names: [id],
        // The kernel's message is what people look for.
        text: plainText([...(category === 'message' ? code : []), ...words].join(' · ')),
      };
  }
}

const useOf = ({ id, number, title }: Lesson, page: number, how: EntryLesson['how']): EntryLesson => ({
  lesson: id,
  number,
  title,
  page,
  how,
});

/** Kinds of rejection that a lesson's front matter says it explains. */
const explained = (lesson: Lesson): [string, EntryLesson][] =>
  lesson.explains.map((kind) => [kind, useOf(lesson, 0, 'explains')]);
