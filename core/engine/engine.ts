import { InputError } from '../base/errors.ts';
import { MAX_FILE } from '../base/limits.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import { parseBtf } from '../btf/parse.ts';
import { globalVariables } from '../elf/globals.ts';
import type { GlobalSetting } from '../elf/globals.ts';
import { settled } from '../elf/input.ts';
import type { Edit } from '../elf/input.ts';
import { shippedBtf } from '../kernel/btf/shipped.ts';
import type { KernelModel } from '../kernel/model.ts';
import { linux618 } from '../kernel/releases/linux-6.18.ts';
import type { Subject } from '../lesson/index.ts';
import { Shell } from '../shell/index.ts';
import { exporterOf } from '../trace/export/index.ts';
import type { ExportFormat } from '../trace/export/index.ts';
import { baseName } from '../trace/index.ts';
import { firstDifference } from '../trace/query/first-difference.ts';
import { AS_IS, LogBytes } from '../verifier/index.ts';
import type { Moment } from '../trace/views/difference-view.ts';
import type { ReadSettings } from '../trace/views/seq-file-view.ts';
import type { LogEncoding } from '../verifier/index.ts';
import type { EngineAssets } from './assets.ts';
import { drain, Task } from './control.ts';
import type { Control } from './control.ts';
import { Course } from './course.ts';
import { VirtualFiles } from './files.ts';
import { definitionParts } from './definition-parts.ts';
import { filteredInside } from './filtered-inside.ts';
import { readFacts, readIterator } from './iterate.ts';
import type { ReadingInput } from './iterate.ts';
import { readJournal, writeJournal } from './journal.ts';
import { openFiles } from './open-files.ts';
import { openEach, Opening } from './opening.ts';
import { Shelf } from './packs.ts';
import { Pieces } from './pieces.ts';
import type { Attempt, CheckResult, EngineApi, ExerciseTrial, InputFile, LogInfo, OpenResult } from './protocol.ts';
import { Reference } from './reference.ts';
import { runFacts, runProgram } from './run.ts';
import { runnable } from './runnable.ts';
import { verifySamples } from './samples.ts';
import { Models } from './models.ts';
import { plainly, settledOn } from './session.ts';
import type { Session, Surroundings } from './session.ts';
import { isTextName, Sessions } from './sessions.ts';
import { SandboxMachines } from './sandbox-machine.ts';
import { shellHost } from './shell-host.ts';
import type { ShellEngine } from './shell-host.ts';
import { subject, traceInfo } from './trace-info.ts';
import { differenceOf, findIn } from './states.ts';
import { checkSource } from './sources.ts';
import { programText, tryText } from './workbench.ts';
import { worldInfo, Worlds } from './worlds.ts';

/** What an engine is given besides its assets. */
export interface EngineOptions {
  /** A monotonic clock in milliseconds with fractions, for measured times; the host's `performance.now` unless told. */
  readonly now?: () => number;
  /** Longest time that one verification may take, milliseconds; a minute unless told. */
  readonly timeMs?: number;
  /** Longest time that a run may take, milliseconds; two seconds unless told. */
  readonly runMs?: number;
}

// Every host has `performance`; core knows none of them by type.
const { performance: timer } = globalThis as { performance?: { now(): number } };
const hostClock = (): number => timer?.now() ?? Date.now();

/** Longest log that is given in one text. */
const LONGEST_TEXT = 16 * 1024 * 1024;

/** The one facade over everything below it: files, sessions, the terminal, lessons, and the journal that brings all of it back. */
export class Engine implements EngineApi {
  readonly #files: VirtualFiles;
  readonly #lessons: Shelf;
  readonly #course: Course;
  readonly #reference: Reference;
  readonly #shell = new Shell();
  readonly #machines: SandboxMachines;
  readonly #sessions: Sessions;
  readonly #around: Surroundings;
  readonly #runMs: number;
  readonly #models = new Models(() => {
    const bytes = this.assets.kernelBtf;
    const raw = bytes[0] === 0x9f && bytes[1] === 0xeb;
    return linux618(raw ? parseBtf(bytes) : shippedBtf(bytes));
  });
  readonly #worlds = new Worlds();
  #samples: ReturnType<EngineApi['samples']> | null = null;
  #current = { session: -1, step: 0 };

  constructor(
    private readonly assets: EngineAssets,
    options: EngineOptions = {},
  ) {
    const [models, worlds] = [this.#models, this.#worlds];
    this.#runMs = options.runMs ?? 2000;
    this.#around = {
      models,
      worlds,
      get standing() {
        return worlds.standing;
      },
      get kernel() {
        return models.kernel;
      },
      get description() {
        return models.description;
      },
      budget: { timeMs: options.timeMs ?? 60_000, now: options.now ?? hostClock },
    };
    this.#files = new VirtualFiles(assets);
    this.#sessions = new Sessions(this.#files, this.#around);
    this.#lessons = new Shelf(assets.files, this.#files, this.#sessions);
    this.#course = new Course({
      lessons: this.#lessons,
      files: this.#files,
      sessions: this.#sessions,
      around: this.#around,
      entries: () => this.#reference.ids,
      subject: (session) => this.#subject(session),
    });
    this.#reference = new Reference({
      lessons: this.#lessons,
      files: this.#files,
      assets: assets.files,
      sessions: this.#sessions,
      around: this.#around,
    });
    this.#machines = new SandboxMachines(() => models.kernel, this.#around.budget.now, this.#runMs);
  }

  /** The modelled kernel. Its BTF is parsed when it is first needed: the shipped format, or raw BTF. */
  get kernel(): KernelModel {
    return this.#models.base;
  }

  open(files: readonly InputFile[], control?: Control): Promise<OpenResult> {
    const host = { files: this.#files, sessions: this.#sessions, worlds: this.#worlds };
    return openFiles(host, files, this.#opening(control));
  }

  async checkSource(session: number, file: InputFile): ReturnType<EngineApi['checkSource']> {
    return checkSource(this.#sessions.get(session), file);
  }

  async globals(session: number): ReturnType<EngineApi['globals']> {
    return globalVariables(this.#sessions.get(session).object);
  }

  async derive(session: number, edits: readonly Edit[], control?: Control): Promise<OpenResult> {
    const parent = this.#sessions.get(session);
    return this.#derived(parent, [...parent.origin.edits, ...edits], control);
  }
  async openWith(session: number, set: readonly GlobalSetting[], control?: Control): Promise<OpenResult> {
    const parent = this.#sessions.get(session);
    const others = parent.origin.edits.filter(({ kind }) => kind !== 'set');
    return this.#derived(parent, [...others, ...set.map((one): Edit => ({ kind: 'set', ...one }))], control);
  }
  #derived(parent: Session, edits: readonly Edit[], control: Control | undefined): Promise<OpenResult> {
    const open = async (_parent: Session, { task }: Opening) => [await this.#sessions.derive(parent, edits, task)];
    return openEach([parent], ({ file }) => file, this.#opening(control), open);
  }

  async firstDifference(left: number, right: number): ReturnType<EngineApi['firstDifference']> {
    return firstDifference(this.#sessions.get(left).trace, this.#sessions.get(right).trace);
  }

  async difference(from: Moment, to: Moment): ReturnType<EngineApi['difference']> {
    return differenceOf(this.#sessions, from, to);
  }
  async find(session: number, words: string, until: number, control?: Control): ReturnType<EngineApi['find']> {
    return findIn(this.#sessions.get(session), words, until, this.#task(control));
  }
  async marks(session: number): ReturnType<EngineApi['marks']> {
    return this.#sessions.get(session).marks.all;
  }
  async setMark(session: number, step: number, name: string | null): ReturnType<EngineApi['setMark']> {
    const { marks } = this.#sessions.get(session);
    marks.set(step, name);
    return marks.all;
  }

  async programText(session: number): Promise<string> {
    return programText(this.#sessions.get(session));
  }
  async tryText(session: number, text: string, control?: Control): ReturnType<EngineApi['tryText']> {
    return tryText(this.#sessions, this.#sessions.get(session), text, this.#task(control));
  }
  async keepTrial(session: number): ReturnType<EngineApi['keepTrial']> {
    return this.#sessions.keepDraft(session).entry;
  }
  async question(session: number): ReturnType<EngineApi['question']> {
    const { origin, program } = this.#sessions.get(session);
    return { ...settled(origin.input, origin.edits), program: program.name };
  }
  async close(session: number): Promise<void> {
    this.#sessions.close(session);
  }

  samples(): ReturnType<EngineApi['samples']> {
    return (this.#samples ??= verifySamples(this.#files, plainly(this.#around), this.#task()));
  }

  async openSample(file: string, program?: string, control?: Control): Promise<OpenResult> {
    return openEach(
      [file],
      (name) => name,
      this.#opening(control),
      async (name, opening) => {
        const path = this.#files.find(name);
        if (path === undefined) throw new InputError('there is no such sample', '', name);
        return this.#sessions.openPath(path, opening, program);
      },
    );
  }

  async openPage(lesson: string, page: number, control?: Control): Promise<OpenResult> {
    const open = async (at: number, opening: Opening) => [await this.#course.open(lesson, at, opening)];
    return openEach([page], () => lesson, this.#opening(control), open);
  }

  async sessions(): Promise<OpenResult['sessions']> {
    return this.#sessions.all.map(({ entry }) => entry).sort((a, b) => a.session - b.session);
  }

  async info(session: number): ReturnType<EngineApi['info']> {
    return this.#sessions.get(session).info();
  }
  async exploration(session: number, control?: Control): ReturnType<EngineApi['exploration']> {
    const task = this.#task(control);
    return task.drive(this.#sessions.get(session).view.exploration(), task.pause);
  }
  async rounds(session: number, control?: Control): ReturnType<EngineApi['rounds']> {
    const task = this.#task(control);
    return task.drive(this.#sessions.get(session).view.rounds(), task.pause);
  }
  async step(session: number, step: number): ReturnType<EngineApi['step']> {
    const view = this.#sessions.get(session).view.step(step);
    this.#current = { session, step: view.step };
    return view;
  }
  async event(session: number, step: number, direction: 1 | -1): Promise<number> {
    return this.#sessions.get(session).view.event(step, direction);
  }
  async firstIterator(session: number): ReturnType<EngineApi['firstIterator']> {
    return this.#sessions.get(session).view.firstIterator();
  }
  async comparisons(session: number, step: number): ReturnType<EngineApi['comparisons']> {
    return this.#sessions.get(session).view.comparisons(step);
  }
  async envelope(session: number, pc: number, name: string): ReturnType<EngineApi['envelope']> {
    return this.#sessions.get(session).view.envelope(pc, name);
  }
  async why(session: number): ReturnType<EngineApi['why']> {
    return this.#reference.withLinks(this.#sessions.get(session).view.why());
  }
  async fixes(session: number, control?: Control): ReturnType<EngineApi['fixes']> {
    const task = this.#task(control);
    return task.drive(this.#sessions.get(session).fixes(task.pause));
  }
  async log(session: number, level: 1 | 2, control?: Control): Promise<string> {
    const records = await this.#sessions.get(session).logs.records(level, this.#task(control));
    if (records.size > LONGEST_TEXT || records.kept < records.total)
      throw new InputError(`the log has ${records.total} lines: it is had line by line`);
    return records.text();
  }
  async logInfo(session: number, level: 1 | 2, control?: Control): Promise<LogInfo> {
    const { total, size } = await this.#sessions.get(session).logs.records(level, this.#task(control));
    return { lines: total, bytes: size };
  }
  async logLines(
    session: number,
    level: 1 | 2,
    from: number,
    count: number,
    control?: Control,
  ): ReturnType<EngineApi['logLines']> {
    return this.#sessions.get(session).logs.lines(level, from, count, this.#task(control));
  }
  async logLineOf(session: number, level: 1 | 2, step: number, control?: Control): Promise<number> {
    return (await this.#sessions.get(session).logs.records(level, this.#task(control))).lineOf(step);
  }
  async logFind(session: number, level: 1 | 2, text: string, from: number, control?: Control): Promise<number> {
    return this.#sessions.get(session).logs.find(level, text, from, this.#task(control));
  }
  async logText(session: number, level: 1 | 2, control?: Control): Promise<LogInfo> {
    const task = this.#task(control);
    const count = { lines: 0, bytes: 0 };
    const bytes = new LogBytes((chunk) => {
      count.bytes += chunk.length;
      for (const byte of chunk) if (byte === 10) count.lines++;
      task.tell({ output: decodeUtf8(chunk) });
    }, AS_IS);
    await task.drive(this.#sessions.get(session).writeLog(level, bytes, task.pause));
    bytes.flush();
    await task.turn();
    return count;
  }
  /** Hands the log's bytes on as they are made, all at once: for hosts that share this process. */
  writeLog(session: number, level: 1 | 2, take: (chunk: Uint8Array) => void, encoding: LogEncoding = AS_IS): void {
    const bytes = new LogBytes(take, encoding);
    drain(this.#sessions.get(session).writeLog(level, bytes, () => false));
    bytes.flush();
  }
  async model(): ReturnType<EngineApi['model']> {
    return this.#models.info();
  }
  async useModel(description: string | null): ReturnType<EngineApi['useModel']> {
    this.#models.use(description);
    return this.#models.info();
  }
  async checkModel(description: string): ReturnType<EngineApi['checkModel']> {
    return this.#models.check(description);
  }
  async definitionParts(): ReturnType<EngineApi['definitionParts']> {
    return definitionParts();
  }
  async world(): ReturnType<EngineApi['world']> {
    return worldInfo(this.#worlds.standing);
  }
  async useWorld(description: string | null): ReturnType<EngineApi['useWorld']> {
    this.#worlds.use(description);
    return worldInfo(this.#worlds.standing);
  }
  async moveToWorld(session: number): ReturnType<EngineApi['moveToWorld']> {
    const open = this.#sessions.get(session);
    open.standing = this.#worlds.standing;
    return open.info();
  }
  async run(session: number, anyway: boolean): ReturnType<EngineApi['run']> {
    const open = this.#sessions.get(session);
    const task = this.#task();
    await task.drive(open.probes(task.pause));
    return this.#run(open, anyway);
  }
  async readIterator(
    session: number,
    settings: ReadSettings,
    control?: Control,
  ): ReturnType<EngineApi['readIterator']> {
    const open = this.#sessions.get(session);
    if (open.iterator === undefined)
      throw new InputError(`${open.program.name} is no accepted iterator program: it can't be attached and read`);
    const task = this.#task(control);
    await task.drive(open.probes(task.pause));
    const filter = await filteredInside(open, settings, this.#around, task);
    return readIterator({ ...this.#reading(open, settings), ...(filter === null ? {} : { filter }) });
  }
  // What reading an iterator program takes.
  #reading(open: Session, settings: ReadSettings, setting?: string): ReadingInput {
    return {
      runnable: runnable(open, setting),
      kernel: open.kernel,
      sessions: this.#machines.of(open.standing).sessions,
      settings,
      clock: this.#around.budget.now,
      timeMs: this.#runMs,
    };
  }
  async setBreakpoint(session: number, pc: number, on: boolean): Promise<void> {
    const { breakpoints } = this.#sessions.get(session);
    if (on) breakpoints.set(pc, 'always');
    else breakpoints.delete(pc);
  }

  async shell(line: string, session: number, step: number, control?: Control): ReturnType<EngineApi['shell']> {
    const task = this.#task(control);
    const shown = this.#sessions.has(session) ? session : -1;
    const effect = await this.#shell.run(line, shown, step, shellHost(this.#forShell, task));
    await task.turn();
    const { output, download, clear, failed } = effect;
    if (effect.session !== undefined || effect.step !== undefined)
      this.#current = { session: effect.session ?? session, step: effect.step ?? 1 };
    return {
      output,
      prompt: this.#shell.prompt,
      ...(effect.session === undefined ? {} : { session: effect.session }),
      ...(effect.step === undefined ? {} : { step: effect.step }),
      ...(download === undefined ? {} : { download }),
      ...(clear === true ? { clear } : {}),
      ...(failed === true ? { failed } : {}),
    };
  }
  async complete(line: string): Promise<readonly string[]> {
    return this.#shell.complete(line, shellHost(this.#forShell, this.#task()));
  }

  async lessons(): ReturnType<EngineApi['lessons']> {
    return this.#lessons.list();
  }
  async lesson(id: string, control?: Control): ReturnType<EngineApi['lesson']> {
    return this.#course.content(id, this.#task(control));
  }
  async lintLesson(id: string, control?: Control): ReturnType<EngineApi['lintLesson']> {
    return this.#course.lint(id, this.#task(control));
  }
  async glossary(): ReturnType<EngineApi['glossary']> {
    return this.#lessons.terms;
  }
  async reference(): ReturnType<EngineApi['reference']> {
    return this.#reference.list();
  }
  async referenceEntry(id: string, control?: Control): ReturnType<EngineApi['referenceEntry']> {
    return this.#reference.entry(id, this.#task(control));
  }
  async openReference(id: string, control?: Control): Promise<OpenResult> {
    const open = async (entry: string, opening: Opening) => [await this.#reference.open(entry, opening)];
    return openEach([id], (entry) => entry, this.#opening(control), open);
  }
  async search(words: string): ReturnType<EngineApi['search']> {
    return this.#reference.search(words);
  }
  readonly openPack: EngineApi['openPack'] = async (file) => this.#lessons.open(file);
  readonly closePack: EngineApi['closePack'] = async (id) => this.#lessons.close(id);
  readonly packs: EngineApi['packs'] = async () => this.#lessons.packs;
  async solution(lesson: string, page: number): ReturnType<EngineApi['solution']> {
    return this.#course.solution(lesson, page, this.#task());
  }
  async answer(lesson: string, page: number, choice: number, control?: Control): Promise<CheckResult> {
    return this.#course.answer(lesson, page, choice, this.#task(control));
  }
  async checkExercise(lesson: string, page: number, attempt: Attempt, control?: Control): Promise<CheckResult> {
    return this.#course.check(lesson, page, attempt, this.#task(control));
  }
  async tryExercise(lesson: string, page: number, attempt: Attempt, control?: Control): Promise<ExerciseTrial> {
    return this.#course.trial(lesson, page, attempt, this.#task(control));
  }

  async exportTrace(session: number, format: ExportFormat, control?: Control): Promise<InputFile> {
    return this.#export(session, format, this.#task(control));
  }
  async exportSize(session: number, format: ExportFormat, control?: Control): Promise<number> {
    return this.#written(session, format, this.#task(control), () => {});
  }
  async exportPieces(session: number, format: ExportFormat, control?: Control): Promise<number> {
    const task = this.#task(control);
    const size = await this.#written(session, format, task, (piece) => task.tell({ piece: piece.slice() }));
    await task.turn();
    return size;
  }
  async #written(id: number, format: ExportFormat, task: Task, take: (piece: Uint8Array) => void): Promise<number> {
    let size = 0;
    const each = (piece: Uint8Array): void => {
      size += piece.length;
      take(piece);
    };
    await task.drive(exporterOf(format).write(this.#sessions.get(id), each, task.pause));
    return size;
  }
  /** Hands a session's file on as it is made, all at once: for hosts that share this process. */
  writeExport(session: number, format: ExportFormat, take: (piece: Uint8Array) => void): void {
    drain(exporterOf(format).write(this.#sessions.get(session), take, () => false));
  }

  /** What a trace file holds, as lines of text: for hosts that share this process. @throws InputError */
  traceInfo(bytes: Uint8Array, file: string): readonly string[] {
    return traceInfo(bytes, file, this.#around);
  }

  async journal(): Promise<Uint8Array> {
    const worlds: string[] = [];
    const numberOf = (world: string): number =>
      worlds.includes(world) ? worlds.indexOf(world) : worlds.push(world) - 1;
    const { sessions, texts } = this.#sessions.journal(numberOf);
    const standing = this.#worlds.standing.description;
    return writeJournal({
      version: 1,
      nextId: this.#sessions.nextId,
      sessions,
      cwd: this.#shell.state.cwd,
      history: this.#shell.state.history,
      current: this.#current,
      files: [...this.#files.own(), ...texts],
      ...(this.#models.description === null ? {} : { model: this.#models.description }),
      worlds,
      ...(standing === null ? {} : { world: numberOf(standing) }),
    });
  }

  /** Comes back as the journal says: the same session numbers, breakpoints and history. What can't be opened any more is told. */
  async restore(journal: Uint8Array, control?: Control): Promise<OpenResult> {
    const { sessions, files, nextId, current, done, model, world, worlds, ...shell } = readJournal(journal);
    this.#models.restore(model ?? null);
    this.#worlds.restore((world === undefined ? null : worlds[world]) ?? null);
    // Numbers of what is opened meanwhile are others. What was on show comes first.
    this.#sessions.begin(nextId);
    const texts = new Map(files.filter(({ name }) => isTextName(name)).map(({ name, bytes }) => [name, bytes]));
    for (const file of files) if (!texts.has(file.name)) this.#files.add(file);
    const order = [...sessions].sort((a, b) => Number(b.id === current.session) - Number(a.id === current.session));
    const opening = new Opening(this.#task(control), order.length);
    const result = await openEach(
      order,
      ({ path }) => path,
      opening,
      async (entry) => {
        const opened = await this.#sessions.restore(entry, texts, worlds, opening);
        for (const session of opened)
          for (const { pc, condition } of entry.breakpoints) session.breakpoints.set(pc, condition);
        for (const session of opened) session.marks.take(entry.marks);
        return opened;
      },
    );
    this.#shell.restore(shell);
    this.#current = current;
    return done === undefined ? result : { ...result, done };
  }

  #task(control?: Control): Task {
    return new Task(control, this.#around.budget.now);
  }
  #opening(control: Control | undefined): Opening {
    return new Opening(this.#task(control));
  }

  #run(session: Session, anyway: boolean): ReturnType<typeof runProgram> {
    const { errno, program } = session.report;
    if (errno !== 0 && !anyway)
      throw new InputError(
        `${program} ${errno === null ? 'is not covered by the verifier' : 'was rejected'}: run it anyway?`,
      );
    session.mustHaveItsModel();
    const { now } = this.#around.budget;
    return runProgram(runnable(session), session.kernel, session.trace, now, this.#runMs);
  }

  // What a lesson's checks look at.
  #subject(session: Session): Subject {
    const { now } = this.#around.budget;
    return subject(
      session,
      (about, setting) => runFacts(runnable(about, setting), about.kernel, now, this.#runMs),
      (about, { setting, open, ...how }) =>
        readFacts({
          ...this.#reading(about, { size: 1 << 20, ...how }, setting),
          ...(open === undefined ? {} : { open }),
        }),
    );
  }

  async #export(id: number, format: ExportFormat, task: Task, name?: string): Promise<InputFile> {
    const session = this.#sessions.get(id);
    const exporter = exporterOf(format);
    const parts = new Pieces(MAX_FILE);
    await task.drive(exporter.write(session, (piece) => parts.add(piece), task.pause));
    return {
      name: name === undefined ? `${session.program.name}.${exporter.extension}` : baseName(name),
      bytes: parts.joined(),
    };
  }

  // What the terminal's commands reach of it.
  get #forShell(): ShellEngine {
    return {
      files: this.#files,
      around: settledOn(this.#around),
      models: this.#models,
      sessions: this.#sessions,
      lessons: this.#lessons.list(),
      reference: this.#reference,
      worlds: this.#worlds,
      machine: this.#machines.of(this.#worlds.standing),
      run: (session, anyway) => this.#run(session, anyway),
      export: (session, format, task, name) => this.#export(session, format, task, name),
    };
  }
}

/** An engine over these assets. */
export const createEngine = (assets: EngineAssets, options?: EngineOptions): Engine => new Engine(assets, options);
