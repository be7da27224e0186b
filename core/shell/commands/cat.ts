import { printable } from '../../base/printable.ts';
import { decodeUtf8 } from '../../base/utf8.ts';
import type { Command } from '../command.ts';
import { existing, fileNames, UsageError } from '../command.ts';
import { BPFFS } from '../machine.ts';

export const cat: Command = {
  name: 'cat',
  usage: 'cat FILE | /sys/fs/bpf/NAME',
  summary: 'print a text file, or read a pinned iterator',
  help: 'Prints a source file. Object files are not text: `verify` and `bpftool prog dump xlated` show what is in them. What `bpftool iter pin` pinned is read from its beginning to its end: the program runs over every object that it visits.',
  run([file], context) {
    if (file === undefined) throw new UsageError('cat which file?');
    if (file.startsWith(`${BPFFS}/`)) return { output: pinned(context.host.machine.cat(file)) };
    const bytes = context.host.read(existing(context, file))!;
    if (bytes.subarray(0, 4096).includes(0)) throw new UsageError(`${file} is not text; try \`verify ${file}\``);
    return { output: printable(decodeUtf8(bytes).replace(/\r?\n/g, '\n')).replace(/\n$/, '') };
  },
  complete: (_args, context) => [...fileNames(context, '.c', '.h', '.md', '.asm'), ...context.host.machine.pins()],
};

/** Text as it is; of what is none, the bytes in rows of sixteen. */
function pinned(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (!bytes.includes(0)) return printable(text).replace(/\n$/, '');
  const rows: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, MOST_ROWS * 16); at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const letters = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    rows.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(47)}  |${letters}|`);
  }
  if (bytes.length > MOST_ROWS * 16) rows.push(`… ${bytes.length} bytes`);
  return rows.join('\n');
}

/** Rows of a dump that are shown. */
const MOST_ROWS = 256;
