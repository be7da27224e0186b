import type { Command } from '../command.ts';
import { columns, style } from '../style.ts';

export const ls: Command = {
  name: 'ls',
  usage: 'ls [FOLDER]',
  summary: 'the files that can be opened',
  help: 'Lists the samples and the files that were opened, with their sizes in bytes.',
  run([folder], { host, cwd, resolve }) {
    const prefix = `${folder === undefined ? cwd : resolve(folder)}/`;
    const files = host.files().filter(({ path }) => path.startsWith(prefix));
    if (files.length === 0) return { output: style.dim('no files here') };
    const colour = (name: string): string =>
      name.endsWith('.o') || name.endsWith('.iterscope') ? style.ok(name) : name;
    return {
      output: columns(
        files.map(({ path, size }) => [colour(path.slice(prefix.length)), style.dim(String(size))]),
        1,
      ),
    };
  },
};
