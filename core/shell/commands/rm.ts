import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { BPFFS } from '../machine.ts';

export const rm: Command = {
  name: 'rm',
  usage: 'rm /sys/fs/bpf/NAME…',
  summary: 'take a pinned iterator away',
  help: 'Removes what `bpftool iter pin` pinned; with its pin gone, the link and the program are gone as well. The files of the sandbox stay.',
  run(paths, { host }) {
    if (paths.length === 0) throw new UsageError('rm which pin? `ls /sys/fs/bpf` lists them');
    for (const path of paths) {
      if (!path.startsWith(`${BPFFS}/`))
        throw new UsageError(`${path}: only what is pinned below ${BPFFS} can be removed`);
      host.machine.remove(path);
    }
    return { output: '' };
  },
  complete: (_args, { host }) => host.machine.pins(),
};
