import { InputError } from '../base/errors.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import type { Input } from '../elf/input.ts';
import type { BpfObject, BpfProgram } from '../elf/object.ts';
import type { Report, SavedFile, ShellHost } from '../shell/index.ts';
import type { ShellMachine } from '../shell/machine.ts';
import { findImporter } from '../trace/import/index.ts';
import { baseName, reportText } from '../trace/index.ts';
import type { ExportFormat } from '../trace/export/index.ts';
import type { RunView } from '../trace/views/view.ts';
import { drain } from './control.ts';
import type { Task } from './control.ts';
import { documentation, documented } from './documentation.ts';
import type { Reference } from './reference.ts';
import { referenceText } from './reference-text.ts';
import type { VirtualFiles } from './files.ts';
import type { InputFile, LessonInfo } from './protocol.ts';
import { Opening } from './opening.ts';
import { load, Session } from './session.ts';
import type { Surroundings } from './session.ts';
import type { Models } from './models.ts';
import type { Sessions } from './sessions.ts';
import type { Worlds } from './worlds.ts';
import { worldInfo } from './worlds.ts';
import { reportOf, verifyProgram } from './verify-program.ts';
import type { SandboxMachine } from './sandbox-machine.ts';
import { differenceOf, findIn } from './states.ts';
import { traceInfo } from './trace-info.ts';

/** What the terminal's commands reach of the engine. */
export interface ShellEngine {
  readonly files: VirtualFiles;
  readonly around: Surroundings;
  readonly models: Models;
  readonly worlds: Worlds;
  readonly sessions: Sessions;
  readonly lessons: readonly LessonInfo[];
  readonly reference: Reference;
  readonly machine: SandboxMachine;
  run(session: Session, anyway: boolean): RunView;
  export(session: number, format: ExportFormat, task: Task, name?: string): Promise<InputFile>;
}

// An object or assembly of the sandbox, and those of its programs that are asked for.
function programsOf(
  engine: ShellEngine,
  path: string,
  program?: string,
): { input: Input; object: BpfObject; programs: readonly BpfProgram[] } {
  const bytes = engine.files.read(path) ?? new Uint8Array();
  const file = baseName(path);
  const imported = findImporter(file, bytes)?.read(file, bytes);
  // What is no program is refused by the loader, with its reason.
  const input: Input = imported?.kind === 'input' ? imported.input : { kind: 'object', file, bytes };
  const object = load(input, engine.around.kernel);
  return { input, object, programs: object.programs.filter(({ name }) => program === undefined || name === program) };
}

async function verifyPath(engine: ShellEngine, path: string, task: Task, program?: string): Promise<Report[]> {
  const { input, object, programs } = programsOf(engine, path, program);
  const reports: Report[] = [];
  const { pause } = task;
  for (const one of programs) {
    const { stats, rejection } = await task.drive(
      verifyProgram(one, object, engine.around.kernel, engine.around.budget, { pause }),
    );
    const timeUs = median(engine, one, object, stats.timeUs);
    reports.push(reportOf(input.file, one.name, { ...stats, timeUs }, rejection));
    await task.turn();
  }
  return reports;
}

// A first verification mostly measures a cold engine: short ones are repeated, and the median counts.
function median(engine: ShellEngine, program: BpfProgram, object: BpfObject, first: number): number {
  if (first > 1000) return first;
  const times = [first];
  for (let i = 0; i < 6; i++)
    times.push(drain(verifyProgram(program, object, engine.around.kernel, engine.around.budget)).stats.timeUs);
  return times.sort((a, b) => a - b)[3]!;
}

function infoOf(engine: ShellEngine, path: string): string[] {
  const bytes = engine.files.read(path) ?? new Uint8Array();
  if (findImporter(baseName(path), bytes)?.id !== 'iterscope')
    throw new InputError('not a trace (.iterscope)', '', baseName(path));
  return traceInfo(bytes, baseName(path), engine.around);
}

// As the real tool does, the first program of the object is taken.
function machineOf(engine: ShellEngine): ShellMachine {
  const { machine } = engine;
  return {
    get world() {
      return machine.world;
    },
    pin(file, path, map) {
      const { object } = programsOf(engine, file);
      const program = object.programs[0];
      if (program === undefined) throw new InputError('there is no program in it', '', baseName(file));
      machine.pin(path, { object, program, info: map === undefined ? {} : { map } });
    },
    cat: (path) => machine.cat(path),
    remove: (path) => machine.remove(path),
    pins: () => machine.pins(),
    links: () => machine.links(),
    maps: () => machine.maps(),
  };
}

/** What the terminal's commands can do, on behalf of one request. */
export function shellHost(engine: ShellEngine, task: Task): ShellHost {
  return {
    print: (text) => {
      if (!task.followed) return false;
      task.tell({ output: text });
      return true;
    },
    files: () => engine.files.list(),
    read: (path) => engine.files.read(path),
    verifyFile: (path, program) => verifyPath(engine, path, task, program),
    logOfFile: async (path, program, level, sink) => {
      const { object, programs } = programsOf(engine, path, program);
      const { pause } = task;
      const work = { logLevel: level, onLog: sink, pause };
      for (const one of programs)
        await task.drive(verifyProgram(one, object, engine.around.kernel, engine.around.budget, work));
    },
    explain: (session) => reportText(engine.sessions.get(session).view.report()),
    explainFile: async (path, program) => {
      const { input, object, programs } = programsOf(engine, path, program);
      const sources = engine.files.sourcesFor(path);
      const texts: string[] = [];
      for (const one of programs) {
        const origin = { input, edits: [], parent: null };
        const work = Session.verify(-1, origin, { object, program: one, sources }, engine.around, task.pause);
        texts.push(reportText((await task.drive(work)).view.report()));
        await task.turn();
      }
      return texts;
    },
    open: async (path, program) => {
      const opened = await engine.sessions.openPath(path, new Opening(task));
      const first = program === undefined ? opened : opened.filter((session) => session.program.name === program);
      return first.map((session) => ({ session: session.id, summary: session.summary }));
    },
    assemble: async (name, text) => (await engine.sessions.assemble(name, text, task)).id,
    sessions: () => engine.sessions.all.map(({ id, file, program }) => ({ session: id, file, program: program.name })),
    info: (session) => engine.sessions.get(session).info(),
    view: (session, step) => engine.sessions.get(session).view.step(step),
    report: (session) => engine.sessions.get(session).report,
    translation: (session) => task.drive(engine.sessions.get(session).translation(task.pause)),
    log: async (session, level, sink) => {
      await task.drive(engine.sessions.get(session).writeLog(level, sink, task.pause));
    },
    run: (session, anyway) => engine.run(engine.sessions.get(session), anyway),
    breakpoints: (session) =>
      [...engine.sessions.get(session).breakpoints]
        .map(([pc, condition]) => ({ pc, condition }))
        .sort((a, b) => a.pc - b.pc),
    setBreakpoint: (session, pc, condition) => {
      const { breakpoints } = engine.sessions.get(session);
      if (condition === null) breakpoints.delete(pc);
      else breakpoints.set(pc, condition);
    },
    nextStop: (session, step) => engine.sessions.get(session).nextStop(step),
    difference: (from, to) => differenceOf(engine.sessions, from, to),
    find: (session, words, until) => findIn(engine.sessions.get(session), words, until, task),
    marks: (session) => engine.sessions.get(session).marks.all,
    setMark: (session, step, name) => engine.sessions.get(session).marks.set(step, name),
    exportTrace: async (session, format, name): Promise<SavedFile> => {
      const file = await engine.export(session, format, task, name);
      engine.files.add(file);
      return file;
    },
    traceInfo: (path) => infoOf(engine, path),
    machine: machineOf(engine),
    lessons: () => engine.lessons,
    reference: (words) => referenceText(engine.reference, words, task),
    referenceIds: () => [...engine.reference.ids],
    model: () => engine.models.info(),
    useModel: (path) => {
      const bytes = path === null ? null : engine.files.read(path);
      try {
        engine.models.use(bytes === null ? null : decodeUtf8(bytes ?? new Uint8Array()));
      } catch (error) {
        throw error instanceof InputError && path !== null ? error.inFile(baseName(path)) : error;
      }
      return engine.models.info();
    },
    world: () => worldInfo(engine.worlds.standing),
    useWorld: (path, session) => {
      const bytes = path === null ? null : engine.files.read(path);
      try {
        engine.worlds.use(bytes === null ? null : decodeUtf8(bytes ?? new Uint8Array()));
      } catch (error) {
        throw error instanceof InputError && path !== null ? error.inFile(baseName(path)) : error;
      }
      if (session >= 0) engine.sessions.get(session).standing = engine.worlds.standing;
      return worldInfo(engine.worlds.standing);
    },
    documentation: (name) => documentation(engine.around.kernel, name),
    documented: () => documented(engine.around.kernel),
  };
}
