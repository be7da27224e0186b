import { mapTypeName } from '../../kernel/catalogue/map-types.ts';
import { programTypeName } from '../../kernel/rules/programs.ts';
import { translationText } from '../../trace/index.ts';
import type { Command, Context, Effect } from '../command.ts';
import { existing, fileNames, shown, UsageError } from '../command.ts';
import { LogPrinter } from '../print-log.ts';
import { BPFFS } from '../machine.ts';
import type { ShellMachine } from '../machine.ts';
import { style } from '../style.ts';
import { verdictLine } from './verify.ts';

const USAGE =
  'bpftool prog load FILE | list | dump xlated, bpftool iter pin FILE PATH [map MAP], bpftool link | map [show | dump name MAP]';

export const bpftool: Command = {
  name: 'bpftool',
  usage: 'bpftool prog load FILE | list | dump xlated | iter pin FILE PATH | link | map',
  summary: 'load and dump programs, pin iterators, list links and maps, as the real tool would',
  help: 'prog load FILE verifies every program and opens the first one if all are accepted; otherwise it prints the verifier’s log, as the real tool does. prog list shows what is open. prog dump xlated [id N | name PROGRAM] prints a program that is open, or the one on show, as the kernel rewrites it after verification, with names where the real tool has addresses, and says why what was not loaded is there. iter pin FILE PATH [map MAP] attaches the first program of a file, an iterator program, to the simulated machine and pins it below /sys/fs/bpf: `cat` reads it, `rm` takes it away. link and map list what the machine has; map dump name MAP prints what is in a map of a pinned program.',
  async run([object, verb, ...rest], context) {
    const { host } = context;
    if (object === 'iter') return iter(verb, rest, context);
    if (object === 'link') return { output: linkLines(host.machine).join('\n') };
    if (object === 'map') return { output: mapText(verb, rest, host.machine) };
    if (object !== 'prog') throw new UsageError(`bpftool has no ${object ?? 'command'} here: ${USAGE}`);
    if (verb === 'list' || verb === 'show') {
      const lines = host.sessions().map(({ session }) => {
        const info = host.info(session);
        return `${session}: ${info.progType}  name ${info.program}  ${info.insns.length} insns  from ${info.file}`;
      });
      const { programs } = host.machine.world;
      const there = programs.map(
        ({ id, name, type, len }) => `${id}: ${programTypeName(type).long}  name ${name}  ${len} insns`,
      );
      return { output: [...lines, style.dim('on the simulated machine:'), ...there].join('\n') };
    }
    if (verb === 'dump') {
      if (rest[0] !== undefined && rest[0] !== 'xlated')
        throw new UsageError('only `dump xlated` is there: nothing is compiled to machine code here');
      const translation = await host.translation(programMeant(rest.slice(1), context));
      if ('unsupported' in translation) return { output: `unsupported: ${translation.unsupported}`, failed: true };
      return { output: translationText(translation, style.dim) };
    }
    if (verb !== 'load')
      throw new UsageError(
        `${verb === undefined ? 'bpftool prog what?' : `bpftool prog has no ${verb} here`} ${USAGE}`,
      );
    const [file] = rest;
    if (file === undefined) throw new UsageError('bpftool prog load needs a file');
    const path = existing(context, file);
    const reports = await host.verifyFile(path);
    const failed = reports.find(({ errno }) => errno !== 0);
    if (failed !== undefined) {
      const log = new LogPrinter(host);
      if (failed.errno !== null) await host.logOfFile(path, failed.program, 1, log);
      const text = log.end();
      const verdict = `${verdictLine(failed)}\nError: failed to load object file`;
      return { output: text === '' ? verdict : `${text}\n${verdict}`, failed: true };
    }
    const opened = await host.open(path);
    return {
      output: opened.map(({ summary }) => summary).join('\n'),
      ...(opened[0] === undefined ? {} : { session: opened[0].session }),
    };
  },
  complete(args, context) {
    const [object = ''] = args;
    if (args.length <= 1) return ['prog', 'iter', 'link', 'map'];
    if (object === 'iter')
      return args.length === 2 ? ['pin'] : args.length === 3 ? fileNames(context, '.o') : [`${BPFFS}/`];
    if (object === 'link') return ['show'];
    if (object === 'map')
      return args.length === 2
        ? ['show', 'dump']
        : args.length === 3
          ? ['name']
          : context.host.machine.maps().map(({ name }) => name);
    if (args.length === 2) return ['load', 'list', 'dump'];
    return args[1] === 'load' ? fileNames(context, '.o') : ['xlated'];
  },
};

/** The open program that `id N` or `name NAME` means; the one on show when nothing is said. */
function programMeant([kind, which]: readonly string[], context: Context): number {
  if (kind === undefined) return shown(context);
  if ((kind !== 'id' && kind !== 'name') || which === undefined)
    throw new UsageError(`bpftool prog dump xlated [id N | name PROGRAM]`);
  const found = context.host
    .sessions()
    .filter(({ session, program }) => (kind === 'id' ? String(session) : program) === which)
    .at(-1);
  if (found === undefined) throw new UsageError(`no program ${which} is open; \`bpftool prog\` lists them`);
  return found.session;
}

function iter(verb: string | undefined, words: readonly string[], context: Context): Effect {
  const [file, path, keyword, map] = words;
  if (verb !== 'pin') throw new UsageError(`bpftool iter has only \`pin\`: bpftool iter pin FILE PATH [map MAP]`);
  if (file === undefined || path === undefined) throw new UsageError('bpftool iter pin FILE PATH [map MAP]');
  if (keyword !== undefined && (keyword !== 'map' || map === undefined))
    throw new UsageError(`what is \`${keyword}\`? bpftool iter pin FILE PATH [map MAP]`);
  const name = path.slice(BPFFS.length + 1);
  if (!path.startsWith(`${BPFFS}/`) || name === '' || name.includes('/'))
    throw new UsageError(`${path}: a pin has a name in ${BPFFS}, such as ${BPFFS}/tasks`);
  context.host.machine.pin(existing(context, file), path, map);
  return { output: '' };
}

/** BPF_LINK_TYPE_* by the words of the real tool. */
const LINK_TYPES = [
  'unspec',
  'raw_tracepoint',
  'tracing',
  'cgroup',
  'iter',
  'netns',
  'xdp',
  'perf_event',
  'kprobe_multi',
  'struct_ops',
  'netfilter',
  'tcx',
  'uprobe_multi',
  'netkit',
] as const;

function linkLines(machine: ShellMachine): string[] {
  return machine.links().flatMap(({ id, type, prog, fdinfo, path }) => {
    // `target_name:\ttask` is said as `target_name task`.
    const visits = fdinfo.replace(/:?\t/g, ' ').trimEnd().replaceAll('\n', '  ');
    return [
      `${id}: ${LINK_TYPES[type] ?? `type ${type}`}  prog ${prog}`,
      ...(visits === '' ? [] : [`\t${visits}`]),
      ...(path === '' ? [] : [`\tpinned ${path}`]),
    ];
  });
}

function mapText(verb: string | undefined, words: readonly string[], machine: ShellMachine): string {
  if (verb === undefined || verb === 'show' || verb === 'list')
    return machine
      .maps()
      .map(
        ({ id, name, type, keySize, valueSize, maxEntries }) =>
          `${id}: ${mapTypeName(type)}  name ${name}\n\tkey ${keySize}B  value ${valueSize}B  max_entries ${maxEntries}`,
      )
      .join('\n');
  const [kind, which] = words;
  if (verb !== 'dump' || (kind !== 'name' && kind !== 'id') || which === undefined)
    throw new UsageError('bpftool map show, bpftool map dump name MAP, or bpftool map dump id N');
  const found = machine
    .maps()
    .filter((map) => (kind === 'id' ? String(map.id) : map.name) === which)
    .at(-1);
  if (found === undefined) throw new UsageError(`there is no map ${which}; \`bpftool map\` lists them`);
  if (found.entries === undefined)
    throw new UsageError(`what is in ${found.name} is not known: the world only describes it`);
  const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const entries = found.entries();
  return [
    ...entries.map(([key, value]) => `key: ${hex(key)}  value: ${hex(value)}`),
    `Found ${entries.length} element${entries.length === 1 ? '' : 's'}`,
  ].join('\n');
}
