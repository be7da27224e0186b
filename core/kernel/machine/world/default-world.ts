import { CONTAINER, DEFAULT_PID_NAMESPACES, DEFAULT_ROUTES } from './default-objects.ts';
import { DEFAULT_SOCKETS } from './default-sockets.ts';
import type { World, WorldArea, WorldCgroup, WorldFile, WorldTask } from './schema.ts';

const SECOND = 1_000_000_000;

const hex = (value: number): string => `0x${value.toString(16)}`;

/** The memory of a program: its own four areas, a heap, the C library's four, and a stack. */
function areas(path: string, ino: number, slot: number, heap = 0x21000): WorldArea[] {
  const base = 0x55d0_0000_0000 + slot * 0x100_0000;
  const libc = 0x7f30_0000_0000 + slot * 0x100_0000;
  const stack = 0x7ffc_0000_0000 + slot * 0x100_0000;
  const file = (
    start: number,
    pages: number,
    flags: string,
    offset: number,
    of: string,
    number: number,
  ): WorldArea => ({
    start: hex(start),
    end: hex(start + pages * 4096),
    flags,
    offset,
    path: of,
    ino: number,
  });
  const LIBC = '/usr/lib/x86_64-linux-gnu/libc.so.6';
  return [
    file(base, 8, 'r--p', 0, path, ino),
    file(base + 0x8000, 40, 'r-xp', 0x8000, path, ino),
    file(base + 0x30000, 16, 'r--p', 0x30000, path, ino),
    file(base + 0x40000, 2, 'rw-p', 0x40000, path, ino),
    { start: hex(base + 0x100000), end: hex(base + 0x100000 + heap), flags: 'rw-p', path: '[heap]' },
    file(libc, 40, 'r--p', 0, LIBC, 1311),
    file(libc + 0x28000, 395, 'r-xp', 0x28000, LIBC, 1311),
    file(libc + 0x1b3000, 79, 'r--p', 0x1b3000, LIBC, 1311),
    file(libc + 0x202000, 2, 'rw-p', 0x202000, LIBC, 1311),
    { start: hex(stack), end: hex(stack + 33 * 4096), flags: 'rw-p', path: '[stack]' },
  ];
}

const NULL: readonly WorldFile[] = [0, 1, 2].map((fd) => ({ fd, path: '/dev/null', ino: 4, mode: 'rw' }));

/** Standard input from nowhere, output to the journal. */
const service = (socket: number, ...more: readonly WorldFile[]): readonly WorldFile[] => [
  { fd: 0, path: '/dev/null', ino: 4, mode: 'r' },
  { fd: 1, path: `socket:[${socket}]` },
  { fd: 2, path: `socket:[${socket}]` },
  ...more,
];
const socket = (fd: number, ino: number): WorldFile => ({ fd, path: `socket:[${ino}]` });
const log = (fd: number, path: string, ino: number, pos: number): WorldFile => ({ fd, path, ino, mode: 'w', pos });
const event = (fd: number, what: string): WorldFile => ({ fd, path: `anon_inode:[${what}]`, ino: 1058 });

const kernelThread = (pid: number, comm: string, state: 'S' | 'I' = 'I'): WorldTask => ({
  pid,
  tgid: pid,
  ppid: pid === 2 ? 0 : 2,
  comm,
  state,
  kthread: true,
  startTime: Math.round(0.02 * SECOND),
});

interface Daemon {
  readonly ppid?: number;
  readonly uid?: number;
  readonly state?: WorldTask['state'];
  readonly path?: string;
  readonly files?: readonly WorldFile[];
  readonly heap?: number;
  /** Seconds after the start. */
  readonly at?: number;
}

function daemon(pid: number, comm: string, cgroup: string, options: Daemon = {}): WorldTask {
  const { ppid = 1, uid = 0, state = 'S', path = `/usr/sbin/${comm}`, files = NULL, heap, at = 4 } = options;
  return {
    pid,
    tgid: pid,
    ppid,
    comm,
    state,
    uid,
    gid: uid,
    cgroup,
    startTime: at * SECOND + pid,
    files,
    areas: areas(path, 20_000 + pid, pid % 200, heap),
  };
}

const threads = (leader: number, ppid: number, cgroup: string, uid: number, ...comms: readonly string[]): WorldTask[] =>
  comms.map((comm, i) => ({
    pid: leader + 1 + i,
    tgid: leader,
    ppid,
    comm,
    state: 'S',
    uid,
    gid: uid,
    cgroup,
    startTime: 9 * SECOND + leader + i,
  }));

const NGINX = '/system.slice/nginx.service';
const POSTGRES = '/system.slice/postgresql.service';
const API = '/system.slice/api.service';
const CONTAINERD = '/system.slice/containerd.service';
const REDIS = '/system.slice/redis.scope';
const SESSION = '/user.slice/user-1000.slice/session-3.scope';
const nginxFiles = service(
  8120,
  log(3, '/var/log/nginx/access.log', 40_112, 918_273),
  log(4, '/var/log/nginx/error.log', 40_113, 4_411),
  socket(6, 8124),
  socket(7, 8125),
);

const TASKS: readonly WorldTask[] = [
  daemon(1, 'systemd', '/init.scope', {
    ppid: 0,
    path: '/usr/lib/systemd/systemd',
    files: [
      ...NULL,
      event(3, 'eventpoll'),
      event(4, 'signalfd'),
      { fd: 5, path: '/sys/fs/cgroup', kind: 'directory', ino: 1, mode: 'r' },
      event(6, 'timerfd'),
      socket(9, 2101),
      socket(11, 2104),
    ],
    heap: 0x3a_0000,
    at: 1,
  }),
  kernelThread(2, 'kthreadd', 'S'),
  kernelThread(3, 'pool_workqueue_', 'S'),
  kernelThread(4, 'kworker/R-rcu_g'),
  kernelThread(5, 'kworker/R-sync_'),
  kernelThread(6, 'kworker/R-netns'),
  kernelThread(8, 'kworker/0:0H-ev'),
  kernelThread(12, 'kworker/R-mm_pe'),
  kernelThread(13, 'ksoftirqd/0', 'S'),
  kernelThread(14, 'rcu_preempt'),
  kernelThread(15, 'rcu_exp_par_gp_', 'S'),
  kernelThread(16, 'migration/0', 'S'),
  kernelThread(17, 'cpuhp/0', 'S'),
  kernelThread(18, 'cpuhp/1', 'S'),
  kernelThread(19, 'migration/1', 'S'),
  kernelThread(20, 'ksoftirqd/1', 'S'),
  kernelThread(24, 'kdevtmpfs', 'S'),
  kernelThread(27, 'kauditd', 'S'),
  kernelThread(28, 'khungtaskd', 'S'),
  kernelThread(29, 'oom_reaper', 'S'),
  kernelThread(31, 'kcompactd0', 'S'),
  kernelThread(32, 'ksmd', 'S'),
  kernelThread(52, 'kswapd0', 'S'),
  kernelThread(104, 'jbd2/vda1-8', 'S'),
  kernelThread(105, 'kworker/R-ext4-'),
  kernelThread(118, 'kworker/1:2-eve'),
  daemon(151, 'systemd-journal', '/system.slice/systemd-journald.service', {
    path: '/usr/lib/systemd/systemd-journald',
    files: [
      ...NULL,
      socket(3, 2011),
      socket(4, 2013),
      event(7, 'eventpoll'),
      log(9, '/var/log/journal/system.journal', 40_021, 8_388_608),
      { fd: 10, path: '/dev/kmsg', ino: 11, mode: 'rw' },
    ],
    at: 2,
  }),
  daemon(176, 'systemd-udevd', '/system.slice/systemd-udevd.service', {
    path: '/usr/lib/systemd/systemd-udevd',
    at: 2,
  }),
  daemon(301, 'systemd-network', '/system.slice/systemd-networkd.service', {
    uid: 998,
    path: '/usr/lib/systemd/systemd-networkd',
    files: service(2230, event(3, 'eventpoll'), socket(5, 2240), socket(6, 2241)),
  }),
  daemon(318, 'systemd-resolve', '/system.slice/systemd-resolved.service', {
    uid: 991,
    path: '/usr/lib/systemd/systemd-resolved',
    files: service(2251, socket(12, 2260), socket(13, 2261)),
  }),
  daemon(340, 'dbus-daemon', '/system.slice/dbus.service', {
    uid: 101,
    path: '/usr/bin/dbus-daemon',
    files: service(2301, socket(3, 2302), event(4, 'eventpoll')),
  }),
  daemon(355, 'systemd-logind', '/system.slice/systemd-logind.service', { path: '/usr/lib/systemd/systemd-logind' }),
  daemon(361, 'cron', '/system.slice/cron.service', {
    files: service(2331, { fd: 3, path: '/run/crond.pid', ino: 1201 }),
  }),
  daemon(402, 'sshd', '/system.slice/ssh.service', { files: service(2388, socket(3, 2391), socket(4, 2392)) }),
  daemon(412, 'nginx', NGINX, { files: nginxFiles, at: 6 }),
  daemon(413, 'nginx', NGINX, {
    ppid: 412,
    uid: 33,
    files: [...nginxFiles, event(8, 'eventpoll'), socket(12, 9301), socket(13, 9315)],
    at: 6,
  }),
  daemon(414, 'nginx', NGINX, {
    ppid: 412,
    uid: 33,
    files: [...nginxFiles, event(8, 'eventpoll'), socket(12, 9302)],
    at: 6,
  }),
  daemon(480, 'postgres', POSTGRES, {
    uid: 107,
    path: '/usr/lib/postgresql/17/bin/postgres',
    files: service(2510, { fd: 4, path: 'pipe:[2515]' }, socket(7, 2520), socket(8, 2521)),
    heap: 0x18_0000,
    at: 7,
  }),
  daemon(483, 'postgres', POSTGRES, {
    ppid: 480,
    uid: 107,
    path: '/usr/lib/postgresql/17/bin/postgres',
    files: service(2510, log(5, '/var/lib/postgresql/17/main/pg_wal/0001', 40_871, 16_777_216)),
    at: 7,
  }),
  daemon(484, 'postgres', POSTGRES, {
    ppid: 480,
    uid: 107,
    path: '/usr/lib/postgresql/17/bin/postgres',
    files: service(2510),
    at: 7,
  }),
  daemon(486, 'postgres', POSTGRES, {
    ppid: 480,
    uid: 107,
    path: '/usr/lib/postgresql/17/bin/postgres',
    files: service(2510, socket(9, 9410), { fd: 11, path: '/var/lib/postgresql/17/main/base/16384/2619', ino: 41_007 }),
    state: 'D',
    at: 30,
  }),
  daemon(600, 'api', API, {
    uid: 1001,
    path: '/opt/api/bin/api',
    files: service(
      2611,
      event(3, 'eventpoll'),
      { fd: 4, path: 'pipe:[2620]', mode: 'r' },
      { fd: 5, path: 'pipe:[2620]', mode: 'w' },
      socket(8, 2630),
      socket(14, 9402),
      socket(15, 9403),
      log(16, '/var/log/api/requests.log', 40_311, 120_331),
    ),
    heap: 0x90_0000,
    at: 9,
  }),
  ...threads(600, 1, API, 1001, 'api-worker-0', 'api-worker-1', 'api-worker-2', 'api-gc'),
  daemon(640, 'agetty', '/system.slice/system-getty.slice', {
    files: [0, 1, 2].map((fd) => ({ fd, path: '/dev/tty1', ino: 20, mode: 'rw' as const })),
  }),
  daemon(702, 'containerd', CONTAINERD, { path: '/usr/bin/containerd', files: service(2702), at: 10 }),
  daemon(731, 'containerd-shim', CONTAINERD, { path: '/usr/bin/containerd-shim-runc-v2', at: 10 }),
  {
    ...daemon(752, 'redis-server', REDIS, { ppid: 731, uid: 999, path: '/usr/local/bin/redis-server', at: 11 }),
    pidNamespace: CONTAINER,
    nspids: [1],
  },
  ...threads(752, 731, REDIS, 999, 'bio_close_file', 'bio_aof').map((thread, i) => ({
    ...thread,
    pidNamespace: CONTAINER,
    nspids: [8 + i],
  })),
  {
    ...daemon(790, 'sh', REDIS, { ppid: 731, uid: 999, path: '/bin/sh', at: 390 }),
    pidNamespace: CONTAINER,
    nspids: [21],
  },
  daemon(1187, 'sshd', SESSION, {
    ppid: 402,
    files: [...NULL, socket(4, 9501), { fd: 8, path: '/dev/ptmx', ino: 21 }],
    at: 310,
  }),
  daemon(1190, 'systemd', '/user.slice/user-1000.slice', {
    uid: 1000,
    path: '/usr/lib/systemd/systemd',
    files: [...NULL, event(3, 'eventpoll')],
    at: 310,
  }),
  daemon(1201, 'bash', SESSION, {
    ppid: 1187,
    uid: 1000,
    path: '/usr/bin/bash',
    files: [0, 1, 2, 255].map((fd) => ({ fd, path: '/dev/pts/0', ino: 3, mode: 'rw' as const })),
    at: 311,
  }),
  {
    pid: 1229,
    tgid: 1229,
    ppid: 1201,
    comm: 'make',
    state: 'Z',
    uid: 1000,
    gid: 1000,
    cgroup: SESSION,
    startTime: 402 * SECOND,
  },
  daemon(1234, 'iterscope', SESSION, {
    ppid: 1201,
    uid: 1000,
    state: 'R',
    path: '/usr/bin/iterscope',
    files: [
      ...[0, 1, 2].map((fd) => ({ fd, path: '/dev/pts/0', ino: 3, mode: 'rw' as const })),
      { fd: 3, path: 'anon_inode:bpf-prog', ino: 1058 },
      { fd: 4, path: 'anon_inode:bpf_link', ino: 1058 },
    ],
    at: 420,
  }),
  daemon(1260, 'tail', SESSION, {
    ppid: 1201,
    uid: 1000,
    path: '/usr/bin/tail',
    state: 'T',
    files: [
      ...[0, 1, 2].map((fd) => ({ fd, path: '/dev/pts/0', ino: 3, mode: 'rw' as const })),
      { fd: 3, path: '/var/log/nginx/access.log', ino: 40_112, mode: 'r', pos: 918_273 },
    ],
    at: 431,
  }),
];

const CGROUPS: readonly WorldCgroup[] = [
  '/',
  '/init.scope',
  '/system.slice',
  '/system.slice/systemd-journald.service',
  '/system.slice/systemd-udevd.service',
  '/system.slice/systemd-networkd.service',
  '/system.slice/systemd-resolved.service',
  '/system.slice/dbus.service',
  '/system.slice/systemd-logind.service',
  '/system.slice/cron.service',
  '/system.slice/ssh.service',
  NGINX,
  POSTGRES,
  API,
  '/system.slice/system-getty.slice',
  '/user.slice',
  '/user.slice/user-1000.slice',
  SESSION,
  CONTAINERD,
  REDIS,
].map((path, i) => ({ path, id: i === 0 ? 1 : 40 + 41 * i }));

/** A small server some minutes after its start: a web server, a database, an application with threads, and somebody logged in. */
export const DEFAULT_WORLD: World = {
  title: 'a small server',
  tasks: TASKS,
  cgroups: CGROUPS,
  caches: [
    { name: 'task_struct', size: 3_264 },
    { name: 'mm_struct', size: 1_536, objectSize: 1_496, align: 64 },
    { name: 'vm_area_struct', size: 192 },
    { name: 'files_cache', size: 704, align: 64 },
    { name: 'signal_cache', size: 1_152, objectSize: 1_144, align: 64 },
    { name: 'dentry', size: 192 },
    { name: 'inode_cache', size: 616 },
    { name: 'ext4_inode_cache', size: 1_184 },
    { name: 'sock_inode_cache', size: 832, align: 64 },
    { name: 'TCP', size: 2_432, objectSize: 2_368, align: 64 },
    { name: 'skbuff_head_cache', size: 256, objectSize: 232, align: 64 },
    { name: 'filp', size: 192, objectSize: 184, align: 64 },
    { name: 'kmalloc-8k', size: 8_192 },
    { name: 'kmalloc-4k', size: 4_096 },
    { name: 'kmalloc-1k', size: 1_024 },
    { name: 'kmalloc-256', size: 256 },
    { name: 'kmalloc-64', size: 64 },
    { name: 'kmalloc-8', size: 8 },
  ],
  dmabufs: [
    { ino: 1, size: 8_294_400, exporter: 'drm', name: 'scanout' },
    { ino: 2, size: 1_048_576, exporter: 'system' },
    { ino: 5, size: 65_536, exporter: 'system', name: 'camera' },
  ],
  maps: [
    { id: 3, name: 'pid_iter_rodata', type: 2, keySize: 4, valueSize: 28, maxEntries: 1, flags: 128 },
    { id: 7, name: 'conns', type: 9, keySize: 12, valueSize: 24, maxEntries: 65_536 },
    { id: 8, name: 'stats', type: 6, keySize: 4, valueSize: 16, maxEntries: 64 },
    { id: 11, name: 'events', type: 27, keySize: 0, valueSize: 0, maxEntries: 262_144 },
  ],
  programs: [
    { id: 12, name: 'sd_devices', type: 15, len: 14 },
    { id: 13, name: 'sd_fw_egress', type: 8, len: 8 },
    { id: 14, name: 'sd_fw_ingress', type: 8, len: 8 },
    { id: 31, name: 'count_conns', type: 6, len: 188 },
  ],
  links: [
    { id: 1, type: 3, prog: 12 },
    { id: 4, type: 6, prog: 31 },
  ],
  sockets: DEFAULT_SOCKETS,
  pidNamespaces: DEFAULT_PID_NAMESPACES,
  routes: DEFAULT_ROUTES,
  cpus: 2,
};
