import { errnoName } from '../../core/base/errno.ts';
import { Unsupported } from '../../core/base/errors.ts';
import { CGROUP_ORDERS } from '../../core/kernel/machine/iter/object-walks.ts';
import type { CgroupOrder } from '../../core/kernel/machine/iter/object-walks.ts';
import type { IterEvent } from '../../core/kernel/machine/iter/seq-file.ts';
import type { LinkInfo } from '../../core/kernel/machine/iter/walk.ts';
import { verify } from '../../core/verifier/index.ts';
import { CallFault, IteratorProgram } from '../../core/vm/iterator-program.ts';
import { kernelModel, programsOf, readObject, readWorld, withGlobals } from '../../node/inputs.ts';
import { UsageError } from '../../node/usage-error.ts';
import { readArguments, wholeNumber } from '../arguments.ts';
import type { Output } from '../output.ts';
import { ACCEPTED, REJECTED, UNUSABLE } from '../output.ts';

export const ITER_HELP = `iterscope iter FILE --prog NAME [--pid N | --tid N | --pid-fd N] [--map NAME] [--cgroup PATH [--order ORDER]]
               [--world FILE] [--buffer BYTES] [--set NAME=VALUE]… [--model FILE.json] [--json]
Attaches an iterator program to the simulated machine and reads it until its end, as \`cat\` of a pinned one would: what
the program writes goes to standard output. It is verified first: a rejected program is not attached.

  --pid N        visit the threads, files or memory of process N only; --tid N those of thread N;
                 --pid-fd N is --pid N by way of the pidfd of process N
  --map NAME     the map whose elements are visited
  --cgroup PATH  where the walk begins, such as /system.slice; --order says which way: ${Object.keys(CGROUP_ORDERS).join(', ')}
                 (descendants_pre unless told)
  --world FILE   what there is on the machine (see \`iterscope world\`), a small server unless told
  --buffer BYTES how many bytes each read() asks for, 131072 unless told
  --set NAME=VALUE  set a global variable before loading
  --model FILE.json  another kernel than Linux 6.18 (see iterscope iterator --help)
  --json         one line for each call of the program and each read()

Exit status: 0 read to its end, 1 rejected, not attached or ended by an error, 2 unusable input.
`;

/** What \`cat\` asks for. */
const READ_SIZE = 131_072;
const MAX_READ = 0x7fff_f000;
const STEP_LIMIT = 100_000_000;

/** `iterscope iter`. */
export function iterCommand(args: readonly string[], { out, bytes, err }: Output): number {
  const { values, files } = readArguments(args, {
    prog: 'string',
    pid: 'string',
    tid: 'string',
    'pid-fd': 'string',
    map: 'string',
    cgroup: 'string',
    order: 'string',
    world: 'string',
    buffer: 'string',
    btf: 'string',
    model: 'string',
    set: 'strings',
    json: 'boolean',
  });
  const [file] = files;
  if (file === undefined || files.length > 1) throw new UsageError('iter takes one FILE');
  const size = wholeNumber(values.buffer, 'buffer', READ_SIZE, 1);
  if (size > MAX_READ) throw new UsageError(`--buffer: a read() asks for at most ${MAX_READ} bytes`);
  const info = linkInfo(values);
  const kernel = kernelModel(values.btf, values.model);
  const world = readWorld(values.world);
  const object = withGlobals(readObject(file, kernel), values.set);
  const programs = programsOf(object, file, values.prog);
  if (programs.length > 1)
    throw new UsageError(`which program? --prog ${programs.map(({ name }) => name).join(' | ')}`);
  const program = programs[0]!;
  if (values.map !== undefined && !object.maps.some(({ name }) => name === values.map))
    throw new UsageError(
      `--map: the object has no map '${values.map}'; it has ${object.maps.map(({ name }) => name).join(', ') || 'none'}`,
    );
  const fail = (text: string, status: number): number => {
    err(`${file}: ${program.name}: ${text}\n`);
    return status;
  };
  const refused = (what: string, errno: number): number =>
    fail(`${what}, errno ${errno} (${errnoName(errno)})`, REJECTED);
  const verdict = verify({ program, object, kernel }, { logLevel: 1 });
  if (verdict.errno === null) return fail(`unsupported: ${verdict.unsupported ?? ''}`, UNUSABLE);
  if (verdict.errno !== 0)
    return fail(
      `rejected, errno ${verdict.errno} (${errnoName(verdict.errno)}): ${(verdict.rejection?.message ?? '').replaceAll('\n', '; ')}`,
      REJECTED,
    );
  try {
    const iterator = new IteratorProgram({
      program,
      object,
      kernel,
      world,
      info,
      probes: verdict.probes,
      bufferReach: verdict.bufferReach,
      stepLimit: STEP_LIMIT,
    });
    if (kernel.notice !== '') err(`${kernel.notice}\n`);
    const attached = iterator.attach();
    if (attached !== 0) return refused('not attached', attached);
    const line = (event: IterEvent): void => out(`${JSON.stringify(plain(event))}\n`);
    const reader = iterator.open(values.json === true ? line : undefined);
    for (;;) {
      const read = reader.read(size);
      if (typeof read === 'number') return refused('read() failed', read);
      if (read.length === 0) return ACCEPTED;
      if (values.json !== true) bytes(read);
    }
  } catch (error) {
    if (error instanceof Unsupported) return fail(`unsupported: ${error.feature}`, UNUSABLE);
    if (error instanceof CallFault) return fail(error.message, REJECTED);
    throw error;
  }
}

interface Given {
  readonly pid?: string | undefined;
  readonly tid?: string | undefined;
  readonly 'pid-fd'?: string | undefined;
  readonly map?: string | undefined;
  readonly cgroup?: string | undefined;
  readonly order?: string | undefined;
}

function linkInfo({ pid, tid, 'pid-fd': pidFd, map, cgroup, order }: Given): LinkInfo {
  if (order !== undefined && !(order in CGROUP_ORDERS))
    throw new UsageError(`--order: '${order}' is none of ${Object.keys(CGROUP_ORDERS).join(', ')}`);
  if (order !== undefined && cgroup === undefined) throw new UsageError('--order goes with --cgroup PATH');
  const task = {
    ...(pid === undefined ? {} : { pid: wholeNumber(pid, 'pid', 0) }),
    ...(tid === undefined ? {} : { tid: wholeNumber(tid, 'tid', 0) }),
    ...(pidFd === undefined ? {} : { pidFd: wholeNumber(pidFd, 'pid-fd', 0) }),
  };
  return {
    ...(Object.keys(task).length === 0 ? {} : { task }),
    ...(map === undefined ? {} : { map }),
    ...(cgroup === undefined
      ? {}
      : { cgroup: { path: cgroup, order: CGROUP_ORDERS[(order ?? 'descendants_pre') as CgroupOrder] } }),
  };
}

/** An event as JSON has it: addresses as text. */
function plain(event: IterEvent): object {
  if (event.kind === 'read') return event;
  const { entry, ...rest } = event;
  return { ...rest, entity: entry.label, words: entry.words.map((word) => `0x${word.toString(16)}`) };
}
