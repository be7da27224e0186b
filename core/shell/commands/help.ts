import type { Command } from '../command.ts';
import { nearest, UsageError } from '../command.ts';
import { columns, style } from '../style.ts';

export const help: Command = {
  name: 'help',
  usage: 'help [COMMAND | NAME]',
  summary: 'what there is, or more about one command or kernel function',
  help: 'Without a word: the list of commands. With a command: how it is used. With the name of a kernel function, helper, iterator, target of iterator programs, type of map or program, annotation of kernel functions, or errno (bpf_iter_num_next, task_file, __sz, KF_ACQUIRE, EACCES): what it is.',
  run([word], { commands, host }) {
    if (word === undefined) {
      const rows = commands.map((command) => [style.name(command.usage), style.dim(command.summary)]);
      return {
        output: `${columns(rows, 2)}\n\nTo begin: ${style.name('ls')}, then ${style.name('open num_sum.bpf.o')}, then ${style.name('step')}.`,
      };
    }
    const command = commands.find(({ name }) => name === word);
    if (command !== undefined) return { output: `${style.name(command.usage)}\n${command.help}` };
    const doc = host.documentation(word);
    if (doc !== undefined) return { output: `${style.name(word)}\n${doc}` };
    const near = nearest(word, [...commands.map(({ name }) => name), ...host.documented()]);
    throw new UsageError(`there is no help on ${word}${near === undefined ? '' : `; did you mean ${near}?`}`);
  },
  complete: (_args, { commands, host }) => [...commands.map(({ name }) => name), ...host.documented()],
};
