import type { Command } from '../command.ts';
import { existing, fileNames, UsageError } from '../command.ts';
import { style } from '../style.ts';

export const world: Command = {
  name: 'world',
  usage: 'world [FILE.json | none]',
  summary: "read iterators in a world of one's own",
  help: 'Without a word: the world of the simulated machine that stands: tasks, files, cgroups and what else programs visit. With FILE.json: the world that it describes; `ps`, `bpftool`, the program on show and what is opened from then on are of that world, what else is open keeps its own. With none: the world that stands by default. `iterscope world print` writes that one: a start for one of your own.',
  run([file, ...more], context) {
    if (more.length > 0) throw new UsageError('world takes one file');
    const { host, session } = context;
    const { title, own, counts } =
      file === undefined ? host.world() : host.useWorld(file === 'none' ? null : existing(context, file), session);
    const name = title === '' ? 'no title' : title;
    return {
      output: [
        `${style.name(name)}${own ? '' : style.dim(', the world that stands by default')}`,
        counts.map(({ what, count }) => `${count} ${what}`).join(', '),
      ].join('\n'),
    };
  },
  complete: (_args, context) => ['none', ...fileNames(context, '.json')],
};
