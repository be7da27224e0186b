import type { Command } from '../command.ts';
import { options } from '../command.ts';
import { columns, style } from '../style.ts';

export const ps: Command = {
  name: 'ps',
  usage: 'ps [-T]',
  summary: 'the processes of the simulated machine',
  help: 'Lists the processes that iterator programs visit; with -T their threads too. Names in brackets are kernel threads.',
  run(args, { host }) {
    const { rest } = options(args, [], []);
    const threads = rest.includes('-T');
    const shown = host.machine.world.tasks.filter(({ pid, tgid }) => threads || pid === tgid);
    const sorted = [...shown].sort((a, b) => a.pid - b.pid);
    const numbers = columns(
      [
        [...(threads ? ['TGID'] : []), 'PID', 'PPID', 'UID', 'STAT'],
        ...sorted.map(({ pid, tgid, ppid, uid = 0, state = 'S' }) => [
          ...(threads ? [String(tgid)] : []),
          String(pid),
          String(ppid),
          String(uid),
          state,
        ]),
      ],
      0,
    ).split('\n');
    const names = sorted.map(({ comm, kthread }) => (kthread === true ? style.dim(`[${comm}]`) : comm));
    return { output: numbers.map((line, i) => `${line}  ${i === 0 ? 'COMMAND' : names[i - 1]!}`).join('\n') };
  },
};
