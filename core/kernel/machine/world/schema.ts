import { withSchema } from '../../../base/json-schema.ts';
import { InputError } from '../../../base/errors.ts';
import { bool, int, list, oneOf, optional, ShapeError, text } from '../../../base/validate.ts';
import type { Validator } from '../../../base/validate.ts';
import { checkPidNamespaces, PID_NAMESPACES, TASK_PIDS } from './pid-namespaces.ts';
import type { WorldPidNamespace, WorldTaskPids } from './pid-namespaces.ts';
import { checkRoutes, ROUTES } from './routes.ts';
import type { WorldRoute } from './routes.ts';
import { checkSymbols, SYMBOLS } from './symbols.ts';
import type { WorldSymbol } from './symbols.ts';
import { bytesOf, exactly, hexAddress, unique } from './shapes.ts';
import { checkSocketElements, SOCKET_ELEMENTS } from './socket-elements.ts';
import type { WorldSocketElement } from './socket-elements.ts';
import { consistentSockets, SOCKETS } from './sockets.ts';
import type { WorldSockets } from './sockets.ts';

/** State letters as `ps` shows them: running, sleeping, waiting for a device, stopped, idle kernel thread, zombie. */
const STATES = ['R', 'S', 'D', 'T', 'I', 'Z'] as const;
export type TaskState = (typeof STATES)[number];

const FILE_KINDS = ['file', 'directory', 'char', 'pipe', 'socket', 'anon'] as const;

/** An open file of a process. */
export interface WorldFile {
  readonly fd: number;
  /** As `readlink /proc/PID/fd/N` shows it: `/dev/null`, `socket:[1234]`, `anon_inode:[eventpoll]`. */
  readonly path: string;
  readonly kind?: (typeof FILE_KINDS)[number];
  /** Inode number. */
  readonly ino?: number;
  /** How it was opened; `rw` unless told. */
  readonly mode?: 'r' | 'w' | 'rw';
  readonly pos?: number;
  /** Bytes of a file or directory. */
  readonly size?: number;
  /** Of a socket that is not among the world's sockets: its protocol's name, as the kernel has it: `TCP`, `UNIX-STREAM`, `NETLINK`. */
  readonly protocol?: string;
}

/** A memory area of a process, with the words of `/proc/PID/maps`. */
export interface WorldArea {
  /** Hexadecimal addresses: `0x55d0c0000000`. */
  readonly start: string;
  readonly end: string;
  /** `r-xp`: readable, writable, executable, private or shared. */
  readonly flags: string;
  /** Bytes into the file. */
  readonly offset?: number;
  /** The file that is mapped; absent for anonymous memory. */
  readonly path?: string;
  readonly ino?: number;
}

/** A thread. The one whose `tgid` is its `pid` is its process's leader; the others share its files, memory and ids. */
export interface WorldTask extends WorldTaskPids {
  readonly pid: number;
  readonly tgid: number;
  /** Process id of the parent; 0 for the first process and the first kernel thread. */
  readonly ppid: number;
  /** At most 15 bytes. */
  readonly comm: string;
  readonly state?: TaskState;
  readonly uid?: number;
  readonly gid?: number;
  readonly euid?: number;
  readonly egid?: number;
  /** A kernel thread has no memory of its own. */
  readonly kthread?: boolean;
  /** Path in the cgroup tree; `/` unless told. */
  readonly cgroup?: string;
  /** Nanoseconds after the machine's start. */
  readonly startTime?: number;
  /** Nanoseconds that it ran as itself, and for itself in the kernel; 0 unless told. */
  readonly utime?: number;
  readonly stime?: number;
  /** -20 to 19; 0 unless told. */
  readonly nice?: number;
  /** -1000 to 1000; 0 unless told. */
  readonly oomScoreAdj?: number;
  readonly files?: readonly WorldFile[];
  readonly areas?: readonly WorldArea[];
}

export interface WorldCgroup {
  /** `/system.slice/nginx.service`; those above it must be listed before it. */
  readonly path: string;
  /** As `stat -c %i` shows it for its directory. */
  readonly id: number;
}

export interface WorldCache {
  readonly name: string;
  /** Bytes of one object, with what the allocator adds. */
  readonly size: number;
  /** Bytes of one object as asked for; `size` unless told. */
  readonly objectSize?: number;
  readonly align?: number;
  readonly flags?: number;
}

export interface WorldDmabuf {
  readonly ino: number;
  readonly size: number;
  /** Who made it: `system`, `drm`. */
  readonly exporter: string;
  readonly name?: string;
}

export interface WorldMap {
  readonly id: number;
  readonly name: string;
  /** BPF_MAP_TYPE_* */
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags?: number;
}

export interface WorldProgram {
  readonly id: number;
  readonly name: string;
  /** BPF_PROG_TYPE_* */
  readonly type: number;
  /** Instructions. */
  readonly len: number;
}

export interface WorldLink {
  readonly id: number;
  /** BPF_LINK_TYPE_* */
  readonly type: number;
  /** Id of its program. */
  readonly prog: number;
}

/** What there is on the simulated machine: plain data, written once and then only read. */
export interface World {
  readonly title: string;
  readonly tasks: readonly WorldTask[];
  readonly cgroups: readonly WorldCgroup[];
  readonly caches: readonly WorldCache[];
  readonly dmabufs: readonly WorldDmabuf[];
  readonly maps: readonly WorldMap[];
  readonly programs: readonly WorldProgram[];
  readonly links: readonly WorldLink[];
  readonly sockets: WorldSockets;
  readonly socketElements: readonly WorldSocketElement[];
  /** Those besides the first. */
  readonly pidNamespaces: readonly WorldPidNamespace[];
  /** In the order of `/proc/net/ipv6_route`. */
  readonly routes: readonly WorldRoute[];
  /** In the order of `/proc/kallsyms`; those that the kernel is known to have unless told. */
  readonly symbols?: readonly WorldSymbol[];
  /** CPUs, of which programs run on the first; 1 unless told. */
  readonly cpus?: number;
}

const PIDS = 4_194_304;
const U32 = 0xffff_ffff;
/** The kernel's own limit (CONFIG_NR_CPUS). */
const MAX_CPUS = 8192;
const pid = int(1, PIDS);
const id = int(0, U32);

const address: Validator<string> = withSchema(
  { type: 'string', pattern: '^0[xX]([0-9a-fA-F]{1,13}000|0{1,16})$' },
  (value, at) => {
    const string = hexAddress('0x7f0000001000')(value, at);
    if (BigInt(string) % 4096n !== 0n) throw new ShapeError(at, `${string} is no multiple of the page size, 4096`);
    return string;
  },
);

const areaFlags: Validator<string> = withSchema({ type: 'string', pattern: '^[r-][w-][x-][ps]$' }, (value, at) => {
  const string = text(4)(value, at);
  if (!/^[r-][w-][x-][ps]$/.test(string))
    throw new ShapeError(at, `expected flags as in /proc/PID/maps, such as r-xp, got '${string}'`);
  return string;
});

const path: Validator<string> = withSchema({ type: 'string', minLength: 1, maxLength: 4095 }, (value, at) => {
  const string = bytesOf(4095)(value, at);
  if (string === '') throw new ShapeError(at, 'a path is not empty');
  return string;
});

const cgroupPath: Validator<string> = withSchema(
  { type: 'string', maxLength: 4095, pattern: '^(/|(/[^/]+)+)$' },
  (value, at) => {
    const string = path(value, at);
    if (string !== '/' && !/^(\/[^/]+)+$/.test(string))
      throw new ShapeError(at, `expected a path from the root such as /system.slice, got '${string}'`);
    return string;
  },
);

const file = exactly<WorldFile>({
  fd: int(0, 1_048_575),
  path,
  kind: optional(oneOf(...FILE_KINDS)),
  ino: optional(int(0, Number.MAX_SAFE_INTEGER)),
  mode: optional(oneOf('r', 'w', 'rw')),
  pos: optional(int(0, Number.MAX_SAFE_INTEGER)),
  size: optional(int(0, Number.MAX_SAFE_INTEGER)),
  protocol: optional(bytesOf(31)),
});
const area = exactly<WorldArea>({
  start: address,
  end: address,
  flags: areaFlags,
  offset: optional(int(0, Number.MAX_SAFE_INTEGER)),
  path: optional(path),
  ino: optional(int(0, Number.MAX_SAFE_INTEGER)),
});
const task = exactly<WorldTask>({
  pid,
  tgid: pid,
  ppid: int(0, PIDS),
  comm: bytesOf(15),
  state: optional(oneOf(...STATES)),
  uid: optional(id),
  gid: optional(id),
  euid: optional(id),
  egid: optional(id),
  kthread: optional(bool),
  cgroup: optional(cgroupPath),
  startTime: optional(int(0, Number.MAX_SAFE_INTEGER)),
  utime: optional(int(0, Number.MAX_SAFE_INTEGER)),
  stime: optional(int(0, Number.MAX_SAFE_INTEGER)),
  nice: optional(int(-20, 19)),
  oomScoreAdj: optional(int(-1000, 1000)),
  files: optional(list(4096, file)),
  areas: optional(list(65_536, area)),
  ...TASK_PIDS,
});
const name16 = bytesOf(15);
const WORLD = exactly<World>({
  title: text(200),
  tasks: list(10_000, task),
  cgroups: list(10_000, exactly<WorldCgroup>({ path: cgroupPath, id: int(1, Number.MAX_SAFE_INTEGER) })),
  caches: list(
    10_000,
    exactly<WorldCache>({
      name: bytesOf(255),
      size: int(1, U32),
      objectSize: optional(int(1, U32)),
      align: optional(int(1, 4096)),
      flags: optional(id),
    }),
  ),
  dmabufs: list(
    10_000,
    exactly<WorldDmabuf>({
      ino: int(1, Number.MAX_SAFE_INTEGER),
      size: int(0, Number.MAX_SAFE_INTEGER),
      exporter: bytesOf(255),
      name: optional(bytesOf(31)),
    }),
  ),
  maps: list(
    10_000,
    exactly<WorldMap>({
      id: int(1, U32),
      name: name16,
      type: int(1, 64),
      keySize: id,
      valueSize: id,
      maxEntries: id,
      flags: optional(id),
    }),
  ),
  programs: list(
    10_000,
    exactly<WorldProgram>({ id: int(1, U32), name: name16, type: int(1, 64), len: int(1, 1_000_000) }),
  ),
  links: list(10_000, exactly<WorldLink>({ id: int(1, U32), type: int(0, 32), prog: int(1, U32) })),
  sockets: SOCKETS,
  socketElements: SOCKET_ELEMENTS,
  pidNamespaces: PID_NAMESPACES,
  routes: ROUTES,
  symbols: optional(SYMBOLS),
  cpus: optional(int(1, MAX_CPUS)),
});

/** Lists that a world file may leave out. */
const EMPTY = {
  title: '',
  cgroups: [],
  caches: [],
  dmabufs: [],
  maps: [],
  programs: [],
  links: [],
  sockets: {},
  socketElements: [],
  pidNamespaces: [],
  routes: [],
};

/** What a file of a world must be like. */
export const worldFile: Validator<World> = withSchema(
  (of) => ({ ...of(WORLD), required: ['tasks'] }),
  (value, at) => WORLD(typeof value === 'object' && value !== null ? { ...EMPTY, ...value } : value, at),
);

/**
 * A world from JSON's text or an object of that shape.
 * @throws InputError with the field's path and the rule that it breaks
 */
export function parseWorld(given: string | object, file = ''): World {
  let value: unknown = given;
  if (typeof given === 'string') {
    try {
      value = JSON.parse(given);
    } catch (error) {
      throw new InputError(`no JSON: ${error instanceof Error ? error.message : String(error)}`, '', file);
    }
  }
  try {
    const filled =
      typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...EMPTY, ...value } : value;
    const world = WORLD(filled, 'world');
    consistent(world);
    return world;
  } catch (error) {
    if (error instanceof ShapeError) throw new InputError(error.reason, error.at, file);
    throw error;
  }
}

/** What one part of a world says of another must be so. */
function consistent({
  tasks,
  cgroups,
  maps,
  programs,
  links,
  caches,
  sockets,
  socketElements,
  pidNamespaces,
  routes,
  symbols = [],
}: World): void {
  checkRoutes(routes, 'world.routes');
  checkSymbols(symbols, 'world.symbols');
  unique(tasks, 'world.tasks', 'pid');
  unique(cgroups, 'world.cgroups', 'path');
  unique(cgroups, 'world.cgroups', 'id');
  unique(maps, 'world.maps', 'id');
  unique(programs, 'world.programs', 'id');
  unique(links, 'world.links', 'id');
  unique(caches, 'world.caches', 'name');
  const known = new Set(['/']);
  cgroups.forEach(({ path: of }, i) => {
    const parent = of.slice(0, of.lastIndexOf('/')) || '/';
    if (of !== '/' && !known.has(parent))
      throw new ShapeError(`world.cgroups[${i}].path`, `its parent ${parent} is not listed before it`);
    known.add(of);
  });
  const leaders = new Map(tasks.filter((one) => one.pid === one.tgid).map((one) => [one.pid, one]));
  tasks.forEach((one, i) => {
    const at = `world.tasks[${i}]`;
    if (!leaders.has(one.tgid)) throw new ShapeError(`${at}.tgid`, `no task has pid ${one.tgid} and leads a process`);
    if (one.ppid !== 0 && !leaders.has(one.ppid)) throw new ShapeError(`${at}.ppid`, `no process has pid ${one.ppid}`);
    if (one.ppid === one.pid) throw new ShapeError(`${at}.ppid`, 'a process is not its own parent');
    if (one.pid === one.tgid && leadsBack(leaders, one))
      throw new ShapeError(`${at}.ppid`, `following parents leads back to process ${one.pid}`);
    if (!known.has(one.cgroup ?? '/')) throw new ShapeError(`${at}.cgroup`, `there is no cgroup ${one.cgroup!}`);
    if (one.pid !== one.tgid && (one.files !== undefined || one.areas !== undefined))
      throw new ShapeError(`${at}`, 'a thread shares the files and memory of its process: list them there');
    if (one.kthread === true && one.areas !== undefined)
      throw new ShapeError(`${at}.areas`, 'a kernel thread has no memory of its own');
    unique(one.files ?? [], `${at}.files`, 'fd');
    let end = 0n;
    (one.areas ?? []).forEach((memory, k) => {
      const [from, to] = [BigInt(memory.start), BigInt(memory.end)];
      if (to <= from) throw new ShapeError(`${at}.areas[${k}].end`, `${memory.end} is not above ${memory.start}`);
      if (from < end) throw new ShapeError(`${at}.areas[${k}].start`, 'areas are in order and do not overlap');
      end = to;
    });
  });
  checkPidNamespaces(pidNamespaces, tasks);
  checkSocketElements(socketElements, sockets);
  links.forEach(({ prog }, i) => {
    if (!programs.some((one) => one.id === prog))
      throw new ShapeError(`world.links[${i}].prog`, `there is no program ${prog}`);
  });
  consistentSockets(sockets, tasks);
}

/** Whether a process is an ancestor of its own. */
function leadsBack(leaders: ReadonlyMap<number, WorldTask>, task: WorldTask): boolean {
  const seen = new Set<number>();
  for (let at = leaders.get(task.ppid); at !== undefined && !seen.has(at.pid); at = leaders.get(at.ppid)) {
    if (at === task) return true;
    seen.add(at.pid);
  }
  return false;
}
