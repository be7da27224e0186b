import { InputError } from '../base/errors.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import { calls } from '../elf/calls.ts';
import type { Edit } from '../elf/input.ts';
import { assembleWithLines } from '../isa/asm.ts';
import type { Exercise, Subject } from '../lesson/index.ts';
import { baseName } from '../trace/index.ts';
import type { Task } from './control.ts';
import { checksOf, definitionFacts, withOthers } from './definition-exercise.ts';
import type { LessonPrograms } from './lesson-programs.ts';
import type { Attempt, CompiledC, ExerciseTrial } from './protocol.ts';
import { settledOn } from './session.ts';
import type { Session } from './session.ts';
import { problemOf } from './workbench.ts';

/** Something that was tried: the program that it made, and what checks look at. */
export interface Tried {
  readonly session: Session;
  readonly about: Subject;
}

/** What its section makes of a program. */
const KIND = ['type', 'expectedAttachType', 'attachBtfId', 'flags'] as const;

const isText = (attempt: Attempt): attempt is string => typeof attempt === 'string';

/** The text's line, from 1, that an instruction of an attempt is of; 0 for none. */
function lineOf(session: Session, attempt: Attempt, insn: number): number {
  if (insn < 0) return 0;
  if (isText(attempt)) return assembleWithLines(attempt, calls(session.kernel.btf)).lines[insn] ?? 0;
  const own = baseName(attempt.source.name);
  const told = session.program.lineInfo.filter((line) => line.insn <= insn && baseName(line.file) === own);
  return told.at(-1)?.line ?? 0;
}

/** The attempt's line, from 1, at which its program is rejected; 0 where it is no line's. */
export function rejectedLine(exercise: Exercise, session: Session, attempt: Attempt): number {
  return exercise.language === 'definition' ? 0 : lineOf(session, attempt, session.report.insn);
}

/** What is wrong with an attempt that is no program, and its line. @throws what is no fault of the attempt */
export function problemWith(error: unknown): { readonly line: number; readonly text: string } {
  const problem = problemOf(error);
  const place = error instanceof InputError ? error.place : '';
  if (problem.line > 0 || place === '') return problem;
  // A parser of text says its line in words.
  const line = Number(/^line (\d+)$/.exec(place)?.[1] ?? 0);
  return line > 0 ? { ...problem, line } : { line: 0, text: `${place}: ${problem.text}` };
}

/** What is tried at exercises, made into programs and verified. */
export class Attempts {
  /** The session in which each exercise (`lesson/page`) was tried last, where that was assembly. */
  readonly #tried = new Map<string, number>();

  constructor(
    private readonly programs: LessonPrograms,
    private readonly exercise: (lesson: string, page: number) => Exercise,
  ) {}

  /**
   * An attempt, verified and kept: assembly that is tried after an earlier one is derived from that; what was compiled lies in the sandbox from then on,
   * with its source.
   * @throws InputError
   */
  async verified(lesson: string, page: number, attempt: Attempt, task: Task): Promise<Tried> {
    const { programs } = this;
    const exercise = this.exercise(lesson, page);
    if (isText(attempt) && exercise.language === 'definition') return this.defined(lesson, page, attempt, task);
    const session = await (isText(attempt)
      ? this.#assembledAfter(lesson, page, attempt, task)
      : this.#compiled(lesson, page, attempt, task, programs.keep(attempt)));
    const about = await withOthers(programs.subject(lesson, session), checksOf(exercise), async (program) => {
      const { file } = exercise.within ?? { file: '' };
      return programs.subject(lesson, await programs.opened(lesson, { ...exercise.within, file, program }, task));
    });
    return { session, about };
  }

  /** What the verifier says of what is being written; it is forgotten with the next. @throws Cancelled */
  async trial(lesson: string, page: number, attempt: Attempt, task: Task): Promise<ExerciseTrial> {
    const exercise = this.exercise(lesson, page);
    let session: Session;
    try {
      let make: () => Promise<Session>;
      if (!isText(attempt)) make = () => this.#compiled(lesson, page, attempt, task);
      else if (exercise.language === 'assembly') make = () => this.assembled(lesson, page, attempt, task);
      else {
        const { definition, program, open } = this.#defining(lesson, page, attempt, task);
        const [refused] = definition.refused;
        if (refused !== undefined) return { problem: { line: 0, text: refused } };
        make = () => open(program);
      }
      session = await this.programs.sessions.drafted(make);
    } catch (error) {
      return { problem: problemWith(error) };
    }
    const { insn, message } = session.report;
    return { verdict: session.view.verdict, at: insn, line: rejectedLine(exercise, session, attempt), message };
  }

  /** Assembly as a program of its own, or in the place of one of an object. @throws InputError */
  async assembled(lesson: string, page: number, text: string, task: Task): Promise<Session> {
    const { programs } = this;
    const { within } = this.exercise(lesson, page);
    if (within === undefined) return programs.sessions.assemble(`${lesson}-${page + 1}`, text, task, programs.around());
    return programs.sessions.derive(
      await programs.opened(lesson, within, task),
      [this.#edit(lesson, page, text)],
      task,
    );
  }
  async #assembledAfter(lesson: string, page: number, text: string, task: Task): Promise<Session> {
    const { sessions } = this.programs;
    const key = `${lesson}/${page}`;
    const before = this.#tried.get(key);
    const session =
      before === undefined || !sessions.has(before)
        ? await this.assembled(lesson, page, text, task)
        : await sessions.derive(sessions.get(before), [this.#edit(lesson, page, text)], task);
    this.#tried.set(key, session.id);
    return session;
  }

  async #compiled(lesson: string, page: number, attempt: CompiledC, task: Task, path?: string): Promise<Session> {
    const { source, object } = attempt;
    const { within } = this.exercise(lesson, page);
    const file = baseName(source.name);
    const input = { kind: 'object', file: file.replace(/\.c$/, '.o'), bytes: object } as const;
    const sources = new Map([[file, decodeUtf8(source.bytes)]]);
    const around = this.programs.around(lesson, within?.model);
    const { sessions } = this.programs;
    const session = await sessions.compiled({ input, sources, program: within?.program, path }, task, around);
    if (within === undefined) return session;
    // What C says of itself must not make another task of it.
    const asked = await this.programs.opened(lesson, within, task);
    const [is, wanted] = [session.program, asked.program];
    if (KIND.every((field) => is[field] === wanted[field])) return session;
    sessions.close(session.id);
    throw new InputError(`it is in SEC("${is.section}"); the exercise's program is in SEC("${wanted.section}")`);
  }

  // What a definition is, and how programs of the exercise's file are opened by it: by the kernel's own rules where it is not registered.
  #defining(lesson: string, page: number, text: string, task: Task) {
    const { programs } = this;
    const { file, program } = this.exercise(lesson, page).within ?? { file: '', program: '' };
    const definition = definitionFacts(text, programs.kernel);
    const around = settledOn(programs.around(), definition.refused.length === 0 ? text : null);
    const open = (name: string): Promise<Session> => programs.openedBy(lesson, file, name, around, task);
    return { definition, program, open };
  }
  /** A definition, tried on the exercise's program, and on the others that its checks ask about. @throws InputError */
  async defined(lesson: string, page: number, text: string, task: Task): Promise<Tried> {
    const { programs } = this;
    const { definition, program, open } = this.#defining(lesson, page, text, task);
    const session = await open(program);
    const checks = checksOf(this.exercise(lesson, page));
    const about = await withOthers(programs.subject(lesson, session), checks, async (name) =>
      programs.subject(lesson, await open(name)),
    );
    return { session, about: { ...about, definition } };
  }

  #edit(lesson: string, page: number, text: string): Edit {
    const { within } = this.exercise(lesson, page);
    return within === undefined ? { kind: 'assembly', text } : { kind: 'program', program: within.program, text };
  }
}

/** What is said of an attempt that is no program. */
export function noProgram(error: InputError, attempt: Attempt, { language }: Exercise): string {
  const isDefinition = language === 'definition';
  const place = error.place === '' ? '' : `${error.place}${isDefinition ? ':' : ','} `;
  const what = !isText(attempt) ? 'can’t be loaded' : isDefinition ? 'is no definition' : 'does not assemble';
  return `It ${what}: ${place}${error.reason}`;
}
