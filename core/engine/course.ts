import { InputError } from '../base/errors.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import { asksFacts, pageTexts, withFacts } from '../lesson/index.ts';
import type { Edit } from '../elf/input.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { DefinitionFacts, Exercise, Show, Subject } from '../lesson/index.ts';
import type { Task } from './control.ts';
import { checksOf, definitionFacts, withOthers } from './definition-exercise.ts';
import type { VirtualFiles } from './files.ts';
import { lintLesson } from './lesson-lint.ts';
import { lessonContent } from './lessons.ts';
import type { Lessons } from './lessons.ts';
import { Opening } from './opening.ts';
import type { CheckResult, ExerciseSolution, LessonComplaint, LessonContent } from './protocol.ts';
import { plainly, settledOn } from './session.ts';
import type { Session, Surroundings } from './session.ts';
import type { Sessions } from './sessions.ts';

/** What lessons stand on. */
export interface CourseHost {
  readonly lessons: Lessons;
  readonly files: VirtualFiles;
  readonly sessions: Sessions;
  readonly around: Surroundings;
  /** What a lesson's checks look at. */
  subject(session: Session): Subject;
}

/** A text that was tried: what it made, and what checks look at. */
interface Tried {
  readonly session: Session;
  readonly about: Subject;
}

/** Lessons at work: their texts filled in, answers and exercises judged. Lessons are about the kernel, whatever programs are opened with. */
export class Course {
  /** The session in which each exercise (`lesson/page`) was tried last. */
  readonly #tried = new Map<string, number>();

  constructor(private readonly host: CourseHost) {}

  /** A lesson as the window gets it. @throws InputError when there is none, or its text asks for what its programs do not have */
  async content(id: string, task: Task): Promise<LessonContent> {
    return lessonContent(this.host.lessons.get(id), await this.#told(id, task));
  }

  /** The program that a page of a lesson is about, by the rules that the page names. @throws InputError when there is none */
  open(lesson: string, page: number, opening: Opening): Promise<Session> {
    return this.#opened(lesson, this.host.lessons.shown(lesson, page), opening.task, opening);
  }

  /** What keeps a lesson from being a good one. */
  async lint(id: string, task: Task): Promise<LessonComplaint[]> {
    const { lessons } = this.host;
    return lintLesson(lessons.get(id), {
      files: lessons.filesOf(id),
      terms: new Set(lessons.terms.map((term) => term.id)),
      lessons: new Set(lessons.all.map((lesson) => lesson.id)),
      subject: (page) => this.#asked(id, page, task),
      told: async () => {
        await this.content(id, task);
        for (const [i, { question, exercise }] of lessons.get(id).pages.entries()) {
          if (question !== undefined) await this.#saidOfPage(id, i, question.right + question.wrong, task);
          if (exercise !== undefined) await this.solution(id, i, task);
        }
      },
      check: (page, text) => this.check(id, page, text, task),
    });
  }

  /** A solution of an exercise, and why it is one. */
  async solution(lesson: string, page: number, task: Task): Promise<ExerciseSolution> {
    const { solution, because } = this.#exercise(lesson, page);
    if (!asksFacts(because)) return { text: solution, because };
    if (this.#exercise(lesson, page).language === 'definition') {
      const { about } = await this.#defined(lesson, page, solution, task);
      return { text: solution, because: this.#said(lesson, page, because, about) };
    }
    // Verified to be told of, and not kept among what is open.
    const session = await this.#assembled(lesson, page, solution, task);
    const said = this.#said(lesson, page, because, this.#subject(lesson, session));
    this.host.sessions.close(session.id);
    return { text: solution, because: said };
  }

  /** Whether a choice of a question is right. */
  async answer(lesson: string, page: number, choice: number, task: Task): Promise<CheckResult> {
    const { question } = this.host.lessons.page(lesson, page);
    const chosen = question?.choices[choice];
    if (question === undefined || chosen === undefined)
      throw new InputError(`page ${page} of ${lesson} has no choice ${choice}`);
    const session = await this.#shown(lesson, page, task);
    const about = await this.#asked(lesson, page, task);
    const ok = chosen.check.holds(about);
    return { ok, words: this.#said(lesson, page, ok ? question.right : question.wrong, about), session: session.id };
  }

  /** Whether a program solves an exercise; what is missing, and hints that still say something, where it does not. */
  async check(lesson: string, page: number, text: string, task: Task): Promise<CheckResult> {
    const exercise = this.#exercise(lesson, page);
    const isDefinition = exercise.language === 'definition';
    let tried: Tried;
    try {
      tried = await (isDefinition ? this.#defined(lesson, page, text, task) : this.#attempt(lesson, page, text, task));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const place = error.place === '' ? '' : `${error.place}${isDefinition ? ':' : ','} `;
      return {
        ok: false,
        words: `It ${isDefinition ? 'is no definition' : 'does not assemble'}: ${place}${error.reason}`,
      };
    }
    const { session, about } = tried;
    const failed = exercise.checks.find((check) => !check.holds(about));
    if (failed === undefined) {
      const solution = await this.solution(lesson, page, task);
      return { ok: true, words: this.#said(lesson, page, exercise.done, about), session: session.id, solution };
    }
    const left = exercise.hints.filter(({ unless }) => unless?.holds(about) !== true);
    const hints: string[] = [];
    for (const { text } of left) hints.push(await this.#saidOfPage(lesson, page, text, task));
    return { ok: false, words: failed.failing(about), session: session.id, hints };
  }

  #exercise(lesson: string, page: number): Exercise {
    const { exercise } = this.host.lessons.page(lesson, page);
    if (exercise === undefined) throw new InputError(`page ${page} of ${lesson} has no exercise`);
    return exercise;
  }

  // For each page, what fills in what its texts ask of its program.
  async #told(id: string, task: Task): Promise<((text: string) => string)[]> {
    const told: ((text: string) => string)[] = [];
    for (const [i, page] of this.host.lessons.get(id).pages.entries()) {
      if (!pageTexts(page).some(asksFacts)) told.push((text) => text);
      else {
        const about = this.#subject(id, await this.#shown(id, i, task));
        told.push((text) => this.#said(id, i, text, about));
      }
    }
    return told;
  }

  async #saidOfPage(lesson: string, page: number, text: string, task: Task): Promise<string> {
    if (!asksFacts(text)) return text;
    return this.#said(lesson, page, text, this.#subject(lesson, await this.#shown(lesson, page, task)));
  }

  // A text of a page, with what it asks of a program filled in.
  #said(lesson: string, page: number, text: string, about: Subject): string {
    if (!asksFacts(text)) return text;
    const { file } = this.host.lessons.get(lesson);
    const { line } = this.host.lessons.page(lesson, page);
    return withFacts(text, about, `line ${line}`, file);
  }

  // What checks and facts of a lesson look at.
  #subject(lesson: string, session: Session): Subject {
    const definitionOf = (file: string): DefinitionFacts => definitionFacts(this.#text(lesson, file), this.#linux);
    return { ...this.host.subject(session), definitionOf };
  }

  // What a page's question is about.
  async #asked(lesson: string, page: number, task: Task): Promise<Subject> {
    const show = this.host.lessons.shown(lesson, page);
    const about = this.#subject(lesson, await this.#opened(lesson, show, task));
    const checks = this.host.lessons.page(lesson, page).question?.choices.map(({ check }) => check) ?? [];
    return withOthers(about, checks, async (program) =>
      this.#subject(lesson, await this.#opened(lesson, { ...show, program }, task)),
    );
  }

  // A definition, tried on the exercise's program; by the kernel's own rules where it is not registered.
  async #defined(lesson: string, page: number, text: string, task: Task): Promise<Tried> {
    const exercise = this.#exercise(lesson, page);
    const { file, program } = exercise.within ?? { file: '', program: '' };
    const definition = definitionFacts(text, this.#linux);
    const around = settledOn(plainly(this.host.around), definition.refused.length === 0 ? text : null);
    const open = (name: string): Promise<Session> => this.#openedBy(lesson, file, name, around, new Opening(task));
    const session = await open(program);
    const about = await withOthers(this.#subject(lesson, session), checksOf(exercise), async (name) =>
      this.#subject(lesson, await open(name)),
    );
    return { session, about: { ...about, definition } };
  }

  // An exercise's text, verified: what is tried after an earlier text is derived from that.
  async #attempt(lesson: string, page: number, text: string, task: Task): Promise<Tried> {
    const { sessions } = this.host;
    const key = `${lesson}/${page}`;
    const before = this.#tried.get(key);
    const session =
      before === undefined || !sessions.has(before)
        ? await this.#assembled(lesson, page, text, task)
        : await sessions.derive(sessions.get(before), [this.#edit(lesson, page, text)], task);
    this.#tried.set(key, session.id);
    const exercise = this.#exercise(lesson, page);
    const about = await withOthers(this.#subject(lesson, session), checksOf(exercise), async (program) => {
      const { file } = exercise.within ?? { file: '' };
      return this.#subject(lesson, await this.#opened(lesson, { ...exercise.within, file, program }, task));
    });
    return { session, about };
  }

  // An exercise's text as a program of its own, or in the place of one of an object.
  async #assembled(lesson: string, page: number, text: string, task: Task): Promise<Session> {
    const { sessions, around } = this.host;
    const { within } = this.#exercise(lesson, page);
    if (within === undefined) return sessions.assemble(`${lesson}-${page + 1}`, text, task, plainly(around));
    return sessions.derive(await this.#opened(lesson, within, task), [this.#edit(lesson, page, text)], task);
  }
  #edit(lesson: string, page: number, text: string): Edit {
    const { within } = this.#exercise(lesson, page);
    return within === undefined ? { kind: 'assembly', text } : { kind: 'program', program: within.program, text };
  }

  // The program that a page of a lesson is about, opened already or now.
  #shown(lesson: string, page: number, task: Task): Promise<Session> {
    return this.#opened(lesson, this.host.lessons.shown(lesson, page), task);
  }

  async #opened(
    lesson: string,
    { file, program, model }: Show,
    task: Task,
    opening = new Opening(task),
  ): Promise<Session> {
    const description = model === undefined ? null : this.#text(lesson, model);
    return this.#openedBy(lesson, file, program, settledOn(plainly(this.host.around), description), opening);
  }

  async #openedBy(
    lesson: string,
    file: string,
    program: string,
    around: Surroundings,
    opening: Opening,
  ): Promise<Session> {
    const { sessions } = this.host;
    const path = this.#path(lesson, file);
    const open = sessions.of(path, program, around.kernel);
    return open ?? (await sessions.openPath(path, opening, program, undefined, around))[0]!;
  }

  get #linux(): KernelModel {
    return plainly(this.host.around).kernel;
  }

  #text(lesson: string, file: string): string {
    const bytes = this.host.files.read(this.#path(lesson, file));
    if (bytes === undefined) throw new InputError('there is no such file', '', file);
    return decodeUtf8(bytes);
  }

  // A file of a lesson's folder, or one of the samples.
  #path(lesson: string, file: string): string {
    const { files } = this.host;
    const path = files.find(`lessons/${lesson}/${file}`) ?? files.find(file);
    if (path === undefined) throw new InputError('there is no such file', '', file);
    return path;
  }
}
