import { InputError } from '../base/errors.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { DefinitionFacts, Show, Subject } from '../lesson/index.ts';
import type { Task } from './control.ts';
import { definitionFacts } from './definition-exercise.ts';
import { inSandbox } from './files.ts';
import type { VirtualFiles } from './files.ts';
import { Opening } from './opening.ts';
import type { Shelf } from './packs.ts';
import type { CompiledC } from './protocol.ts';
import { plainly, settledOn } from './session.ts';
import type { Session, Surroundings } from './session.ts';
import type { Sessions } from './sessions.ts';

/** The programs that lessons are about: found in their folders or among the samples, and opened by the kernel's rules, or by those that a page names. */
export class LessonPrograms {
  constructor(
    readonly sessions: Sessions,
    private readonly host: {
      readonly files: VirtualFiles;
      readonly around: Surroundings;
      readonly lessons: Pick<Shelf, 'pathOf'>;
      /** What a lesson's checks look at. */
      subject(session: Session): Subject;
    },
  ) {}

  /** The kernel that lessons are about, whatever programs are opened with. */
  get kernel(): KernelModel {
    return plainly(this.host.around).kernel;
  }
  /** By whose rules a program is opened: the kernel's, or those of a file of the lesson. @throws InputError */
  around(lesson = '', model?: string): Surroundings {
    const plain = plainly(this.host.around);
    return model === undefined ? plain : settledOn(plain, this.text(lesson, model));
  }
  /** Opens a program of a lesson. @throws InputError when there is none */
  opened(lesson: string, { file, program, model }: Show, task: Task, opening = new Opening(task)): Promise<Session> {
    const description = model === undefined ? null : this.text(lesson, model);
    return this.openedBy(lesson, file, program, settledOn(this.around(), description), task, opening);
  }
  /** The same by rules that were settled on. @throws InputError */
  async openedBy(
    lesson: string,
    file: string,
    program: string,
    around: Surroundings,
    task: Task,
    opening = new Opening(task),
  ): Promise<Session> {
    const path = this.#path(lesson, file);
    const open = this.sessions.of(path, program, around.kernel);
    return open ?? (await this.sessions.openPath(path, opening, program, undefined, around))[0]!;
  }
  /** What checks and facts of a lesson look at. */
  subject(lesson: string, session: Session): Subject {
    const definitionOf = (file: string): DefinitionFacts => definitionFacts(this.text(lesson, file), this.kernel);
    return { ...this.host.subject(session), definitionOf };
  }
  /** Puts what was compiled into the sandbox, with its source; gives the object's path. */
  keep({ source, object }: CompiledC): string {
    const path = this.host.files.add({ name: source.name.replace(/\.c$/, '.o'), bytes: object });
    this.host.files.add(source);
    return path;
  }
  /** A text file of a lesson. @throws InputError when there is none */
  text(lesson: string, file: string): string {
    const bytes = this.host.files.read(this.#path(lesson, file));
    if (bytes === undefined) throw new InputError('there is no such file', '', file);
    return decodeUtf8(bytes);
  }
  // A file of a lesson's folder, or one of the samples.
  #path(lesson: string, file: string): string {
    const { files, lessons } = this.host;
    const path = files.find(lessons.pathOf(lesson, file)) ?? files.find(inSandbox(file));
    if (path === undefined) throw new InputError('there is no such file', '', file);
    return path;
  }
}
