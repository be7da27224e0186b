// Describes the machine that it runs on as `describe-machine.mjs` does, and besides its pid namespaces, IPv6 routes, CPUs and symbols: of these the
// first ones, those of iterators and those of modules.
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

const read = (path) => readFileSync(path, 'utf8');
const world = JSON.parse(
  execFileSync(process.execPath, ['describe-machine.mjs'], { encoding: 'utf8', maxBuffer: 1 << 26 }),
);

const inodeOf = (pid, name) => Number(/\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/ns/${name}`))?.[1]);
const first = inodeOf(1, 'pid');
const levels = new Map([[first, []]]);
const tasks = world.tasks.flatMap((task) => {
  let status;
  try {
    status = read(`/proc/${task.pid}/status`);
  } catch {
    // It ended meanwhile: it was the script that described it.
    return [];
  }
  const nspids = /^NSpid:\s+(.*)$/m.exec(status)[1].trim().split(/\s+/).map(Number).slice(1);
  const [own, children] = [inodeOf(task.pid, 'pid'), inodeOf(task.pid, 'pid_for_children')];
  if (!levels.has(own)) levels.set(own, nspids);
  return [
    {
      ...task,
      ...(own === first ? {} : { pidNamespace: own, nspids }),
      ...(children === own ? {} : { pidNamespaceForChildren: children }),
    },
  ];
});
// The recording has one namespace in another, each deeper one in the one before it.
const pidNamespaces = [...levels]
  .filter(([ino]) => ino !== first)
  .sort(([, a], [, b]) => a.length - b.length)
  .map(([ino], i, all) => ({ ino, parent: i === 0 ? first : all[i - 1][0] }));

const groups = (hex) => hex.match(/.{4}/g).join(':');
const routes = read('/proc/net/ipv6_route')
  .trimEnd()
  .split('\n')
  .map((line) => {
    const [to, toLength, from, fromLength, via, metric, refs, , flags, device] = line.split(/ +/);
    const hasRouter = !/^0*$/.test(via);
    return {
      to: `${groups(to)}/${parseInt(toLength, 16)}`,
      from: `${groups(from)}/${parseInt(fromLength, 16)}`,
      ...(hasRouter ? { via: groups(via) } : {}),
      device,
      metric: parseInt(metric, 16),
      // RTF_GATEWAY is added for showing.
      flags: parseInt(flags, 16) - (hasRouter ? 2 : 0),
      refs: parseInt(refs, 16),
    };
  });

const FIRST = 16;
const symbols = read('/proc/kallsyms')
  .trimEnd()
  .split('\n')
  .map((line) => {
    const [address, letter, name, section] = line.split(/[ \t]/);
    const module = section?.slice(1, -1);
    const base = { name, address: `0x${address}`, type: letter };
    if (module === undefined) return base;
    if (module === 'bpf' || module.startsWith('__')) return { ...base, module };
    return { ...base, type: letter.toLowerCase(), module, exported: letter !== letter.toLowerCase() };
  })
  .filter(
    ({ name, module }, i) => i < FIRST || (module === undefined ? name.startsWith('bpf_iter_') : module !== 'bpf'),
  );

const cpus = read('/sys/devices/system/cpu/possible')
  .trim()
  .split(',')
  .map((range) => range.split('-').map(Number))
  .reduce((sum, [from, to = from]) => sum + to - from + 1, 0);

console.log(JSON.stringify({ ...world, tasks, pidNamespaces, routes, symbols, cpus }, null, 1));
