import type { LogSink, Translation } from '../verifier/index.ts';
import type { ExportFormat } from '../trace/export/index.ts';
import type { ShellMachine } from './machine.ts';
import type { FoundProblem } from '../trace/query/find.ts';
import type { Mark } from '../trace/record/marks.ts';
import type { Moment } from '../trace/views/difference-view.ts';
import type { DifferenceView, RunView, SessionInfo, StepView, WorldInfo } from '../trace/views/view.ts';

/** A file as the sandbox's terminal sees it. Paths are absolute, below `~`: `~/sandbox/num_sum.bpf.o`. */
export interface ShellFile {
  readonly path: string;
  readonly size: number;
}

/** A program that was verified: one row of `veristat`. */
export interface Report {
  readonly file: string;
  readonly program: string;
  /** 0, a negative errno, or null when the model does not cover the program. */
  readonly errno: number | null;
  readonly unsupported?: string;
  readonly processed: number;
  readonly totalStates: number;
  readonly peakStates: number;
  readonly timeUs: number;
  /** Last line of the kernel's message when rejected, and the instruction. */
  readonly message: string;
  readonly insn: number;
}

/** A file that a command made, for the person to save. */
export interface SavedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A kernel's model, as far as the terminal shows it. */
export interface ShownModel {
  readonly title: string;
  /** One line that says that it is no kernel's; else empty. */
  readonly notice: string;
  /** Iterators that the kernel itself does not have. */
  readonly iterators: readonly { readonly name: string; readonly doc: string }[];
}

/** A stop: at an instruction, always or when a path is pruned there. */
export interface Breakpoint {
  readonly pc: number;
  readonly condition: 'always' | 'pruned' | 'forks';
}

/** What the commands need of the engine. What may take long is a promise: it is done in slices, and ended when nobody waits for it. */
export interface ShellHost {
  /** Shows text before the command's result, when somebody takes it; else false, and nothing happened. */
  print(text: string): boolean;
  files(): readonly ShellFile[];
  read(path: string): Uint8Array | undefined;
  /** Verifies every program of an object without opening it. Throws InputError. */
  verifyFile(path: string, program?: string): Promise<readonly Report[]>;
  /** Hands the verifier's log of a program of an object to a sink. */
  logOfFile(path: string, program: string, level: 1 | 2, sink: LogSink): Promise<void>;
  /** Why the program was rejected, or what its walk was like, in plain words. */
  explain(session: number): string;
  /** The same of every program of an object, or of one, without opening it. Throws InputError. */
  explainFile(path: string, program?: string): Promise<readonly string[]>;
  /** Opens a file; gives the sessions. Throws InputError. */
  open(path: string, program?: string): Promise<readonly { readonly session: number; readonly summary: string }[]>;
  /** Assembles and opens a program. Throws InputError with the line. */
  assemble(name: string, text: string): Promise<number>;
  sessions(): readonly { readonly session: number; readonly file: string; readonly program: string }[];
  info(session: number): SessionInfo;
  view(session: number, step: number): StepView;
  report(session: number): Report;
  /** The program as the kernel rewrites it. Throws InputError for one that was rejected. */
  translation(session: number): Promise<Translation | { readonly unsupported: string }>;
  log(session: number, level: 1 | 2, sink: LogSink): Promise<void>;
  run(session: number, anyway: boolean): RunView;
  breakpoints(session: number): readonly Breakpoint[];
  setBreakpoint(session: number, pc: number, condition: Breakpoint['condition'] | null): void;
  /** The next step after `step` at which one of the breakpoints stops; 0 if there is none. */
  nextStop(session: number, step: number): number;
  /** What differs between two states. Throws InputError where there is no such step or stored state. */
  difference(from: Moment, to: Moment): DifferenceView;
  /** The steps from 1 to `until` at which something is found, or what is wrong with what was asked. */
  find(
    session: number,
    words: string,
    until: number,
  ): Promise<
    | { readonly steps: Uint32Array; readonly problem?: never }
    | { readonly problem: FoundProblem; readonly steps?: never }
  >;
  /** The marks of a session, in the order of their steps. */
  marks(session: number): readonly Mark[];
  /** Marks a step, or names its mark anew; null takes it away. Throws InputError. */
  setMark(session: number, step: number, name: string | null): void;
  exportTrace(session: number, format: ExportFormat, name?: string): Promise<SavedFile>;
  /** What is inside a trace file, as lines of text. Throws InputError. */
  traceInfo(path: string): readonly string[];
  /** The simulated machine that iterator programs are attached to. */
  readonly machine: ShellMachine;
  lessons(): readonly {
    readonly id: string;
    readonly number: string;
    readonly title: string;
    readonly minutes: number;
    /** Why it can't be read. */
    readonly problem?: string;
  }[];
  /** What the reference says: of an entry whose id the words are, else what has the words; of none, what there is. */
  reference(words: string): Promise<string>;
  /** Ids of the reference's entries. */
  referenceIds(): readonly string[];
  /** The model that programs are opened with. */
  model(): ShownModel;
  /** Opens programs with the model that a file describes; null for the kernel itself. Throws InputError with the field and the rule. */
  useModel(path: string | null): ShownModel;
  /** The world that stands. */
  world(): WorldInfo;
  /**
   * From now on programs are run and read in the world that a file describes; null for the default one. What is open keeps its own, but for the
   * session on show (-1 for none). @throws InputError with the field and the rule
   */
  useWorld(path: string | null, session: number): WorldInfo;
  /** Documentation of a kernel function or helper, if there is some. */
  documentation(name: string): string | undefined;
  /** Every name that there is documentation of. */
  documented(): readonly string[];
}
