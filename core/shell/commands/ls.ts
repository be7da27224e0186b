import type { Command, Effect } from '../command.ts';
import { number, UsageError } from '../command.ts';
import type { ShellHost } from '../host.ts';
import { BPFFS } from '../machine.ts';
import { columns, style } from '../style.ts';

export const ls: Command = {
  name: 'ls',
  usage: 'ls [FOLDER] | ls /sys/fs/bpf | ls -l /proc/PID/fd',
  summary: 'the files that can be opened',
  help: 'Lists the samples and the files that were opened, with their sizes in bytes; in /sys/fs/bpf what is pinned, in /proc/PID/fd the open files of a process of the simulated machine.',
  run(args, { host, cwd, resolve }) {
    const folder = args.find((arg) => !arg.startsWith('-'));
    if (folder?.startsWith('/') === true) return onMachine(folder.replace(/\/+$/, ''), host);
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

/** What there is on the simulated machine. */
function onMachine(folder: string, { machine }: ShellHost): Effect {
  if (folder === BPFFS) {
    const pins = machine.pins().map((path) => path.slice(BPFFS.length + 1));
    return { output: pins.length === 0 ? style.dim('nothing is pinned') : pins.join('\n') };
  }
  const [, word] = /^\/proc\/([^/]+)\/fd$/.exec(folder) ?? [];
  if (word === undefined) throw new UsageError(`${folder}: the simulated machine has /sys/fs/bpf and /proc/PID/fd`);
  const pid = number(word, 'the process id');
  const task = machine.world.tasks.find((one) => one.pid === pid);
  if (task === undefined) throw new UsageError(`${folder}: no such process; \`ps\` lists them`);
  const files = machine.world.tasks.find((one) => one.pid === task.tgid)?.files ?? [];
  const mode = { r: 'lr-x------', w: 'l-wx------', rw: 'lrwx------' };
  return {
    output:
      files.length === 0
        ? style.dim('no open files')
        : columns(
            [...files]
              .sort((a, b) => a.fd - b.fd)
              .map(({ fd, path, mode: how = 'rw' }) => [mode[how], String(fd), '->', path])
              .map(([flags, fd, arrow, path]) => [flags!, `${fd} ${arrow} ${path}`]),
            2,
          ),
  };
}
