import {
  EXIT_ZOMBIE,
  NAMESPACE_INODES,
  PF_KTHREAD,
  TASK_STATES,
  VM_EXEC,
  VM_MAY,
  VM_READ,
  VM_SHARED,
  VM_WRITE,
} from './flags.ts';
import type { KernelMemory } from './kernel-memory.ts';
import type { Files } from './place-files.ts';
import type { Cgroups, PlacedCgroup } from './place-cgroups.ts';
import type { PidNamespaces, PlacedPidNamespace } from './pid-namespaces.ts';
import type { WorldArea, WorldTask } from './schema.ts';

/** A thread of the simulated kernel. */
export interface PlacedTask {
  readonly pid: number;
  readonly tgid: number;
  readonly comm: string;
  /** Of its `struct task_struct`. */
  readonly address: bigint;
  readonly leader: PlacedTask;
  readonly cgroup: PlacedCgroup;
  /** Shared by the threads of a process; null for none. */
  readonly files: PlacedFiles | null;
  readonly memory: PlacedAreas | null;
  readonly world: WorldTask;
  readonly pidNamespace: PlacedPidNamespace;
  /** Its pids, in each namespace from the first to its own. */
  readonly numbers: readonly number[];
}

/** The open files of a process, ascending by descriptor. */
export interface PlacedFiles {
  readonly address: bigint;
  readonly open: readonly { readonly fd: number; readonly address: bigint; readonly path: string }[];
}

/** The memory of a process, ascending. */
export interface PlacedAreas {
  readonly address: bigint;
  readonly areas: readonly { readonly start: bigint; readonly end: bigint; readonly address: bigint }[];
}

/** The threads of a machine, in the order of their pids, and how they are found. */
export class Tasks {
  private readonly byPid: ReadonlyMap<number, PlacedTask>;
  private readonly byAddress: ReadonlyMap<bigint, PlacedTask>;

  private readonly views = new Map<PlacedPidNamespace, TaskView>();
  private readonly groups = new Map<PlacedTask, PlacedTask[]>();
  /** Where a task stands among the threads of its process, and a leader among the processes. */
  private readonly threadAt = new Map<PlacedTask, number>();
  private readonly processAt = new Map<PlacedTask, number>();
  /** The processes, by their leaders, in the order in which they were made. */
  readonly leaders: readonly PlacedTask[];

  constructor(
    /** Ascending by pid. */
    readonly all: readonly PlacedTask[],
    /** In the order in which they were made: that of the world's list. */
    readonly created: readonly PlacedTask[],
    readonly files: Files,
    /** `task_struct` of the idle thread, pid 0, which no iterator visits and which is the parent of the first process. */
    readonly idle: bigint,
    private readonly first: PlacedPidNamespace,
  ) {
    this.byPid = new Map(all.map((task) => [task.pid, task]));
    this.byAddress = new Map(all.map((task) => [task.address, task]));
    this.leaders = created.filter((task) => task.leader === task);
    this.leaders.forEach((leader, i) => {
      this.processAt.set(leader, i);
      this.threadAt.set(leader, 0);
      this.groups.set(leader, [leader]);
    });
    for (const task of created) {
      const group = this.groups.get(task.leader)!;
      if (task !== task.leader) this.threadAt.set(task, group.push(task) - 1);
    }
  }

  find(pid: number): PlacedTask | undefined {
    return this.byPid.get(pid);
  }

  at(address: bigint): PlacedTask | undefined {
    return this.byAddress.get(address);
  }

  /** The thread of the same process that was made next, the leader being the first; null after the last. */
  threadAfter(task: PlacedTask): PlacedTask | null {
    return this.groups.get(task.leader)?.[this.threadAt.get(task)! + 1] ?? null;
  }

  /** The tasks that have a pid in a namespace, as those see them who live there. */
  seenIn(namespace: PlacedPidNamespace): TaskView {
    let view = this.views.get(namespace);
    if (view === undefined) {
      view = new TaskView(this.all, namespace);
      this.views.set(namespace, view);
    }
    return view;
  }

  /** The tasks as a task sees them; as the first namespace does for none. */
  seenBy(address: bigint): TaskView {
    return this.seenIn(this.at(address)?.pidNamespace ?? this.first);
  }

  /** The leader of the process that was made next; the first for null, null after the last. */
  processAfter(leader: PlacedTask | null): PlacedTask | null {
    return this.leaders[leader === null ? 0 : this.processAt.get(leader)! + 1] ?? null;
  }
}

/** The threads that a pid namespace knows, under the pids that they have there. */
export class TaskView {
  private readonly byNumber: ReadonlyMap<number, PlacedTask>;
  /** Ascending by pid. */
  readonly all: readonly PlacedTask[];

  constructor(
    tasks: readonly PlacedTask[],
    private readonly namespace: PlacedPidNamespace,
  ) {
    this.all = tasks
      .filter((task) => isWithin(task.pidNamespace, namespace))
      .sort((a, b) => this.numberOf(a) - this.numberOf(b));
    this.byNumber = new Map(this.all.map((task) => [this.numberOf(task), task]));
  }

  find(pid: number): PlacedTask | undefined {
    return this.byNumber.get(pid);
  }

  numberOf(task: PlacedTask): number {
    return task.numbers[this.namespace.level]!;
  }
}

function isWithin(inner: PlacedPidNamespace, outer: PlacedPidNamespace): boolean {
  let at: PlacedPidNamespace | null = inner;
  while (at !== null && at !== outer) at = at.parent;
  return at !== null;
}

const DEFAULT_PRIORITY = 120;
const SIGCHLD = 17;

/** Lays out every thread with its process, files, memory areas, credentials and namespaces. */
export function placeTasks(
  tasks: readonly WorldTask[],
  memory: KernelMemory,
  cgroups: Cgroups,
  files: Files,
  net: bigint,
  pidNamespaces: PidNamespaces,
): Tasks {
  const namespaces = placeNamespaces(memory, net);
  const proxies = new Map<PlacedPidNamespace, bigint>();
  const idle = memory.allocate('task_struct');
  const addresses = new Map<number, bigint>([[0, idle]]);
  // Threads that share are laid out after what they share with.
  const ordered = [...tasks].sort((a, b) => a.pid - b.pid);
  for (const { pid } of ordered) addresses.set(pid, memory.allocate('task_struct'));
  const placed = new Map<number, PlacedTask>();
  const worlds = new Map(tasks.map((task) => [task.pid, task]));
  const sizes = new Map<number, number>();
  for (const { tgid } of tasks) sizes.set(tgid, (sizes.get(tgid) ?? 0) + 1);
  const process = (world: WorldTask): PlacedTask => {
    const known = placed.get(world.pid);
    if (known !== undefined) return known;
    const lead = world.pid === world.tgid ? null : process(worlds.get(world.tgid)!);
    const address = addresses.get(world.pid)!;
    const cgroup = cgroups.find(world.cgroup ?? lead?.world.cgroup ?? '/')!;
    const task: { -readonly [K in keyof PlacedTask]: PlacedTask[K] } = {
      pid: world.pid,
      tgid: world.tgid,
      comm: world.comm,
      address,
      leader: null as unknown as PlacedTask,
      cgroup,
      files: lead !== null ? lead.files : world.state === 'Z' ? null : placeFiles(world, memory, files),
      memory: lead !== null ? lead.memory : placeAreas(world, memory, files),
      world,
      pidNamespace: pidNamespaces.find(world.pidNamespace),
      numbers: [world.pid, ...(world.nspids ?? [])],
    };
    task.leader = lead ?? task;
    const { uid = 0, gid = 0 } = lead?.world ?? world;
    const { euid = uid, egid = gid } = lead?.world ?? world;
    const cred = memory.allocate('cred');
    memory.fill('cred', cred, {
      'uid.val': uid,
      'gid.val': gid,
      'suid.val': euid,
      'sgid.val': egid,
      'euid.val': euid,
      'egid.val': egid,
      'fsuid.val': euid,
      'fsgid.val': egid,
      user_ns: namespaces.user,
    });
    const pidStruct = pidNamespaces.placePid(task.numbers, task.pidNamespace, address);
    const forChildren = pidNamespaces.find(world.pidNamespaceForChildren ?? world.pidNamespace);
    const proxy = proxies.get(forChildren) ?? namespaces.proxy(forChildren);
    proxies.set(forChildren, proxy);
    const parent = addresses.get(world.ppid)!;
    const state = world.state ?? 'S';
    const threads = sizes.get(world.tgid)!;
    memory.fill('task_struct', address, {
      __state: TASK_STATES[state]!,
      exit_state: state === 'Z' ? EXIT_ZOMBIE : 0,
      flags: (world.kthread ?? lead?.world.kthread) === true ? PF_KTHREAD : 0,
      pid: world.pid,
      tgid: world.tgid,
      comm: world.comm,
      prio: DEFAULT_PRIORITY + (world.nice ?? 0),
      static_prio: DEFAULT_PRIORITY + (world.nice ?? 0),
      normal_prio: DEFAULT_PRIORITY + (world.nice ?? 0),
      policy: 0,
      ptrace: 0,
      utime: world.utime ?? 0,
      stime: world.stime ?? 0,
      exit_signal: lead === null ? SIGCHLD : -1,
      exit_code: 0,
      start_time: world.startTime ?? 0,
      start_boottime: world.startTime ?? 0,
      real_parent: parent,
      parent,
      group_leader: task.leader.address,
      mm: task.memory?.address ?? 0n,
      active_mm: task.memory?.address ?? 0n,
      files: task.files?.address ?? 0n,
      cred,
      real_cred: cred,
      thread_pid: pidStruct,
      nsproxy: state === 'Z' ? 0n : proxy,
      cgroups: cgroups.cssSet(cgroup),
      signal:
        lead === null
          ? placeSignal(world, threads, pidStruct, memory)
          : memory.get('task_struct', lead.address, 'signal'),
    });
    placed.set(world.pid, task);
    return task;
  };
  const all = ordered.map(process);
  linkTasks(
    tasks.map(({ pid }) => placed.get(pid)!),
    idle,
    memory,
  );
  memory.fill('task_struct', idle, {
    pid: 0,
    tgid: 0,
    comm: 'swapper/0',
    flags: PF_KTHREAD,
    __state: 0,
    exit_state: 0,
    real_parent: idle,
    parent: idle,
    group_leader: idle,
    mm: 0n,
  });
  return new Tasks(
    all,
    tasks.map(({ pid }) => placed.get(pid)!),
    files,
    idle,
    pidNamespaces.first,
  );
}

/** The lists that go through tasks: processes, children of each, threads of each. */
function linkTasks(created: readonly PlacedTask[], idle: bigint, memory: KernelMemory): void {
  const heads = (struct: string, field: string) => (address: bigint) => memory.fieldAddress(struct, address, field);
  const leaders = created.filter((task) => task.leader === task);
  const inTask = (field: string): ((address: bigint) => bigint) => heads('task_struct', field);
  memory.link(
    inTask('tasks')(idle),
    leaders.map(({ address }) => inTask('tasks')(address)),
  );
  const children = new Map<bigint, PlacedTask[]>(
    [idle, ...leaders.map(({ address }) => address)].map((at) => [at, []]),
  );
  for (const leader of leaders) children.get(memory.get('task_struct', leader.address, 'real_parent'))!.push(leader);
  for (const [parent, own] of children)
    memory.link(
      inTask('children')(parent),
      own.map(({ address }) => inTask('sibling')(address)),
    );
  const threads = new Map<PlacedTask, PlacedTask[]>(leaders.map((leader) => [leader, []]));
  for (const task of created) threads.get(task.leader)!.push(task);
  for (const [leader, own] of threads) {
    const signal = memory.get('task_struct', leader.address, 'signal');
    memory.link(
      heads('signal_struct', 'thread_head')(signal),
      own.map(({ address }) => inTask('thread_node')(address)),
    );
  }
}

function placeSignal(world: WorldTask, threads: number, pid: bigint, memory: KernelMemory): bigint {
  const signal = memory.allocate('signal_struct');
  memory.fill('signal_struct', signal, {
    nr_threads: threads,
    'live.counter': threads,
    'pids[1]': pid,
    oom_score_adj: world.oomScoreAdj ?? 0,
  });
  return signal;
}

function placeNamespaces(
  memory: KernelMemory,
  net: bigint,
): {
  user: bigint;
  /** A `struct nsproxy` of those whose children live in a pid namespace. */
  proxy: (pids: PlacedPidNamespace) => bigint;
} {
  const made = (struct: string, inum: number): bigint => {
    const at = memory.allocate(struct);
    memory.fill(struct, at, { 'ns.inum': inum });
    return at;
  };
  const user = made('user_namespace', NAMESPACE_INODES.user);
  memory.fill('user_namespace', user, { level: 0, parent: 0n });
  const others = {
    uts_ns: made('uts_namespace', NAMESPACE_INODES.uts),
    ipc_ns: made('ipc_namespace', NAMESPACE_INODES.ipc),
    cgroup_ns: made('cgroup_namespace', NAMESPACE_INODES.cgroup),
    net_ns: net,
  };
  return {
    user,
    proxy(pids) {
      const proxy = memory.allocate('nsproxy');
      memory.fill('nsproxy', proxy, { ...others, pid_ns_for_children: pids.address });
      return proxy;
    },
  };
}

/** The table of a process's open files, descriptors that are free included. */
function placeFiles(world: WorldTask, memory: KernelMemory, files: Files): PlacedFiles {
  const open = [...(world.files ?? [])]
    .sort((a, b) => a.fd - b.fd)
    .map((file) => ({ fd: file.fd, path: file.path, address: files.open(file) }));
  const address = memory.allocate('files_struct');
  const table = memory.allocate('fdtable');
  const room = 64 * Math.max(1, Math.ceil(((open.at(-1)?.fd ?? 0) + 1) / 64));
  const slots = memory.words(room);
  for (const { fd, address: file } of open) memory.writeWord(slots, fd, file);
  memory.fill('fdtable', table, { max_fds: room, fd: slots });
  memory.fill('files_struct', address, { fdt: table, next_fd: open.length });
  return { address, open };
}

function placeAreas(world: WorldTask, memory: KernelMemory, files: Files): PlacedAreas | null {
  if (world.kthread === true || world.state === 'Z') return null;
  const address = memory.allocate('mm_struct');
  const areas = (world.areas ?? []).map((area) => placeArea(area, address, memory, files));
  const pages = areas.reduce((sum, { start, end }) => sum + (end - start) / 4096n, 0n);
  memory.fill('mm_struct', address, { map_count: areas.length, total_vm: pages });
  return { address, areas };
}

function placeArea(area: WorldArea, mm: bigint, memory: KernelMemory, files: Files): PlacedAreas['areas'][number] {
  const [start, end] = [BigInt(area.start), BigInt(area.end)];
  const [r, w, x, s] = area.flags;
  const address = memory.allocate('vm_area_struct');
  const mapped = area.path?.startsWith('/') === true;
  memory.fill('vm_area_struct', address, {
    vm_start: start,
    vm_end: end,
    vm_mm: mm,
    vm_flags:
      VM_MAY |
      (r === 'r' ? VM_READ : 0) |
      (w === 'w' ? VM_WRITE : 0) |
      (x === 'x' ? VM_EXEC : 0) |
      (s === 's' ? VM_SHARED : 0),
    vm_pgoff: mapped ? (area.offset ?? 0) / 4096 : start / 4096n,
    vm_file: mapped
      ? files.open({ path: area.path!, mode: 'r', ...(area.ino === undefined ? {} : { ino: area.ino }) })
      : 0n,
  });
  return { start, end, address };
}
