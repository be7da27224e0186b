import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';

export const cd: Command = {
  name: 'cd',
  usage: 'cd [FOLDER]',
  summary: 'go to another folder',
  help: 'Changes the folder that names are looked up in. Without a name: back to ~/sandbox.',
  run([folder], { host, resolve }) {
    const path = folder === undefined ? '~/sandbox' : resolve(folder);
    if (path !== '~' && path !== '~/sandbox' && !host.files().some((file) => file.path.startsWith(`${path}/`)))
      throw new UsageError(`${folder}: no such folder`);
    return { output: '', cwd: path };
  },
};
