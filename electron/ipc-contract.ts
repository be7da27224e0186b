import { checkCompiled, checkCompilerInfo, MAX_C } from '../core/engine/compiled.ts';
import type { Compiled, CompilerInfo } from '../core/engine/compiled.ts';
import { MAX_FILE } from '../core/base/limits.ts';
import { checkAnswer, checkQuestion } from '../core/engine/kernel-question.ts';
import type { KernelAnswer, KernelQuestion } from '../core/engine/kernel-question.ts';
import type { InputFile } from '../core/engine/protocol.ts';
import { EXPORT_FORMATS } from '../core/trace/export/index.ts';
import type { ExportFormat } from '../core/trace/export/index.ts';
import type { Validator } from '../core/base/validate.ts';
import { bool, bytes, int, list, oneOf, ShapeError, record, text } from '../core/base/validate.ts';

/**
 * Everything that crosses between the window and Electron's main process. Main's handlers, the preload's bridge and
 * their tests derive from this file; each side checks what arrives with the validators below.
 *
 * The engine does not speak through here: the window gets a MessagePort to its process (`ENGINE_MESSAGE`).
 */

/** Largest piece of a file that is written piece by piece. */
const MAX_PIECE = 16 * 1024 * 1024;
const MAX_NUMBER = 0x7fffffff;
/** Most files that are remembered as opened. */
export const MOST_RECENT = 50;
export const file = record<InputFile>({ name: text(4096), bytes: bytes(MAX_FILE) });
const files = list(256, file);

export const THEMES = ['system', 'dark', 'light'] as const;
export type Theme = (typeof THEMES)[number];

/** What the native menu, or the palette in its place, may ask the window to do. */
export type HostCommand =
  'open' | 'palette' | 'keys' | 'theme' | 'terminal' | 'laboratory' | 'workbench' | 'default-world' | ExportCommand;
/** The command that saves the session on show in a format. */
export type ExportCommand = `export:${ExportFormat}`;
export const exportCommand = (format: ExportFormat): ExportCommand => `export:${format}`;
export const HOST_COMMANDS: readonly HostCommand[] = [
  'open',
  'palette',
  'keys',
  'theme',
  'terminal',
  'laboratory',
  'workbench',
  'default-world',
  ...EXPORT_FORMATS.map(exportCommand),
];

/** What the window may ask of the main process. */
export interface HostCalls {
  /** The window listens now: send it an engine's port and the files to open. */
  ready(): void;
  /** Shows the open dialog; empty when it was cancelled. */
  pick(): readonly InputFile[];
  /** Shows the dialog for a folder of lessons or of progress; empty when it was cancelled. */
  pickFolder(): readonly InputFile[];
  /** A folder that was dropped on the window, by its path: the preload has that of the file itself. */
  dropped(path: string): readonly InputFile[];
  /** Paths of files that were opened last, newest first. */
  recent(): readonly string[];
  /** Opens one of those again; empty where it can't be read, which the person was told. */
  openRecent(path: string): readonly InputFile[];
  /** The C source beside an object that was opened, by its own name or one that its line information has; empty where there is none. */
  beside(object: string, names: readonly string[]): readonly InputFile[];
  /** Shows the save dialog and writes the file; false when it was cancelled. */
  save(file: InputFile): boolean;
  /** Shows the save dialog and begins a file that is written in pieces: its number, 0 when it was cancelled. */
  saveBegin(name: string): number;
  /** Writes a piece; false when it can't be written, which the person was told. */
  saveWrite(file: number, bytes: Uint8Array): boolean;
  /** Closes a file; what was written is thrown away unless it is whole. */
  saveEnd(file: number, whole: boolean): boolean;
  /** Asks this machine's kernel for its verdict of a program. */
  askKernel(question: KernelQuestion): KernelAnswer;
  /** The compiler for C, or why there is none. */
  compiler(): CompilerInfo;
  /** Compiles one C file; its name has no folders. */
  compile(name: string, text: string): Compiled;
  /** Lets the person choose a compiler. */
  chooseCompiler(): CompilerInfo;
  /** Forgets which one was chosen, and looks for one. */
  anyCompiler(): CompilerInfo;
  title(text: string): void;
  theme(theme: Theme): void;
}

/** What the main process tells the window. */
export interface HostNotes {
  /** Files that were asked for outside the window: command line, menu, file manager; told once when it listens, with none where none were. */
  open(files: readonly InputFile[]): void;
  command(command: HostCommand): void;
  /** A folder of lessons that was opened has changed: the pack that it is now. */
  changed(pack: InputFile): void;
  /** It has changed so that it cannot be read; why. */
  unreadable(reason: string): void;
  /** The engine's process ended; a new port follows. */
  lost(reason: string): void;
}

type Arguments<F> = F extends (...args: infer A) => unknown ? { readonly [I in keyof A]: Validator<A[I]> } : never;
type Result<F> = F extends (...args: never[]) => infer R ? Validator<R> : never;

const nothing: Validator<void> = (value, at) => {
  if (value !== undefined && value !== null) throw new ShapeError(at, 'expected nothing');
};

/** Arguments, checked by the main process; results, checked by the preload. */
export const calls: {
  readonly [K in keyof HostCalls]: { readonly args: Arguments<HostCalls[K]>; readonly result: Result<HostCalls[K]> };
} = {
  ready: { args: [], result: nothing },
  pick: { args: [], result: files },
  pickFolder: { args: [], result: files },
  dropped: { args: [text(4096)], result: files },
  recent: { args: [], result: list(MOST_RECENT, text(4096)) },
  openRecent: { args: [text(4096)], result: files },
  beside: { args: [text(255), list(64, text(255))], result: list(1, file) },
  save: { args: [file], result: bool },
  saveBegin: { args: [text(4096)], result: int(0, MAX_NUMBER) },
  saveWrite: { args: [int(1, MAX_NUMBER), bytes(MAX_PIECE)], result: bool },
  saveEnd: { args: [int(1, MAX_NUMBER), bool], result: bool },
  askKernel: { args: [checkQuestion], result: checkAnswer },
  compiler: { args: [], result: checkCompilerInfo },
  compile: { args: [text(255), text(MAX_C)], result: checkCompiled },
  chooseCompiler: { args: [], result: checkCompilerInfo },
  anyCompiler: { args: [], result: checkCompilerInfo },
  title: { args: [text(500)], result: nothing },
  theme: { args: [oneOf(...THEMES)], result: nothing },
};
export type CallName = keyof HostCalls;
export const callNames = Object.keys(calls) as CallName[];

export const notes: { readonly [K in keyof HostNotes]: Validator<Parameters<HostNotes[K]>[0]> } = {
  open: files,
  command: oneOf(...HOST_COMMANDS),
  changed: file,
  unreadable: text(1000),
  lost: text(1000),
};
export type NoteName = keyof HostNotes;

/** IPC channel of a call or note. */
export const channel = (name: CallName | NoteName | 'engine'): string => `iterscope:${name}`;

/** `data` of the window message whose `ports[0]` speaks to the engine. */
export const ENGINE_MESSAGE = { iterscope: 'engine' } as const;

/** Checks a call's arguments as they arrived. Throws `ShapeError`. */
export function checkCall<K extends CallName>(name: K, args: readonly unknown[]): Parameters<HostCalls[K]> {
  const validators = calls[name].args as readonly Validator<unknown>[];
  if (args.length !== validators.length)
    throw new ShapeError(name, `${args.length} arguments, ${validators.length} expected`);
  return validators.map((check, i) => check(args[i], `${name}[${i}]`)) as Parameters<HostCalls[K]>;
}

/**
 * What the preload script exposes as `window.iterscopeHost`. The engine's port cannot cross the context bridge: the preload posts it to the
 * window as `{ iterscope: 'engine' }` with the MessagePort transferred, at start (after `ready`) and each time the engine was started again.
 */
export interface IterscopeBridge {
  /** The window is listening: send the engine's port and the files of the command line. */
  ready(): void;
  pick(): Promise<readonly InputFile[]>;
  /** Lets a person choose a folder of lessons or of progress. */
  pickFolder(): Promise<readonly InputFile[]>;
  /** What a folder that was dropped holds; empty where this Electron tells no path. */
  dropped(folder: object): Promise<readonly InputFile[]>;
  /** Paths of files that were opened last. */
  recent(): Promise<readonly string[]>;
  /** Opens one of them again. */
  openRecent(path: string): Promise<readonly InputFile[]>;
  /** The C source beside an object that was opened. */
  beside(object: string, names: readonly string[]): Promise<readonly InputFile[]>;
  /** Resolves to false when the person cancelled. */
  save(file: InputFile): Promise<boolean>;
  /** Begins a file that is written in pieces: its number, 0 when the person cancelled. */
  saveBegin(name: string): Promise<number>;
  /** Resolves when the piece is written; false when it can't be, which the person was told. */
  saveWrite(file: number, bytes: Uint8Array): Promise<boolean>;
  /** Closes it; what was written is thrown away unless it is whole. */
  saveEnd(file: number, whole: boolean): Promise<boolean>;
  /** Asks this machine's kernel for its verdict of a program. */
  askKernel(question: KernelQuestion): Promise<KernelAnswer>;
  /** The compiler for C, or why there is none. */
  compiler(): Promise<CompilerInfo>;
  compile(name: string, text: string): Promise<Compiled>;
  chooseCompiler(): Promise<CompilerInfo>;
  anyCompiler(): Promise<CompilerInfo>;
  title(text: string): void;
  /** What dialogs, menus and the next start's first frame look like. */
  theme(theme: Theme): void;
  onOpen(listener: (files: readonly InputFile[]) => void): void;
  onCommand(listener: (command: HostCommand) => void): void;
  onChanged(listener: (pack: InputFile) => void): void;
  onUnreadable(listener: (reason: string) => void): void;
  /** The engine's process has gone; why. */
  onLost(listener: (reason: string) => void): void;
}
