import { DEFAULT_WORLD } from '../../core/kernel/machine/world/default-world.ts';
import { readWorld } from '../../node/inputs.ts';
import { UsageError } from '../../node/usage-error.ts';
import { readArguments } from '../arguments.ts';
import type { Output } from '../output.ts';
import { ACCEPTED } from '../output.ts';

export const WORLD_HELP = `iterscope world print [FILE]
iterscope world check FILE…
What there is on the simulated machine: tasks and their pid namespaces, files, memory, cgroups, sockets, slab
caches, BPF objects, IPv6 routes, symbols of the kernel, as JSON.

  print   the world of a file, or the one that stands when none is given: a start for one's own
  check   says what a file describes, or what is wrong with it: the field and the rule
`;

/** `iterscope world`. */
export function worldCommand(args: readonly string[], { out }: Output): number {
  const { files: words } = readArguments(args, {});
  const [verb, ...files] = words;
  if (verb === 'print' && files.length <= 1) {
    const world = files[0] === undefined ? DEFAULT_WORLD : readWorld(files[0]);
    out(`${JSON.stringify(world, null, 1)}\n`);
    return ACCEPTED;
  }
  if (verb !== 'check' || files.length === 0) throw new UsageError('world print [FILE], or world check FILE…');
  for (const file of files) {
    const world = readWorld(file);
    const { title, tasks, cgroups, caches, dmabufs, maps, programs, links, sockets, routes, pidNamespaces } = world;
    const processes = tasks.filter(({ pid, tgid }) => pid === tgid).length;
    const counts = [
      `${tasks.length} tasks in ${processes} processes`,
      `${cgroups.length} cgroups`,
      `${Object.values(sockets).reduce((sum, { length }) => sum + length, 0)} sockets`,
      `${caches.length} slab caches`,
      `${dmabufs.length} DMA buffers`,
      `${maps.length} maps, ${programs.length} programs, ${links.length} links`,
      `${routes.length} routes`,
      `${pidNamespaces.length + 1} pid namespaces`,
      ...(world.symbols === undefined ? [] : [`${world.symbols.length} symbols`]),
    ];
    out(`${file}: ${title === '' ? '' : `${title}: `}${counts.join('; ')}\n`);
  }
  return ACCEPTED;
}
