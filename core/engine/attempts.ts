import type { InputError } from '../base/errors.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import { calls } from '../elf/calls.ts';
import type { Edit } from '../elf/input.ts';
import { assembleWithLines } from '../isa/asm.ts';
import type { Exercise, Show } from '../lesson/index.ts';
import { baseName } from '../trace/index.ts';
import type { Task } from './control.ts';
import type { VirtualFiles } from './files.ts';
import type { Attempt, CompiledC, ExerciseTrial } from './protocol.ts';
import { plainly } from './session.ts';
import type { Session, Surroundings } from './session.ts';
import type { Sessions } from './sessions.ts';
import { problemOf } from './workbench.ts';

/** What attempts at exercises stand on. */
export interface AttemptHost {
  readonly sessions: Sessions;
  readonly files: VirtualFiles;
  readonly around: Surroundings;
  exercise(lesson: string, page: number): Exercise;
  /** The program in whose place an exercise stands, opened. @throws InputError */
  opened(lesson: string, show: Show, task: Task): Promise<Session>;
}

const isText = (attempt: Attempt): attempt is string => typeof attempt === 'string';

/** The text's line, from 1, that an instruction of an attempt is of; 0 for none. */
export function lineOf(session: Session, attempt: Attempt, insn: number): number {
  if (insn < 0) return 0;
  if (isText(attempt)) return assembleWithLines(attempt, calls(session.kernel.btf)).lines[insn] ?? 0;
  const own = baseName(attempt.source.name);
  const told = session.program.lineInfo.filter((line) => line.insn <= insn && baseName(line.file) === own);
  return told.at(-1)?.line ?? 0;
}

/** What is tried at exercises, made into programs and verified. */
export class Attempts {
  /** The session in which each exercise (`lesson/page`) was tried last, where that was a text. */
  readonly #tried = new Map<string, number>();

  constructor(private readonly host: AttemptHost) {}

  /**
   * An attempt, verified and kept: a text that is tried after an earlier one is derived from that; what was compiled lies in the sandbox from then on,
   * with its source.
   * @throws InputError
   */
  async verified(lesson: string, page: number, attempt: Attempt, task: Task): Promise<Session> {
    const { sessions, files } = this.host;
    if (!isText(attempt)) {
      const path = files.add({ name: attempt.source.name.replace(/\.c$/, '.o'), bytes: attempt.object });
      files.add(attempt.source);
      return this.#compiled(lesson, page, attempt, task, path);
    }
    const key = `${lesson}/${page}`;
    const before = this.#tried.get(key);
    const session =
      before === undefined || !sessions.has(before)
        ? await this.assembled(lesson, page, attempt, task)
        : await sessions.derive(sessions.get(before), [this.#edit(lesson, page, attempt)], task);
    this.#tried.set(key, session.id);
    return session;
  }

  /** What the verifier says of what is being written; it is forgotten with the next. @throws Cancelled */
  async trial(lesson: string, page: number, attempt: Attempt, task: Task): Promise<ExerciseTrial> {
    let session: Session;
    try {
      session = await this.host.sessions.drafted(() =>
        isText(attempt) ? this.assembled(lesson, page, attempt, task) : this.#compiled(lesson, page, attempt, task),
      );
    } catch (error) {
      return { problem: problemOf(error) };
    }
    const { insn, message } = session.report;
    return { verdict: session.view.verdict, at: insn, line: lineOf(session, attempt, insn), message };
  }

  /** A text as a program of its own, or in the place of one of an object. @throws InputError */
  async assembled(lesson: string, page: number, text: string, task: Task): Promise<Session> {
    const { sessions, around } = this.host;
    const { within } = this.host.exercise(lesson, page);
    if (within === undefined) return sessions.assemble(`${lesson}-${page + 1}`, text, task, plainly(around));
    return sessions.derive(await this.host.opened(lesson, within, task), [this.#edit(lesson, page, text)], task);
  }

  #compiled(lesson: string, page: number, attempt: CompiledC, task: Task, path?: string): Promise<Session> {
    const { source, object } = attempt;
    const program = this.host.exercise(lesson, page).within?.program;
    const file = baseName(source.name);
    const input = { kind: 'object', file: file.replace(/\.c$/, '.o'), bytes: object } as const;
    const sources = new Map([[file, decodeUtf8(source.bytes)]]);
    return this.host.sessions.compiled({ input, sources, program, path }, task, plainly(this.host.around));
  }

  #edit(lesson: string, page: number, text: string): Edit {
    const { within } = this.host.exercise(lesson, page);
    return within === undefined ? { kind: 'assembly', text } : { kind: 'program', program: within.program, text };
  }
}

/** What is said of an attempt that is no program. */
export function noProgram(error: InputError, attempt: Attempt): string {
  const place = error.place === '' ? '' : `${error.place}, `;
  return isText(attempt)
    ? `It does not assemble: ${place}${error.reason}`
    : `It can’t be loaded: ${place}${error.reason}`;
}
