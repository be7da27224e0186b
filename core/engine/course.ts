import { InputError } from '../base/errors.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import { asksFacts, pageTexts, withFacts } from '../lesson/index.ts';
import type { Exercise, Show, Subject } from '../lesson/index.ts';
import { Attempts, lineOf, noProgram } from './attempts.ts';
import type { Task } from './control.ts';
import type { VirtualFiles } from './files.ts';
import { lintLesson } from './lesson-lint.ts';
import { lessonContent } from './lessons.ts';
import type { Lessons } from './lessons.ts';
import { Opening } from './opening.ts';
import type {
  Attempt,
  CheckResult,
  ExerciseSolution,
  ExerciseTrial,
  LessonComplaint,
  LessonContent,
} from './protocol.ts';
import { plainly, settledOn } from './session.ts';
import type { Session, Surroundings } from './session.ts';
import type { Sessions } from './sessions.ts';
import { problemOf } from './workbench.ts';

/** What lessons stand on. */
export interface CourseHost {
  readonly lessons: Lessons;
  readonly files: VirtualFiles;
  readonly sessions: Sessions;
  readonly around: Surroundings;
  /** Entries of the reference, by their ids. */
  entries(): ReadonlySet<string>;
  /** What a lesson's checks look at. */
  subject(session: Session): Subject;
}

/** Lessons at work: their texts filled in, answers and exercises judged. Lessons are about the kernel, whatever programs are opened with. */
export class Course {
  readonly #attempts: Attempts;

  constructor(private readonly host: CourseHost) {
    const { sessions, files } = host;
    this.#attempts = new Attempts({
      sessions,
      files,
      // The kernel's model may be exchanged.
      get around() {
        return host.around;
      },
      exercise: (lesson, page) => this.#exercise(lesson, page),
      opened: (lesson, show, task) => this.#opened(lesson, show, task),
    });
  }

  /** A lesson as the window gets it. @throws InputError when there is none, or its text asks for what its programs do not have */
  async content(id: string, task: Task): Promise<LessonContent> {
    const { lessons } = this.host;
    return lessonContent(lessons, lessons.get(id), await this.#told(id, task));
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
      entries: this.host.entries(),
      subject: async (page) => this.host.subject(await this.#shown(id, page, task)),
      told: async () => {
        await this.content(id, task);
        for (const [i, { question, exercise }] of lessons.get(id).pages.entries()) {
          if (question !== undefined) await this.#saidOfPage(id, i, question.right + question.wrong, task);
          if (exercise !== undefined) await this.solution(id, i, task);
        }
      },
      check: (page, attempt) => this.check(id, page, attempt, task),
      pieces: (page) => lessons.pieces(id, page),
    });
  }

  /** A solution of an exercise, and why it is one. */
  async solution(lesson: string, page: number, task: Task): Promise<ExerciseSolution> {
    const { solution, because } = this.#exercise(lesson, page);
    const others = this.host.lessons.solutions(lesson, page);
    if (!asksFacts(because)) return { text: solution, because, ...others };
    // Verified to be told of, and not kept among what is open.
    const session = await this.#attempts.assembled(lesson, page, solution, task);
    const said = this.#said(lesson, page, because, session);
    this.host.sessions.close(session.id);
    return { text: solution, because: said, ...others };
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
  async check(lesson: string, page: number, attempt: Attempt, task: Task): Promise<CheckResult> {
    const exercise = this.#exercise(lesson, page);
    let session: Session;
    try {
      session = await this.#attempts.verified(lesson, page, attempt, task);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return { ok: false, words: noProgram(error, attempt), line: problemOf(error).line };
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
    const line = lineOf(session, attempt, session.report.insn);
    return { ok: false, words: failed.failing(about), session: session.id, hints, line };
  }

  /** What the verifier says of an attempt that is being written. */
  trial(lesson: string, page: number, attempt: Attempt, task: Task): Promise<ExerciseTrial> {
    return this.#attempts.trial(lesson, page, attempt, task);
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
        const session = await this.#shown(id, i, task);
        told.push((text) => this.#said(id, i, text, session));
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
    const path = files.find(`lessons/${lesson}/${file}`) ?? files.find(file);
    if (path === undefined) throw new InputError('there is no such file', '', file);
    return path;
  }
}
