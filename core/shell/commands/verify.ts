import type { Command } from '../command.ts';
import { existing, fileNames, options, shown, UsageError } from '../command.ts';
import type { Report } from '../host.ts';
import { errnoName } from '../../base/errno.ts';
import { LogPrinter } from '../print-log.ts';
import { style } from '../style.ts';

/** One line on a verdict. */
export function verdictLine(report: Report): string {
  const { program, errno, insn, message } = report;
  if (errno === null) return `${program}: ${style.warn('unsupported')}: ${report.unsupported ?? ''}`;
  if (errno === 0)
    return `${program}: ${style.ok('accepted')}, ${report.processed} instructions, ${report.totalStates} states`;
  return `${program}: ${style.bad('rejected')} (${errnoName(errno)})${insn < 0 ? '' : ` at ${insn}`}: ${message.split('\n')[0] ?? ''}`;
}

const noProgram = (file: string, program: string | undefined): string =>
  `${file} has no program${program === undefined ? '' : ` named ${program}`}`;

export const verify: Command = {
  name: 'verify',
  usage: 'verify [FILE [PROGRAM]] [--log-level 0|1|2] [--explain]',
  summary: 'the verdict; with a log level the kernel’s log; explained in plain words',
  help: 'Verifies the programs of FILE, or the one on show. --log-level 1 prints the log of the last path, 2 of every path, as the kernel would. --explain says in plain words why a program was rejected, or what the walk was like.',
  async run(args, context) {
    const { rest, values, flags } = options(args, ['--log-level'], ['--explain']);
    const level = values.get('--log-level') ?? '0';
    if (!/^[012]$/.test(level)) throw new UsageError('--log-level is 0, 1 or 2');
    const [file, program] = rest;
    if (file === undefined) {
      const session = shown(context);
      if (flags.has('--explain')) return { output: context.host.explain(session).trimEnd() };
      if (level === '0') return { output: verdictLine(context.host.report(session)) };
      const log = new LogPrinter(context.host);
      await context.host.log(session, level === '1' ? 1 : 2, log);
      return { output: log.end() };
    }
    const path = existing(context, file);
    if (flags.has('--explain')) {
      const texts = await context.host.explainFile(path, program);
      if (texts.length === 0) throw new UsageError(noProgram(file, program));
      return { output: texts.join('\n').trimEnd() };
    }
    const reports = await context.host.verifyFile(path, program);
    if (reports.length === 0) throw new UsageError(noProgram(file, program));
    const failed = reports.some(({ errno }) => errno !== 0);
    if (level === '0') return { output: reports.map(verdictLine).join('\n'), failed };
    const log = new LogPrinter(context.host);
    for (const { program: name } of reports) await context.host.logOfFile(path, name, level === '1' ? 1 : 2, log);
    return { output: log.end(), failed };
  },
  complete: (_args, context) => [...fileNames(context, '.o'), '--log-level', '--explain'],
};
