import type { Command } from '../command.ts';
import { existing, fileNames, options, shown, UsageError } from '../command.ts';

export const trace: Command = {
  name: 'trace',
  usage: 'trace export [FILE] [--format iterscope|log] | trace info FILE',
  summary: 'save what is on show, or look into a trace',
  help: 'trace export saves the verification on show with everything needed to open it elsewhere (.iterscope), or as the kernel’s log. trace info says what a trace holds.',
  async run([verb, ...args], context) {
    if (verb === 'info') {
      if (args[0] === undefined) throw new UsageError('trace info needs a file');
      return { output: context.host.traceInfo(existing(context, args[0])).join('\n') };
    }
    if (verb !== 'export') throw new UsageError('trace export, or trace info?');
    const { rest, values } = options(args, ['--format'], []);
    const format = values.get('--format') ?? (rest[0]?.endsWith('.log') === true ? 'log' : 'iterscope');
    if (format !== 'iterscope' && format !== 'log') throw new UsageError('--format is iterscope or log');
    const file = await context.host.exportTrace(shown(context), format, rest[0]);
    return { output: `${file.name}: ${file.bytes.length} bytes`, download: file };
  },
  complete: (args, context) =>
    args.length <= 1
      ? ['export', 'info']
      : args[0] === 'info'
        ? fileNames(context, '.iterscope')
        : ['--format', 'iterscope', 'log'],
};
