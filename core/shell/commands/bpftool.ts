import type { Command } from '../command.ts';
import { existing, fileNames, shown, UsageError } from '../command.ts';
import { LogPrinter } from '../print-log.ts';
import { verdictLine } from './verify.ts';

const USAGE = 'bpftool prog load FILE | bpftool prog list | bpftool prog dump xlated';

export const bpftool: Command = {
  name: 'bpftool',
  usage: 'bpftool prog load FILE | list | dump xlated',
  summary: 'load a program as the real tool would, list what is open, dump it',
  help: 'prog load FILE verifies every program and opens the first one if all are accepted; otherwise it prints the verifier’s log, as the real tool does. prog list shows what is open. prog dump xlated prints the instructions of the program on show.',
  async run([object, verb, ...rest], context) {
    if (object !== 'prog') throw new UsageError(`bpftool knows only \`prog\` here: ${USAGE}`);
    const { host } = context;
    if (verb === 'list' || verb === 'show') {
      const lines = host.sessions().map(({ session }) => {
        const info = host.info(session);
        return `${session}: ${info.progType}  name ${info.program}  ${info.insns.length} insns  from ${info.file}`;
      });
      return { output: lines.join('\n') };
    }
    if (verb === 'dump') {
      if (rest[0] !== undefined && rest[0] !== 'xlated')
        throw new UsageError('only `dump xlated` is there: nothing is compiled to machine code here');
      const { insns } = host.info(shown(context));
      return {
        output: insns
          .filter(({ text }) => text !== '')
          .map(({ index, text }) => `${String(index).padStart(4)}: ${text}`)
          .join('\n'),
      };
    }
    if (verb !== 'load')
      throw new UsageError(
        `${verb === undefined ? 'bpftool prog what?' : `bpftool prog has no ${verb} here`} ${USAGE}`,
      );
    const [file] = rest;
    if (file === undefined) throw new UsageError('bpftool prog load needs a file');
    const path = existing(context, file);
    const reports = await host.verifyFile(path);
    const failed = reports.find(({ errno }) => errno !== 0);
    if (failed !== undefined) {
      const log = new LogPrinter(host);
      if (failed.errno !== null) await host.logOfFile(path, failed.program, 1, log);
      const text = log.end();
      const verdict = `${verdictLine(failed)}\nError: failed to load object file`;
      return { output: text === '' ? verdict : `${text}\n${verdict}`, failed: true };
    }
    const opened = await host.open(path);
    return {
      output: opened.map(({ summary }) => summary).join('\n'),
      ...(opened[0] === undefined ? {} : { session: opened[0].session }),
    };
  },
  complete(args, context) {
    if (args.length <= 1) return ['prog'];
    if (args.length === 2) return ['load', 'list', 'dump'];
    return args[1] === 'load' ? fileNames(context, '.o') : ['xlated'];
  },
};
