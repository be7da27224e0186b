import { InputError, Unsupported } from '../base/errors.ts';
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import type { Btf } from '../btf/btf.ts';
import { parseBtf } from '../btf/parse.ts';
import { globalVariables } from '../elf/globals.ts';
import type { GlobalSetting } from '../elf/globals.ts';
import type { BpfObject, BpfProgram } from '../elf/object.ts';
import { shippedBtf } from '../kernel/btf/shipped.ts';
import { HELPERS } from '../kernel/helpers/index.ts';
import { ITERATORS } from '../kernel/iterators/index.ts';
import type { Subject } from '../lesson/index.ts';
import { Shell } from '../shell/index.ts';
import type { Report, SavedFile, ShellHost } from '../shell/index.ts';
import { baseName, reportText } from '../trace/index.ts';
import type { EngineAssets } from './assets.ts';
import { VirtualFiles } from './files.ts';
import { readJournal, writeJournal } from './journal.ts';
import { lessonContent, lessonInfo, Lessons, pageKey } from './lessons.ts';
import type { CheckResult, EngineApi, InputFile, OpenResult } from './protocol.ts';
import { runProgram } from './run.ts';
import type { Budget, Input } from './session.ts';
import { load, reportOf, Session, verifyProgram } from './session.ts';

/** What an engine is given besides its assets. */
export interface EngineOptions {
  /** A monotonic clock in milliseconds with fractions, for measured times; the host's `performance.now` unless told. */
  readonly now?: () => number;
  /** Longest time that one verification may take, milliseconds; a minute unless told. */
  readonly timeMs?: number;
}

// Every host has `performance`; core knows none of them by type.
const { performance: timer } = globalThis as { performance?: { now(): number } };
const hostClock = (): number => timer?.now() ?? Date.now();

/** Most sessions kept open; the oldest ones are closed when there are more. */
const MAX_SESSIONS = 1000;

const startsWith = (bytes: Uint8Array, ...magic: readonly number[]): boolean =>
  magic.every((byte, i) => bytes[i] === byte);
const isElf = (bytes: Uint8Array): boolean => startsWith(bytes, 0x7f, 0x45, 0x4c, 0x46);
const isZip = (bytes: Uint8Array): boolean => startsWith(bytes, 0x50, 0x4b, 0x03, 0x04);

/** The one facade over everything below it: files, sessions, the terminal, lessons, and the journal that brings all of it back. */
export class Engine implements EngineApi {
  readonly #files: VirtualFiles;
  readonly #lessons: Lessons;
  readonly #shell: Shell;
  readonly #sessions = new Map<number, Session>();
  /** Where each session came from: a path in the sandbox; assembly has none. */
  readonly #paths = new Map<number, string>();
  readonly #done = new Set<string>();
  readonly #budget: Budget;
  #kernelBtf: Btf | null = null;
  #samples: Awaited<ReturnType<EngineApi['samples']>> | null = null;
  #nextId = 1;
  #current = { session: -1, step: 0 };

  constructor(
    private readonly assets: EngineAssets,
    options: EngineOptions = {},
  ) {
    this.#budget = { timeMs: options.timeMs ?? 60_000, now: options.now ?? hostClock };
    this.#files = new VirtualFiles(assets);
    this.#lessons = new Lessons(assets);
    this.#shell = new Shell(this.#shellHost());
  }

  /** The modelled kernel's BTF, parsed when it is first needed: the shipped format, or raw BTF. */
  get kernelBtf(): Btf {
    const bytes = this.assets.kernelBtf;
    return (this.#kernelBtf ??= startsWith(bytes, 0x9f, 0xeb) ? parseBtf(bytes) : shippedBtf(bytes));
  }

  async open(files: readonly InputFile[]): Promise<OpenResult> {
    // Sources first, so that objects opened along with them show them in full.
    const sorted = [...files].sort((a, b) => Number(/\.[ch]$/.test(b.name)) - Number(/\.[ch]$/.test(a.name)));
    return this.#collect(sorted, (file) => {
      const path = this.#files.add(file);
      return /\.[ch]$/.test(file.name) ? [] : this.#openPath(path);
    });
  }

  async globals(session: number): ReturnType<EngineApi['globals']> {
    return globalVariables(this.#session(session).object);
  }

  async openWith(session: number, set: readonly GlobalSetting[]): Promise<OpenResult> {
    const { input, program } = this.#session(session);
    return this.#collect([input.file], () => [
      this.#openSet(this.#nextId++, input, program.name, set, this.#paths.get(session)),
    ]);
  }

  /** Accepted ones first, each kind from the shortest walk to the longest. */
  async samples(): ReturnType<EngineApi['samples']> {
    return (this.#samples ??= this.#files
      .samples()
      .flatMap((path) => {
        const source = this.#files.sourcesFor(path).get(baseName(path).replace(/\.o$/, '.c')) ?? '';
        const words = /^\/\* (?!SPDX)(.+?) \*\/$/m.exec(source)?.[1] ?? '';
        const object = load({ kind: 'object', file: baseName(path), bytes: this.#files.read(path)! }, this.kernelBtf);
        return object.programs.map((program) => {
          const { stats } = verifyProgram(program, object, this.kernelBtf, 0, null, this.#budget);
          const { errno, processed } = stats;
          return { file: baseName(path), title: program.name, words, accepted: errno === 0, processed };
        });
      })
      .sort((a, b) => Number(b.accepted) - Number(a.accepted) || a.processed - b.processed)
      .map(({ file, title, words, accepted }) => ({ file, title, words, accepted })));
  }

  async openSample(file: string, program?: string): Promise<OpenResult> {
    return this.#collect([file], (name) => {
      const path = this.#find(name);
      if (path === undefined) throw new InputError('there is no such sample', '', name);
      return this.#openPath(path, program);
    });
  }

  async sessions(): Promise<OpenResult['sessions']> {
    return [...this.#sessions.values()].map((session) => this.#entry(session));
  }

  async info(session: number): ReturnType<EngineApi['info']> {
    return this.#session(session).info();
  }
  async exploration(session: number): ReturnType<EngineApi['exploration']> {
    return this.#session(session).view.exploration();
  }
  async step(session: number, step: number): ReturnType<EngineApi['step']> {
    this.#current = { session, step };
    return this.#session(session).view.step(step);
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
  async log(session: number, level: 1 | 2): Promise<string> {
    return this.#session(session).log(level);
  }
  async run(session: number, anyway: boolean): ReturnType<EngineApi['run']> {
    return this.#run(this.#session(session), anyway);
  }
  async setBreakpoint(session: number, pc: number, on: boolean): Promise<void> {
    const { breakpoints } = this.#session(session);
    if (on) breakpoints.set(pc, 'always');
    else breakpoints.delete(pc);
  }

  async shell(line: string, session: number, step: number): ReturnType<EngineApi['shell']> {
    const effect = this.#shell.run(line, this.#sessions.has(session) ? session : -1, step);
    const { output, download, clear } = effect;
    if (effect.session !== undefined || effect.step !== undefined)
      this.#current = { session: effect.session ?? session, step: effect.step ?? 1 };
    return {
      output,
      prompt: this.#shell.prompt,
      ...(effect.session === undefined ? {} : { session: effect.session }),
      ...(effect.step === undefined ? {} : { step: effect.step }),
      ...(download === undefined ? {} : { download }),
      ...(clear === true ? { clear } : {}),
    };
  }
  async complete(line: string): Promise<readonly string[]> {
    return this.#shell.complete(line);
  }

  async lessons(): ReturnType<EngineApi['lessons']> {
    return this.#lessons.all.map((lesson) => lessonInfo(lesson, this.#done));
  }
  async lesson(id: string): ReturnType<EngineApi['lesson']> {
    return lessonContent(this.#lessons.get(id), this.#done);
  }
  async answer(lesson: string, page: number, choice: number): Promise<CheckResult> {
    const { question, open } = this.#lessons.page(lesson, page);
    const chosen = question?.choices[choice];
    if (question === undefined || chosen === undefined)
      throw new InputError(`page ${page} of ${lesson} has no choice ${choice}`);
    const session = this.#lessonSession(lesson, page, open);
    const ok = chosen.check.holds(subject(session));
    if (ok) this.#done.add(pageKey(lesson, page));
    return { ok, words: ok ? question.right : question.wrong, session: session.id };
  }
  async checkExercise(lesson: string, page: number, assembly: string): Promise<CheckResult> {
    const { exercise } = this.#lessons.page(lesson, page);
    if (exercise === undefined) throw new InputError(`page ${page} of ${lesson} has no exercise`);
    let session: Session;
    try {
      session = this.#assemble(`${lesson}-${page + 1}`, assembly);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return {
        ok: false,
        words: `It does not assemble: ${error.place === '' ? '' : `${error.place}, `}${error.reason}`,
      };
    }
    const about = subject(session);
    const failed = exercise.checks.find((check) => !check.holds(about));
    if (failed === undefined) this.#done.add(pageKey(lesson, page));
    return {
      ok: failed === undefined,
      words: failed === undefined ? exercise.done : failed.failing(about),
      session: session.id,
    };
  }

  async exportTrace(session: number, format: 'iterscope' | 'log'): Promise<InputFile> {
    return this.#export(session, format);
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
  async restore(journal: Uint8Array): Promise<OpenResult> {
    const saved = readJournal(journal);
    this.#sessions.clear();
    this.#paths.clear();
    const assembly = new Map(
      saved.files.filter(({ name }) => name.startsWith('.session-')).map(({ name, bytes }) => [name, bytes]),
    );
    for (const file of saved.files) if (!assembly.has(file.name)) this.#files.add(file);
    const result = this.#collect(saved.sessions, (entry) => {
      const opened = entry.assembly
        ? [
            this.#openInput(
              entry.id,
              { kind: 'assembly', file: entry.path, bytes: assembly.get(`.session-${entry.id}`) ?? new Uint8Array() },
              entry.program,
            ),
          ]
        : entry.set !== undefined
          ? [this.#openSet(entry.id, this.#objectAt(entry.path), entry.program, entry.set, entry.path)]
          : this.#openPath(entry.path, entry.program, entry.id);
      for (const session of opened)
        for (const { pc, condition } of entry.breakpoints) session.breakpoints.set(pc, condition);
      return opened;
    });
    this.#nextId = Math.max(saved.nextId, this.#nextId);
    this.#shell.restore(saved);
    this.#current = saved.current;
    for (const page of saved.done) this.#done.add(page);
    return result;
  }

  // Does the same with each of several inputs, and keeps errors apart from what worked.
  #collect<T extends { readonly name?: string; readonly path?: string } | string>(
    inputs: readonly T[],
    each: (input: T) => readonly Session[],
  ): OpenResult {
    const sessions: OpenResult['sessions'][number][] = [];
    const errors: string[] = [];
    for (const input of inputs) {
      const name = typeof input === 'string' ? input : (input.name ?? input.path ?? '');
      try {
        sessions.push(...each(input).map((session) => this.#entry(session)));
      } catch (error) {
        if (error instanceof InputError) errors.push(error.inFile(name).message);
        else if (error instanceof Unsupported) errors.push(`${name}: ${error.message}`);
        else throw error;
      }
    }
    return { sessions, errors };
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
  #openPath(path: string, program?: string, id?: number): Session[] {
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
      if (/\.(asm|s)$/.test(file)) return [this.#assemble(file.replace(/\.\w+$/, ''), decodeUtf8(bytes))];
      const looksLikeLog = /^(\d+: |func#|; |processed \d+ insns|Live regs)/m.test(decodeUtf8(bytes.subarray(0, 4096)));
      throw new InputError(
        looksLikeLog
          ? 'unsupported: log import comes later'
          : 'neither an object file (.bpf.o) nor a trace (.iterscope)',
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
    return programs.map((one) =>
      this.#keep(Session.verify(id ?? this.#nextId++, input, one, object, sources, this.kernelBtf, this.#budget), path),
    );
  }

  #objectAt(path: string): Input {
    const bytes = this.#files.read(path);
    if (bytes === undefined) throw new InputError('there is no such file', '', path);
    return { kind: 'object', file: baseName(path), bytes };
  }

  // A program of an object once more, with global variables set before loading.
  #openSet(id: number, input: Input, program: string, set: readonly GlobalSetting[], path?: string): Session {
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
    return this.#keep(Session.verify(id, changed, one, object, sources, this.kernelBtf, this.#budget), path);
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

  #assemble(name: string, text: string): Session {
    return this.#openInput(this.#nextId++, { kind: 'assembly', file: `${name}.asm`, bytes: encodeUtf8(text) });
  }

  #openInput(id: number, input: Input, program?: string): Session {
    const object = load(input, this.kernelBtf);
    const one = object.programs.find(({ name }) => program === undefined || name === program);
    if (one === undefined) throw new InputError(`it has no program ${program ?? ''}`, '', input.file);
    return this.#keep(Session.verify(id, input, one, object, new Map(), this.kernelBtf, this.#budget));
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

  #verifyPath(path: string, program?: string): Report[] {
    const bytes = this.#files.read(path) ?? new Uint8Array();
    const file = baseName(path);
    const object = load(
      { kind: isElf(bytes) || !/\.(asm|s)$/.test(file) ? 'object' : 'assembly', file, bytes },
      this.kernelBtf,
    );
    return object.programs
      .filter(({ name }) => program === undefined || name === program)
      .map((one) => {
        const { stats, rejection } = verifyProgram(one, object, this.kernelBtf, 0, null, this.#budget);
        return reportOf(file, one.name, { ...stats, timeUs: this.#median(one, object, stats.timeUs) }, rejection);
      });
  }

  // A first verification mostly measures a cold engine: short ones are repeated, and the median counts.
  #median(program: BpfProgram, object: BpfObject, first: number): number {
    if (first > 50_000) return first;
    const times = [first];
    for (let i = 0; i < 6; i++)
      times.push(verifyProgram(program, object, this.kernelBtf, 0, null, this.#budget).stats.timeUs);
    return times.sort((a, b) => a - b)[3]!;
  }

  #run(session: Session, anyway: boolean): ReturnType<typeof runProgram> {
    const { errno, program } = session.report;
    if (errno !== 0 && !anyway)
      throw new InputError(
        `${program} ${errno === null ? 'is not covered by the verifier' : 'was rejected'}: run it anyway?`,
      );
    return runProgram(session.program, session.object, this.kernelBtf, session.trace, this.#budget.now);
  }

  #export(id: number, format: 'iterscope' | 'log', name?: string): InputFile {
    const session = this.#session(id);
    const file = name === undefined ? `${session.program.name}.${format}` : baseName(name);
    return { name: file, bytes: format === 'log' ? session.logBytes(2) : session.archive() };
  }

  // The program that a page of a lesson is about, opened already or now.
  #lessonSession(lesson: string, page: number, show = this.#shownBefore(lesson, page)): Session {
    if (show === undefined) throw new InputError(`page ${page} of ${lesson} opens no program`);
    const path = this.#find(`lessons/${lesson}/${show.file}`) ?? this.#find(show.file);
    if (path === undefined) throw new InputError('there is no such file', '', show.file);
    for (const session of this.#sessions.values())
      if (this.#paths.get(session.id) === path && session.program.name === show.program) return session;
    return this.#openPath(path, show.program)[0]!;
  }

  #shownBefore(lesson: string, page: number): { readonly file: string; readonly program: string } | undefined {
    return this.#lessons
      .get(lesson)
      .pages.slice(0, page + 1)
      .reverse()
      .find(({ open }) => open !== undefined)?.open;
  }

  #shellHost(): ShellHost {
    return {
      files: () => this.#files.list(),
      read: (path) => this.#files.read(path),
      verifyFile: (path, program) => this.#verifyPath(path, program),
      logOfFile: (path, program, level) => {
        const file = baseName(path);
        const object = load(
          { kind: 'object', file, bytes: this.#files.read(path) ?? new Uint8Array() },
          this.kernelBtf,
        );
        const one = object.programs.find(({ name }) => name === program);
        return one === undefined ? '' : verifyProgram(one, object, this.kernelBtf, level, null, this.#budget).log;
      },
      explain: (session) => reportText(this.#session(session).view.report()),
      explainFile: (path, program) => {
        const file = baseName(path);
        const bytes = this.#files.read(path) ?? new Uint8Array();
        const input: Input = { kind: 'object', file, bytes };
        const object = load(input, this.kernelBtf);
        return object.programs
          .filter(({ name }) => program === undefined || name === program)
          .map((one) => {
            const sources = this.#files.sourcesFor(path);
            const session = Session.verify(-1, input, one, object, sources, this.kernelBtf, this.#budget);
            return reportText(session.view.report());
          });
      },
      open: (path, program) => {
        const opened = this.#openPath(path);
        const first = program === undefined ? opened : opened.filter((session) => session.program.name === program);
        return first.map((session) => ({ session: session.id, summary: session.summary }));
      },
      assemble: (name, text) => this.#assemble(name, text).id,
      sessions: () =>
        [...this.#sessions.values()].map(({ id, input, program }) => ({
          session: id,
          file: input.file,
          program: program.name,
        })),
      info: (session) => this.#session(session).info(),
      view: (session, step) => this.#session(session).view.step(step),
      report: (session) => this.#session(session).report,
      log: (session, level) => this.#session(session).log(level),
      run: (session, anyway) => this.#run(this.#session(session), anyway),
      breakpoints: (session) =>
        [...this.#session(session).breakpoints]
          .map(([pc, condition]) => ({ pc, condition }))
          .sort((a, b) => a.pc - b.pc),
      setBreakpoint: (session, pc, condition) => {
        const { breakpoints } = this.#session(session);
        if (condition === null) breakpoints.delete(pc);
        else breakpoints.set(pc, condition);
      },
      nextStop: (session, step) => this.#session(session).nextStop(step),
      exportTrace: (session, format, name): SavedFile => {
        const file = this.#export(session, format, name);
        this.#files.add(file);
        return file;
      },
      traceInfo: (path) => this.#traceInfo(path),
      lessons: () => this.#lessons.all,
      documentation,
    };
  }

  #traceInfo(path: string): string[] {
    const bytes = this.#files.read(path) ?? new Uint8Array();
    if (!isZip(bytes)) throw new InputError('not a trace (.iterscope)', '', baseName(path));
    return traceInfo(bytes, baseName(path), this.kernelBtf, this.#budget);
  }
}

/** What a trace file holds, as lines of text. Throws InputError. */
export function traceInfo(bytes: Uint8Array, file: string, kernelBtf: Btf, budget: Budget): string[] {
  let session: Session;
  try {
    session = Session.fromArchive(0, bytes, kernelBtf, budget);
  } catch (error) {
    throw error instanceof InputError ? error.inFile(file) : error;
  }
  const { data, steps } = session.trace;
  return [
    session.summary,
    `from ${session.input.file} (${session.input.kind}, ${session.input.bytes.length} bytes), ${session.rulesText}`,
    `${steps} steps, ${data.paths.length} paths, ${data.forks.length} forks, ${data.checkpoints.length} checkpoints, ${data.comparisons.length} comparisons`,
    `${data.values.count - 1} distinct values, ${bytes.length} bytes`,
  ];
}

const subject = (session: Session): Subject => ({
  trace: session.trace,
  calls: session.program.insns.flatMap((_, i) => session.view.text.calls(i) ?? []),
});

function documentation(name: string): string | undefined {
  for (const iterator of ITERATORS) {
    if (iterator.name === name || `bpf_iter_${iterator.name}` === name) return iterator.doc;
    for (const method of [iterator.new, iterator.next, iterator.destroy]) if (method.name === name) return method.doc;
  }
  return HELPERS.find((helper) => helper.name === name || `bpf_${helper.name}` === name)?.doc;
}

/** An engine over these assets. */
export function createEngine(assets: EngineAssets, options?: EngineOptions): Engine {
  return new Engine(assets, options);
}
