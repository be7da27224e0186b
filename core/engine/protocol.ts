import type { FixView } from '../trace/fixes/index.ts';
import type { LogPage } from '../trace/record/log-records.ts';
import type { PackedExploration } from '../trace/views/view.ts';
import type { Term } from '../lesson/glossary.ts';
import type { Piece } from '../lesson/pieces.ts';
import type { ExportFormat } from '../trace/export/index.ts';
import type { Control } from './control.ts';
import type { SessionEntry } from './entry.ts';
import type { KernelQuestion } from './kernel-question.ts';
import type { GlobalSetting, GlobalVariable } from '../elf/globals.ts';
import type { Edit } from '../elf/input.ts';
import type { FoundProblem } from '../trace/query/find.ts';
import type { Mark } from '../trace/record/marks.ts';
import type { Moment } from '../trace/views/difference-view.ts';
import type { WalkDifference } from '../trace/query/first-difference.ts';
import type { IteratorView, ReadSettings } from '../trace/views/seq-file-view.ts';
import type {
  ComparisonView,
  DifferenceView,
  EnvelopeView,
  FirstIterator,
  RoundsView,
  RunView,
  SessionInfo,
  StepView,
  Verdict,
  WalkComparison,
  WhyView,
  WorldInfo,
} from '../trace/views/view.ts';
import type { DefinitionParts } from './definition-parts.ts';
import type { EntryInfo } from '../reference/index.ts';
import type { CourseHit, ReferenceEntry } from './reference-view.ts';

export type { CourseHit, EntryInfo, ReferenceEntry };
export type { DefinitionParts, Mark, Moment, SessionEntry, WorldInfo };

/** A file handed to the engine. */
export interface InputFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}
/** What opening files gave: one entry a program, or the error to show where the file was dropped. */
export interface OpenResult {
  readonly sessions: readonly SessionEntry[];
  readonly errors: readonly string[];
  /** Programs that were not verified, because the request was cancelled. */
  readonly left?: number;
  /** Pages of lessons that were done (`lesson/page`), from the journal of an earlier release: the window keeps them now. */
  readonly done?: readonly string[];
  /** The world that a file described: it stands now. */
  readonly world?: WorldInfo;
  /** Files that describe a model of the kernel, or an iterator of one's own: they are in the sandbox, and not in use. */
  readonly models?: readonly InputFile[];
  /** Sources among the files, beside programs that are open. */
  readonly sources?: readonly SourceAnswer[];
}
/** What a source is to the programs that are open. */
export interface SourceAnswer {
  readonly name: string;
  /** It is shown, or would be. */
  readonly fits: boolean;
  /** One sentence. */
  readonly words: string;
}
/** What a text makes of a program: its verdict and walk beside the program's own; or what is wrong with the text. */
export type Trial =
  | {
      readonly problem?: never;
      /** A session of its own, in no list until `keepTrial`, and closed by the next trial. */
      readonly entry: SessionEntry;
      readonly verdict: Verdict;
      /** The instruction at which it was rejected; -1 for none. */
      readonly at: number;
      /** The text's line of that instruction, and of the first that the walk before did not come to; from 1, 0 for none. */
      readonly lines: { readonly at: number; readonly parting: number };
      /** The kernel's message about it; empty for none. */
      readonly message: string;
      /** The instructions are those that the program has. */
      readonly same: boolean;
      /** Null where the walks do not part. */
      readonly comparison: WalkComparison | null;
    }
  | {
      /** Line from 1; 0 where it is no line's. */
      readonly problem: { readonly line: number; readonly text: string };
    };
/** What a search found, or what is wrong with what was asked. */
export type Found =
  | { readonly problem?: never; /** Ascending. */ readonly steps: Uint32Array }
  | { readonly problem: FoundProblem; readonly steps?: never };
/** A program of a sample. */
export interface Sample {
  readonly file: string;
  readonly title: string;
  readonly words: string;
  readonly accepted: boolean;
  /** Why the file can't be read: it is listed, and can't be opened. */
  readonly problem?: string;
}
/** What a log is like as a whole. */
export interface LogInfo {
  readonly lines: number;
  /** Bytes of its text, about. */
  readonly bytes: number;
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
  /** The command failed; its output says why. */
  readonly failed?: boolean;
}
export interface LessonInfo {
  readonly id: string;
  /** `4.2`. */
  readonly number: string;
  readonly title: string;
  readonly minutes: number;
  readonly steps: number;
  /** What one can do at the end, in one sentence. */
  readonly goal: string;
  /** Title of the track that it is in; empty where it is in none. */
  readonly track: string;
  /** Ids of the statements of the source document that it teaches. */
  readonly teaches: readonly string[];
  /** Its file among the assets. */
  readonly file: string;
  /** Why it can't be read: it is listed, and can't be opened. */
  readonly problem?: string;
  /** The pack that it came with; the course's own have none. */
  readonly pack?: LessonPack;
}
/** A pack that lessons are of: their ids are `ID/lesson`, and so are the words of its glossary. */
export interface LessonPack {
  readonly id: string;
  readonly title: string;
  /** Who wrote it, in their own words; empty where they did not say. */
  readonly author: string;
}
/** A pack of lessons that is open. */
export interface PackInfo extends LessonPack {
  /** Lessons that can be read. */
  readonly lessons: number;
  /** Why others can't, a line each. */
  readonly problems: readonly string[];
  /** Files that are of no kind that lessons use, and were left out. */
  readonly ignored: readonly string[];
}
/** A lesson step's Markdown is rendered to HTML in the renderer by markdown-it without raw HTML. */
export interface LessonStep {
  readonly title: string;
  readonly markdown: string;
  /** Behind the question, once it was answered, or below the exercise. */
  readonly after?: string;
  readonly question?: {
    readonly prompt: string;
    readonly choices: readonly string[];
    /** Step the instruments go to for *Watch it*. */ readonly watch?: number;
  };
  readonly exercise?: {
    readonly prompt: string;
    /** What is written: assembly, or a definition of an iterator, JSON. */
    readonly language: 'assembly' | 'definition';
    /** The text to be edited. */ readonly start: string;
    readonly hints: readonly string[];
    /** C to begin with, where the exercise can be solved in C too. */
    readonly c?: {
      readonly file: string;
      readonly start: string;
      /** In the place of the last hint. */
      readonly hint?: string;
    };
    /** Pieces of C to be chosen and put in order, where there are any. */
    readonly pieces?: readonly Piece[];
  };
  /** Object to open when the step is shown, and the step in its trace. */
  readonly open?: { readonly file: string; readonly program: string; readonly step?: number; readonly model?: string };
}
export interface LessonContent extends LessonInfo {
  readonly pages: readonly LessonStep[];
}
/** C with the object that a compiler has made of it; the source's name is the one that the object's line information has. */
export interface CompiledC {
  readonly source: InputFile;
  readonly object: Uint8Array;
}
/** What is tried at an exercise: a text in the exercise's own language, or C. */
export type Attempt = string | CompiledC;
/** What the verifier says of an attempt that is being written, or what keeps it from being a program. */
export type ExerciseTrial =
  | {
      readonly problem?: never;
      readonly verdict: Verdict;
      /** The instruction at which it was rejected, -1 for none, and its line in the text, from 1, 0 for none. */
      readonly at: number;
      readonly line: number;
      /** The kernel's message about it; empty for none. */
      readonly message: string;
    }
  | {
      /** Line from 1; 0 where it is no line's. */
      readonly problem: { readonly line: number; readonly text: string };
    };
export interface CheckResult {
  readonly ok: boolean;
  /** Line of the text, from 1, at which it is rejected or wrong; 0 or absent where it is no line's. */
  readonly line?: number;
  /** What to say to the learner. */
  readonly words: string;
  readonly session?: number;
  /** Of an exercise that is not solved: the hints that still say something, in order. */
  readonly hints?: readonly string[];
  /** Of a solved exercise: a solution, and why it is one. */
  readonly solution?: ExerciseSolution;
}
/** Something that keeps a lesson from being a good one, and where. */
export interface LessonComplaint {
  readonly place: string;
  readonly what: string;
}
export interface ExerciseSolution {
  readonly text: string;
  /** The same in C, and of pieces of C, where the exercise can be solved so. */
  readonly c?: string;
  readonly pieces?: string;
  readonly because: string;
}

/** The kernel's model that programs are opened with. */
export interface ModelInfo {
  readonly title: string;
  /** Title of the kernel that it was derived from; its own where it is that. */
  readonly base: string;
  /** One line that says that it is no kernel's, where rules are switched off; else empty. */
  readonly notice: string;
  readonly rulesOff: readonly string[];
  /** Iterators that the kernel itself does not have. */
  readonly iterators: readonly { readonly name: string; readonly doc: string }[];
  /** The JSON that it was made of; null for the kernel itself. */
  readonly description: string | null;
}

/** What a description of a model, or of one iterator, is like. */
export interface ModelCheck {
  readonly problems: readonly {
    /** Path of the field, empty for the whole. */
    readonly field: string;
    readonly rule: string;
    /** False for what the kernel registers all the same. */
    readonly refused: boolean;
  }[];
  /** The C header of each of its iterators. */
  readonly iterators: readonly {
    readonly name: string;
    readonly header: string;
    /** Assembly that goes over it, once to the end and once more; empty where no argument can be made up. */
    readonly program: string;
  }[];
}

/**
 * Requests: name → [arguments, result]. The one place from which client, server and validators derive. Every request takes a `Control` after its
 * arguments, by which its caller ends it and is told how far it is; those that may take long say so here. Work is done in slices: no request waits
 * for another.
 */
export interface EngineApi {
  /**
   * Opens `.bpf.o`, `.iterscope` and assembly; JSON of a world stands from then on, that of a model is kept. Each program is told (`progress.session`, `done` of `total`) as soon as it is verified; when it is
   * cancelled, what was opened stays open and `left` says how many are missing.
   */
  open(files: readonly InputFile[], control?: Control): Promise<OpenResult>;
  /** Lays a source beside the lines that a session's object tells of, without showing it; opening it does. */
  checkSource(session: number, file: InputFile): Promise<SourceAnswer>;
  /** The global variables that a session's object has. */
  globals(session: number): Promise<readonly GlobalVariable[]>;
  /** What a session becomes by edits, made after those that it has: a session of its own, whose parent is this one. */
  derive(session: number, edits: readonly Edit[], control?: Control): Promise<OpenResult>;
  /** Where two sessions' walks part first; null when they are the same. */
  firstDifference(left: number, right: number): Promise<WalkDifference | null>;
  /**
   * What differs between two states, which may be of two sessions; each a step's or a stored one. Of two sessions it says too where their walks part.
   */
  difference(from: Moment, to: Moment): Promise<DifferenceView>;
  /**
   * The steps, from 1 to `until`, at which something is found (the words are those of `core/trace/query/find.ts`). What is found is told meanwhile
   * (`progress.steps`), with the steps that were searched (`done` of `total`).
   */
  find(session: number, words: string, until: number, control?: Control): Promise<Found>;
  /** The marks of a session, in the order of their steps. */
  marks(session: number): Promise<readonly Mark[]>;
  /** Marks a step, or names its mark anew; null takes it away. Gives the marks there are then. */
  setMark(session: number, step: number, name: string | null): Promise<readonly Mark[]>;
  /** A session's program as assembly that can be changed, and makes the same program as it stands. */
  programText(session: number): Promise<string>;
  /** Verifies a session's program with this text in its place, and lays the two walks over each other. */
  tryText(session: number, text: string, control?: Control): Promise<Trial>;
  /** Keeps what was tried as a session like any other. */
  keepTrial(session: number): Promise<SessionEntry>;
  /** What it takes to load a session's program once more: for asking the machine's kernel. */
  question(session: number): Promise<Omit<KernelQuestion, 'level'>>;
  /** Closes a session. */
  close(session: number): Promise<void>;
  /** `derive` with these settings of global variables in the place of those that the session has. */
  openWith(session: number, set: readonly GlobalSetting[], control?: Control): Promise<OpenResult>;
  samples(): Promise<readonly Sample[]>;
  openSample(file: string, program?: string, control?: Control): Promise<OpenResult>;
  /** Opens the program that a page of a lesson is about, by the rules that the page names. */
  openPage(lesson: string, page: number, control?: Control): Promise<OpenResult>;
  sessions(): Promise<readonly SessionEntry[]>;
  info(session: number): Promise<SessionInfo>;
  /** The walk as a whole, as columns (`unpackExploration`). */
  exploration(session: number, control?: Control): Promise<PackedExploration>;
  /** The walk as rounds of its loops: how many, what each brought, and the value that differs. */
  rounds(session: number, control?: Control): Promise<RoundsView>;
  step(session: number, step: number): Promise<StepView>;
  /** Next step after (`direction` 1) or before (-1) `step` with an event; the same step if there is none. */
  event(session: number, step: number, direction: 1 | -1): Promise<number>;
  /** The first iterator that the walk constructs; null where none is. */
  firstIterator(session: number): Promise<FirstIterator | null>;
  comparisons(session: number, step: number): Promise<readonly ComparisonView[]>;
  envelope(session: number, pc: number, name: string): Promise<EnvelopeView>;
  why(session: number): Promise<WhyView | null>;
  /**
   * Edits after which the verifier accepts a rejected program, the least invasive first; none for an accepted one. Each is a list for `derive`. They
   * are looked for when they are first asked for, which takes some hundred verifications.
   */
  fixes(session: number, control?: Control): Promise<readonly FixView[]>;
  /** The whole log in one text, if it is short; longer ones are had by lines. */
  log(session: number, level: 1 | 2, control?: Control): Promise<string>;
  /** How long the log is. The first request of a session's level writes it, as records, and may take as long as the verification. */
  logInfo(session: number, level: 1 | 2, control?: Control): Promise<LogInfo>;
  /** Lines of the log, `from` the first (from 1) on, made when they are asked for. */
  logLines(session: number, level: 1 | 2, from: number, count: number, control?: Control): Promise<LogPage>;
  /** Number of the line (from 1) that tells a step, or of the nearest before it; 0 if there is none. */
  logLineOf(session: number, level: 1 | 2, step: number, control?: Control): Promise<number>;
  /** Number of the first line at or after `from` that contains a text, whatever its case, and else from the beginning; 0 if none does. */
  logFind(session: number, level: 1 | 2, text: string, from: number, control?: Control): Promise<number>;
  /** Gives the whole log in pieces (`progress.output`), each when the one before has been taken. */
  logText(session: number, level: 1 | 2, control?: Control): Promise<LogInfo>;
  /** The model that programs are opened with. */
  model(): Promise<ModelInfo>;
  /**
   * Opens programs with the model that JSON describes from now on; null for the kernel itself. What is open keeps its own, and lessons are always judged
   * by the kernel.
   */
  useModel(description: string | null): Promise<ModelInfo>;
  /** Checks what is being written as a model or an iterator. */
  checkModel(description: string): Promise<ModelCheck>;
  /** What a definition of an iterator may be made of, and the rules that a model may leave out, with their words. */
  definitionParts(): Promise<DefinitionParts>;
  /** The world of the simulated machine that stands. */
  world(): Promise<WorldInfo>;
  /** Runs and reads what is opened in the world that JSON describes from now on, as the terminal does; null for the default one. What is open keeps its own. */
  useWorld(description: string | null): Promise<WorldInfo>;
  /** Reads an open session in the world that stands now. */
  moveToWorld(session: number): Promise<SessionInfo>;
  /** Runs the program; ended after some seconds if it does not end. */
  run(session: number, anyway: boolean): Promise<RunView>;
  /** Attaches an accepted iterator program to the simulated machine and reads its file until the end; ended after some seconds if it does not end. */
  readIterator(session: number, settings: ReadSettings, control?: Control): Promise<IteratorView>;
  setBreakpoint(session: number, pc: number, on: boolean): Promise<void>;
  /** A line of the terminal. Long output comes in pieces before the result (`progress.output`); cancelling ends the command. */
  shell(line: string, session: number, step: number, control?: Control): Promise<ShellResult>;
  complete(line: string): Promise<readonly string[]>;
  lessons(): Promise<readonly LessonInfo[]>;
  /** A lesson's text: its programs are verified for what it tells of them, which may take long where it is somebody else's. */
  lesson(id: string, control?: Control): Promise<LessonContent>;
  answer(lesson: string, page: number, choice: number, control?: Control): Promise<CheckResult>;
  checkExercise(lesson: string, page: number, attempt: Attempt, control?: Control): Promise<CheckResult>;
  /** Verifies an attempt that is being written; the next one takes its place. */
  tryExercise(lesson: string, page: number, attempt: Attempt, control?: Control): Promise<ExerciseTrial>;
  /** What keeps a lesson from being a good one; empty when nothing does. */
  lintLesson(lesson: string, control?: Control): Promise<readonly LessonComplaint[]>;
  /** The words of the field that lessons link to. */
  glossary(): Promise<readonly Term[]>;
  /** Every entry of the reference: kernel functions, helpers, flags, annotations, iterators, targets and messages about iterators. */
  reference(): Promise<readonly EntryInfo[]>;
  /** One of them, with what leads there and a program that shows it. */
  referenceEntry(id: string, control?: Control): Promise<ReferenceEntry>;
  /** Opens the program that shows an entry, by the rules of the kernel itself. */
  openReference(id: string, control?: Control): Promise<OpenResult>;
  /** Pages of lessons, words of the glossary and entries of the reference that have all of these words, the best first. */
  search(words: string): Promise<readonly CourseHit[]>;
  /**
   * Opens a pack of lessons (a zip), in the place of one of the same id. What it changes is opened anew where it is asked for: sessions of its files that
   * are others now are closed. A pack that is hostile or broken is refused, with the reason; what was open stays.
   */
  openPack(file: InputFile): Promise<PackInfo>;
  /** Takes a pack away again. */
  closePack(id: string): Promise<void>;
  /** The packs that are open. */
  packs(): Promise<readonly PackInfo[]>;
  /** A solution of an exercise, for who gives up. */
  solution(lesson: string, page: number): Promise<ExerciseSolution>;
  /** A session as a file of a format; what is too long for one is had in pieces. */
  exportTrace(session: number, format: ExportFormat, control?: Control): Promise<InputFile>;
  /** How many bytes `exportPieces` would give. It takes as long. */
  exportSize(session: number, format: ExportFormat, control?: Control): Promise<number>;
  /** Gives a session as a file in pieces (`progress.piece`), each when the one before has been taken; the result is their size in bytes. */
  exportPieces(session: number, format: ExportFormat, control?: Control): Promise<number>;
  /** Everything needed to come back after the engine was killed. */
  journal(): Promise<Uint8Array>;
  restore(journal: Uint8Array, control?: Control): Promise<OpenResult>;
}
