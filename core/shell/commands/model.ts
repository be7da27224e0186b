import type { Command } from '../command.ts';
import { existing, fileNames, UsageError } from '../command.ts';
import { columns, style } from '../style.ts';

export const model: Command = {
  name: 'model',
  usage: 'model [FILE.json | none]',
  summary: "open programs with iterators of one's own, or without a rule",
  help: "Without a word: the kernel's model that programs are opened with. With FILE.json: the model, or the iterator of one's own, that it describes; what is opened from then on is verified and run by it, what is open keeps its own, and lessons are always judged by Linux 6.18. With none: Linux 6.18 again.",
  run([file, ...more], context) {
    if (more.length > 0) throw new UsageError('model takes one file');
    const { host } = context;
    const { title, notice, iterators } =
      file === undefined ? host.model() : host.useModel(file === 'none' ? null : existing(context, file));
    const rows = iterators.map(({ name, doc }) => [style.name(name), style.dim(doc)]);
    return {
      output: [
        ...(notice === '' ? [] : [style.bad(notice)]),
        `programs are opened by the rules of ${title}`,
        ...(rows.length === 0 ? [] : [columns(rows, 2)]),
      ].join('\n'),
    };
  },
  complete: (_args, context) => ['none', ...fileNames(context, '.json')],
};
