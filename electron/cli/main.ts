import { bpfPlugin } from './commands/bpf-plugin.ts';
import { KERNEL_HELP, kernelCommand } from './commands/kernel.ts';
import { LESSON_HELP, lessonCommand } from './commands/lesson.ts';
import { RUN_HELP, runCommand } from './commands/run.ts';
import { SHELL_HELP, shellCommand } from './commands/shell.ts';
import { TRACE_HELP, traceCommand } from './commands/trace.ts';
import { VERIFY_HELP, verifyCommand } from './commands/verify.ts';
import type { Output } from './output.ts';
import { oneLine, processOutput, UNUSABLE, UsageError } from './output.ts';

interface Command {
  readonly words: string;
  /** null: the command explains itself. */
  readonly help: string | null;
  readonly run: (args: readonly string[], output: Output) => number | Promise<number>;
}

const ITER_HELP = `iterscope iter FILE --prog NAME [--pid N] [--tid N] [--map NAME] [--cgroup PATH] [--world FILE]
Attaches an iterator program and reads it until its end. The model does not cover iterator targets: it says so and stops.
`;

const commands: Readonly<Record<string, Command>> = {
  verify: { words: 'verify programs as Linux 6.18 would', help: VERIFY_HELP, run: verifyCommand },
  run: { words: 'run a program on the simulated machine', help: RUN_HELP, run: runCommand },
  iter: {
    words: 'read an iterator program',
    help: ITER_HELP,
    run: (_args, { err }) => {
      err('unsupported: iterator targets (attach, create, read)\n');
      return UNUSABLE;
    },
  },
  kernel: { words: 'ask the running kernel, or compare with it', help: KERNEL_HELP, run: kernelCommand },
  'bpf-plugin': { words: 'plugin of the bpf_conformance runner', help: null, run: (args) => bpfPlugin(args) },
  lesson: { words: 'list lessons, check a solution', help: LESSON_HELP, run: lessonCommand },
  trace: { words: 'export, import and look into traces', help: TRACE_HELP, run: traceCommand },
  shell: { words: "the sandbox's terminal in your own", help: SHELL_HELP, run: shellCommand },
};

const HELP = `iterscope COMMAND …
Watch the Linux BPF verifier think.

${Object.entries(commands)
  .map(([name, { words }]) => `  ${name.padEnd(12)} ${words}\n`)
  .join('')}
\`iterscope COMMAND --help\` says more.
`;

/** Runs the command line; gives the exit status. */
export async function main(args: readonly string[], output: Output = processOutput): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    (name === undefined ? output.err : output.out)(HELP);
    return name === undefined ? UNUSABLE : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    output.err(`${name}: no such command; there are ${Object.keys(commands).join(', ')}\n`);
    return UNUSABLE;
  }
  if (command.help !== null && (rest.includes('--help') || rest.includes('-h'))) {
    output.out(command.help);
    return 0;
  }
  try {
    return await command.run(rest, output);
  } catch (error) {
    const words = oneLine(error);
    if (words === null) throw error;
    output.err(error instanceof UsageError ? `${words} (iterscope ${name} --help)\n` : `${words}\n`);
    return UNUSABLE;
  }
}
