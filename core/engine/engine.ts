import { InputError, Unsupported } from '../base/errors.ts';
import { printable } from '../base/printable.ts';
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import type { Btf } from '../btf/btf.ts';
import { parseBtf } from '../btf/parse.ts';
import { globalVariables } from '../elf/globals.ts';
import type { GlobalSetting } from '../elf/globals.ts';
import { shippedBtf } from '../kernel/btf/shipped.ts';
import type { Subject } from '../lesson/index.ts';
import { Shell } from '../shell/index.ts';
import { baseName } from '../trace/index.ts';
import { AS_IS, LogBytes } from '../verifier/index.ts';
import type { LogEncoding } from '../verifier/index.ts';
import type { EngineAssets } from './assets.ts';
import { MAX_FILE } from '../base/limits.ts';
import { exporterOf } from '../trace/export/index.ts';
import type { ExportFormat } from '../trace/export/index.ts';
import { Pieces } from './pieces.ts';
import { Cancelled, drain, Task } from './control.ts';
import type { Control } from './control.ts';
import { VirtualFiles } from './files.ts';
import { readJournal, writeJournal } from './journal.ts';
import { lessonContent, lessonInfo, Lessons, pageKey } from './lessons.ts';
import type { CheckResult, EngineApi, InputFile, LogInfo, OpenResult } from './protocol.ts';
import { isElf, isZip, startsWith } from './magic.ts';
import { runFacts, runProgram } from './run.ts';
import { shellHost } from './shell-host.ts';
import type { ShellEngine } from './shell-host.ts';
import { subject } from './trace-info.ts';
import type { Budget, Input, Opening } from './session.ts';
import { load, Session, verifyProgram } from './session.ts';

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

/** Most sessions kept open; the oldest ones are closed when there are more. */
const MAX_SESSIONS = 1000;

/** The one facade over everything below it: files, sessions, the terminal, lessons, and the journal that brings all of it back. */
export class Engine implements EngineApi {
  readonly #files: VirtualFiles;
  readonly #lessons: Lessons;
  readonly #shell = new Shell();
  readonly #sessions = new Map<number, Session>();
  /** Where each session came from: a path in the sandbox; assembly has none. */
  readonly #paths = new Map<number, string>();
  readonly #done = new Set<string>();
  readonly #budget: Budget;
  readonly #runMs: number;
  #kernelBtf: Btf | null = null;
  #samples: ReturnType<EngineApi['samples']> | null = null;
  #nextId = 1;
  #current = { session: -1, step: 0 };

  constructor(
    private readonly assets: EngineAssets,
    options: EngineOptions = {},
  ) {
    this.#runMs = options.runMs ?? 2000;
    this.#budget = { timeMs: options.timeMs ?? 60_000, now: options.now ?? hostClock };
    this.#files = new VirtualFiles(assets);
    this.#lessons = new Lessons(assets);
  }

  /** The modelled kernel's BTF, parsed when it is first needed: the shipped format, or raw BTF. */
  get kernelBtf(): Btf {
    const bytes = this.assets.kernelBtf;
    return (this.#kernelBtf ??= startsWith(bytes, 0x9f, 0xeb) ? parseBtf(bytes) : shippedBtf(bytes));
  }

  async open(files: readonly InputFile[], control?: Control): Promise<OpenResult> {
    // Sources first, so that objects opened along with them show them in full.
    const sorted = [...files].sort((a, b) => Number(/\.[ch]$/.test(b.name)) - Number(/\.[ch]$/.test(a.name)));
    return this.#collect(sorted, control, async (file, opening) => {
      const path = this.#files.add(file);
      return /\.[ch]$/.test(file.name) ? [] : this.#openPath(path, opening);
    });
  }

  async globals(session: number): ReturnType<EngineApi['globals']> {
    return globalVariables(this.#session(session).object);
  }

  async openWith(session: number, set: readonly GlobalSetting[], control?: Control): Promise<OpenResult> {
    const { input, program } = this.#session(session);
    return this.#collect([input.file], control, async (_file, { task }) => [
      await this.#openSet(this.#nextId++, input, program.name, set, task, this.#paths.get(session)),
    ]);
  }

  /** Accepted ones first, each kind from the shortest walk to the longest. */
  samples(): ReturnType<EngineApi['samples']> {
    return (this.#samples ??= this.#verifySamples());
  }

  async #verifySamples(): ReturnType<EngineApi['samples']> {
    const task = this.#task();
    const rows: (Awaited<ReturnType<EngineApi['samples']>>[number] & { readonly processed: number })[] = [];
    for (const path of this.#files.samples()) {
      const source = this.#files.sourcesFor(path).get(baseName(path).replace(/\.o$/, '.c')) ?? '';
      const words = /^\/\* (?!SPDX)(.+?) \*\/$/m.exec(source)?.[1] ?? '';
      const object = load({ kind: 'object', file: baseName(path), bytes: this.#files.read(path)! }, this.kernelBtf);
      for (const program of object.programs) {
        const { pause } = task;
        const { stats } = await task.drive(verifyProgram(program, object, this.kernelBtf, this.#budget, { pause }));
        const { errno, processed } = stats;
        rows.push({ file: baseName(path), title: program.name, words, accepted: errno === 0, processed });
      }
    }
    return rows
      .sort((a, b) => Number(b.accepted) - Number(a.accepted) || a.processed - b.processed)
      .map(({ file, title, words, accepted }) => ({ file, title, words, accepted }));
  }

  async openSample(file: string, program?: string, control?: Control): Promise<OpenResult> {
    return this.#collect([file], control, async (name, opening) => {
      const path = this.#find(name);
      if (path === undefined) throw new InputError('there is no such sample', '', name);
      return this.#openPath(path, opening, program);
    });
  }

  async sessions(): Promise<OpenResult['sessions']> {
    return [...this.#sessions.values()].map((session) => this.#entry(session)).sort((a, b) => a.session - b.session);
  }

  async info(session: number): ReturnType<EngineApi['info']> {
    return this.#session(session).info();
  }
  async exploration(session: number, control?: Control): ReturnType<EngineApi['exploration']> {
    const task = this.#task(control);
    return task.drive(this.#session(session).view.exploration(), task.pause);
  }
  async step(session: number, step: number): ReturnType<EngineApi['step']> {
    const view = this.#session(session).view.step(step);
    this.#current = { session, step: view.step };
    return view;
  }
  async event(session: number, step: number, direction: 1 | -1): Promise<number> {
    return this.#session(session).view.event(step, direction);
  }
  async comparisons(session: number, step: number): ReturnType<EngineApi['comparisons']> {
    return this.#session(session).view.comparisons(step);
  }
  async envelope(session: number, pc: number, name: string): ReturnType<EngineApi['envelope']> {
    return this.#session(session).view.envelope(pc, name);
  }
  async why(session: number): ReturnType<EngineApi['why']> {
    const open = this.#session(session);
    const why = open.view.why();
    const lesson = this.#lessons.about(open.trace.data.rejection?.kind ?? '');
    return why === null || lesson === undefined ? why : { ...why, lesson: { id: lesson.id, title: lesson.title } };
  }
  async log(session: number, level: 1 | 2, control?: Control): Promise<string> {
    const records = await this.#session(session).log(level, this.#task(control));
    if (records.size > LONGEST_TEXT || records.kept < records.total)
      throw new InputError(`the log has ${records.total} lines: it is had line by line`);
    return records.text();
  }
  async logInfo(session: number, level: 1 | 2, control?: Control): Promise<LogInfo> {
    const { total, size } = await this.#session(session).log(level, this.#task(control));
    return { lines: total, bytes: size };
  }
  async logLines(
    session: number,
    level: 1 | 2,
    from: number,
    count: number,
    control?: Control,
  ): ReturnType<EngineApi['logLines']> {
    return this.#session(session).logLines(level, from, count, this.#task(control));
  }
  async logLineOf(session: number, level: 1 | 2, step: number, control?: Control): Promise<number> {
    return (await this.#session(session).log(level, this.#task(control))).lineOf(step);
  }
  async logFind(session: number, level: 1 | 2, text: string, from: number, control?: Control): Promise<number> {
    return this.#session(session).findInLog(level, text, from, this.#task(control));
  }
  async logText(session: number, level: 1 | 2, control?: Control): Promise<LogInfo> {
    const task = this.#task(control);
    const count = { lines: 0, bytes: 0 };
    const bytes = new LogBytes((chunk) => {
      count.bytes += chunk.length;
      for (const byte of chunk) if (byte === 10) count.lines++;
      task.tell({ output: decodeUtf8(chunk) });
    }, AS_IS);
    await task.drive(this.#session(session).writeLog(level, bytes, task.pause));
    bytes.flush();
    await task.turn();
    return count;
  }
  /** Hands the log's bytes on as they are made, all at once: for hosts that share this process. */
  writeLog(session: number, level: 1 | 2, take: (chunk: Uint8Array) => void, encoding: LogEncoding = AS_IS): void {
    const bytes = new LogBytes(take, encoding);
    drain(this.#session(session).writeLog(level, bytes, () => false));
    bytes.flush();
  }
  async run(session: number, anyway: boolean): ReturnType<EngineApi['run']> {
    return this.#run(this.#session(session), anyway);
  }
  async setBreakpoint(session: number, pc: number, on: boolean): Promise<void> {
    const { breakpoints } = this.#session(session);
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
    return this.#lessons.all.map((lesson) => lessonInfo(lesson, this.#done));
  }
  async lesson(id: string): ReturnType<EngineApi['lesson']> {
    return lessonContent(this.#lessons.get(id), this.#done);
  }
  async answer(lesson: string, page: number, choice: number, control?: Control): Promise<CheckResult> {
    const { question, open } = this.#lessons.page(lesson, page);
    const chosen = question?.choices[choice];
    if (question === undefined || chosen === undefined)
      throw new InputError(`page ${page} of ${lesson} has no choice ${choice}`);
    const session = await this.#lessonSession(this.#task(control), lesson, page, open);
    const ok = chosen.check.holds(this.#subject(session));
    if (ok) this.#done.add(pageKey(lesson, page));
    return { ok, words: ok ? question.right : question.wrong, session: session.id };
  }
  async checkExercise(lesson: string, page: number, assembly: string, control?: Control): Promise<CheckResult> {
    const { exercise } = this.#lessons.page(lesson, page);
    if (exercise === undefined) throw new InputError(`page ${page} of ${lesson} has no exercise`);
    let session: Session;
    try {
      session = await this.#assemble(`${lesson}-${page + 1}`, assembly, this.#task(control));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return {
        ok: false,
        words: `It does not assemble: ${error.place === '' ? '' : `${error.place}, `}${error.reason}`,
      };
    }
    const about = this.#subject(session);
    const failed = exercise.checks.find((check) => !check.holds(about));
    if (failed === undefined) this.#done.add(pageKey(lesson, page));
    return {
      ok: failed === undefined,
      words: failed === undefined ? exercise.done : failed.failing(about),
      session: session.id,
    };
  }

  async exportTrace(session: number, format: ExportFormat, control?: Control): Promise<InputFile> {
    return this.#export(session, format, this.#task(control));
  }
  async exportSize(session: number, format: ExportFormat, control?: Control): Promise<number> {
    const task = this.#task(control);
    let size = 0;
    await task.drive(exporterOf(format).write(this.#session(session), (piece) => (size += piece.length), task.pause));
    return size;
  }
  async exportPieces(session: number, format: ExportFormat, control?: Control): Promise<number> {
    const task = this.#task(control);
    let size = 0;
    const take = (piece: Uint8Array): void => {
      size += piece.length;
      task.tell({ piece: piece.slice() });
    };
    await task.drive(exporterOf(format).write(this.#session(session), take, task.pause));
    await task.turn();
    return size;
  }
  /** Hands a session's file on as it is made, all at once: for hosts that share this process. */
  writeExport(session: number, format: ExportFormat, take: (piece: Uint8Array) => void): void {
    drain(exporterOf(format).write(this.#session(session), take, () => false));
  }

  async journal(): Promise<Uint8Array> {
    return writeJournal({
      version: 1,
      nextId: this.#nextId,
      sessions: [...this.#sessions.values()].map((session) => ({
        id: session.id,
        path: this.#paths.get(session.id) ?? session.input.file,
        program: session.program.name,
        assembly: !this.#paths.has(session.id),
        ...(session.input.set === undefined ? {} : { set: session.input.set }),
        breakpoints: [...session.breakpoints].map(([pc, condition]) => ({ pc, condition })),
      })),
      cwd: this.#shell.state.cwd,
      history: this.#shell.state.history,
      current: this.#current,
      done: [...this.#done],
      files: [
        ...this.#files.own(),
        ...[...this.#sessions.values()]
          .filter((session) => !this.#paths.has(session.id))
          .map((session) => ({ name: `.session-${session.id}`, bytes: session.input.bytes })),
      ],
    });
  }

  /** Comes back as the journal says: the same session numbers, breakpoints, history and progress. What can't be opened any more is told. */
  async restore(journal: Uint8Array, control?: Control): Promise<OpenResult> {
    const saved = readJournal(journal);
    this.#sessions.clear();
    this.#paths.clear();
    const assembly = new Map(
      saved.files.filter(({ name }) => name.startsWith('.session-')).map(({ name, bytes }) => [name, bytes]),
    );
    for (const file of saved.files) if (!assembly.has(file.name)) this.#files.add(file);
    // Numbers of what is opened meanwhile are others. What was on show comes first.
    this.#nextId = Math.max(saved.nextId, this.#nextId);
    const order = [...saved.sessions].sort(
      (a, b) => Number(b.id === saved.current.session) - Number(a.id === saved.current.session),
    );
    const result = await this.#collect(order, control, async (entry, opening) => {
      opening.expected = order.length;
      const opened = entry.assembly
        ? [
            await this.#openInput(
              entry.id,
              { kind: 'assembly', file: entry.path, bytes: assembly.get(`.session-${entry.id}`) ?? new Uint8Array() },
              opening.task,
              entry.program,
            ),
          ]
        : entry.set !== undefined
          ? [
              await this.#openSet(
                entry.id,
                this.#objectAt(entry.path),
                entry.program,
                entry.set,
                opening.task,
                entry.path,
              ),
            ]
          : await this.#openPath(entry.path, opening, entry.program, entry.id);
      for (const session of opened)
        for (const { pc, condition } of entry.breakpoints) session.breakpoints.set(pc, condition);
      return opened;
    });
    this.#shell.restore(saved);
    this.#current = saved.current;
    for (const page of saved.done) this.#done.add(page);
    return result;
  }

  #task(control?: Control): Task {
    return new Task(control, this.#budget.now);
  }

  // Does the same with each of several inputs, and keeps errors apart from what worked.
  async #collect<T extends { readonly name?: string; readonly path?: string } | string>(
    inputs: readonly T[],
    control: Control | undefined,
    each: (input: T, opening: Opening) => Promise<readonly Session[]>,
  ): Promise<OpenResult> {
    const sessions: OpenResult['sessions'][number][] = [];
    const errors: string[] = [];
    const opening: Opening = { task: this.#task(control), done: 0, total: 0, partial: [] };
    for (const [at, input] of inputs.entries()) {
      const name = typeof input === 'string' ? input : (input.name ?? input.path ?? '');
      opening.partial = [];
      try {
        const done = opening.done;
        const entries = (await each(input, opening)).map((session) => this.#entry(session));
        sessions.push(...entries);
        // Objects tell of their programs one by one; what comes alone, or was open already, is told here.
        if (opening.done === done)
          for (const session of entries) {
            opening.done++;
            opening.total++;
            this.#tell(opening, session);
          }
        await opening.task.turn();
      } catch (error) {
        // What was opened of a file stays open when the rest is not wanted any more.
        if (error instanceof Cancelled) {
          sessions.push(...opening.partial.map((session) => this.#entry(session)));
          return { sessions, errors, left: Math.max(1, totalOf(opening, inputs.length - at - 1) - opening.done) };
        }
        if (error instanceof InputError) errors.push(error.inFile(name).message);
        else if (error instanceof Unsupported) errors.push(`${name}: ${error.message}`);
        else throw error;
      }
    }
    return { sessions, errors: errors.map(printable) };
  }

  #entry(session: Session): OpenResult['sessions'][number] {
    const { errno } = session.report;
    return {
      session: session.id,
      file: session.input.file,
      program: session.program.name,
      summary: session.summary,
      accepted: errno === null ? null : errno === 0,
    };
  }

  #tell(opening: Opening, session: OpenResult['sessions'][number]): void {
    opening.task.tell({ done: opening.done, total: totalOf(opening), session });
  }

  #session(id: number): Session {
    const session = this.#sessions.get(id);
    if (session === undefined) throw new InputError(`there is no session ${id}`);
    return session;
  }

  // A name as given, or with its folder left out.
  #find(name: string): string | undefined {
    const paths = this.#files.list().map(({ path }) => path);
    return paths.find((path) => path === name) ?? paths.find((path) => path.endsWith(`/${name}`));
  }

  // Opens what a path holds: every program, or the one named; all as new sessions unless one number is given.
  async #openPath(path: string, opening: Opening, program?: string, id?: number): Promise<Session[]> {
    const bytes = this.#files.read(path);
    const file = baseName(path);
    if (bytes === undefined) throw new InputError('there is no such file', '', path);
    if (isZip(bytes)) {
      try {
        return [this.#keep(Session.fromArchive(id ?? this.#nextId++, bytes, this.kernelBtf, this.#budget), path)];
      } catch (error) {
        throw error instanceof InputError ? error.inFile(file) : error;
      }
    }
    if (!isElf(bytes)) {
      if (/\.(asm|s)$/.test(file))
        return [await this.#assemble(file.replace(/\.\w+$/, ''), decodeUtf8(bytes), opening.task)];
      throw new InputError(
        bytes.length === 0 ? 'it is empty' : 'neither an object file (.bpf.o) nor a trace (.iterscope)',
        '',
        file,
      );
    }
    const input: Input = { kind: 'object', file, bytes };
    const object = load(input, this.kernelBtf);
    const programs = object.programs.filter(({ name }) => program === undefined || name === program);
    if (programs.length === 0)
      throw new InputError(program === undefined ? 'it has no programs' : `it has no program ${program}`, '', file);
    const sources = this.#files.sourcesFor(path);
    if (id === undefined) {
      const open = programs.map((one) => this.#alreadyOpen(path, bytes, one.name));
      if (open.every((session) => session !== undefined)) return open;
    }
    const { task } = opening;
    opening.total += programs.length;
    for (const one of programs) {
      const number = id ?? this.#nextId++;
      const work = Session.verify(number, input, one, object, sources, this.kernelBtf, this.#budget, task.pause);
      const session = this.#keep(await task.drive(work), path);
      opening.partial.push(session);
      opening.done++;
      this.#tell(opening, this.#entry(session));
      await task.turn();
    }
    return opening.partial;
  }

  #objectAt(path: string): Input {
    const bytes = this.#files.read(path);
    if (bytes === undefined) throw new InputError('there is no such file', '', path);
    return { kind: 'object', file: baseName(path), bytes };
  }

  // A program of an object once more, with global variables set before loading.
  async #openSet(
    id: number,
    input: Input,
    program: string,
    set: readonly GlobalSetting[],
    task: Task,
    path?: string,
  ): Promise<Session> {
    const changed: Input = {
      kind: input.kind,
      file: input.file,
      bytes: input.bytes,
      ...(set.length === 0 ? {} : { set }),
    };
    const object = load(changed, this.kernelBtf);
    const one = object.programs.find(({ name }) => name === program);
    if (one === undefined) throw new InputError(`it has no program ${program}`, '', input.file);
    const sources = path === undefined ? new Map<string, string>() : this.#files.sourcesFor(path);
    const work = Session.verify(id, changed, one, object, sources, this.kernelBtf, this.#budget, task.pause);
    return this.#keep(await task.drive(work), path);
  }

  // The same file is not verified twice: a lesson opens it on every page.
  #alreadyOpen(path: string, bytes: Uint8Array, program: string): Session | undefined {
    return [...this.#sessions.values()].find(
      (session) =>
        session.input.bytes === bytes &&
        session.input.set === undefined &&
        session.program.name === program &&
        this.#paths.get(session.id) === path,
    );
  }

  #assemble(name: string, text: string, task: Task): Promise<Session> {
    return this.#openInput(this.#nextId++, { kind: 'assembly', file: `${name}.asm`, bytes: encodeUtf8(text) }, task);
  }

  async #openInput(id: number, input: Input, task: Task, program?: string): Promise<Session> {
    const object = load(input, this.kernelBtf);
    const one = object.programs.find(({ name }) => program === undefined || name === program);
    if (one === undefined) throw new InputError(`it has no program ${program ?? ''}`, '', input.file);
    const work = Session.verify(id, input, one, object, new Map(), this.kernelBtf, this.#budget, task.pause);
    return this.#keep(await task.drive(work));
  }

  #keep(session: Session, path?: string): Session {
    this.#sessions.set(session.id, session);
    if (path !== undefined) this.#paths.set(session.id, path);
    for (const [id] of this.#sessions) {
      if (this.#sessions.size <= MAX_SESSIONS) break;
      this.#sessions.delete(id);
      this.#paths.delete(id);
    }
    return session;
  }

  #run(session: Session, anyway: boolean): ReturnType<typeof runProgram> {
    const { errno, program } = session.report;
    if (errno !== 0 && !anyway)
      throw new InputError(
        `${program} ${errno === null ? 'is not covered by the verifier' : 'was rejected'}: run it anyway?`,
      );
    return runProgram(session.program, session.object, this.kernelBtf, session.trace, this.#budget.now, this.#runMs);
  }

  // What a lesson's checks look at.
  #subject(session: Session): Subject {
    return subject(session, ({ program, object }) =>
      runFacts(program, object, this.kernelBtf, this.#budget.now, this.#runMs),
    );
  }

  async #export(id: number, format: ExportFormat, task: Task, name?: string): Promise<InputFile> {
    const session = this.#session(id);
    const exporter = exporterOf(format);
    const parts = new Pieces(MAX_FILE);
    await task.drive(exporter.write(session, (piece) => parts.add(piece), task.pause));
    return {
      name: name === undefined ? `${session.program.name}.${exporter.extension}` : baseName(name),
      bytes: parts.joined(),
    };
  }

  // The program that a page of a lesson is about, opened already or now.
  async #lessonSession(
    task: Task,
    lesson: string,
    page: number,
    show = this.#shownBefore(lesson, page),
  ): Promise<Session> {
    if (show === undefined) throw new InputError(`page ${page} of ${lesson} opens no program`);
    const path = this.#find(`lessons/${lesson}/${show.file}`) ?? this.#find(show.file);
    if (path === undefined) throw new InputError('there is no such file', '', show.file);
    for (const session of this.#sessions.values())
      if (this.#paths.get(session.id) === path && session.program.name === show.program) return session;
    return (await this.#openPath(path, { task, done: 0, total: 0, partial: [] }, show.program))[0]!;
  }

  #shownBefore(lesson: string, page: number): { readonly file: string; readonly program: string } | undefined {
    return this.#lessons
      .get(lesson)
      .pages.slice(0, page + 1)
      .reverse()
      .find(({ open }) => open !== undefined)?.open;
  }

  // What the terminal's commands reach of it.
  get #forShell(): ShellEngine {
    return {
      files: this.#files,
      kernelBtf: this.kernelBtf,
      budget: this.#budget,
      sessions: this.#sessions,
      lessons: this.#lessons.all,
      session: (id) => this.#session(id),
      openPath: (path, opening) => this.#openPath(path, opening),
      assemble: (name, text, task) => this.#assemble(name, text, task),
      run: (session, anyway) => this.#run(session, anyway),
      export: (session, format, task, name) => this.#export(session, format, task, name),
    };
  }
}

// Files not looked at have a program each, at least.
const totalOf = ({ total, expected = 0 }: Opening, unseen = 0): number => Math.max(total + unseen, expected);

/** An engine over these assets. */
export const createEngine = (assets: EngineAssets, options?: EngineOptions): Engine => new Engine(assets, options);
