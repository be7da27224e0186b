import { EBADF, EINVAL } from '../../../base/errno.ts';
import { areaFrom, fileFrom, threadFrom } from '../world/cursors.ts';
import type { PlacedTask, Tasks, TaskView } from '../world/place-tasks.ts';
import type { Entry, LinkInfo, TargetInput, Walk } from './walk.ts';

/** Which tasks a link visits: all, one thread, or the threads of one process. */
type Scope = { readonly kind: 'all' } | { readonly kind: 'tid' | 'pid'; readonly pid: number };

function scopeOf({ task }: LinkInfo): Scope {
  if ((task?.tid ?? 0) !== 0) return { kind: 'tid', pid: task!.tid! };
  const pid = task?.pidFd ?? task?.pid ?? 0;
  if (pid !== 0) return { kind: 'pid', pid };
  return { kind: 'all' };
}

/**
 * At most one of the parameters may be given. Whether there is such a task is not asked, but for a pidfd: there is none of what is no process, and -1
 * in its place is a bad descriptor.
 */
export function attachToTasks({ kernel, reader, info: { task } }: TargetInput): number {
  const given =
    [task?.tid, task?.pid].filter((number = 0) => number !== 0).length + (task?.pidFd === undefined ? 0 : 1);
  if (given > 1) return EINVAL;
  if (task?.pidFd === undefined) return 0;
  const process = kernel.tasks.seenBy(reader).find(task.pidFd);
  return process === undefined || process.leader !== process ? EBADF : 0;
}

/** As `/proc/PID/fdinfo` of a link shows it. */
export function taskFdinfo({ info }: TargetInput): string {
  const scope = scopeOf(info);
  if (scope.kind === 'all') return 'task_type:\tALL\n';
  return `task_type:\t${scope.kind.toUpperCase()}\n${scope.kind}:\t${scope.pid}\n`;
}

/** A place among the tasks that a link visits. It stays until it is moved on. */
class TaskPosition {
  private tid = 0;
  /** Of the threads of one process: the one at hand. */
  private visiting = 0;

  /** @param withoutSharers leaves out threads that share the files of their process's leader */
  constructor(
    private readonly tasks: Tasks,
    private readonly seen: TaskView,
    private readonly scope: Scope,
    private readonly withoutSharers: boolean,
  ) {}

  get onlyOne(): boolean {
    return this.scope.kind === 'tid';
  }

  advance(): void {
    this.tid++;
  }

  task(): PlacedTask | null {
    switch (this.scope.kind) {
      case 'tid':
        return this.thread(this.scope.pid);
      case 'pid':
        return this.threadOf(this.scope.pid);
      default:
        return this.any();
    }
  }

  private thread(pid: number): PlacedTask | null {
    if (this.tid !== 0 && this.tid !== pid) return null;
    const task = this.seen.find(pid) ?? null;
    if (task !== null) this.tid = pid;
    return task;
  }

  private threadOf(pid: number): PlacedTask | null {
    if (this.tid === 0) {
      const leader = this.seen.find(pid);
      if (leader === undefined || leader.leader !== leader) return null;
      this.tid = this.visiting = pid;
      return leader;
    }
    const current = this.seen.find(this.visiting) ?? null;
    if (this.tid === this.visiting) return current;
    let task = current === null ? null : this.tasks.threadAfter(current);
    while (task !== null && this.isLeftOut(task)) task = this.tasks.threadAfter(task);
    if (task !== null) this.tid = this.visiting = this.seen.numberOf(task);
    return task;
  }

  private any(): PlacedTask | null {
    let task = threadFrom(this.seen, this.tid);
    while (task !== null && this.isLeftOut(task)) task = threadFrom(this.seen, this.seen.numberOf(task) + 1);
    if (task !== null) this.tid = this.seen.numberOf(task);
    return task;
  }

  private isLeftOut(task: PlacedTask): boolean {
    return this.withoutSharers && task.leader !== task && task.files === task.leader.files;
  }
}

const nameOf = (task: PlacedTask): string => `${task.pid} ${task.comm}`;

/** `iter/task`: every thread that the reader's pid namespace knows, in the order of their pids there. */
export function walkTasks({ kernel: { tasks }, reader, info }: TargetInput): Walk {
  const position = new TaskPosition(tasks, tasks.seenBy(reader), scopeOf(info), false);
  const entry = (task: PlacedTask | null): Entry | null =>
    task === null ? null : { words: [task.address], label: `task ${nameOf(task)}` };
  return {
    start: () => entry(position.task()),
    next() {
      position.advance();
      return entry(position.task());
    },
    last: { words: [0n], label: 'no task' },
  };
}

/** What a walk over things of tasks goes by: the tasks, and in the one at hand how far it came. */
abstract class WithinTasks implements Walk {
  protected task: PlacedTask | null = null;
  private readonly position: TaskPosition;
  abstract readonly last: Entry;

  constructor({ kernel: { tasks }, reader, info }: TargetInput) {
    this.position = new TaskPosition(tasks, tasks.seenBy(reader), scopeOf(info), true);
  }

  start(): Entry | null {
    return this.here();
  }

  next(): Entry | null {
    this.passOn();
    return this.here();
  }

  private here(): Entry | null {
    for (;;) {
      this.task ??= this.position.task();
      if (this.task === null) return null;
      const entry = this.thing(this.task);
      if (entry !== null) return entry;
      this.task = null;
      this.rewind();
      this.position.advance();
      if (this.position.onlyOne) return null;
    }
  }

  /** The thing at hand, null when the task has no more. */
  protected abstract thing(task: PlacedTask): Entry | null;
  /** Goes past the thing at hand. */
  protected abstract passOn(): void;
  /** The next task's first thing is at hand. */
  protected abstract rewind(): void;
}

/** `iter/task_file`: every open file of every process; threads that share their process's files are left out. */
export class TaskFiles extends WithinTasks {
  private fd = 0;
  readonly last: Entry = { words: [0n, 0n, 0n], label: 'no file' };

  protected thing(task: PlacedTask): Entry | null {
    const file = fileFrom(task, this.fd);
    if (file === null) return null;
    this.fd = file.fd;
    return {
      words: [task.address, BigInt(file.fd), file.address],
      label: `fd ${file.fd} of ${nameOf(task)}: ${file.path}`,
    };
  }
  protected passOn(): void {
    this.fd++;
  }
  protected rewind(): void {
    this.fd = 0;
  }
}

/** `iter/task_vma`: every memory area of every process. */
export class TaskAreas extends WithinTasks {
  private from = 0n;
  private end = 0n;
  readonly last: Entry = { words: [0n, 0n], label: 'no area' };

  protected thing(task: PlacedTask): Entry | null {
    const area = task.memory === null ? null : areaFrom(task.memory, this.from);
    if (area === null) return null;
    this.from = area.start;
    this.end = area.end;
    return {
      words: [task.address, area.address],
      label: `${area.start.toString(16)}-${area.end.toString(16)} of ${nameOf(task)}`,
    };
  }
  protected passOn(): void {
    this.from = this.end;
  }
  protected rewind(): void {
    this.from = 0n;
  }
}
