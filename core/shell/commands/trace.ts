import { EXPORTERS, EXPORT_FORMATS, findExporter, formatOfName } from '../../trace/export/index.ts';
import type { Command } from '../command.ts';
import { existing, fileNames, options, shown, UsageError } from '../command.ts';

export const trace: Command = {
  name: 'trace',
  usage: `trace export [FILE] [--format ${EXPORT_FORMATS.join('|')}] | trace info FILE`,
  summary: 'save what is on show, or look into a trace',
  help: `trace export saves the verification on show: ${EXPORTERS.map(({ id, words }) => `${words} (${id})`).join(', ')}. trace info says what a trace holds.`,
  async run([verb, ...args], context) {
    if (verb === 'info') {
      if (args[0] === undefined) throw new UsageError('trace info needs a file');
      return { output: context.host.traceInfo(existing(context, args[0])).join('\n') };
    }
    if (verb !== 'export') throw new UsageError('trace export, or trace info?');
    const { rest, values } = options(args, ['--format'], []);
    const asked = values.get('--format') ?? formatOfName(rest[0] ?? '') ?? EXPORTERS[0].id;
    const exporter = findExporter(asked);
    if (exporter === undefined) throw new UsageError(`--format is ${EXPORT_FORMATS.join(' or ')}`);
    const file = await context.host.exportTrace(shown(context), exporter.id, rest[0]);
    return { output: `${file.name}: ${file.bytes.length} bytes`, download: file };
  },
  complete: (args, context) =>
    args.length <= 1
      ? ['export', 'info']
      : args[0] === 'info'
        ? fileNames(context, '.iterscope')
        : ['--format', ...EXPORT_FORMATS],
};
