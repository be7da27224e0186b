import { InputError } from '../base/errors.ts';
import { asksFacts, withFacts } from '../lesson/index.ts';
import type { Exercise, Subject } from '../lesson/index.ts';
import type { Task } from './control.ts';
import type { VirtualFiles } from './files.ts';
import { lintLesson } from './lesson-lint.ts';
import { lessonContent } from './lessons.ts';
import type { Lessons } from './lessons.ts';
import { Opening } from './opening.ts';
import type { CheckResult, ExerciseSolution, LessonComplaint, LessonContent } from './protocol.ts';
import { plainly } from './session.ts';
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

/** Lessons at work: their texts filled in, answers and exercises judged. Lessons are about the kernel, whatever programs are opened with. */
export class Course {
  /** The session in which each exercise (`lesson/page`) was tried last. */
  readonly #tried = new Map<string, number>();

  constructor(private readonly host: CourseHost) {}

  /** A lesson as the window gets it. @throws InputError when there is none, or its text asks for what its programs do not have */
  async content(id: string, task: Task): Promise<LessonContent> {
    return lessonContent(this.host.lessons.get(id), await this.#told(id, task));
  }

  /** What keeps a lesson from being a good one. */
  async lint(id: string, task: Task): Promise<LessonComplaint[]> {
    const { lessons } = this.host;
    return lintLesson(lessons.get(id), {
      files: lessons.filesOf(id),
      terms: new Set(lessons.terms.map((term) => term.id)),
      lessons: new Set(lessons.all.map((lesson) => lesson.id)),
      subject: async (page) => this.host.subject(await this.#shown(id, page, task)),
      told: () => this.#told(id, task),
      check: (page, text) => this.check(id, page, text, task),
    });
  }

  /** A solution of an exercise, and why it is one. */
  solution(lesson: string, page: number): ExerciseSolution {
    const { solution, because } = this.#exercise(lesson, page);
    return { text: solution, because };
  }

  /** Whether a choice of a question is right. */
  async answer(lesson: string, page: number, choice: number, task: Task): Promise<CheckResult> {
    const { question } = this.host.lessons.page(lesson, page);
    const chosen = question?.choices[choice];
    if (question === undefined || chosen === undefined)
      throw new InputError(`page ${page} of ${lesson} has no choice ${choice}`);
    const session = await this.#shown(lesson, page, task);
    const ok = chosen.check.holds(this.host.subject(session));
    return { ok, words: ok ? question.right : question.wrong, session: session.id };
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
      const { done, solution: text, because } = exercise;
      return { ok: true, words: done, session: session.id, solution: { text, because } };
    }
    const hints = exercise.hints.filter(({ unless }) => unless?.holds(about) !== true).map((hint) => hint.text);
    return { ok: false, words: failed.failing(about), session: session.id, hints };
  }

  #exercise(lesson: string, page: number): Exercise {
    const { exercise } = this.host.lessons.page(lesson, page);
    if (exercise === undefined) throw new InputError(`page ${page} of ${lesson} has no exercise`);
    return exercise;
  }

  // The text of each page, with what it asks of its program filled in.
  async #told(id: string, task: Task): Promise<string[]> {
    const lesson = this.host.lessons.get(id);
    const told: string[] = [];
    for (const [i, { markdown, line }] of lesson.pages.entries()) {
      if (!asksFacts(markdown)) told.push(markdown);
      else {
        const about = this.host.subject(await this.#shown(id, i, task));
        told.push(withFacts(markdown, about, `line ${line}`, lesson.file));
      }
    }
    return told;
  }

  // An exercise's text, verified: what is tried after an earlier text is derived from that.
  async #attempt(lesson: string, page: number, text: string, task: Task): Promise<Session> {
    const { sessions, around } = this.host;
    const key = `${lesson}/${page}`;
    const before = this.#tried.get(key);
    const session =
      before === undefined || !sessions.has(before)
        ? await sessions.assemble(`${lesson}-${page + 1}`, text, task, plainly(around))
        : await sessions.derive(sessions.get(before), [{ kind: 'assembly', text }], task);
    this.#tried.set(key, session.id);
    return session;
  }

  // The program that a page of a lesson is about, opened already or now.
  async #shown(lesson: string, page: number, task: Task): Promise<Session> {
    const { lessons, files, sessions } = this.host;
    const { file, program } = lessons.shown(lesson, page);
    const path = files.find(`lessons/${lesson}/${file}`) ?? files.find(file);
    if (path === undefined) throw new InputError('there is no such file', '', file);
    const around = plainly(this.host.around);
    const open = sessions.of(path, program, around.kernel);
    return open ?? (await sessions.openPath(path, new Opening(task), program, undefined, around))[0]!;
  }
}
