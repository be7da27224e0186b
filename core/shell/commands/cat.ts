import { printable } from '../../base/printable.ts';
import { decodeUtf8 } from '../../base/utf8.ts';
import type { Command } from '../command.ts';
import { existing, fileNames, UsageError } from '../command.ts';

export const cat: Command = {
  name: 'cat',
  usage: 'cat FILE',
  summary: 'print a text file',
  help: 'Prints a source file. Object files are not text: `verify` and `bpftool prog dump xlated` show what is in them.',
  run([file], context) {
    if (file === undefined) throw new UsageError('cat which file?');
    const bytes = context.host.read(existing(context, file))!;
    if (bytes.subarray(0, 4096).includes(0)) throw new UsageError(`${file} is not text; try \`verify ${file}\``);
    return { output: printable(decodeUtf8(bytes).replace(/\r?\n/g, '\n')).replace(/\n$/, '') };
  },
  complete: (_args, context) => fileNames(context, '.c', '.h', '.md', '.asm'),
};
