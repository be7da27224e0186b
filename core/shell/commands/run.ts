import type { Command } from '../command.ts';
import { existing, fileNames, options, shown, UsageError } from '../command.ts';
import { style } from '../style.ts';

export const run: Command = {
  name: 'run',
  usage: 'run [PROGRAM | FILE] [--anyway]',
  summary: 'run the program once, with real values',
  help: 'Runs the program on show (or the one named) once in the interpreter. A rejected program is run only with --anyway: then you see what the verifier saved you from.',
  async run(args, context) {
    const { rest, flags } = options(args, [], ['--anyway']);
    const { host } = context;
    let session = context.session;
    let opened = false;
    if (rest[0] !== undefined) {
      const found = [...host.sessions()].reverse().find(({ program, file }) => program === rest[0] || file === rest[0]);
      session = found?.session ?? (await host.open(existing(context, rest[0])))[0]?.session ?? -1;
      opened = true;
    }
    if (session < 0) session = shown(context);
    const report = host.report(session);
    const anyway = flags.has('--anyway');
    if (report.errno !== 0 && !anyway)
      throw new UsageError(
        `${report.program} is ${report.errno === null ? 'not covered by the verifier' : 'rejected'}: \`run --anyway\` runs it all the same`,
      );
    const result = host.run(session, anyway);
    const printed = [...result.printk, ...result.records.map((record) => `record in ${record}`)];
    const lines = [
      ...(result.notice === undefined ? [] : [style.bad(result.notice)]),
      ...printed.map((line) => style.dim(line)),
      // What was left behind is told as leaks.
      ...result.contract
        .filter(({ kind }) => kind !== 'not-destroyed')
        .map(({ text }) => style.warn(`contract: ${text}`)),
    ];
    const words =
      result.fault !== undefined
        ? style.bad(`runs, and faults after ${result.insns} instructions: ${result.fault}`)
        : result.leaks.length > 0
          ? style.warn(`runs, returns ${result.retval}, and leaks: ${result.leaks.join('; ')}`)
          : `returns ${style.ok(result.retval)} after ${result.insns} instructions`;
    return {
      output: [...lines, words].join('\n'),
      ...(result.fault === undefined ? {} : { failed: true }),
      ...(opened ? { session } : {}),
    };
  },
  complete: (_args, context) => [
    ...context.host.sessions().map(({ program }) => program),
    ...fileNames(context, '.o'),
    '--anyway',
  ],
};
