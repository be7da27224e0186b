import { InputError, Unsupported } from '../base/errors.ts';
import { printable } from '../base/printable.ts';
import type { Command, Context, Effect } from './command.ts';
import { nearest, UsageError } from './command.ts';
import { asm } from './commands/asm.ts';
import { bpftool } from './commands/bpftool.ts';
import { breakpoint } from './commands/break.ts';
import { cat } from './commands/cat.ts';
import { cd } from './commands/cd.ts';
import { diff } from './commands/diff.ts';
import { find } from './commands/find.ts';
import { help } from './commands/help.ts';
import { ls } from './commands/ls.ts';
import { mark, marks } from './commands/marks.ts';
import { model } from './commands/model.ts';
import { open } from './commands/open.ts';
import { ps } from './commands/ps.ts';
import { reference } from './commands/reference.ts';
import { rm } from './commands/rm.ts';
import { run } from './commands/run.ts';
import { clear, history, lesson } from './commands/small.ts';
import { trace } from './commands/trace.ts';
import { verify } from './commands/verify.ts';
import { veristat } from './commands/veristat.ts';
import { back, go, goto, step } from './commands/walk.ts';
import { world } from './commands/world.ts';
import type { ShellHost } from './host.ts';
import { shownOnly } from './shown-only.ts';
import { style } from './style.ts';

/** Every command; adding one adds a file and a line here. */
export const commands: readonly Command[] = [
  help,
  ls,
  cd,
  cat,
  open,
  veristat,
  verify,
  bpftool,
  step,
  back,
  goto,
  go,
  breakpoint,
  find,
  mark,
  marks,
  diff,
  run,
  ps,
  rm,
  asm,
  model,
  world,
  trace,
  lesson,
  reference,
  history,
  clear,
];

/** What is kept of a terminal when the engine is restarted. */
export interface ShellState {
  readonly cwd: string;
  readonly history: readonly string[];
}

/** Lines of history that are kept. */
const MAX_HISTORY = 1000;

/** The sandbox's terminal: takes lines, gives text. */
export class Shell {
  #cwd = '~/sandbox';
  #history: string[] = [];

  get prompt(): string {
    return `${style.ok('iterscope')} ${style.dim(this.#cwd)} $ `;
  }

  get state(): ShellState {
    return { cwd: this.#cwd, history: this.#history };
  }

  restore(state: ShellState): void {
    this.#cwd = state.cwd;
    this.#history = [...state.history];
  }

  /** Runs a line. Errors that a person can act on become text; others are thrown. */
  async run(line: string, session: number, atStep: number, host: ShellHost): Promise<Effect> {
    const trimmed = printable(line.trim());
    if (trimmed === '') return { output: '' };
    if (this.#history.at(-1) !== trimmed) this.#history.push(trimmed);
    if (this.#history.length > MAX_HISTORY) this.#history.shift();
    const [name, args] = split(trimmed);
    const command = commands.find((c) => c.name === name);
    if (command === undefined) {
      const near = nearest(
        name,
        commands.map((c) => c.name),
      );
      return {
        output: style.bad(
          `${name}: no such command${near === undefined ? '; `help` lists them' : `; did you mean ${near}?`}`,
        ),
        failed: true,
      };
    }
    try {
      const effect = await command.run(args, this.#context(session, atStep, host));
      if (effect.cwd !== undefined) this.#cwd = effect.cwd;
      return effect;
    } catch (error) {
      if (error instanceof UsageError || error instanceof InputError || error instanceof Unsupported)
        return { output: style.bad(`${name}: ${printable(error.message)}`), failed: true };
      throw error;
    }
  }

  /** Lines that `line` can become by completing its last word. */
  complete(line: string, host: ShellHost): string[] {
    const words = line.split(/\s+/);
    const last = words.at(-1) ?? '';
    const before = line.slice(0, line.length - last.length);
    const context = this.#context(-1, 0, host);
    const candidates =
      words.length <= 1
        ? commands.map((c) => c.name)
        : (commands.find((c) => c.name === words[0])?.complete?.(words.slice(1), context) ?? []);
    return [...new Set(candidates)]
      .filter((word) => word.startsWith(last))
      .sort()
      .map((word) => `${before}${word}`);
  }

  #context(session: number, atStep: number, host: ShellHost): Context {
    return {
      host: shownOnly(host),
      session,
      step: atStep,
      cwd: this.#cwd,
      history: this.#history,
      commands,
      resolve: (path) => resolve(this.#cwd, path),
    };
  }
}

/** Commands that take the rest of the line as it is. */
const WHOLE_LINE: readonly string[] = ['asm', 'find'];

// Elsewhere quotes keep blanks together.
function split(line: string): [name: string, args: string[]] {
  const words = line.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  const [name = '', ...args] = words.map((word) => (/^(".*"|'.*')$/s.test(word) ? word.slice(1, -1) : word));
  if (!WHOLE_LINE.includes(name)) return [name, args];
  const rest = line.trim().slice(name.length).trim();
  return [name, rest === '' ? [] : [rest]];
}

/** A path made absolute below `~`, with `.` and `..` taken out. */
export function resolve(cwd: string, path: string): string {
  const parts = path.startsWith('~')
    ? path.split('/')
    : path.startsWith('/')
      ? ['~', ...path.split('/')]
      : [...cwd.split('/'), ...path.split('/')];
  const out: string[] = [];
  for (const part of parts) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (out.length > 1) out.pop();
    } else out.push(part);
  }
  return out.join('/');
}
