import type { Command } from '../command.ts';

export const reference: Command = {
  name: 'reference',
  usage: 'reference [NAME | WORDS]',
  summary: 'look up functions, flags, targets, messages; search the course',
  help: 'Without a word: what the reference has. With the name of an entry (bpf_iter_num_next, KF_ACQUIRE, __sz, bpf_iter__task, unreleased-reference): all of it, and the program that shows it. With other words: pages of lessons, words of the glossary and entries that have all of them.',
  run: async (args, { host }) => ({ output: await host.reference(args.join(' ')) }),
  complete: (_args, { host }) => host.referenceIds(),
};
