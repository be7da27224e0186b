import { InputError } from '../base/errors.ts';
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import { errnoName } from '../base/errno.ts';
import { assembleInput, edited, loadInput, settled } from '../elf/input.ts';
import type { Edit, Input } from '../elf/input.ts';
import type { LineInfo } from '../elf/object.ts';
import type { BpfObject, BpfProgram } from '../elf/object.ts';
import type { Breakpoint, Report } from '../shell/index.ts';
import {
  baseName,
  decodeRecords,
  encodeRecords,
  packArchive,
  ProgramText,
  progTypeName,
  TraceRecorder,
  TraceView,
  unpackArchive,
} from '../trace/index.ts';
import { editsOf, WORLD_ENTRY } from '../trace/record/archive.ts';
import { Marks } from '../trace/record/marks.ts';
import { sourceFit } from '../trace/query/source-fit.ts';
import type { SourceFit } from '../trace/query/source-fit.ts';
import type { Archive, Manifest, Trace } from '../trace/index.ts';
import type { ExportSource } from '../trace/export/exporter.ts';
import { findFixes, fixView } from '../trace/fixes/index.ts';
import type { FixView } from '../trace/fixes/index.ts';
import type { IteratorOffer } from '../trace/views/seq-file-view.ts';
import type { SessionInfo } from '../trace/views/view.ts';
import type { LogSink, Translation, VerifyInput } from '../verifier/index.ts';
import type { SessionEntry } from './entry.ts';
import { iteratorOffer } from './iterate.ts';
import { SessionLog } from './session-log.ts';
import { reportOf, verifyProgram } from './verify-program.ts';
import type { Budget } from './verify-program.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { Models } from './models.ts';
import { worldInfo } from './worlds.ts';
import type { StandingWorld, Worlds } from './worlds.ts';

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** What sessions of one engine share. */
export interface Surroundings {
  readonly kernel: KernelModel;
  /** The JSON that the model was made of; null for the kernel itself. */
  readonly description: string | null;
  readonly models: Pick<Models, 'of'>;
  /** The world of the simulated machine in which programs are run and read. */
  readonly standing: StandingWorld;
  readonly worlds: Pick<Worlds, 'of'>;
  readonly budget: Budget;
}

/** Surroundings whose model and world stay what they are now, or become those of other descriptions. @throws InputError */
export function settledOn(
  around: Surroundings,
  description = around.description,
  world = around.standing.description,
): Surroundings {
  const { models, worlds, budget } = around;
  return { models, worlds, budget, description, kernel: models.of(description), standing: worlds.of(world) };
}

/** The kernel as it is, and the world that stands by default: what lessons are about. */
export const plainly = (around: Surroundings): Surroundings => settledOn(around, null, null);

/** What a session is made of: a program of an input to which edits were made, and the session that it was derived from. */
export interface Origin {
  readonly input: Input;
  /** From the input on, in their order. */
  readonly edits: readonly Edit[];
  /** Null for what was opened by itself. */
  readonly parent: number | null;
}

/** A program of an object, ready to be verified. */
export interface Loaded {
  readonly object: BpfObject;
  readonly program: BpfProgram;
  /** Source texts that belong to it, by name. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Loads what an input with edits holds. Throws InputError. */
export const load = (input: Input, kernel: KernelModel, edits: readonly Edit[] = []): BpfObject =>
  loadInput(input, edits, kernel.loading);

/** What an assembled program says of itself: assembly is its own source. The verifier is not told, as the kernel would not be. */
export function assemblyText(
  input: Input,
  { program, object, kernel }: Pick<VerifyInput, 'program' | 'object' | 'kernel'>,
  edits: readonly Edit[] = [],
): ProgramText {
  const source = decodeUtf8(input.bytes);
  const lineInfo = assemblyLines(input, edits, kernel);
  return new ProgramText({ ...program, lineInfo }, object, kernel, new Map([[input.file, source]]));
}

// The lines that instructions came from. What was put in between belongs to the line of what it stands before.
function assemblyLines(input: Input, edits: readonly Edit[], kernel: KernelModel): readonly LineInfo[] {
  const rows = decodeUtf8(input.bytes).split('\n');
  const { insns, lines } = assembleInput(input, kernel.btf);
  const lineInfo = lines
    .map((line, insn) => ({ insn, file: input.file, text: rows[line - 1] ?? '', line, col: 1 }))
    .filter(({ insn }) => insns[insn]!.code !== 0);
  const base = load(input, kernel);
  let object: BpfObject = { ...base, programs: base.programs.map((one) => ({ ...one, lineInfo })) };
  for (const edit of edits) if (edit.kind === 'rewrite') object = edited(object, edit, kernel.btf);
  return object.programs[0]?.lineInfo ?? [];
}

/** What a program says of itself: its instructions, and the lines of the source that they came from. */
function textOf({ input, edits }: Origin, { program, object, sources }: Loaded, kernel: KernelModel): ProgramText {
  // Instructions that were put in the place of others have no line of the text.
  if (input.kind === 'assembly' && edits.every(({ kind }) => kind !== 'instructions' && kind !== 'program'))
    return assemblyText(settled(input, edits).input, { program, object, kernel }, settled(input, edits).edits);
  const lineInfo = program.lineInfo.map((info) => ({
    ...info,
    text: info.text || lineOf(sources.get(baseName(info.file)), info.line),
  }));
  return new ProgramText({ ...program, lineInfo }, object, kernel, sources);
}

const lineOf = (text: string | undefined, line: number): string => text?.split('\n')[line - 1] ?? '';

/** One program that is open: what it was made from, its verification, and what was set on it. */
export class Session implements ExportSource {
  readonly marks: Marks;
  readonly breakpoints = new Map<number, Breakpoint['condition']>();
  readonly logs = new SessionLog((level, sink, pause) => this.writeLog(level, sink, pause));
  readonly program: BpfProgram;
  readonly object: BpfObject;
  /** Those that the object tells of, and that fit. */
  sources: ReadonlyMap<string, string> = new Map();
  #view: TraceView;
  /** The world in which it is run and read: the one that stood when it was opened, until it is read in another. */
  standing: StandingWorld;
  #probes: ReadonlySet<number> | null = null;
  #fixes: readonly FixView[] | null = null;

  private constructor(
    readonly id: number,
    readonly origin: Origin,
    loaded: Loaded,
    trace: Trace,
    private readonly around: Surroundings,
    /** The kernel's model that it was verified with, by its title; a trace that was read names its own. */
    private readonly rules: string,
  ) {
    this.standing = around.standing;
    this.program = loaded.program;
    this.object = loaded.object;
    this.#view = this.#seenWith(loaded.sources, trace);
    this.marks = new Marks(trace.steps);
  }

  get view(): TraceView {
    return this.#view;
  }

  #seenWith(sources: ReadonlyMap<string, string>, trace: Trace): TraceView {
    const { program, object } = this;
    const text = textOf(this.origin, { program, object, sources }, this.around.kernel);
    this.sources = new Map(
      [...sources].filter(([name]) => text.sources.some((one) => one.complete && baseName(one.name) === name)),
    );
    return new TraceView(trace, text);
  }

  /** How a source, by its name, fits what the object tells of it; null for a file that it does not tell of. */
  fitOf(name: string, source: string): SourceFit | null {
    const lines = this.program.lineInfo.filter(({ file }) => baseName(file) === name);
    return lines.length === 0 ? null : sourceFit(source, lines);
  }

  /** Shows the source, where it fits. */
  addSource(name: string, source: string): void {
    if (this.fitOf(name, source)?.refused !== '') return;
    this.#view = this.#seenWith(new Map([...this.sources, [name, source]]), this.trace);
  }

  /** Verifies a program, in slices, and opens it. */
  static *verify(
    id: number,
    origin: Origin,
    loaded: Loaded,
    around: Surroundings,
    pause?: () => boolean,
  ): Generator<undefined, Session> {
    const recorder = new TraceRecorder(loaded.object.maps);
    const work = { recorder, ...(pause === undefined ? {} : { pause }) };
    const { program, object } = loaded;
    const { stats, rejection, probes } = yield* verifyProgram(program, object, around.kernel, around.budget, work);
    const trace = recorder.finish(stats, rejection);
    const session = new Session(id, origin, loaded, trace, around, around.kernel.title);
    session.#probes = probes;
    return session;
  }

  /** Opens a trace from its file. Throws InputError. */
  static fromArchive(id: number, bytes: Uint8Array, surroundings: Surroundings): Session {
    let around = surroundings;
    const archive = unpackArchive(bytes);
    const { manifest } = archive;
    try {
      around = settledOn(around, manifest.model ?? null, null);
    } catch (error) {
      throw error instanceof InputError ? new InputError(error.message, 'manifest.json: model') : error;
    }
    try {
      around = settledOn(around, undefined, archive.world === undefined ? null : decodeUtf8(archive.world));
    } catch (error) {
      throw error instanceof InputError ? new InputError(error.message, WORLD_ENTRY) : error;
    }
    const edits = editsOf(manifest);
    const input: Input = { kind: manifest.input, file: manifest.file, bytes: archive.input };
    let object: BpfObject;
    try {
      object = load(input, around.kernel, edits);
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
    const origin: Origin = { input, edits, parent: null };
    const loaded = { program, object, sources: archive.sources };
    const session = new Session(id, origin, loaded, trace, around, manifest.kernel);
    try {
      session.marks.restore(manifest.marks ?? []);
    } catch (error) {
      throw error instanceof InputError ? new InputError(error.reason, 'manifest.json: marks') : error;
    }
    return session;
  }

  /**
   * What this session becomes by further edits, in slices: a session of its own whose parent is this one. A text replaces the edits before it, a setting
   * the earlier ones of its name.
   * @param edits all of them from the input on
   * @throws InputError for an edit that does not fit
   */
  *derive(id: number, edits: readonly Edit[], pause?: () => boolean): Generator<undefined, Session> {
    this.mustHaveItsModel();
    const { input } = this.origin;
    const object = load(input, this.around.kernel, edits);
    const program = programNamed(object, this.program.name, input.file);
    const origin: Origin = { input, edits, parent: this.id };
    const around = { ...this.around, standing: this.standing };
    return yield* Session.verify(id, origin, { program, object, sources: this.sources }, around, pause);
  }

  get trace(): Trace {
    return this.#view.trace;
  }

  /** Name of its file, without folders. */
  get file(): string {
    return this.origin.input.file;
  }

  get report(): Report {
    const { stats, rejection } = this.trace.data;
    return reportOf(this.file, this.program.name, stats, rejection);
  }

  /** The model that it was verified with, as far as this engine can make it. */
  get kernel(): KernelModel {
    return this.around.kernel;
  }

  /** The JSON that its model was made of; null for the kernel itself. */
  get description(): string | null {
    return this.around.description;
  }

  /** A trace that another model made is shown as it is; to verify it once more would tell another walk, and to run it another run. @throws InputError */
  mustHaveItsModel(): void {
    const { title } = this.around.kernel;
    if (this.rules !== title)
      throw new InputError(
        `it was verified by the rules of ${this.rules}; to verify it again by those of ${title} would tell another walk`,
        '',
        this.file,
      );
  }

  /** By which rules it was verified. */
  get rulesText(): string {
    return `${this.rules} rules`;
  }

  /** One line on the verdict, plain; it says so where the model is no kernel's. */
  get summary(): string {
    const { notice, title } = this.around.kernel;
    const told = notice !== '' ? notice : this.description === null ? '' : `by ${title}`;
    return told === '' ? this.#verdict : `${this.#verdict} (${told})`;
  }

  get #verdict(): string {
    const { errno, processed, totalStates, insn, unsupported } = { ...this.report };
    const name = this.program.name;
    if (errno === null) return `${name}: ${unsupported ?? 'unsupported'}`;
    if (errno === 0) return `${name}: accepted, ${counted(processed, 'instruction')}, ${counted(totalStates, 'state')}`;
    const { rejection } = this.trace.data;
    if (rejection?.kind === 'map-refused') return `${name}: rejected (${errnoName(errno)}), ${this.report.message}`;
    return `${name}: rejected (${errnoName(errno)})${insn < 0 ? '' : ` at ${insn}`}, ${counted(processed, 'instruction')}`;
  }

  get entry(): SessionEntry {
    const { errno, processed } = this.report;
    const { parent } = this.origin;
    return {
      session: this.id,
      file: this.file,
      program: this.program.name,
      summary: this.summary,
      accepted: errno === null ? null : errno === 0,
      errno,
      processed,
      ...(parent === null ? {} : { parent }),
    };
  }

  /** What an accepted iterator program can be read with; undefined for others. */
  get iterator(): IteratorOffer | undefined {
    if (this.trace.data.stats.errno !== 0 || this.rules !== this.around.kernel.title) return undefined;
    return iteratorOffer(this.program, this.object, this.around.kernel, this.standing.world);
  }

  info(): SessionInfo {
    const { text, trace } = this.view;
    const iterator = this.iterator;
    return {
      id: this.id,
      file: this.file,
      program: this.program.name,
      section: this.program.section,
      progType: progTypeName(this.program.type),
      verdict: this.view.verdict,
      rules: this.rulesText,
      notice: this.kernel.notice,
      derived: this.description !== null,
      world: worldInfo(this.standing),
      steps: trace.steps,
      insns: text.listing(trace),
      sources: text.sources,
      subprogs: text.subprogs,
      breakpoints: [...this.breakpoints.keys()].sort((a, b) => a - b),
      ...(iterator === undefined ? {} : { iterator }),
    };
  }

  /**
   * Loads that are probing reads, which a run must know (`RunOptions.probes`). A trace that was read from a file does not have them: its program is
   * verified once more, unless another model made it.
   */
  *probes(pause: () => boolean): Generator<undefined, ReadonlySet<number>> {
    const { kernel, budget } = this.around;
    if (this.#probes === null && this.rules === kernel.title)
      this.#probes = (yield* verifyProgram(this.program, this.object, kernel, budget, { pause })).probes;
    return (this.#probes ??= new Set());
  }

  /** Hands the log to a sink, in slices. */
  writeLog(level: 1 | 2, onLog: LogSink, pause: () => boolean): Generator<undefined, unknown> {
    this.mustHaveItsModel();
    const { kernel, budget } = this.around;
    return verifyProgram(this.program, this.object, kernel, budget, { logLevel: level, onLog, pause });
  }

  /** The program as the kernel rewrites it, worked out in slices; why there is none, where it is not accepted or not covered. */
  *translation(pause: () => boolean): Generator<undefined, Translation | { readonly unsupported: string }> {
    this.mustHaveItsModel();
    const { kernel, budget } = this.around;
    const work = verifyProgram(this.program, this.object, kernel, budget, { translate: true, pause });
    const { stats, translation } = yield* work;
    if (translation !== undefined) return translation;
    if (stats.errno === null) return { unsupported: stats.unsupported ?? '' };
    throw new InputError('it was rejected: the kernel rewrites only what it accepts', '', this.program.name);
  }

  /** The first step after `step` at which a breakpoint stops; 0 if there is none. */
  nextStop(step: number): number {
    const { data, steps } = this.trace;
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

  /** Edits after which the verifier accepts the program, the least invasive first; worked out once, in slices. */
  *fixes(pause: () => boolean): Generator<undefined, readonly FixView[]> {
    const { kernel } = this.around;
    if (this.#fixes !== null || this.rules !== kernel.title) return this.#fixes ?? [];
    const { text } = this.view;
    const found = yield* findFixes(this.trace, text, { kernel, pause });
    return (this.#fixes = found.map((fix) => fixView(text, fix, kernel)));
  }

  /** The session as an `.iterscope` file. */
  archive(): Uint8Array {
    const { stats } = this.trace.data;
    const { input, edits } = settled(this.origin.input, this.origin.edits);
    const manifest: Manifest = {
      format: 'iterscope-trace',
      version: 1,
      kernel: this.rules,
      ...(this.description === null ? {} : { model: this.description }),
      file: this.file,
      program: this.program.name,
      input: input.kind,
      errno: stats.errno,
      processed: stats.processed,
      sources: [...this.sources.keys()].sort(),
      ...(edits.length === 0 ? {} : { edits }),
      ...(this.marks.all.length === 0 ? {} : { marks: this.marks.all }),
    };
    const archive: Archive = {
      manifest,
      records: encodeRecords(this.trace),
      input: input.bytes,
      ...(this.standing.description === null ? {} : { world: encodeUtf8(this.standing.description) }),
      sources: this.sources,
    };
    return packArchive(archive);
  }
}

/** A program of an object by its name; the first one where none is given. @throws InputError */
export function programNamed(object: BpfObject, name: string | undefined, file: string): BpfProgram {
  const found = object.programs.find((program) => name === undefined || program.name === name);
  if (found === undefined) throw new InputError(`it has no program ${name ?? ''}`, '', file);
  return found;
}
