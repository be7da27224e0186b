import { describe, expect, test } from 'vitest';
import type { IterEvent } from '../../core/kernel/machine/iter/seq-file.ts';
import { SimMachine } from '../../core/kernel/machine/sim-machine.ts';
import { readObject } from '../../node/inputs.ts';
import { here, kernel, readOver, recording, runOnce } from './reading.ts';

// What a real kernel gave when the programs beside this file were attached and read there (oracle/iterators), byte by byte, read() by read().

const recorded = recording('recorded.json');
const { world } = recorded;

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
    const mine = readOver(world, reading);
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
  readOver(world, { file: 'long-lines.bpf.o', size: 131_072, parameters: [] }, events);
  expect(events.some((event) => event.kind === 'call' && event.takenBack)).toBe(true);
});

test('filtering by parameters makes fewer calls than filtering in the program', () => {
  const all: IterEvent[] = [];
  const one: IterEvent[] = [];
  const pid = recorded.readings.find(({ file, parameters }) => file === 'tasks.bpf.o' && parameters[0] === 'pid')!
    .parameters[1]!;
  readOver(world, { file: 'tasks.bpf.o', size: 4096, parameters: [] }, all);
  readOver(world, { file: 'tasks.bpf.o', size: 4096, parameters: ['pid', pid] }, one);
  const calls = (events: readonly IterEvent[]): number => events.filter(({ kind }) => kind === 'call').length;
  expect(calls(one)).toBeGreaterThan(1);
  expect(calls(one)).toBeLessThan(calls(all));
});

test.each(recorded.runs.map(({ file, returned }) => [file, returned] as const))(
  '%s returns %i, as in the kernel',
  (file, returned) => {
    const object = readObject(here(file), kernel);
    const machine = new SimMachine({ world, btf: kernel.btf });
    machine.createMaps(object.maps);
    expect(runOnce(machine, object)).toBe(returned);
  },
);
