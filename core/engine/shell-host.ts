import { InputError } from '../base/errors.ts';
import type { Btf } from '../btf/btf.ts';
import type { BpfObject, BpfProgram } from '../elf/object.ts';
import type { Lesson } from '../lesson/index.ts';
import type { Report, SavedFile, ShellHost } from '../shell/index.ts';
import { baseName, reportText } from '../trace/index.ts';
import type { ExportFormat } from '../trace/export/index.ts';
import type { RunView } from '../trace/views/view.ts';
import { drain } from './control.ts';
import type { Task } from './control.ts';
import { documentation, documented } from './documentation.ts';
import type { VirtualFiles } from './files.ts';
import { isElf, isZip } from './magic.ts';
import type { InputFile } from './protocol.ts';
import { load, reportOf, Session, verifyProgram } from './session.ts';
import type { Budget, Input, Opening } from './session.ts';
import { traceInfo } from './trace-info.ts';

/** What the terminal's commands reach of the engine. */
export interface ShellEngine {
  readonly files: VirtualFiles;
  readonly kernelBtf: Btf;
  readonly budget: Budget;
  readonly sessions: ReadonlyMap<number, Session>;
  readonly lessons: readonly Lesson[];
  /** @throws InputError when there is none */
  session(id: number): Session;
  openPath(path: string, opening: Opening): Promise<readonly Session[]>;
  assemble(name: string, text: string, task: Task): Promise<Session>;
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
  const input: Input = { kind: isElf(bytes) || !/\.(asm|s)$/.test(file) ? 'object' : 'assembly', file, bytes };
  const object = load(input, engine.kernelBtf);
  return { input, object, programs: object.programs.filter(({ name }) => program === undefined || name === program) };
}

async function verifyPath(engine: ShellEngine, path: string, task: Task, program?: string): Promise<Report[]> {
  const { input, object, programs } = programsOf(engine, path, program);
  const reports: Report[] = [];
  const { pause } = task;
  for (const one of programs) {
    const { stats, rejection } = await task.drive(
      verifyProgram(one, object, engine.kernelBtf, engine.budget, { pause }),
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
    times.push(drain(verifyProgram(program, object, engine.kernelBtf, engine.budget)).stats.timeUs);
  return times.sort((a, b) => a - b)[3]!;
}

function infoOf(engine: ShellEngine, path: string): string[] {
  const bytes = engine.files.read(path) ?? new Uint8Array();
  if (!isZip(bytes)) throw new InputError('not a trace (.iterscope)', '', baseName(path));
  return traceInfo(bytes, baseName(path), engine.kernelBtf, engine.budget);
}

/** What the terminal's commands can do, on behalf of one request. */
export function shellHost(engine: ShellEngine, task: Task): ShellHost {
  const opening = (): Opening => ({ task, done: 0, total: 0, partial: [] });
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
      for (const one of programs) await task.drive(verifyProgram(one, object, engine.kernelBtf, engine.budget, work));
    },
    explain: (session) => reportText(engine.session(session).view.report()),
    explainFile: async (path, program) => {
      const { input, object, programs } = programsOf(engine, path, program);
      const sources = engine.files.sourcesFor(path);
      const texts: string[] = [];
      for (const one of programs) {
        const work = Session.verify(-1, input, one, object, sources, engine.kernelBtf, engine.budget, task.pause);
        texts.push(reportText((await task.drive(work)).view.report()));
        await task.turn();
      }
      return texts;
    },
    open: async (path, program) => {
      const opened = await engine.openPath(path, opening());
      const first = program === undefined ? opened : opened.filter((session) => session.program.name === program);
      return first.map((session) => ({ session: session.id, summary: session.summary }));
    },
    assemble: async (name, text) => (await engine.assemble(name, text, task)).id,
    sessions: () =>
      [...engine.sessions.values()].map(({ id, input, program }) => ({
        session: id,
        file: input.file,
        program: program.name,
      })),
    info: (session) => engine.session(session).info(),
    view: (session, step) => engine.session(session).view.step(step),
    report: (session) => engine.session(session).report,
    log: async (session, level, sink) => {
      await task.drive(engine.session(session).writeLog(level, sink, task.pause));
    },
    run: (session, anyway) => engine.run(engine.session(session), anyway),
    breakpoints: (session) =>
      [...engine.session(session).breakpoints]
        .map(([pc, condition]) => ({ pc, condition }))
        .sort((a, b) => a.pc - b.pc),
    setBreakpoint: (session, pc, condition) => {
      const { breakpoints } = engine.session(session);
      if (condition === null) breakpoints.delete(pc);
      else breakpoints.set(pc, condition);
    },
    nextStop: (session, step) => engine.session(session).nextStop(step),
    exportTrace: async (session, format, name): Promise<SavedFile> => {
      const file = await engine.export(session, format, task, name);
      engine.files.add(file);
      return file;
    },
    traceInfo: (path) => infoOf(engine, path),
    lessons: () => engine.lessons,
    documentation,
    documented,
  };
}
