import { describe, expect, test } from 'vitest';
import { IterSessions } from '../../core/kernel/machine/iter/sessions.ts';
import { kernelSymbols } from '../../core/kernel/rules/symbols.ts';
import { kernel, readOver, recording } from './reading.ts';

// Symbols, routes, elements of per-CPU maps, pid namespaces and pidfds, as a real kernel gave them (oracle/iterators/record-objects.sh).

const recorded = recording('objects.json');
const { world } = recorded;
const titled = recorded.readings.map(
  (reading) => [`${reading.file} ${reading.size} ${reading.parameters.join(' ')}`, reading] as const,
);
const text = (reads: readonly (string | number)[]): string =>
  reads.map((one) => Buffer.from(String(one), 'hex').toString('latin1')).join('');

const isSession = ({ file }: { readonly file: string }): boolean => file.startsWith('session');

describe(`objects are read as in Linux ${recorded.release}`, () => {
  test.each(titled.filter(([, reading]) => !isSession(reading)))('%s', (_, reading) => {
    const mine = readOver(world, reading);
    expect(mine.refused).toBe(reading.refused);
    if (reading.refused !== undefined) return;
    const plain = (fdinfo: string | undefined): string => (fdinfo ?? '').replace(/map_id:\t\d+/, 'map_id:\tN');
    expect(plain(mine.fdinfo)).toBe(plain(reading.fdinfo));
    // The recorded machine has a hundred thousand symbols, of which the world has those that the program tells: where a read() ends differs.
    if (reading.file === 'ksyms.bpf.o') expect(text(mine.reads)).toBe(text(reading.reads));
    else expect(mine.reads).toEqual(reading.reads);
  });
});

test('files are counted over all programs, each reading having the next number', () => {
  const sessions = new IterSessions();
  const readings = recorded.readings.filter(isSession);
  const numbers = (texts: readonly string[]): number[] => {
    const all = texts.map((one) => Number(/^session (\d+)$/m.exec(one)![1]));
    return all.map((number) => number - all[0]!);
  };
  expect(numbers(readings.map(({ reads }) => text(reads)))).toEqual([0, 1, 2]);
  expect(numbers(readings.map((reading) => text(readOver(world, reading, [], sessions).reads)))).toEqual([0, 1, 2]);
});

test('the symbols of a world that lists none are those of the real kernel, but for their addresses', () => {
  const real = new Map(world.symbols!.map(({ name, type }) => [name, type]));
  const mine = kernelSymbols(kernel.btf);
  const known = mine.filter(({ name }) => real.has(name));
  expect(known.length).toBeGreaterThan(30);
  for (const { name, type } of known) expect([name, type]).toEqual([name, real.get(name)]);
  const addresses = mine.map(({ address }) => BigInt(address));
  expect(addresses).toEqual([...addresses].sort((a, b) => (a < b ? -1 : 1)));
});

test('the recording covers what it should', () => {
  const of = (file: string): string =>
    text(recorded.readings.filter((one) => one.file === file).flatMap(({ reads }) => reads));
  expect(world.cpus).toBeGreaterThan(1);
  expect(of('ksyms.bpf.o')).toMatch(/ T bpf_iter_num_new \[\] 0$/m);
  expect(of('ksyms.bpf.o')).toMatch(/^end of '__builtin__kprobes'/m);
  expect(of('routes.bpf.o')).toMatch(/ via fd00[0-9a-f]{28} /);
  expect(of('cpus.bpf.o')).toMatch(/^1: 41 0 77, 0 0 0$/m);
  expect(of('namespaces.bpf.o')).toMatch(/^own: level 1 device 4 other -22 0 0 far device -22 same 1 1$/m);
  expect(of('namespaces.bpf.o')).toMatch(/ level 2: \d+ in \d+ .* children in /);
  const refusals = recorded.readings.filter(({ refused }) => refused !== undefined);
  expect(new Set(refusals.map(({ refused }) => refused))).toEqual(new Set([-9, -13, -22]));
});
