import { InputError } from '../base/errors.ts';
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import { combined } from '../elf/input.ts';
import type { Edit, Input } from '../elf/input.ts';
import type { KernelModel } from '../kernel/model.ts';
import { findImporter, notImported } from '../trace/import/index.ts';
import { baseName, unpackArchive } from '../trace/index.ts';
import { editsOf } from '../trace/record/archive.ts';
import type { Task } from './control.ts';
import type { VirtualFiles } from './files.ts';
import type { JournalSession } from './journal.ts';
import type { Opening } from './opening.ts';
import type { InputFile } from './protocol.ts';
import { load, programNamed, Session, settledOn } from './session.ts';
import type { Surroundings } from './session.ts';

/** Most sessions kept open; the oldest ones are closed when there are more. */
const MAX_SESSIONS = 1000;

const NO_SOURCES: ReadonlyMap<string, string> = new Map();

/** How the journal names the text of assembly that was never a file of the sandbox. */
const textName = (session: number): string => `.session-${session}`;
export const isTextName = (file: string): boolean => file.startsWith(textName(0).slice(0, -1));

/** The sessions that are open, and every way in which one comes to be. */
export class Sessions {
  readonly #open = new Map<number, Session>();
  /** Where each came from: a path in the sandbox; assembly that was typed has none. */
  readonly #paths = new Map<number, string>();
  #nextId = 1;
  /** What is being tried: in no list and no journal until it is kept, and gone with the next one. */
  #draft = -1;

  constructor(
    private readonly files: VirtualFiles,
    private readonly around: Surroundings,
  ) {}

  /** All but what is only tried. */
  get all(): readonly Session[] {
    return [...this.#open.values()].filter(({ id }) => id !== this.#draft);
  }
  /** Number that the next one gets. */
  get nextId(): number {
    return this.#nextId;
  }
  has(id: number): boolean {
    return this.#open.has(id);
  }
  /** @throws InputError when there is none */
  get(id: number): Session {
    const session = this.#open.get(id);
    if (session === undefined) throw new InputError(`there is no session ${id}`);
    return session;
  }
  /** The one that shows a program of a file of the sandbox as it is, by the rules of a model. */
  of(path: string, program: string, kernel: KernelModel): Session | undefined {
    return this.all.find(
      (session) =>
        session.program.name === program && this.#paths.get(session.id) === path && session.kernel === kernel,
    );
  }

  /**
   * Opens what a path of the sandbox holds: every program, or the one named. What is open already is not verified again.
   * @param id     number of the session; a new one each unless given
   * @param around by whose rules; those of now unless told
   * @throws InputError, Cancelled
   */
  async openPath(
    path: string,
    opening: Opening,
    program?: string,
    id?: number,
    around = settledOn(this.around),
  ): Promise<readonly Session[]> {
    const bytes = this.files.read(path);
    const file = baseName(path);
    if (bytes === undefined) throw new InputError('there is no such file', '', path);
    const importer = findImporter(file, bytes);
    if (importer === undefined) throw new InputError(notImported(bytes), '', file);
    const imported = importer.read(file, bytes);
    if (imported.kind === 'trace')
      return [
        this.#keep(
          inFile(file, () => Session.fromArchive(id ?? this.#nextId++, bytes, around)),
          path,
        ),
      ];
    const { input } = imported;
    if (input.kind === 'assembly')
      return [await this.assemble(file.replace(/\.\w+$/, ''), decodeUtf8(bytes), opening.task, around)];
    return this.#openObject(path, input, opening, around, program, id);
  }

  async #openObject(
    path: string,
    input: Input,
    opening: Opening,
    around: Surroundings,
    program: string | undefined,
    id: number | undefined,
  ): Promise<readonly Session[]> {
    const object = load(input, around.kernel);
    const programs = object.programs.filter(({ name }) => program === undefined || name === program);
    if (programs.length === 0)
      throw new InputError(
        program === undefined
          ? 'it has no programs; compile it with clang --target=bpf, each in a SEC("…")'
          : `it has no program ${program}`,
        '',
        input.file,
      );
    const sources = this.files.sourcesFor(path);
    if (id === undefined) {
      const open = programs.map((one) => this.#alreadyOpen(path, input.bytes, one.name, around));
      if (open.every((session) => session !== undefined)) return open;
    }
    const { task } = opening;
    opening.total += programs.length;
    for (const one of programs) {
      const origin = { input, edits: [], parent: null };
      const loaded = { object, program: one, sources };
      const work = Session.verify(id ?? this.#nextId++, origin, loaded, around, task.pause);
      const session = this.#keep(await task.drive(work), path);
      opening.partial.push(session);
      opening.done++;
      opening.tell(session);
      await task.turn();
    }
    return opening.partial;
  }

  // The same file is not verified twice: a lesson opens it on every page.
  #alreadyOpen(
    path: string,
    bytes: Uint8Array,
    program: string,
    { kernel, standing }: Surroundings,
  ): Session | undefined {
    return this.all.find(
      (session) =>
        session.origin.input.bytes === bytes &&
        session.origin.edits.length === 0 &&
        session.program.name === program &&
        session.kernel === kernel &&
        session.standing === standing &&
        this.#paths.get(session.id) === path,
    );
  }

  /** Assembles a text and opens it. @throws InputError with the line */
  assemble(name: string, text: string, task: Task, around = settledOn(this.around)): Promise<Session> {
    const input: Input = { kind: 'assembly', file: `${name}.asm`, bytes: encodeUtf8(text) };
    return this.#assembled(this.#nextId++, input, task, around);
  }

  async #assembled(
    id: number,
    input: Input,
    task: Task,
    around: Surroundings,
    edits: readonly Edit[] = [],
    parent: number | null = null,
    name?: string,
  ): Promise<Session> {
    const object = load(input, around.kernel, edits);
    const loaded = { object, program: programNamed(object, name, input.file), sources: NO_SOURCES };
    return this.#keep(await task.drive(Session.verify(id, { input, edits, parent }, loaded, around, task.pause)));
  }

  /**
   * Opens what a session becomes by edits: a session of its own, whose parent is that one.
   * @param edits all of them, from the input on
   * @throws InputError for an edit that does not fit
   */
  async derive(session: Session, edits: readonly Edit[], task: Task): Promise<Session> {
    const work = session.derive(this.#nextId++, combined(edits), task.pause);
    return this.#keep(await task.drive(work), this.#paths.get(session.id));
  }

  /** Opens an object that a compiler has just made: the program named, or its first. @throws InputError, Cancelled */
  async compiled(
    made: {
      readonly input: Input;
      readonly sources: ReadonlyMap<string, string>;
      readonly program: string | undefined;
      /** Where it lies in the sandbox, if it does. */
      readonly path: string | undefined;
    },
    task: Task,
    around: Surroundings,
  ): Promise<Session> {
    const { input, sources, program, path } = made;
    const object = load(input, around.kernel);
    const loaded = { object, program: programNamed(object, program, input.file), sources };
    const origin = { input, edits: [], parent: null };
    return this.#keep(await task.drive(Session.verify(this.#nextId++, origin, loaded, around, task.pause)), path);
  }

  /** Opens something that is only tried: it takes the place of what was tried before. @throws what making it throws */
  async drafted(make: () => Promise<Session>): Promise<Session> {
    const made = await make();
    this.dropDraft();
    this.#draft = made.id;
    return made;
  }
  /** Forgets what was only tried. */
  dropDraft(): void {
    if (this.#draft >= 0) this.close(this.#draft);
  }
  /** Keeps what was only tried, as a session like any other. @throws InputError where something else is being tried by now */
  keepDraft(id: number): Session {
    const session = this.get(id);
    if (this.#draft === id) this.#draft = -1;
    return session;
  }
  /** Closes a session; those that were derived from it stay. */
  close(id: number): void {
    this.#open.delete(id);
    this.#paths.delete(id);
    if (this.#draft === id) this.#draft = -1;
  }

  /** Closes those whose path says so. */
  closeWhere(gone: (path: string) => boolean): void {
    for (const [id, path] of [...this.#paths]) if (gone(path)) this.close(id);
  }

  /**
   * What it takes to open the sessions again.
   * @param numberOf where in the journal a world's description is kept
   */
  journal(numberOf: (world: string) => number): {
    readonly sessions: readonly JournalSession[];
    readonly texts: readonly InputFile[];
  } {
    const sessions = this.all.map((session): JournalSession => {
      const { id, file, program, breakpoints, marks } = session;
      const { edits, parent } = session.origin;
      const path = this.#paths.get(id);
      return {
        id,
        path: path ?? file,
        program: program.name,
        assembly: path === undefined,
        // A trace that was opened has its edits inside.
        ...(parent === null ? {} : { edits, parent }),
        breakpoints: [...breakpoints].map(([pc, condition]) => ({ pc, condition })),
        marks: marks.all,
        ...(session.description === null ? {} : { model: session.description }),
        ...(session.standing.description === null ? {} : { world: numberOf(session.standing.description) }),
      };
    });
    const texts = this.all
      .filter(({ id }) => !this.#paths.has(id))
      .map(({ id, origin }) => ({ name: textName(id), bytes: origin.input.bytes }));
    return { sessions, texts };
  }

  /** Closes all of them, and goes on counting where a journal stopped. */
  begin(nextId: number): void {
    this.#open.clear();
    this.#paths.clear();
    this.#draft = -1;
    this.#nextId = Math.max(nextId, this.#nextId);
  }

  /** Opens a session as the journal has it. @throws InputError, Cancelled */
  async restore(
    entry: JournalSession,
    texts: ReadonlyMap<string, Uint8Array>,
    worlds: readonly string[],
    opening: Opening,
  ): Promise<readonly Session[]> {
    const { id, path, program, parent = null } = entry;
    const edits = editsOf(entry);
    const around = settledOn(this.around, entry.model ?? null, worldOf(entry, worlds));
    const { task } = opening;
    if (entry.assembly) {
      const bytes = texts.get(textName(id)) ?? new Uint8Array();
      return [await this.#assembled(id, { kind: 'assembly', file: path, bytes }, task, around, edits, parent, program)];
    }
    if (edits.length === 0 && parent === null) {
      const opened = await this.openPath(path, opening, program, id, around);
      // A trace has a world inside; it may be read in another since.
      for (const session of opened) session.standing = around.standing;
      return opened;
    }
    const { input, sources } = this.#inputAt(path);
    const object = load(input, around.kernel, edits);
    const loaded = { object, program: programNamed(object, program, input.file), sources };
    const work = Session.verify(id, { input, edits, parent }, loaded, around, task.pause);
    return [this.#keep(await task.drive(work), path)];
  }

  // What the file of a derived session's parent was made from.
  #inputAt(path: string): { readonly input: Input; readonly sources: ReadonlyMap<string, string> } {
    const bytes = this.files.read(path);
    const file = baseName(path);
    if (bytes === undefined) throw new InputError('there is no such file', '', path);
    const imported = findImporter(file, bytes)?.read(file, bytes);
    if (imported === undefined) throw new InputError(notImported(bytes), '', file);
    if (imported.kind === 'input') return { input: imported.input, sources: this.files.sourcesFor(path) };
    const { manifest, input, sources } = inFile(file, () => unpackArchive(bytes));
    return { input: { kind: manifest.input, file: manifest.file, bytes: input }, sources };
  }

  #keep(session: Session, path?: string): Session {
    this.#open.set(session.id, session);
    if (path !== undefined) this.#paths.set(session.id, path);
    for (const [id] of this.#open) {
      if (this.#open.size <= MAX_SESSIONS) break;
      this.close(id);
    }
    return session;
  }
}

/** Does something with a file; its errors name it. */
function inFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof InputError ? error.inFile(file) : error;
  }
}

/** The description of a session's world in a journal; null for the default one. @throws InputError when the journal does not have it */
function worldOf({ world }: Pick<JournalSession, 'world'>, worlds: readonly string[]): string | null {
  if (world === undefined) return null;
  const found = worlds[world];
  if (found === undefined) throw new InputError(`it has no world ${world}`, '', 'journal');
  return found;
}
