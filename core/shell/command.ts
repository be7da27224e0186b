import { nearest } from '../base/nearest.ts';
import type { SavedFile, ShellHost } from './host.ts';

export { nearest };

/** What a command may look at and change. */
export interface Context {
  readonly host: ShellHost;
  /** Session on show, -1 if none. */
  readonly session: number;
  readonly step: number;
  readonly cwd: string;
  readonly history: readonly string[];
  readonly commands: readonly Command[];
  /** A path as typed, made absolute. */
  resolve(path: string): string;
}

/** What a command did. */
export interface Effect {
  readonly output: string;
  readonly session?: number;
  readonly step?: number;
  readonly download?: SavedFile;
  readonly clear?: boolean;
  /** It did not do what it was asked to. */
  readonly failed?: boolean;
  readonly cwd?: string;
}

/** A command that was used wrongly: the message says what was wrong and how it goes. */
export class UsageError extends Error {}

/** One command of the sandbox, declared in one file: `help` and completion derive from it. */
export interface Command {
  readonly name: string;
  /** How it is written: `step [N]`. */
  readonly usage: string;
  /** One line for the list. */
  readonly summary: string;
  /** More, for `help NAME`. */
  readonly help: string;
  run(args: readonly string[], context: Context): Effect | Promise<Effect>;
  /** Candidates for the last of `args`, which may be empty. */
  complete?(args: readonly string[], context: Context): readonly string[];
}

/** The session on show; throws when there is none. */
export function shown(context: Context): number {
  if (context.session < 0)
    throw new UsageError('nothing is open yet: try `open num_sum.bpf.o`, or `ls` to see what there is');
  return context.session;
}

/** A whole number from an argument. */
export function number(text: string | undefined, what: string, otherwise?: number): number {
  if (text === undefined && otherwise !== undefined) return otherwise;
  if (text === undefined || !/^\d+$/.test(text))
    throw new UsageError(`${what} must be a number, not ${JSON.stringify(text ?? '')}`);
  return Number(text);
}

/** Takes `--name VALUE` or `--name=VALUE` and flags out of arguments. */
export function options(
  args: readonly string[],
  valued: readonly string[],
  flags: readonly string[],
): { rest: string[]; values: Map<string, string>; flags: Set<string> } {
  const rest: string[] = [];
  const values = new Map<string, string>();
  const set = new Set<string>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    const [name, inline] = arg.startsWith('--')
      ? [arg.split('=', 1)[0]!, arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : undefined]
      : ['', undefined];
    if (valued.includes(name)) {
      const value = inline ?? args[++i];
      if (value === undefined) throw new UsageError(`${name} needs a value`);
      values.set(name, value);
    } else if (flags.includes(name)) set.add(name);
    else if (arg.startsWith('--'))
      throw new UsageError(
        `there is no option ${name} here${valued.length + flags.length > 0 ? `; known: ${[...valued, ...flags].join(', ')}` : ''}`,
      );
    else rest.push(arg);
  }
  return { rest, values, flags: set };
}

/** Names of files below the current folder that end in one of `endings`, for completion. */
export function fileNames(context: Context, ...endings: readonly string[]): string[] {
  const prefix = `${context.cwd}/`;
  return context.host
    .files()
    .map((file) => (file.path.startsWith(prefix) ? file.path.slice(prefix.length) : file.path))
    .filter((name) => endings.length === 0 || endings.some((ending) => name.endsWith(ending)));
}

/** Throws a clear error when a file is not there. */
export function existing(context: Context, path: string): string {
  const full = context.resolve(path);
  if (context.host.read(full) === undefined) {
    const near = nearest(path, fileNames(context));
    throw new UsageError(
      `${path}: no such file${near === undefined ? '; `ls` shows what there is' : `; did you mean ${near}?`}`,
    );
  }
  return full;
}
