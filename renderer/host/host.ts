import type { HostCommand, Theme } from '../../electron/ipc-contract.ts';
import type { Compiled, CompilerInfo } from '../../core/engine/compiled.ts';
import type { KernelAnswer, KernelQuestion } from '../../core/engine/kernel-question.ts';
import type { EngineApi, InputFile } from '../../core/engine/protocol.ts';

/** What the window is told by its host. */
export interface HostEvents {
  /** A running engine; called again with a new one after the old was lost. */
  engine(engine: EngineApi): void;
  /** The engine's process or worker died. Pending calls have been rejected; a new engine follows. */
  lost(reason: string): void;
  /** Files that the host was asked to open: command line, menu, file manager. Told once at the start in any case, with none where none were. */
  open(files: readonly InputFile[]): void;
  command(command: HostCommand): void;
  /** A folder of lessons that was opened has changed: the pack that it is now. */
  changed(pack: InputFile): void;
  /** It has changed so that it cannot be read; why. */
  unreadable(reason: string): void;
}

/** The only thing in which the desktop app and the web page differ. */
export interface Host {
  readonly name: 'browser' | 'electron';
  /** Starts the engine and from then on reports to `events`. */
  start(events: HostEvents): void;
  /** Lets a person choose files: programs, traces, assembly, JSON of a world or a model; empty when they cancel. */
  pick(): Promise<readonly InputFile[]>;
  /** Lets a person choose a folder of lessons or of progress; absent where the host has no dialog for folders. */
  pickFolder?(): Promise<readonly InputFile[]>;
  /** What a folder that was dropped holds, and watches it; empty where the host can't tell its path, absent where no host has paths. */
  dropped?(folder: File): Promise<readonly InputFile[]>;
  /** Files that were opened last, newest first: their names, or their paths where the host has such. */
  recent(): Promise<readonly string[]>;
  /** Opens one of those again; empty where it is not there any more, which the person was told. */
  openRecent(name: string): Promise<readonly InputFile[]>;
  /** Files were opened by the window itself. */
  opened(files: readonly InputFile[]): void;
  /** The C source beside an object that was opened, if there is one; absent where files have no place (a web page). */
  beside?(object: string, names: readonly string[]): Promise<readonly InputFile[]>;
  /** Offers a file for saving; resolves when the host has taken it (or the person cancelled). */
  save(file: InputFile): Promise<void>;
  /**
   * Offers a file for saving that comes in pieces; null when the person cancelled.
   * @param bytes how long it is, about
   * @throws Error in words when the host has no way to save so much
   */
  saveInPieces(name: string, bytes: number): Promise<PiecewiseFile | null>;
  /** Asks the machine's kernel for its verdict of a program; absent where no kernel can be reached (a web page). */
  askKernel?(question: KernelQuestion): Promise<KernelAnswer>;
  /** What compiles C; absent where there is no compiler to be had (a web page). */
  readonly c?: CHost;
  /** Window title. */
  title(text: string): void;
  /** The theme that was chosen: menus and dialogs outside the page follow it, where there are any. */
  theme(theme: Theme): void;
}

/** The compiler for C of a host. */
export interface CHost {
  /** Which there is, or why there is none. */
  compiler(): Promise<CompilerInfo>;
  /** Compiles one C file. @param name without folders */
  compile(name: string, text: string): Promise<Compiled>;
  /** Lets the person choose one. */
  choose(): Promise<CompilerInfo>;
  /** Looks for one again, whatever was chosen. */
  any(): Promise<CompilerInfo>;
}

/** A file that is being written. */
export interface PiecewiseFile {
  /** Resolves when the piece has been taken. */
  write(piece: string | Uint8Array): Promise<void>;
  /** Closes the file; what was written is thrown away unless it is `whole`. */
  end(whole: boolean): Promise<void>;
}

/** Files dropped on the window or chosen in an input, read into memory. */
export async function readFiles(list: Iterable<File>): Promise<InputFile[]> {
  return Promise.all(
    [...list].map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
  );
}
