import { int, list, optional, ShapeError } from '../../../base/validate.ts';
import type { Validator } from '../../../base/validate.ts';
import { exactly, unique } from './shapes.ts';
import { NAMESPACE_INODES } from './flags.ts';
import type { KernelMemory } from './kernel-memory.ts';

/** A pid namespace other than the first: that of a container. */
export interface WorldPidNamespace {
  /** As `readlink /proc/PID/ns/pid` shows it. */
  readonly ino: number;
  /** The one that it lies in; the first unless told. */
  readonly parent?: number;
}

/** What a task tells of its pid namespaces. */
export interface WorldTaskPids {
  /** The one it lives in; the first unless told. */
  readonly pidNamespace?: number;
  /** Its pids in that namespace and those around it, outermost first, but for the first namespace's: as NSpid in `/proc/PID/status` goes on. */
  readonly nspids?: readonly number[];
  /** The one that its children will live in, if another than its own. */
  readonly pidNamespaceForChildren?: number;
}

const U32 = 0xffff_ffff;
/** The kernel's own limit, the first namespace not counted. */
const DEEPEST = 32;
const PIDS = 4_194_304;

export const PID_NAMESPACES: Validator<WorldPidNamespace[]> = list(
  10_000,
  exactly<WorldPidNamespace>({ ino: int(1, U32), parent: optional(int(1, U32)) }),
);

export const TASK_PIDS = {
  pidNamespace: optional(int(1, U32)),
  nspids: optional(list(DEEPEST, int(1, PIDS))),
  pidNamespaceForChildren: optional(int(1, U32)),
};

interface TaskIds extends WorldTaskPids {
  readonly pid: number;
  readonly tgid: number;
}

/** Namespaces are listed after those that they lie in; a task has a pid in each of its own; every one that is lived in has a process 1. */
export function checkPidNamespaces(namespaces: readonly WorldPidNamespace[], tasks: readonly TaskIds[]): void {
  unique(namespaces, 'world.pidNamespaces', 'ino');
  const levels = new Map<number, number>([[NAMESPACE_INODES.pid, 0]]);
  const parents = new Map<number, number>();
  namespaces.forEach(({ ino, parent = NAMESPACE_INODES.pid }, i) => {
    const at = `world.pidNamespaces[${i}]`;
    if (ino === NAMESPACE_INODES.pid) throw new ShapeError(`${at}.ino`, `${ino} is that of the first namespace`);
    const level = levels.get(parent);
    if (level === undefined) throw new ShapeError(`${at}.parent`, `there is no pid namespace ${parent} before it`);
    if (level + 1 > DEEPEST) throw new ShapeError(`${at}.parent`, `namespaces are at most ${DEEPEST} deep`);
    levels.set(ino, level + 1);
    parents.set(ino, parent);
  });
  const taken = new Map<string, number>();
  const leaders = new Map(tasks.filter(({ pid, tgid }) => pid === tgid).map((task) => [task.pid, task]));
  tasks.forEach((task, i) => {
    const at = `world.tasks[${i}]`;
    const { pidNamespace = NAMESPACE_INODES.pid, nspids = [], pidNamespaceForChildren: children } = task;
    const level = levels.get(pidNamespace);
    if (level === undefined) throw new ShapeError(`${at}.pidNamespace`, `there is no pid namespace ${pidNamespace}`);
    if (children !== undefined && !levels.has(children))
      throw new ShapeError(`${at}.pidNamespaceForChildren`, `there is no pid namespace ${children}`);
    if (nspids.length !== level)
      throw new ShapeError(`${at}.nspids`, `${nspids.length} pids: its namespace is ${level} deep`);
    if ((leaders.get(task.tgid)?.pidNamespace ?? NAMESPACE_INODES.pid) !== pidNamespace)
      throw new ShapeError(`${at}.pidNamespace`, 'the threads of a process live in one namespace');
    let ino = pidNamespace;
    for (let k = level - 1; k >= 0; k--) {
      const key = `${ino} ${nspids[k]!}`;
      const before = taken.get(key);
      if (before !== undefined)
        throw new ShapeError(`${at}.nspids[${k}]`, `${nspids[k]!} is that of world.tasks[${before}] already`);
      taken.set(key, i);
      ino = parents.get(ino)!;
    }
  });
  tasks.forEach(({ pidNamespace = NAMESPACE_INODES.pid }, i) => {
    if (pidNamespace !== NAMESPACE_INODES.pid && !taken.has(`${pidNamespace} 1`))
      throw new ShapeError(`world.tasks[${i}].pidNamespace`, `no task has pid 1 in namespace ${pidNamespace}`);
  });
}

/** A pid namespace of the simulated kernel. */
export interface PlacedPidNamespace {
  readonly ino: number;
  /** 0 for the first. */
  readonly level: number;
  readonly parent: PlacedPidNamespace | null;
  /** Of its `struct pid_namespace`. */
  readonly address: bigint;
}

export class PidNamespaces {
  private readonly byInode = new Map<number, PlacedPidNamespace>();
  readonly first: PlacedPidNamespace;

  constructor(
    namespaces: readonly WorldPidNamespace[],
    private readonly memory: KernelMemory,
  ) {
    this.first = this.place(NAMESPACE_INODES.pid, null);
    for (const { ino, parent } of namespaces) this.place(ino, this.find(parent));
  }

  /** By its inode number; the first for none. */
  find(ino: number | undefined): PlacedPidNamespace {
    return ino === undefined ? this.first : this.byInode.get(ino)!;
  }

  /** Lays out a `struct pid` with a task's pids, one in each namespace from the first to its own. The task with 1 in one is what adopts there. */
  placePid(numbers: readonly number[], own: PlacedPidNamespace, task: bigint): bigint {
    const { memory } = this;
    const address = memory.allocate('pid', memory.layout.sizeOf('upid') * numbers.length);
    memory.fill('pid', address, { level: own.level });
    for (let at: PlacedPidNamespace | null = own; at !== null; at = at.parent) {
      const { level } = at;
      memory.fill('pid', address, {
        [`numbers[${level}].nr`]: numbers[level]!,
        [`numbers[${level}].ns`]: at.address,
      });
      if (numbers[level] === 1) memory.fill('pid_namespace', at.address, { child_reaper: task });
    }
    return address;
  }

  private place(ino: number, parent: PlacedPidNamespace | null): PlacedPidNamespace {
    const { memory } = this;
    const address = memory.allocate('pid_namespace');
    const level = parent === null ? 0 : parent.level + 1;
    memory.fill('pid_namespace', address, { 'ns.inum': ino, level, parent: parent?.address ?? 0n });
    const placed = { ino, level, parent, address };
    this.byInode.set(ino, placed);
    return placed;
  }
}
