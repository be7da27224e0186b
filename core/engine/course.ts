import { InputError } from '../base/errors.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import { asksFacts, filledIn, marksIn, pageTexts, withFacts } from '../lesson/index.ts';
import type { Edit } from '../elf/input.ts';
import type { Exercise, Show, Subject } from '../lesson/index.ts';
import type { Task } from './control.ts';
import type { VirtualFiles } from './files.ts';
import { lintLesson } from './lesson-lint.ts';
import { lessonContent } from './lessons.ts';
import { Opening } from './opening.ts';
import type { Shelf } from './packs.ts';
import type { CheckResult, ExerciseSolution, LessonComplaint, LessonContent } from './protocol.ts';
import { plainly, settledOn } from './session.ts';
import type { Session, Surroundings } from './session.ts';
import type { Sessions } from './sessions.ts';

/** What lessons stand on. */
export interface CourseHost {
  readonly lessons: Shelf;
  readonly files: VirtualFiles;
  readonly sessions: Sessions;
  readonly around: Surroundings;
  /** What a lesson's checks look at. */
  subject(session: Session): Subject;
}

/** Lessons at work: their texts filled in, answers and exercises judged. Lessons are about the kernel, whatever programs are opened with. */
export class Course {
  /** The session in which each exercise (`lesson/page`) was tried last. */
  readonly #tried = new Map<string, number>();

  constructor(private readonly host: CourseHost) {}

  /** A lesson as the window gets it. @throws InputError when there is none, or its text asks for what its programs do not have */
  async content(id: string, task: Task): Promise<LessonContent> {
    const { lessons } = this.host;
    return lessonContent(lessons.get(id), await this.#told(id, task), lessons.packOf(id));
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
      ...lessons.linkedFrom(id),
      subject: async (page) => this.host.subject(await this.#shown(id, page, task)),
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
    // Verified to be told of, and not kept among what is open.
    const session = await this.#assembled(lesson, page, solution, task);
    const said = this.#said(lesson, page, because, session);
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
    const ok = chosen.check.holds(this.host.subject(session));
    return { ok, words: this.#said(lesson, page, ok ? question.right : question.wrong, session), session: session.id };
  }

  /** Whether a program solves an exercise; what is missing, and hints that still say something, where it does not. */
  async check(lesson: string, page: number, assembly: string, task: Task): Promise<CheckResult> {
    const exercise = this.#exercise(lesson, page);
    let session: Session;
    try {
      session = await this.#attempt(lesson, page, assembly, task);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const place = error.place === '' ? '' : `${error.place}, `;
      return { ok: false, words: `It does not assemble: ${place}${error.reason}` };
    }
    const about = this.host.subject(session);
    const failed = exercise.checks.find((check) => !check.holds(about));
    if (failed === undefined) {
      const solution = await this.solution(lesson, page, task);
      return { ok: true, words: this.#said(lesson, page, exercise.done, session), session: session.id, solution };
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
        // Each mark by itself, with a turn for everybody else: a text may ask for many runs.
        const about = this.host.subject(await this.#shown(id, i, task));
        const { file } = this.host.lessons.get(id);
        const said = new Map<string, string>();
        for (const mark of new Set(pageTexts(page).flatMap(marksIn))) {
          said.set(mark, withFacts(mark, about, `line ${page.line}`, file));
          await task.turn();
        }
        told.push((text) => filledIn(text, said));
      }
    }
    return told;
  }

  async #saidOfPage(lesson: string, page: number, text: string, task: Task): Promise<string> {
    return asksFacts(text) ? this.#said(lesson, page, text, await this.#shown(lesson, page, task)) : text;
  }

  // A text of a page, with what it asks of a program filled in.
  #said(lesson: string, page: number, text: string, session: Session): string {
    if (!asksFacts(text)) return text;
    const { file } = this.host.lessons.get(lesson);
    const { line } = this.host.lessons.page(lesson, page);
    return withFacts(text, this.host.subject(session), `line ${line}`, file);
  }

  // An exercise's text, verified: what is tried after an earlier text is derived from that.
  async #attempt(lesson: string, page: number, text: string, task: Task): Promise<Session> {
    const { sessions } = this.host;
    const key = `${lesson}/${page}`;
    const before = this.#tried.get(key);
    const session =
      before === undefined || !sessions.has(before)
        ? await this.#assembled(lesson, page, text, task)
        : await sessions.derive(sessions.get(before), [this.#edit(lesson, page, text)], task);
    this.#tried.set(key, session.id);
    return session;
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
    const { sessions } = this.host;
    const path = this.#path(lesson, file);
    const description = model === undefined ? null : this.#text(lesson, model);
    const around = settledOn(plainly(this.host.around), description);
    const open = sessions.of(path, program, around.kernel);
    return open ?? (await sessions.openPath(path, opening, program, undefined, around))[0]!;
  }

  #text(lesson: string, file: string): string {
    const bytes = this.host.files.read(this.#path(lesson, file));
    if (bytes === undefined) throw new InputError('there is no such file', '', file);
    return decodeUtf8(bytes);
  }

  // A file of a lesson's folder, or one of the samples.
  #path(lesson: string, file: string): string {
    const { files } = this.host;
    const path = files.find(this.host.lessons.pathOf(lesson, file)) ?? files.find(file);
    if (path === undefined) throw new InputError('there is no such file', '', file);
    return path;
  }
}
