import { IMPORTERS, IMPORT_EXTENSIONS } from '../../trace/import/index.ts';
import type { Command } from '../command.ts';
import { existing, fileNames, UsageError } from '../command.ts';

export const open: Command = {
  name: 'open',
  usage: 'open FILE [PROGRAM]',
  summary: 'verify a program and show it',
  help: `Opens ${IMPORTERS.map(({ one }) => one).join(' or ')}: every program in it is verified, and the first one, or PROGRAM, is shown in the instruments.`,
  async run([file, program], context) {
    if (file === undefined) throw new UsageError('open what? `ls` shows the files');
    const opened = await context.host.open(existing(context, file), program);
    const first = opened[0];
    if (first === undefined)
      throw new UsageError(`${file} has no program${program === undefined ? '' : ` named ${program}`}`);
    return { output: opened.map(({ summary }) => summary).join('\n'), session: first.session };
  },
  complete: (args, context) =>
    args.length <= 1 ? fileNames(context, ...IMPORT_EXTENSIONS.map((extension) => `.${extension}`)) : [],
};
