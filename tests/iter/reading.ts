import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { BpfObject } from '../../core/elf/object.ts';
import { IterSessions } from '../../core/kernel/machine/iter/sessions.ts';
import type { IterEvent } from '../../core/kernel/machine/iter/seq-file.ts';
import type { LinkInfo } from '../../core/kernel/machine/iter/walk.ts';
import type { SimMachine } from '../../core/kernel/machine/sim-machine.ts';
import { parseWorld } from '../../core/kernel/machine/world/schema.ts';
import type { World } from '../../core/kernel/machine/world/schema.ts';
import { verify } from '../../core/verifier/index.ts';
import { createExecutor } from '../../core/vm/engines.ts';
import { IteratorProgram } from '../../core/vm/iterator-program.ts';
import { predecode } from '../../core/vm/predecode.ts';
import { kernelResolver } from '../../core/vm/resolver.ts';
import { kernelModel, readObject } from '../../node/inputs.ts';
import type { Reading } from '../../oracle/iterators/reading.ts';

export const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
export const kernel = kernelModel();

/** What `oracle/iterators` recorded in a real kernel: a machine as a world, and what reading programs over it gave. */
export interface Recording {
  readonly release: string;
  readonly world: World;
  readonly readings: readonly Reading[];
  readonly runs: readonly { readonly file: string; readonly returned: number }[];
}

export function recording(name: string): Recording {
  const recorded = JSON.parse(readFileSync(here(name), 'utf8')) as Recording;
  return { ...recorded, world: parseWorld(recorded.world) };
}

function infoOf(parameters: readonly string[]): LinkInfo {
  const words = [...parameters];
  let info: LinkInfo = {};
  while (words.length > 0) {
    const [name, value = ''] = words.splice(0, 2);
    if (name === 'reader') continue;
    if (name === 'map') info = { ...info, map: value };
    else if (name === 'cgroup') {
      const order = Number(words.shift());
      info = { ...info, cgroup: { path: value.replace('/sys/fs/cgroup', '') || '/', order } };
    } else info = { ...info, task: { ...info.task, [name === 'pidfd' ? 'pidFd' : name!]: Number(value) } };
  }
  return info;
}

interface Outcome {
  readonly refused?: number;
  readonly fdinfo?: string;
  readonly reads: readonly (string | number)[];
}

/** Reads a program beside this file over a world, as the recorder did over its machine. */
export function readOver(
  world: World,
  { file, size, parameters }: Pick<Reading, 'file' | 'size' | 'parameters'>,
  events: IterEvent[] = [],
  sessions = new IterSessions(),
): Outcome {
  const object = readObject(here(file), kernel);
  const program = object.programs[0]!;
  const { errno, probes, bufferReach } = verify({ program, object, kernel }, { logLevel: 0 });
  expect(errno).toBe(0);
  const iterator = new IteratorProgram({
    program,
    object,
    kernel,
    world,
    info: infoOf(parameters),
    probes,
    bufferReach,
    sessions,
    ...(parameters[0] === 'reader' ? { reader: Number(parameters[1]) } : {}),
  });
  const refused = iterator.attach();
  if (refused !== 0) return { refused, reads: [] };
  const filler = object.programs.findIndex(({ name }) => name === 'fill');
  if (filler > 0) expect(runOnce(iterator.machine, object, filler)).toBe(0);
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

/** Runs one program of an object once on a machine that has its maps; gives what it returns. */
export function runOnce(machine: SimMachine, object: BpfObject, index = 0): number {
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
