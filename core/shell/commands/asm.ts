import { decodeUtf8 } from '../../base/utf8.ts';
import type { Command } from '../command.ts';
import { existing, fileNames, UsageError } from '../command.ts';
import { verdictLine } from './verify.ts';

export const asm: Command = {
  name: 'asm',
  usage: 'asm FILE | asm INSTRUCTION; INSTRUCTION; …',
  summary: 'assemble a program, verify it and show it',
  help: 'Takes the text that the verifier’s log prints, with labels: asm r0 = 0; exit. Lines are set apart by semicolons or newlines. Kernel functions are called by name: call bpf_iter_num_new.',
  async run(args, context) {
    if (args.length === 0) throw new UsageError('asm needs instructions, such as `asm r0 = 0; exit`, or a file');
    const single = args.length === 1 && /\.(asm|s)$/.test(args[0]!) ? args[0]! : undefined;
    const text =
      single !== undefined
        ? decodeUtf8(context.host.read(existing(context, single))!)
        : args.join(' ').replace(/;/g, '\n');
    const name = single === undefined ? 'typed' : single.slice(single.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
    const session = await context.host.assemble(name, text);
    return { output: verdictLine(context.host.report(session)), session };
  },
  complete: (_args, context) => fileNames(context, '.asm', '.s'),
};
