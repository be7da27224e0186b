import { InputError } from '../base/errors.ts';
import { asksFacts, filledIn, marksIn, pageTexts, withFacts } from '../lesson/index.ts';
import type { Check, Exercise, Subject } from '../lesson/index.ts';
import { Attempts, noProgram, problemWith, rejectedLine } from './attempts.ts';
import type { Tried } from './attempts.ts';
import type { Task } from './control.ts';
import { withOthers } from './definition-exercise.ts';
import type { VirtualFiles } from './files.ts';
import { lintLesson } from './lesson-lint.ts';
import { LessonPrograms } from './lesson-programs.ts';
import { lessonContent } from './lessons.ts';
import type { Opening } from './opening.ts';
import type { Shelf } from './packs.ts';
import type {
  Attempt,
  CheckResult,
  ExerciseSolution,
  ExerciseTrial,
  LessonComplaint,
  LessonContent,
} from './protocol.ts';
import type { Session, Surroundings } from './session.ts';
import type { Sessions } from './sessions.ts';

/** What lessons stand on. */
export interface CourseHost {
  readonly lessons: Shelf;
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
  readonly #programs: LessonPrograms;
  readonly #attempts: Attempts;

  constructor(private readonly host: CourseHost) {
    this.#programs = new LessonPrograms(host.sessions, host);
    this.#attempts = new Attempts(this.#programs, (lesson, page) => this.#exercise(lesson, page));
  }

  /** A lesson as the window gets it. @throws InputError when there is none, or its text asks for what its programs do not have */
  async content(id: string, task: Task): Promise<LessonContent> {
    const { lessons } = this.host;
    return lessonContent(lessons, lessons.get(id), await this.#told(id, task), lessons.packOf(id));
  }

  /** The program that a page of a lesson is about, by the rules that the page names. @throws InputError when there is none */
  open(lesson: string, page: number, opening: Opening): Promise<Session> {
    return this.#programs.opened(lesson, this.host.lessons.shown(lesson, page), opening.task, opening);
  }

  /** What keeps a lesson from being a good one. */
  async lint(id: string, task: Task): Promise<LessonComplaint[]> {
    const { lessons } = this.host;
    return lintLesson(lessons.get(id), {
      files: lessons.filesOf(id),
      ...lessons.linkedFrom(id),
      entries: this.host.entries(),
      subject: (page) => this.#asked(id, page, task),
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
    const { solution, because, language } = this.#exercise(lesson, page);
    const others = this.host.lessons.solutions(lesson, page);
    if (!asksFacts(because)) return { text: solution, because, ...others };
    if (language === 'definition') {
      const { about } = await this.#attempts.defined(lesson, page, solution, task);
      return { text: solution, because: this.#said(lesson, page, because, about), ...others };
    }
    // Verified to be told of, and not kept among what is open.
    const session = await this.#attempts.assembled(lesson, page, solution, task);
    const said = this.#said(lesson, page, because, this.#programs.subject(lesson, session));
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
    const about = await this.#asked(lesson, page, task);
    const ok = chosen.check.holds(about);
    return { ok, words: this.#said(lesson, page, ok ? question.right : question.wrong, about), session: session.id };
  }

  /** Whether an attempt solves an exercise; what is missing, and hints that still say something, where it does not. */
  async check(lesson: string, page: number, attempt: Attempt, task: Task): Promise<CheckResult> {
    const exercise = this.#exercise(lesson, page);
    let tried: Tried;
    try {
      tried = await this.#attempts.verified(lesson, page, attempt, task);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return { ok: false, words: noProgram(error, attempt, exercise), line: problemWith(error).line };
    }
    const { session, about } = tried;
    let failed: Check | undefined;
    try {
      failed = exercise.checks.find((check) => !check.holds(about));
    } catch (error) {
      // What checks set or ask for is not there: a global variable that was left out.
      if (!(error instanceof InputError)) throw error;
      return { ok: false, words: `It can’t be checked: ${error.reason}`, session: session.id };
    }
    if (failed === undefined) {
      const solution = await this.solution(lesson, page, task);
      return { ok: true, words: this.#said(lesson, page, exercise.done, about), session: session.id, solution };
    }
    const left = exercise.hints.filter(({ unless }) => unless?.holds(about) !== true);
    const hints: string[] = [];
    for (const { text } of left) hints.push(await this.#saidOfPage(lesson, page, text, task));
    const line = rejectedLine(exercise, session, attempt);
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
        // Each mark by itself, with a turn for everybody else: a text may ask for many runs.
        const about = this.#programs.subject(id, await this.#shown(id, i, task));
        const said = new Map<string, string>();
        for (const mark of new Set(pageTexts(page).flatMap(marksIn))) {
          said.set(mark, this.#said(id, i, mark, about));
          await task.turn();
        }
        told.push((text) => filledIn(text, said));
      }
    }
    return told;
  }

  async #saidOfPage(lesson: string, page: number, text: string, task: Task): Promise<string> {
    if (!asksFacts(text)) return text;
    return this.#said(lesson, page, text, this.#programs.subject(lesson, await this.#shown(lesson, page, task)));
  }

  // A text of a page, with what it asks of a program filled in.
  #said(lesson: string, page: number, text: string, about: Subject): string {
    if (!asksFacts(text)) return text;
    const { file } = this.host.lessons.get(lesson);
    const { line } = this.host.lessons.page(lesson, page);
    return withFacts(text, about, `line ${line}`, file);
  }

  // What a page's question is about, and what the page claims.
  async #asked(lesson: string, page: number, task: Task): Promise<Subject> {
    const programs = this.#programs;
    const show = this.host.lessons.shown(lesson, page);
    const about = programs.subject(lesson, await programs.opened(lesson, show, task));
    const { question, claims } = this.host.lessons.page(lesson, page);
    const checks = [...(question?.choices ?? []), ...claims].map(({ check }) => check);
    return withOthers(about, checks, async (program) =>
      programs.subject(lesson, await programs.opened(lesson, { ...show, program }, task)),
    );
  }

  // The program that a page of a lesson is about, opened already or now.
  #shown(lesson: string, page: number, task: Task): Promise<Session> {
    return this.#programs.opened(lesson, this.host.lessons.shown(lesson, page), task);
  }
}
