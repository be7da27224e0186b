// Describes the machine that it runs on as a world of Iterscope: its threads with their files and memory, its cgroups and slab
// caches, from /proc and /sys. Itself is left out. Where KNOWN_SOCKETS names a file of make-sockets, its sockets, and no memory.
import { existsSync, readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { describeSockets } from './describe-sockets.mjs';

const read = (path) => readFileSync(path, 'utf8');

function statOf(path) {
  const text = read(`${path}/stat`);
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  return {
    comm: text.slice(text.indexOf('(') + 1, end),
    state: fields[0],
    ppid: Number(fields[1]),
    flags: Number(fields[6]),
  };
}

function filesOf(pid) {
  const files = [];
  for (const fd of readdirSync(`/proc/${pid}/fd`).map(Number)) {
    try {
      const path = readlinkSync(`/proc/${pid}/fd/${fd}`);
      const stat = statSync(`/proc/${pid}/fd/${fd}`);
      const kind = stat.isCharacterDevice()
        ? 'char'
        : stat.isDirectory()
          ? 'directory'
          : stat.isFIFO()
            ? 'pipe'
            : stat.isSocket()
              ? 'socket'
              : path.startsWith('anon_inode:')
                ? 'anon'
                : 'file';
      files.push({ fd, path, kind, ino: stat.ino });
    } catch {
      // It was closed meanwhile.
    }
  }
  return files;
}

const areasOf = (pid) =>
  read(`/proc/${pid}/maps`)
    .split('\n')
    .filter((line) => line !== '' && !line.includes('[vsyscall]'))
    .map((line) => {
      const [range, flags, offset, , ino, ...path] = line.trimEnd().split(/ +/);
      const [start, end] = range.split('-');
      return {
        start: `0x${start}`,
        end: `0x${end}`,
        flags,
        offset: parseInt(offset, 16),
        ...(path.length === 0 ? {} : { path: path.join(' ') }),
        ino: Number(ino),
      };
    });

const knownSockets = process.env.KNOWN_SOCKETS;
const PF_KTHREAD = 0x0020_0000;
const tasks = [];
for (const pid of readdirSync('/proc')
  .filter((name) => /^\d+$/.test(name))
  .map(Number)) {
  if (pid === process.pid) continue;
  try {
    const { flags, ppid } = statOf(`/proc/${pid}`);
    const kthread = (flags & PF_KTHREAD) !== 0;
    const status = read(`/proc/${pid}/status`);
    const ids = (name) => new RegExp(`^${name}:\\s+(\\d+)\\s+(\\d+)`, 'm').exec(status).slice(1).map(Number);
    const [uid, euid] = ids('Uid');
    const [gid, egid] = ids('Gid');
    const cgroup = /^0::(.*)$/m.exec(read(`/proc/${pid}/cgroup`))?.[1] ?? '/';
    for (const tid of readdirSync(`/proc/${pid}/task`).map(Number)) {
      const { comm, state } = statOf(`/proc/${pid}/task/${tid}`);
      tasks.push({
        pid: tid,
        tgid: pid,
        ppid,
        // The kernel shows more of a worker's name than it has.
        comm: comm.slice(0, 15),
        state,
        uid,
        gid,
        euid,
        egid,
        cgroup,
        ...(kthread
          ? { kthread, files: [] }
          : tid === pid
            ? { files: filesOf(pid), ...(knownSockets === undefined ? { areas: areasOf(pid) } : {}) }
            : {}),
      });
    }
  } catch {
    // It ended meanwhile.
  }
}

const cgroups = [];
const visit = (path) => {
  const folder = `/sys/fs/cgroup${path}`;
  cgroups.push({ path, id: statSync(folder).ino });
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) visit(path === '/' ? `/${entry.name}` : `${path}/${entry.name}`);
};
if (existsSync('/sys/fs/cgroup/cgroup.procs')) visit('/');
// In the order of the kernel's list.
const caches = read('/proc/slabinfo')
  .split('\n')
  .slice(2)
  .filter((line) => line !== '')
  .map((line) => {
    const [name, , , size] = line.split(/ +/);
    const folder = `/sys/kernel/slab/${name}`;
    return existsSync(folder)
      ? { name, size: Number(size), objectSize: Number(read(`${folder}/object_size`)) }
      : { name, size: Number(size) };
  });
// Made by the reader, who says so.
const size = Number(process.env.DMABUF_SIZE ?? 0);
const dmabufs = size === 0 ? [] : [{ ino: 1, size, exporter: 'system' }];
const sockets = knownSockets === undefined ? {} : { sockets: describeSockets(knownSockets) };
console.log(JSON.stringify({ title: 'recorded', tasks, cgroups, caches, dmabufs, ...sockets }, null, 1));
