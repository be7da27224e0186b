import { describe, expect, test } from 'vitest';
import { kernelModel } from '../../../../node/inputs.ts';
import { SimMachine } from '../sim-machine.ts';
import { nextDescendantPost, nextDescendantPre, threadFrom } from './cursors.ts';
import { DEFAULT_WORLD } from './default-world.ts';
import { parseWorld } from './schema.ts';
import { SimulatedKernel } from './simulated-kernel.ts';

const { btf } = kernelModel();
const kernelOf = (world: object): SimulatedKernel =>
  new SimulatedKernel(parseWorld(world), btf, new SimMachine().memory);

const init = { pid: 1, tgid: 1, ppid: 0, comm: 'init' };
const SMALL = {
  cgroups: [
    { path: '/', id: 1 },
    { path: '/a', id: 5 },
    { path: '/a/b', id: 6 },
    { path: '/c', id: 7 },
  ],
  tasks: [
    {
      ...init,
      uid: 7,
      files: [
        { fd: 3, path: '/dev/null' },
        { fd: 70, path: 'socket:[77]', protocol: 'TCP' },
      ],
      areas: [{ start: '0x1000', end: '0x3000', flags: 'r-xp', path: '/bin/init', offset: 8192 }],
    },
    { pid: 9, tgid: 1, ppid: 0, comm: 'late', cgroup: '/a' },
    { pid: 4, tgid: 1, ppid: 0, comm: 'early' },
    { pid: 5, tgid: 5, ppid: 1, comm: 'child', kthread: true },
  ],
};

describe('structures lie in memory as the kernel’s types say', () => {
  const kernel = kernelOf(SMALL);
  const { memory, tasks } = kernel;
  const leader = tasks.find(1)!;

  test('a task’s own fields, and those behind its pointers', () => {
    const read = (path: string, address = leader.address): bigint => memory.get('task_struct', address, path);
    expect([read('pid'), read('tgid'), read('real_parent')]).toEqual([1n, 1n, tasks.idle]);
    expect(memory.get('cred', read('cred'), 'uid.val')).toBe(7n);
    const { address } = tasks.find(9)!;
    expect(read('group_leader', address)).toBe(leader.address);
    expect(read('files', address)).toBe(read('files'));
    expect(memory.get('pid', read('thread_pid', address), 'numbers[0].nr')).toBe(9n);
    expect(memory.get('css_set', read('cgroups', address), 'dfl_cgrp')).toBe(kernel.cgroups.find('/a')!.address);
    expect(read('mm', tasks.find(5)!.address)).toBe(0n);
  });

  test('an open file is found through its table, its name through its directory entry', () => {
    const table = memory.get('files_struct', memory.get('task_struct', leader.address, 'files'), 'fdt');
    expect(memory.get('fdtable', table, 'max_fds')).toBe(128n);
    const inode = memory.get('file', leader.files!.open[1]!.address, 'f_inode');
    expect(memory.get('inode', inode, 'i_ino')).toBe(77n);
    expect(memory.get('inode', inode, 'i_mode') & 0o170000n).toBe(0o140000n);
  });

  test('lists go through their members and back to their heads', () => {
    const around = (head: bigint): bigint[] => {
      const found: bigint[] = [];
      const next = (at: bigint): bigint => memory.word(at);
      for (let at = next(head); at !== head; at = next(at)) found.push(at);
      return found;
    };
    const field = (address: bigint, path: string): bigint => memory.fieldAddress('task_struct', address, path);
    expect(around(field(tasks.idle, 'tasks'))).toEqual([1, 5].map((pid) => field(tasks.find(pid)!.address, 'tasks')));
    expect(around(field(leader.address, 'children'))).toEqual([field(tasks.find(5)!.address, 'sibling')]);
    const signal = memory.get('task_struct', leader.address, 'signal');
    expect(around(memory.fieldAddress('signal_struct', signal, 'thread_head'))).toEqual(
      [1, 9, 4].map((pid) => field(tasks.find(pid)!.address, 'thread_node')),
    );
  });

  test('what the world says nothing of is known by its name, and not by what lies there', () => {
    const at = Number(BigInt.asUintN(32, memory.fieldAddress('task_struct', leader.address, 'nvcsw')));
    const hi = Number(BigInt.asIntN(32, leader.address >> 32n));
    expect(memory.fieldAt(at, hi)).toEqual({ struct: 'task_struct', field: 'nvcsw' });
    expect(memory.fieldAt(at, 0)).toBeNull();
  });
});

test('a structure in memory that was given back is found by its address', () => {
  const { memory } = new SimMachine();
  const hole = memory.map(144);
  const { memory: structures } = new SimulatedKernel(parseWorld(SMALL), btf, memory);
  memory.unmap(hole);
  const address = structures.allocate('pid');
  const lo = Number(BigInt.asUintN(32, address));
  expect(lo).toBe(hole);
  const hi = Number(BigInt.asIntN(32, address >> 32n));
  expect(structures.fieldAt(lo, hi)).toMatchObject({ struct: 'pid' });
  expect(structures.fieldAt(lo + 4096 * 64, hi)?.struct).not.toBe('pid');
});

test('threads go by pid, processes and the threads of one in the order in which they were made', () => {
  const { tasks } = kernelOf(SMALL);
  const seen = tasks.seenBy(0n);
  const pids = (
    step: (task: NonNullable<ReturnType<typeof threadFrom>>) => ReturnType<typeof threadFrom>,
  ): number[] => {
    const out: number[] = [];
    for (let at = threadFrom(seen, 0); at !== null; at = step(at)) out.push(at.pid);
    return out;
  };
  expect(pids((task) => threadFrom(seen, task.pid + 1))).toEqual([1, 4, 5, 9]);
  expect(pids((task) => tasks.threadAfter(task))).toEqual([1, 9, 4]);
  expect(pids((task) => tasks.processAfter(task))).toEqual([1, 5]);
});

test.each([
  ['parents first', nextDescendantPre, ['/', '/a', '/a/b', '/c']],
  ['children first', nextDescendantPost, ['/a/b', '/a', '/c', '/']],
] as const)('cgroups, %s', (_, next, expected) => {
  const { root } = kernelOf(SMALL).cgroups;
  const paths: string[] = [];
  for (let at = next(null, root); at !== null; at = next(at, root)) paths.push(at.path);
  expect(paths).toEqual(expected);
});

test('the world that stands is a consistent one, about sixty tasks large', () => {
  const world = parseWorld(JSON.stringify(DEFAULT_WORLD));
  expect(world).toEqual(DEFAULT_WORLD);
  expect(world.tasks.length).toBeGreaterThan(50);
  expect(() => kernelOf(DEFAULT_WORLD)).not.toThrow();
});

describe('pid namespaces', () => {
  const kernel = kernelOf({
    pidNamespaces: [{ ino: 50 }, { ino: 60, parent: 50 }],
    tasks: [
      init,
      { pid: 8, tgid: 8, ppid: 1, comm: 'box', pidNamespace: 50, nspids: [1] },
      { pid: 6, tgid: 6, ppid: 8, comm: 'inner', pidNamespace: 60, nspids: [9, 1] },
      { pid: 7, tgid: 7, ppid: 8, comm: 'starter', pidNamespace: 50, nspids: [3], pidNamespaceForChildren: 60 },
    ],
  });
  const { memory, tasks } = kernel;
  const numbers = (pid: number): number[] => tasks.seenBy(tasks.find(pid)!.address).all.map((task) => task.pid);

  test('a task is seen by those of its namespace and of the ones around it, in the order of its pids there', () => {
    expect(numbers(1)).toEqual([1, 6, 7, 8]);
    expect(numbers(7)).toEqual([8, 7, 6]);
    expect(numbers(6)).toEqual([6]);
    expect(tasks.seenBy(tasks.find(8)!.address).find(9)?.comm).toBe('inner');
  });

  test('a task’s pids lie behind one another, outermost first', () => {
    const pid = memory.get('task_struct', tasks.find(6)!.address, 'thread_pid');
    expect([0, 1, 2].map((level) => memory.get('pid', pid, `numbers[${level}].nr`))).toEqual([6n, 9n, 1n]);
    const own = memory.get('pid', pid, 'numbers[2].ns');
    expect(memory.get('pid_namespace', own, 'ns.inum')).toBe(60n);
    expect(memory.get('pid_namespace', own, 'child_reaper')).toBe(tasks.find(6)!.address);
    const proxy = memory.get('task_struct', tasks.find(7)!.address, 'nsproxy');
    expect(memory.get('nsproxy', proxy, 'pid_ns_for_children')).toBe(own);
  });
});

const boxed = { ...init, pid: 8, tgid: 8, pidNamespace: 50, nspids: [1] };
const box = { pidNamespaces: [{ ino: 50 }] };
const route = { to: '::/0', device: 'lo' };
const symbol = { name: 'a', address: '0xffffffff81000000', type: 'T' };

const area = { start: '0x1000', end: '0x2000', flags: 'r--p' };
test.each([
  ['[', 'no JSON'],
  [[], 'world: expected an object'],
  [{}, 'world.tasks: expected an array'],
  [{ tasks: [], tasksx: [] }, 'world.tasksx: there is no such field'],
  [{ tasks: [{ ...init, pid: 0 }] }, 'world.tasks[0].pid: expected a whole number 1..'],
  [
    { tasks: [{ ...init, comm: 'sixteen-bytes-xx' }] },
    'world.tasks[0].comm: text of 16 characters, at most 15 allowed',
  ],
  [{ tasks: [{ ...init, comm: 'ééééééééé' }] }, 'world.tasks[0].comm: 18 bytes, at most 15 fit'],
  [{ tasks: [{ ...init, comm: 'a\0b' }] }, 'a zero byte would end it'],
  [{ tasks: [{ ...init, state: 'X' }] }, 'world.tasks[0].state: expected one of R, S'],
  [{ tasks: [{ ...init, uid: -1 }] }, 'world.tasks[0].uid'],
  [{ tasks: [init, init] }, 'world.tasks[1].pid: 1 is that of world.tasks[0] already'],
  [{ tasks: [{ ...init, tgid: 2 }] }, 'world.tasks[0].tgid: no task has pid 2 and leads a process'],
  [{ tasks: [{ ...init, ppid: 8 }] }, 'world.tasks[0].ppid: no process has pid 8'],
  [{ tasks: [{ ...init, ppid: 1 }] }, 'world.tasks[0].ppid: a process is not its own parent'],
  [
    {
      tasks: [
        { ...init, ppid: 2 },
        { ...init, pid: 2, tgid: 2, ppid: 1 },
      ],
    },
    'world.tasks[0].ppid: following parents leads back to process 1',
  ],
  [{ tasks: [{ ...init, cgroup: '/x' }] }, 'world.tasks[0].cgroup: there is no cgroup /x'],
  [{ tasks: [{ ...init, cgroup: 'x' }] }, 'world.tasks[0].cgroup: expected a path from the root'],
  [
    { tasks: [init], cgroups: [{ path: '/a/b', id: 3 }] },
    'world.cgroups[0].path: its parent /a is not listed before it',
  ],
  [{ tasks: [{ ...init, files: [{ fd: 0, path: '' }] }] }, 'world.tasks[0].files[0].path: a path is not empty'],
  [
    {
      tasks: [
        {
          ...init,
          files: [
            { fd: 0, path: '/a' },
            { fd: 0, path: '/b' },
          ],
        },
      ],
    },
    'world.tasks[0].files[1].fd: 0 is that of world.tasks[0].files[0] already',
  ],
  [{ tasks: [{ ...init, areas: [{ ...area, start: '4096' }] }] }, 'areas[0].start: expected a hexadecimal address'],
  [
    { tasks: [{ ...init, areas: [{ ...area, end: '0x1800' }] }] },
    'areas[0].end: 0x1800 is no multiple of the page size',
  ],
  [{ tasks: [{ ...init, areas: [{ ...area, end: '0x1000' }] }] }, 'areas[0].end: 0x1000 is not above 0x1000'],
  [{ tasks: [{ ...init, areas: [area, area] }] }, 'areas[1].start: areas are in order and do not overlap'],
  [{ tasks: [{ ...init, areas: [{ ...area, flags: 'rwx' }] }] }, 'areas[0].flags: expected flags as in /proc/PID/maps'],
  [
    { tasks: [{ ...init, kthread: true, areas: [area] }] },
    'world.tasks[0].areas: a kernel thread has no memory of its own',
  ],
  [
    { tasks: [init, { ...init, pid: 2, files: [] }] },
    'world.tasks[1]: a thread shares the files and memory of its process',
  ],
  [{ tasks: [init], links: [{ id: 1, type: 4, prog: 2 }] }, 'world.links[0].prog: there is no program 2'],
  [{ tasks: [init], pidNamespaces: [{ ino: 4026531836 }] }, 'pidNamespaces[0].ino: 4026531836 is that of the first'],
  [
    { tasks: [init], pidNamespaces: [{ ino: 5, parent: 6 }] },
    'pidNamespaces[0].parent: there is no pid namespace 6 before',
  ],
  [{ tasks: [boxed] }, 'world.tasks[0].pidNamespace: there is no pid namespace 50'],
  [{ ...box, tasks: [{ ...boxed, nspids: [1, 2] }] }, 'world.tasks[0].nspids: 2 pids: its namespace is 1 deep'],
  [{ ...box, tasks: [{ ...boxed, nspids: [2] }] }, 'world.tasks[0].pidNamespace: no task has pid 1 in namespace 50'],
  [
    { ...box, tasks: [boxed, { ...boxed, pid: 9, tgid: 9 }] },
    'world.tasks[1].nspids[0]: 1 is that of world.tasks[0] already',
  ],
  [
    { ...box, tasks: [boxed, { ...init, pid: 9, tgid: 8 }] },
    'world.tasks[1].pidNamespace: the threads of a process live in one namespace',
  ],
  [
    { tasks: [{ ...init, pidNamespaceForChildren: 5 }] },
    'world.tasks[0].pidNamespaceForChildren: there is no pid namespace 5',
  ],
  [
    { tasks: [init], routes: [{ ...route, to: 'fe80::' }] },
    'world.routes[0].to: expected an IPv6 address with a length',
  ],
  [
    { tasks: [init], routes: [{ ...route, to: '::/129' }] },
    'world.routes[0].to: expected an IPv6 address with a length',
  ],
  [{ tasks: [init], routes: [{ ...route, via: '10.0.0.1' }] }, 'world.routes[0].via: expected an IPv6 address such as'],
  [{ tasks: [init], routes: [{ ...route, device: '' }] }, 'world.routes[0].device: a device has a name'],
  [{ tasks: [init], symbols: [{ ...symbol, address: '81' }] }, 'world.symbols[0].address: expected a hexadecimal'],
  [{ tasks: [init], symbols: [{ ...symbol, type: '1' }] }, 'world.symbols[0].type: expected one letter'],
  [{ tasks: [init], symbols: [{ ...symbol, module: 'm' }, symbol] }, 'world.symbols[1].module: the kernel’s own'],
  [
    { tasks: [init], symbols: [{ ...symbol, exported: true }] },
    'world.symbols[0].exported: only the symbols of modules tell',
  ],
  [{ tasks: [init], cpus: 0 }, 'world.cpus: expected a whole number 1..8192'],
])('%j is refused: %s', (given, message) => {
  expect(() => parseWorld(given as string | object, 'w.json')).toThrow(`w.json: `);
  expect(() => parseWorld(given as string | object, 'w.json')).toThrow(message);
});
