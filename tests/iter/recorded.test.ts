import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { LinkInfo } from '../../core/kernel/machine/iter/walk.ts';
import type { IterEvent } from '../../core/kernel/machine/iter/seq-file.ts';
import { parseWorld } from '../../core/kernel/machine/world/schema.ts';
import { verify } from '../../core/verifier/index.ts';
import { SimMachine } from '../../core/kernel/machine/sim-machine.ts';
import { createExecutor } from '../../core/vm/engines.ts';
import { IteratorProgram } from '../../core/vm/iterator-program.ts';
import { predecode } from '../../core/vm/predecode.ts';
import { kernelResolver } from '../../core/vm/resolver.ts';
import { kernelModel, readObject } from '../../node/inputs.ts';
import type { Reading } from '../../oracle/iterators/record.ts';

// What a real kernel gave when the programs beside this file were attached and read there (oracle/iterators), byte by byte, read() by read().

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const recorded = JSON.parse(readFileSync(here('recorded.json'), 'utf8')) as {
  release: string;
  world: object;
  readings: readonly Reading[];
  runs: readonly { readonly file: string; readonly returned: number }[];
};
const world = parseWorld(recorded.world);
const kernel = kernelModel();

function infoOf(parameters: readonly string[]): LinkInfo {
  const words = [...parameters];
  let info: LinkInfo = {};
  while (words.length > 0) {
    const [name, value = ''] = words.splice(0, 2);
    if (name === 'map') info = { ...info, map: value };
    else if (name === 'cgroup') {
      const order = Number(words.shift());
      info = { ...info, cgroup: { path: value.replace('/sys/fs/cgroup', '') || '/', order } };
    } else info = { ...info, task: { ...info.task, [name!]: Number(value) } };
  }
  return info;
}

interface Outcome {
  readonly refused?: number;
  readonly fdinfo?: string;
  readonly reads: readonly (string | number)[];
}

function read(
  { file, size, parameters }: Pick<Reading, 'file' | 'size' | 'parameters'>,
  events: IterEvent[] = [],
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
  });
  const refused = iterator.attach();
  if (refused !== 0) return { refused, reads: [] };
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

/** Ids depend on what was loaded before: their places count, not they themselves. */
const WITH_IDS = new Set(['maps.bpf.o', 'programs.bpf.o', 'links.bpf.o']);
const withoutIds = (hex: string | number): string =>
  Buffer.from(String(hex), 'hex')
    .toString('latin1')
    .replace(/\b(?<!\.rodata )\d+\b/g, 'N');

describe(`iterator programs read as in Linux ${recorded.release}`, () => {
  test.each(
    recorded.readings.map(
      (reading) => [`${reading.file} ${reading.size} ${reading.parameters.join(' ')}`, reading] as const,
    ),
  )('%s', (_, reading) => {
    const mine = read(reading);
    expect(mine.refused).toBe(reading.refused);
    if (reading.refused !== undefined) return;
    const plain = (text: string | undefined): string => (text ?? '').replace(/map_id:\t\d+/, 'map_id:\tN');
    expect(plain(mine.fdinfo)).toBe(plain(reading.fdinfo));
    if (WITH_IDS.has(reading.file)) expect(mine.reads.map(withoutIds)).toEqual(reading.reads.map(withoutIds));
    else expect(mine.reads).toEqual(reading.reads);
  });
});

test('the recording covers what it should: several targets, refusals, an error after an interruption, a buffer that is full', () => {
  const { readings } = recorded;
  expect(new Set(readings.map(({ file }) => file)).size).toBeGreaterThanOrEqual(13);
  expect(readings.filter(({ refused }) => refused !== undefined).length).toBeGreaterThanOrEqual(4);
  expect(readings.some(({ reads }) => reads.some((one) => typeof one === 'number'))).toBe(true);
  const events: IterEvent[] = [];
  read({ file: 'long-lines.bpf.o', size: 131_072, parameters: [] }, events);
  expect(events.some((event) => event.kind === 'call' && event.takenBack)).toBe(true);
});

test('filtering by parameters makes fewer calls than filtering in the program', () => {
  const all: IterEvent[] = [];
  const one: IterEvent[] = [];
  const pid = recorded.readings.find(({ file, parameters }) => file === 'tasks.bpf.o' && parameters[0] === 'pid')!
    .parameters[1]!;
  read({ file: 'tasks.bpf.o', size: 4096, parameters: [] }, all);
  read({ file: 'tasks.bpf.o', size: 4096, parameters: ['pid', pid] }, one);
  const calls = (events: readonly IterEvent[]): number => events.filter(({ kind }) => kind === 'call').length;
  expect(calls(one)).toBeGreaterThan(1);
  expect(calls(one)).toBeLessThan(calls(all));
});

test.each(recorded.runs.map(({ file, returned }) => [file, returned] as const))(
  '%s returns %i, as in the kernel',
  (file, returned) => {
    const object = readObject(here(file), kernel);
    const program = object.programs[0]!;
    const { errno, probes } = verify({ program, object, kernel }, { logLevel: 0 });
    expect(errno).toBe(0);
    const machine = new SimMachine({ world, btf: kernel.btf });
    machine.createMaps(object.maps);
    const executor = createExecutor({
      code: predecode(program.insns),
      machine,
      resolver: kernelResolver(kernel, object.programs),
      limits: kernel.limits,
    });
    const result = executor.run({ ctx: new Uint8Array(64), probes: (pc) => probes.has(pc) });
    expect(result.fault).toBeUndefined();
    expect(Number(BigInt.asIntN(32, result.retval))).toBe(returned);
  },
);
