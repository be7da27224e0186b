import { InputError, Unsupported } from '../base/errors.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import type { Btf } from '../btf/btf.ts';
import { objectFromInsns } from '../elf/from-insns.ts';
import { setGlobals } from '../elf/globals.ts';
import type { GlobalSetting } from '../elf/globals.ts';
import { loadObject } from '../elf/load.ts';
import type { BpfObject, BpfProgram } from '../elf/object.ts';
import { assembleWithLines } from '../isa/asm.ts';
import type { Breakpoint, Report } from '../shell/index.ts';
import type { Task } from './control.ts';
import {
  baseName,
  decodeRecords,
  encodeRecords,
  LogFinder,
  LogRecords,
  LogWindow,
  packArchive,
  ProgramText,
  progTypeName,
  TraceRecorder,
  TraceView,
  unpackArchive,
} from '../trace/index.ts';
import type { Archive, LogPage, Manifest, Trace, TraceStats } from '../trace/index.ts';
import type { SessionInfo } from '../trace/views/view.ts';
import type { Rejection } from '../verifier/rejection.ts';
import { Stopped } from '../verifier/env.ts';
import { AS_IS, LogBytes, verification } from '../verifier/index.ts';
import type { LogSink, VerifyInput } from '../verifier/index.ts';
import { modelledKernel } from '../kernel/rules/modelled.ts';
import { errnoName } from '../base/errno.ts';

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** Rules that verdicts are found by, as the manifest and the header say. */
export const KERNEL_RULES = 'Linux 6.18';

/** Largest recording of one verification, bytes. */
const MAX_RECORDING = 400 * 1024 * 1024;

/** Lines of a log that are searched at a time. */
const FIND = 2000;

/** What a program was made from. */
export interface Input {
  readonly kind: 'object' | 'assembly';
  /** Name as opened, without folders. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Global variables that were set before loading. */
  readonly set?: readonly GlobalSetting[];
}

/** Limits of one verification. */
export interface Budget {
  /** Milliseconds on `now`'s clock. */
  readonly timeMs: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** Loads what an input holds. Throws InputError. */
export function load(input: Input, kernelBtf: Btf): BpfObject {
  if (input.kind === 'object')
    return setGlobals(loadObject(input.bytes, { file: input.file, ...modelledKernel(kernelBtf) }), input.set ?? []);
  const name = input.file.replace(/\.\w+$/, '');
  const { insns } = assemble(input, kernelBtf);
  return { ...objectFromInsns(insns, { name }), file: input.file };
}

function assemble(input: Input, kernelBtf: Btf): ReturnType<typeof assembleWithLines> {
  try {
    const result = assembleWithLines(decodeUtf8(input.bytes), {
      resolveCall(name) {
        const id = kernelBtf.find('func', name);
        return id === 0 ? undefined : { kfunc: id };
      },
    });
    if (result.insns.length === 0) throw new InputError('there are no instructions');
    return result;
  } catch (error) {
    throw error instanceof InputError ? error.inFile(input.file) : error;
  }
}

/** What an assembled program says of itself: assembly is its own source. The verifier is not told, as the kernel would not be. */
export function assemblyText(
  input: Input,
  { program, object, kernelBtf }: Pick<VerifyInput, 'program' | 'object' | 'kernelBtf'>,
): ProgramText {
  const source = decodeUtf8(input.bytes);
  const rows = source.split('\n');
  const lineInfo = assemble(input, kernelBtf).lines.map((line, insn) => ({
    insn,
    file: input.file,
    text: rows[line - 1] ?? '',
    line,
    col: 1,
  }));
  return new ProgramText({ ...program, lineInfo }, object, kernelBtf, new Map([[input.file, source]]));
}

/** A verification's outcome. */
interface Outcome {
  readonly stats: TraceStats;
  readonly rejection: Rejection | null;
}

/** What else a verification is to do. */
export interface VerifyWork {
  readonly recorder?: TraceRecorder;
  readonly logLevel?: 0 | 1 | 2;
  readonly onLog?: LogSink;
  /** True when the work is to be interrupted (see `Task.pause`). */
  readonly pause?: () => boolean;
}

/** Verifies a program, in slices; what the model does not cover, or what the budget did not allow, is said in the statistics. */
export function* verifyProgram(
  program: BpfProgram,
  object: BpfObject,
  kernelBtf: Btf,
  budget: Budget,
  { recorder, logLevel = 0, onLog, pause }: VerifyWork = {},
): Generator<undefined, Outcome> {
  const none = { processed: 0, totalStates: 0, peakStates: 0, maxStatesPerInsn: 0, timeUs: 0 };
  if (program.unsupported !== undefined)
    return { stats: { errno: null, unsupported: program.unsupported, ...none }, rejection: null };
  const end = budget.now() + budget.timeMs;
  try {
    const result = yield* verification(
      { program, object, kernelBtf },
      {
        logLevel,
        ...(recorder === undefined ? {} : { sink: recorder }),
        ...(onLog === undefined ? {} : { onLog }),
        now: () => budget.now() * 1000,
        budget: {
          cancelled: () => budget.now() > end || (recorder?.bytes ?? 0) > MAX_RECORDING,
          ...(pause === undefined ? {} : { pause }),
        },
      },
    );
    const { errno, unsupported, processed, totalStates, peakStates, maxStatesPerInsn, timeUs } = result;
    return {
      stats: {
        errno,
        ...(unsupported === undefined ? {} : { unsupported }),
        processed,
        totalStates,
        peakStates,
        maxStatesPerInsn,
        timeUs,
      },
      rejection: result.rejection ?? null,
    };
  } catch (error) {
    const why =
      error instanceof Unsupported
        ? error.feature
        : error instanceof Stopped
          ? (recorder?.bytes ?? 0) > MAX_RECORDING
            ? `stopped: its trace is larger than ${MAX_RECORDING >> 20} MB`
            : `stopped after ${budget.timeMs} ms: it takes longer than this app waits`
          : null;
    if (why === null) throw error;
    return { stats: { errno: null, unsupported: why, ...none }, rejection: null };
  }
}

/** A verified program's row. */
export function reportOf(file: string, program: string, stats: TraceStats, rejection: Rejection | null): Report {
  return {
    file,
    program,
    errno: stats.errno,
    ...(stats.unsupported === undefined ? {} : { unsupported: stats.unsupported }),
    processed: stats.processed,
    totalStates: stats.totalStates,
    peakStates: stats.peakStates,
    timeUs: stats.timeUs,
    // What was refused before there was a log says why in a sentence of its own.
    message:
      rejection === null ? '' : rejection.message || (rejection.kind === 'map-refused' ? rejection.details.reason : ''),
    insn: rejection?.insn ?? -1,
  };
}

/** One program that is open: what it was made from, its verification, and what was set on it. */
export class Session {
  readonly breakpoints = new Map<number, Breakpoint['condition']>();
  readonly #logs = new Map<1 | 2, LogRecords>();

  private constructor(
    readonly id: number,
    readonly input: Input,
    readonly program: BpfProgram,
    readonly object: BpfObject,
    readonly sources: ReadonlyMap<string, string>,
    readonly view: TraceView,
    private readonly kernelBtf: Btf,
    private readonly budget: Budget,
    /** Rules named by the trace it was read from. */
    private readonly rules: string,
  ) {}

  /** Verifies a program, in slices, and opens it. */
  static *verify(
    id: number,
    input: Input,
    program: BpfProgram,
    object: BpfObject,
    sources: ReadonlyMap<string, string>,
    kernelBtf: Btf,
    budget: Budget,
    pause?: () => boolean,
  ): Generator<undefined, Session> {
    const recorder = new TraceRecorder(object.maps);
    const work = { recorder, ...(pause === undefined ? {} : { pause }) };
    const { stats, rejection } = yield* verifyProgram(program, object, kernelBtf, budget, work);
    return Session.#around(
      id,
      input,
      program,
      object,
      sources,
      recorder.finish(stats, rejection),
      kernelBtf,
      budget,
      KERNEL_RULES,
    );
  }

  /** Opens a trace from its file. Throws InputError. */
  static fromArchive(id: number, bytes: Uint8Array, kernelBtf: Btf, budget: Budget): Session {
    const archive = unpackArchive(bytes);
    const { manifest } = archive;
    const { input: kind, file, set } = manifest;
    const input: Input = { kind, file, bytes: archive.input, ...(set === undefined ? {} : { set }) };
    let object: BpfObject;
    try {
      object = load(input, kernelBtf);
    } catch (error) {
      // It is the trace that is at fault, in the part that is its input.
      throw error instanceof InputError
        ? new InputError(error.reason, ['input', error.place].filter((part) => part !== '').join(', '))
        : error;
    }
    const program = object.programs.find(({ name }) => name === manifest.program);
    if (program === undefined) throw new InputError(`its input has no program ${manifest.program}`, 'manifest.json');
    const trace = decodeRecords(archive.records, object.maps, program.insns.length);
    const { errno, processed } = trace.data.stats;
    if (errno !== manifest.errno || processed !== manifest.processed)
      throw new InputError('its verdict is not the one of the records', 'manifest.json');
    return Session.#around(id, input, program, object, archive.sources, trace, kernelBtf, budget, manifest.kernel);
  }

  static #around(
    id: number,
    input: Input,
    program: BpfProgram,
    object: BpfObject,
    sources: ReadonlyMap<string, string>,
    trace: Trace,
    kernelBtf: Btf,
    budget: Budget,
    rules: string,
  ): Session {
    const text =
      input.kind === 'assembly'
        ? assemblyText(input, { program, object, kernelBtf })
        : new ProgramText(
            {
              ...program,
              lineInfo: program.lineInfo.map((l) => ({
                ...l,
                text: l.text || lineOf(sources.get(baseName(l.file)), l.line),
              })),
            },
            object,
            kernelBtf,
            sources,
          );
    const used = new Map(
      [...sources].filter(([name]) => text.sources.some((source) => baseName(source.name) === name)),
    );
    return new Session(id, input, program, object, used, new TraceView(trace, text), kernelBtf, budget, rules);
  }

  get trace(): Trace {
    return this.view.trace;
  }

  get report(): Report {
    const { stats, rejection } = this.trace.data;
    return reportOf(this.input.file, this.program.name, stats, rejection);
  }

  /** By which rules it was verified. */
  get rulesText(): string {
    return `${this.rules} rules`;
  }

  /** One line on the verdict, plain. */
  get summary(): string {
    const { errno, processed, totalStates, insn, unsupported } = { ...this.report };
    const name = this.program.name;
    if (errno === null) return `${name}: ${unsupported ?? 'unsupported'}`;
    if (errno === 0) return `${name}: accepted, ${counted(processed, 'instruction')}, ${counted(totalStates, 'state')}`;
    const { rejection } = this.trace.data;
    if (rejection?.kind === 'map-refused') return `${name}: rejected (${errnoName(errno)}), ${this.report.message}`;
    return `${name}: rejected (${errnoName(errno)})${insn < 0 ? '' : ` at ${insn}`}, ${counted(processed, 'instruction')}`;
  }

  info(): SessionInfo {
    const { text, trace } = this.view;
    return {
      id: this.id,
      file: this.input.file,
      program: this.program.name,
      section: this.program.section,
      progType: progTypeName(this.program.type),
      verdict: this.view.verdict,
      steps: trace.steps,
      insns: text.listing(trace),
      sources: text.sources,
      subprogs: text.subprogs,
      breakpoints: [...this.breakpoints.keys()].sort((a, b) => a - b),
    };
  }

  /** The verifier's log as records, written when it is first asked for. @throws Cancelled */
  async log(level: 1 | 2, task: Task): Promise<LogRecords> {
    const known = this.#logs.get(level);
    if (known !== undefined) return known;
    const records = new LogRecords();
    await task.drive(this.writeLog(level, records, task.pause));
    this.#logs.set(level, records);
    return records;
  }

  /** Hands the log to a sink, in slices. */
  writeLog(level: 1 | 2, onLog: LogSink, pause: () => boolean): Generator<undefined, unknown> {
    return verifyProgram(this.program, this.object, this.kernelBtf, this.budget, { logLevel: level, onLog, pause });
  }

  /** The log as a file's bytes. @throws InputError when there are more than `largest`, Cancelled */
  async logBytes(level: 1 | 2, task: Task, largest: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let size = 0;
    const bytes = new LogBytes((chunk) => {
      size += chunk.length;
      if (size > largest)
        throw new InputError(`the log is larger than ${largest >> 20} MB: \`iterscope trace export\` writes it`);
      parts.push(chunk.slice());
    }, AS_IS);
    await task.drive(this.writeLog(level, bytes, task.pause));
    bytes.flush();
    const out = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  /** Lines of the log. Those that are not kept as records come from another walk. @throws Cancelled */
  async logLines(level: 1 | 2, from: number, count: number, task: Task): Promise<LogPage> {
    const records = await this.log(level, task);
    const page = records.page(from, count);
    const missing = Math.min(count, records.total - from + 1) - page.lines.length;
    if (missing <= 0) return page;
    const window = new LogWindow(from, page.lines.length + missing);
    const work = this.writeLog(level, window, () => window.full || task.pause());
    while (!window.full && work.next().done !== true) await task.turn();
    return { ...page, lines: window.lines, steps: records.stepsOf(from, window.lines.length) };
  }

  /** Number of the first line from `from` on that contains a text, whatever its case, and else from the beginning; 0 if none does. @throws Cancelled */
  async findInLog(level: 1 | 2, text: string, from: number, task: Task): Promise<number> {
    const records = await this.log(level, task);
    const wanted = text.toLowerCase();
    const kept = async (first: number, last: number): Promise<number> => {
      for (let at = first; at <= last; at += FIND) {
        const { lines } = records.page(at, Math.min(FIND, last - at + 1));
        const found = lines.findIndex((line) => line.toLowerCase().includes(wanted));
        if (found >= 0) return at + found;
        if (task.pause()) await task.turn();
      }
      return 0;
    };
    const near = await kept(from, records.kept);
    if (near > 0) return near;
    // Lines that are not kept come from one more walk.
    if (records.kept < records.total) {
      const finder = new LogFinder(Math.max(from, records.kept + 1), wanted);
      const work = this.writeLog(level, finder, () => finder.found > 0 || task.pause());
      while (finder.found === 0 && work.next().done !== true) await task.turn();
      if (finder.found > 0) return finder.found;
    }
    return kept(1, Math.min(from - 1, records.kept));
  }

  /** The first step after `step` at which a breakpoint stops; 0 if there is none. */
  nextStop(step: number): number {
    const { data, steps } = { data: this.trace.data, steps: this.trace.steps };
    const pruned = new Set(data.paths.filter(({ end }) => end === 'pruned').map(({ lastStep }) => lastStep));
    const forks = new Set(data.forks.map((fork) => fork.step));
    for (let s = step + 1; s <= steps; s++) {
      const condition = this.breakpoints.get(data.pcs[s - 1]!);
      if (
        condition === 'always' ||
        (condition === 'pruned' && pruned.has(s)) ||
        (condition === 'forks' && forks.has(s))
      )
        return s;
    }
    return 0;
  }

  /** The session as an `.iterscope` file. */
  archive(): Uint8Array {
    const { stats } = this.trace.data;
    const manifest: Manifest = {
      format: 'iterscope-trace',
      version: 1,
      kernel: this.rules,
      file: this.input.file,
      program: this.program.name,
      input: this.input.kind,
      errno: stats.errno,
      processed: stats.processed,
      sources: [...this.sources.keys()].sort(),
      ...(this.input.set === undefined ? {} : { set: this.input.set }),
    };
    const archive: Archive = {
      manifest,
      records: encodeRecords(this.trace),
      input: this.input.bytes,
      sources: this.sources,
    };
    return packArchive(archive);
  }
}

/** A file that is being opened, on behalf of a request. */
export interface Opening {
  readonly task: Task;
  done: number;
  total: number;
  /** How many there will be at least, where that is known before files are read. */
  expected?: number;
  /** Programs of the current file that are open already. */
  partial: Session[];
}

const lineOf = (text: string | undefined, line: number): string => text?.split('\n')[line - 1] ?? '';
