import type { Entry } from '../kernel/machine/iter/walk.ts';
import type { PlacedTask } from '../kernel/machine/world/place-tasks.ts';
import type { SimulatedKernel } from '../kernel/machine/world/simulated-kernel.ts';
import type { WorldEntity, WorldRow, WorldView } from '../trace/views/seq-file-view.ts';

/** What a target's objects are called, as rows. */
const ROWS: Readonly<Record<string, string>> = {
  task: 'processes and threads',
  task_file: 'processes and threads',
  task_vma: 'processes and threads',
  cgroup: 'cgroups',
  bpf_map: 'maps',
  bpf_map_elem: 'elements',
  bpf_prog: 'programs',
  bpf_link: 'links',
  kmem_cache: 'slab caches',
  dmabuf: 'DMA buffers',
  sockmap: 'places of sockets',
  ksym: 'symbols',
  ipv6_route: 'routes',
  tcp: 'TCP sockets',
  udp: 'UDP sockets',
  unix: 'UNIX domain sockets',
  netlink: 'netlink sockets',
};
const PARTS: Readonly<Record<string, string>> = { task_file: 'open files', task_vma: 'memory areas' };

/** Identifies an object of a target among its others, also on another walk. */
export const entityKey = ({ label, words }: Entry): string => `${words[0] ?? 0n} ${label}`;

/** The objects of a target as the window shows them: tasks with what they have, other objects one by one. */
export function worldView(target: string, entries: readonly Entry[], kernel: SimulatedKernel): WorldView {
  const parts = PARTS[target] ?? '';
  const base = { title: kernel.world.title, what: ROWS[target] ?? 'objects', parts };
  if (parts !== '' || target === 'task') return { ...base, ...taskRows(target, entries, kernel) };
  return {
    ...base,
    entities: entries.map(({ label }) => ({ label, short: '' })),
    rows: entries.map(({ label }, first) => ({ ...named(target, label), first, count: 1, note: '' })),
  };
}

function named(target: string, label: string): Pick<WorldRow, 'name' | 'detail' | 'depth'> {
  const space = label.indexOf(' ');
  const [kind, name] = space < 0 ? ['', label] : [label.slice(0, space), label.slice(space + 1)];
  if (target !== 'cgroup') return { name, detail: kind, depth: 0 };
  const parts = name.split('/').filter((part) => part !== '');
  return { name: parts.at(-1) ?? '/', detail: parts.length > 1 ? name : '', depth: parts.length };
}

function taskRows(
  target: string,
  entries: readonly Entry[],
  { tasks }: SimulatedKernel,
): Pick<WorldView, 'rows' | 'entities'> {
  const of = new Map<PlacedTask, { readonly first: number; count: number }>();
  const entities: WorldEntity[] = [];
  for (const { label, words } of entries) {
    const task = tasks.at(words[0] ?? 0n);
    const row = task === undefined ? undefined : of.get(task);
    if (row !== undefined) row.count++;
    else if (task !== undefined) of.set(task, { first: entities.length, count: 1 });
    entities.push({ label, short: shortOf(target, words, row?.count ?? 1) });
  }
  const rows = tasks.all.map((task): WorldRow => {
    const { first, count } = of.get(task) ?? { first: 0, count: 0 };
    const isThread = task.leader !== task;
    return {
      name: `${task.pid} ${task.comm}`,
      detail: isThread ? `thread of ${task.tgid}` : task.world.kthread === true ? 'kernel thread' : task.cgroup.path,
      depth: isThread ? 1 : 0,
      first,
      count,
      note: count > 0 ? '' : noteOf(target, task),
    };
  });
  return { rows, entities };
}

function shortOf(target: string, words: readonly bigint[], nth: number): string {
  if (target === 'task_file') return String(words[1] ?? 0n);
  return target === 'task_vma' ? String(nth) : '';
}

function noteOf(target: string, task: PlacedTask): string {
  const { leader } = task;
  const shared = target === 'task_file' ? task.files : task.memory;
  if (shared === null) return target === 'task_file' ? 'no files' : 'no memory of its own';
  if (leader !== task && task.files === leader.files) return `shares the files of ${leader.pid}: not visited twice`;
  return target === 'task_file' ? 'no open files' : '';
}
