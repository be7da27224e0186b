import { bpfPlugin } from './commands/bpf-plugin.ts';
import { ITER_HELP, iterCommand } from './commands/iter.ts';
import { ITERATOR_HELP, iteratorCommand } from './commands/iterator.ts';
import { KERNEL_HELP, kernelCommand } from './commands/kernel.ts';
import { COMPILE_HELP, compileCommand } from './commands/compile.ts';
import { LESSON_HELP, lessonCommand } from './commands/lesson.ts';
import { REFERENCE_HELP, referenceCommand } from './commands/reference.ts';
import { RUN_HELP, runCommand } from './commands/run.ts';
import { SHELL_HELP, shellCommand } from './commands/shell.ts';
import { TRACE_HELP, traceCommand } from './commands/trace.ts';
import { VERIFY_HELP, verifyCommand } from './commands/verify.ts';
import { XLATED_HELP, xlatedCommand } from './commands/xlated.ts';
import { WORLD_HELP, worldCommand } from './commands/world.ts';
import { nearest } from '../core/base/nearest.ts';
import packageJson from '../package.json' with { type: 'json' };
import { unforeseen } from '../node/last-handler.ts';
import type { Output } from './output.ts';
import { FAULT, oneLine, processOutput, UNUSABLE } from './output.ts';
import { UsageError } from '../node/usage-error.ts';

interface Command {
  readonly words: string;
  /** null: the command explains itself. */
  readonly help: string | null;
  /** Done in a thread of its own: it may take long. */
  readonly long?: true;
  readonly run: (args: readonly string[], output: Output) => number | Promise<number>;
}

const commands: Readonly<Record<string, Command>> = {
  verify: { words: 'verify programs as Linux 6.18 would', help: VERIFY_HELP, long: true, run: verifyCommand },
  xlated: { words: 'programs as the kernel rewrites them', help: XLATED_HELP, long: true, run: xlatedCommand },
  run: { words: 'run a program on the simulated machine', help: RUN_HELP, long: true, run: runCommand },
  iter: { words: 'read an iterator program', help: ITER_HELP, long: true, run: iterCommand },
  world: { words: 'what there is on the simulated machine', help: WORLD_HELP, run: worldCommand },
  iterator: { words: "check an iterator of one's own", help: ITERATOR_HELP, run: iteratorCommand },
  kernel: { words: 'ask the running kernel, or compare with it', help: KERNEL_HELP, long: true, run: kernelCommand },
  'bpf-plugin': { words: 'plugin of the bpf_conformance runner', help: null, run: (args) => bpfPlugin(args) },
  compile: { words: 'compile a C program with clang or zig', help: COMPILE_HELP, long: true, run: compileCommand },
  lesson: {
    words: 'lessons and packs of them: list, lint, watch, make, check; a class',
    help: LESSON_HELP,
    long: true,
    run: lessonCommand,
  },
  reference: {
    words: 'look up functions, flags, messages; search the course',
    help: REFERENCE_HELP,
    run: referenceCommand,
  },
  trace: { words: 'export, import and look into traces', help: TRACE_HELP, long: true, run: traceCommand },
  shell: { words: "the sandbox's terminal in your own", help: SHELL_HELP, run: shellCommand },
};

const HELP = `iterscope COMMAND …
Watch the Linux BPF verifier think.

${Object.entries(commands)
  .map(([name, { words }]) => `  ${name.padEnd(12)} ${words}\n`)
  .join('')}
\`iterscope COMMAND --help\` says more; \`iterscope --version\` says which this is.

Exit status: what the command's help says; 2 unusable input, wrong words, or an output that cannot be written (a full disk, a closed pipe);
3 a fault of Iterscope itself, with a report; 130 ended by Ctrl-C.
`;

const find = (name: string | undefined): Command | undefined =>
  name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;

/** Whether these arguments ask for work that may take long. */
export function worksLong(args: readonly string[]): boolean {
  return find(args[0])?.long === true;
}

/** Runs the command line; gives the exit status. Never throws. */
export async function main(args: readonly string[], output: Output = processOutput): Promise<number> {
  const [name, ...rest] = args;
  try {
    if (name === '--version' || name === '-V') {
      output.out(`iterscope ${packageJson.version} (rules of Linux 6.18)\n`);
      return 0;
    }
    if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
      (name === undefined ? output.err : output.out)(HELP);
      return name === undefined ? UNUSABLE : 0;
    }
    const command = find(name);
    if (command === undefined) {
      const near = nearest(name, Object.keys(commands));
      const hint = near === undefined ? `there are ${Object.keys(commands).join(', ')}` : `did you mean ${near}?`;
      output.err(`${name}: no such command; ${hint}\n`);
      return UNUSABLE;
    }
    if (command.help !== null && (rest.includes('--help') || rest.includes('-h'))) {
      output.out(command.help);
      return 0;
    }
    return await command.run(rest, output);
  } catch (error) {
    const words = oneLine(error);
    if (words === null) {
      output.err(`${unforeseen(error, `iterscope ${name ?? ''}`.trim())}\n`);
      return FAULT;
    }
    output.err(error instanceof UsageError ? `${words} (iterscope ${name ?? ''} --help)\n` : `${words}\n`);
    return UNUSABLE;
  }
}
