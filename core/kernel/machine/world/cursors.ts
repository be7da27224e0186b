import type { PlacedCgroup } from './place-cgroups.ts';
import type { PlacedAreas, PlacedTask, TaskView } from './place-tasks.ts';

// How a kernel goes from one of its things to the next. The targets of iterator programs and the open-coded iterators both go by these.

/** Place of the first element of which something is so that is so of all after it; the length when it is so of none. */
function firstWhere<T>(list: readonly T[], is: (element: T) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (is(list[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The thread with this pid, or the one with the next higher one; null when there is none. */
export function threadFrom(tasks: TaskView, pid: number): PlacedTask | null {
  return tasks.all[firstWhere(tasks.all, (task) => tasks.numberOf(task) >= pid)] ?? null;
}

/** The memory area that holds an address, or the first above it; null when there is none. */
export function areaFrom(memory: PlacedAreas, address: bigint): PlacedAreas['areas'][number] | null {
  return memory.areas[firstWhere(memory.areas, ({ end }) => address < end)] ?? null;
}

/** The open file with this descriptor, or the next higher one; null when there is none. */
export function fileFrom(
  task: PlacedTask,
  fd: number,
): { readonly fd: number; readonly address: bigint; readonly path: string } | null {
  const open = task.files?.open ?? [];
  return open[firstWhere(open, (file) => file.fd >= fd)] ?? null;
}

function nextSibling(cgroup: PlacedCgroup): PlacedCgroup | null {
  const siblings = cgroup.parent?.children ?? [];
  return siblings[siblings.indexOf(cgroup) + 1] ?? null;
}

/** Parents before children. Null given: the first, which is the root of the walk itself. */
export function nextDescendantPre(position: PlacedCgroup | null, root: PlacedCgroup): PlacedCgroup | null {
  if (position === null) return root;
  if (position.children.length > 0) return position.children[0]!;
  for (let at = position; at !== root; at = at.parent!) {
    const sibling = nextSibling(at);
    if (sibling !== null) return sibling;
  }
  return null;
}

/** Children before parents; the root of the walk is the last. */
export function nextDescendantPost(position: PlacedCgroup | null, root: PlacedCgroup): PlacedCgroup | null {
  if (position === root) return null;
  if (position === null) return leftmost(root);
  const sibling = nextSibling(position);
  return sibling === null ? position.parent : leftmost(sibling);
}

function leftmost(cgroup: PlacedCgroup): PlacedCgroup {
  let at = cgroup;
  while (at.children.length > 0) at = at.children[0]!;
  return at;
}

/** The thing after one in a list, by its address; the first for 0, null after the last. */
export function nextInList<T extends { readonly address: bigint }>(list: readonly T[], address: bigint): T | null {
  return list[address === 0n ? 0 : list.findIndex((one) => one.address === address) + 1] ?? null;
}

/** The thing with this number, or the next higher one; null when there is none. */
export function objectFrom<T extends { readonly id: number }>(ascending: readonly T[], id: number): T | null {
  return ascending[firstWhere(ascending, (one) => one.id >= id)] ?? null;
}
