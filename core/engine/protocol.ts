import type { GlobalSetting, GlobalVariable } from '../elf/globals.ts';
import type {
  ComparisonView,
  EnvelopeView,
  Exploration,
  RunView,
  SessionInfo,
  StepView,
  WhyView,
} from '../trace/view.ts';

/** A file handed to the engine. */
export interface InputFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}
/** What opening files gave: one entry a program, or the error to show where the file was dropped. */
export interface OpenResult {
  readonly sessions: readonly {
    readonly session: number;
    readonly file: string;
    readonly program: string;
    readonly summary: string;
    readonly accepted: boolean | null;
  }[];
  readonly errors: readonly string[];
}
/** What a terminal line did. Text may carry SGR colours. */
export interface ShellResult {
  readonly output: string;
  /** The prompt for the next line. */
  readonly prompt: string;
  /** Session now shown, step to go to, if the command changed them. */
  readonly session?: number;
  readonly step?: number;
  /** A file the host should offer for saving (`trace export`). */
  readonly download?: InputFile;
  readonly clear?: boolean;
}
export interface LessonInfo {
  readonly id: string;
  /** `4.2`. */
  readonly number: string;
  readonly title: string;
  readonly minutes: number;
  readonly steps: number;
  /** Pages (from 0) whose question or exercise was solved. */
  readonly done: readonly number[];
}
/** A lesson step's Markdown is rendered to HTML in the renderer by markdown-it without raw HTML. */
export interface LessonStep {
  readonly title: string;
  readonly markdown: string;
  readonly question?: {
    readonly prompt: string;
    readonly choices: readonly string[];
    /** Step the instruments go to for *Watch it*. */ readonly watch?: number;
  };
  readonly exercise?: {
    readonly prompt: string;
    /** Assembly to be edited. */ readonly start: string;
    readonly hints: readonly string[];
  };
  /** Object to open when the step is shown, and the step in its trace. */
  readonly open?: { readonly file: string; readonly program: string; readonly step?: number };
}
export interface LessonContent extends LessonInfo {
  readonly pages: readonly LessonStep[];
}
export interface CheckResult {
  readonly ok: boolean;
  /** What to say to the learner. */
  readonly words: string;
  readonly session?: number;
}

/** Requests: name → [arguments, result]. The one place from which client, server and validators derive. */
export interface EngineApi {
  /** Opens `.bpf.o`, `.iterscope` and kernel logs. */
  open(files: readonly InputFile[]): Promise<OpenResult>;
  /** The global variables that a session's object has. */
  globals(session: number): Promise<readonly GlobalVariable[]>;
  /** The session's program verified once more, with global variables set before loading: a session of its own, beside this one. */
  openWith(session: number, set: readonly GlobalSetting[]): Promise<OpenResult>;
  samples(): Promise<
    readonly { readonly file: string; readonly title: string; readonly words: string; readonly accepted: boolean }[]
  >;
  openSample(file: string, program?: string): Promise<OpenResult>;
  sessions(): Promise<OpenResult['sessions']>;
  info(session: number): Promise<SessionInfo>;
  exploration(session: number): Promise<Exploration>;
  step(session: number, step: number): Promise<StepView>;
  /** Next step after (`direction` 1) or before (-1) `step` with an event; the same step if there is none. */
  event(session: number, step: number, direction: 1 | -1): Promise<number>;
  comparisons(session: number, step: number): Promise<readonly ComparisonView[]>;
  envelope(session: number, pc: number, name: string): Promise<EnvelopeView>;
  why(session: number): Promise<WhyView | null>;
  log(session: number, level: 1 | 2): Promise<string>;
  run(session: number, anyway: boolean): Promise<RunView>;
  setBreakpoint(session: number, pc: number, on: boolean): Promise<void>;
  shell(line: string, session: number, step: number): Promise<ShellResult>;
  complete(line: string): Promise<readonly string[]>;
  lessons(): Promise<readonly LessonInfo[]>;
  lesson(id: string): Promise<LessonContent>;
  answer(lesson: string, page: number, choice: number): Promise<CheckResult>;
  checkExercise(lesson: string, page: number, assembly: string): Promise<CheckResult>;
  exportTrace(session: number, format: 'iterscope' | 'log'): Promise<InputFile>;
  /** Everything needed to come back after the engine was killed. */
  journal(): Promise<Uint8Array>;
  restore(journal: Uint8Array): Promise<OpenResult>;
}
