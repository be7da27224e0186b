import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { BpfObject } from '../../core/elf/object.ts';
import { IterSessions } from '../../core/kernel/machine/iter/sessions.ts';
import type { IterEvent } from '../../core/kernel/machine/iter/seq-file.ts';
import type { LinkInfo } from '../../core/kernel/machine/iter/walk.ts';
import { SimMachine } from '../../core/kernel/machine/sim-machine.ts';
import type { World } from '../../core/kernel/machine/world/schema.ts';
import { verify } from '../../core/verifier/index.ts';
import { createExecutor } from '../../core/vm/engines.ts';
import { IteratorProgram } from '../../core/vm/iterator-program.ts';
import { predecode } from '../../core/vm/predecode.ts';
import { kernelResolver } from '../../core/vm/resolver.ts';
import { kernelModel, readObject } from '../../node/inputs.ts';
import type { Reading } from '../../oracle/iterators/record.ts';

// Reads programs of this folder over a world, as `oracle/iterators/iter-read.c` reads them in a kernel.

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const kernel = kernelModel();

export interface Recorded {
  readonly release: string;
  readonly world: object;
  readonly readings: readonly Reading[];
  readonly runs: readonly { readonly file: string; readonly returned: number }[];
}

export interface Outcome {
  readonly refused?: number;
  readonly fdinfo?: string;
  /** Of each read(): the bytes in hexadecimal, or a negative errno. */
  readonly reads: readonly (string | number)[];
}

function infoOf(parameters: readonly string[]): LinkInfo {
  const words = [...parameters];
  let info: LinkInfo = {};
  while (words.length > 0) {
    const [name, value = ''] = words.splice(0, 2);
    if (name === 'map') info = { ...info, map: value };
    else if (name === 'reader') continue;
    else if (name === 'cgroup') {
      const order = Number(words.shift());
      info = { ...info, cgroup: { path: value.replace('/sys/fs/cgroup', '') || '/', order } };
    } else info = { ...info, task: { ...info.task, [name === 'pidfd' ? 'pidFd' : name!]: Number(value) } };
  }
  return info;
}

/** Attaches the first program of an object and reads it to the end, or until the second error in a row. */
export function read(
  world: World,
  { file, size, parameters }: Pick<Reading, 'file' | 'size' | 'parameters'>,
  events: IterEvent[] = [],
  sessions = new IterSessions(),
): Outcome {
  const object = readObject(here(file), kernel);
  const program = object.programs[0]!;
  const { errno, probes, bufferReach } = verify({ program, object, kernel }, { logLevel: 0 });
  expect(errno).toBe(0);
  const info = infoOf(parameters);
  const task = parameters[0] === 'reader' ? { reader: Number(parameters[1]) } : {};
  const iterator = new IteratorProgram({
    program,
    object,
    kernel,
    world,
    info,
    probes,
    bufferReach,
    sessions,
    ...task,
  });
  const refused = iterator.attach();
  if (refused !== 0) return { refused, reads: [] };
  const filler = object.programs.findIndex(({ name }) => name === 'fill');
  if (filler > 0) expect(run(iterator.machine, object, filler)).toBe(0);
  const reader = iterator.open((event) => events.push(event));
  const reads: (string | number)[] = [];
  for (let errors = 0; errors < 2;) {
    const given = reader.read(size);
    reads.push(typeof given === 'number' ? given : Buffer.from(given).toString('hex'));
    if (typeof given === 'number') errors++;
    else if (given.length === 0) break;
    else errors = 0;
  }
  return { fdinfo: iterator.fdinfo, reads };
}

/** Runs one program of an object once, on a machine that has its maps; what it returns. */
function run(machine: SimMachine, object: BpfObject, index: number): number {
  const program = object.programs[index]!;
  const { errno, probes } = verify({ program, object, kernel }, { logLevel: 0 });
  expect(errno).toBe(0);
  const executor = createExecutor({
    code: predecode(program.insns),
    machine,
    resolver: kernelResolver(kernel, object.programs),
    limits: kernel.limits,
  });
  const result = executor.run({ ctx: new Uint8Array(64), probes: (pc) => probes.has(pc) });
  expect(result.fault).toBeUndefined();
  return Number(BigInt.asIntN(32, result.retval));
}

/** Runs the first program of an object once on the machine of a world, as the task with that pid where one is named. */
export function runOn(world: World, file: string, pid?: number): number {
  const object = readObject(here(file), kernel);
  const task = world.tasks.find((one) => one.pid === pid);
  const machine = new SimMachine({ world, btf: kernel.btf, ...(task === undefined ? {} : { task }) });
  machine.createMaps(object.maps);
  return run(machine, object, 0);
}
