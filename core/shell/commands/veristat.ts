import type { Command } from '../command.ts';
import { existing, fileNames, UsageError } from '../command.ts';
import { columns, style } from '../style.ts';

/** A duration as the table shows it. */
const duration = (us: number): string => `${Math.round(us)} µs`;

export const veristat: Command = {
  name: 'veristat',
  usage: 'veristat FILE…',
  summary: 'verdict and cost of every program, as a table',
  help: 'Verifies every program of the files and prints what it took: time measured, instructions processed, states stored in all and at once. The time is this verifier’s own.',
  async run(args, context) {
    if (args.length === 0) throw new UsageError('veristat needs a file; `ls` shows them');
    const rows = [['File', 'Program', 'Verdict', 'Duration', 'Insns', 'States', 'Peak'].map(style.dim)];
    for (const file of args)
      for (const report of await context.host.verifyFile(existing(context, file))) {
        const verdict =
          report.errno === null
            ? style.warn('unsupported')
            : report.errno === 0
              ? style.ok('success')
              : style.bad('failure');
        rows.push([
          report.file,
          report.program,
          verdict,
          duration(report.timeUs),
          String(report.processed),
          String(report.totalStates),
          String(report.peakStates),
        ]);
      }
    return { output: columns(rows, 3) };
  },
  complete: (_args, context) => fileNames(context, '.o'),
};
