import { describe, expect, test } from 'vitest';
import { readOver, recording } from './reading.ts';

// As recorded.test.ts, over the sockets that oracle/iterators/make-sockets.c made.

const recorded = recording('recorded-sockets.json');
const { world, readings } = recorded;

const NO_SOCKETS = { tcp: [], udp: [], unix: [], netlink: [] };

const text = (reads: readonly (string | number)[]): string =>
  Buffer.from(reads.filter((one) => typeof one === 'string').join(''), 'hex').toString('latin1');

describe(`sockets are read as in Linux ${recorded.release}`, () => {
  test.each(
    readings.map(
      (reading) => [`${reading.file} ${reading.size} ${reading.parameters.join(' ')}`.trim(), reading] as const,
    ),
  )('%s', (_, reading) => {
    // A network namespace of its own has none of them.
    const alone = reading.parameters.includes('net');
    const mine = readOver(alone ? { ...world, sockets: NO_SOCKETS } : world, { ...reading, parameters: [] });
    expect(text(mine.reads)).toBe(text(reading.reads));
    expect(mine.reads).toEqual(reading.reads);
    expect(mine.fdinfo).toBe(reading.fdinfo);
  });
});

test('the recording covers what it should: every kind of socket, and interruptions', () => {
  const { tcp, udp, unix, netlink } = world.sockets;
  const states = new Set(tcp.map(({ state }) => state));
  for (const state of ['listen', 'established', 'time-wait', 'new-syn-recv', 'close-wait'] as const)
    expect(states).toContain(state);
  expect(tcp.some(({ substate }) => substate === 'fin-wait2')).toBe(true);
  expect(tcp.some(({ local }) => local.startsWith('['))).toBe(true);
  expect(udp.some(({ drops = 0 }) => drops > 0)).toBe(true);
  expect(new Set(unix.map(({ type }) => type)).size).toBe(3);
  expect(unix.filter(({ abstract }) => abstract !== undefined).length).toBeGreaterThan(8);
  expect(netlink.some(({ portid }) => portid !== 0)).toBe(true);
  const interrupted = readings.filter(({ file, reads }) => file.startsWith('order-') && reads.length > 3);
  expect(new Set(interrupted.map(({ file }) => file)).size).toBe(4);
});

test('a reading that is interrupted leaves UNIX domain sockets out, and no others', () => {
  const lines = (file: string, size: number): number =>
    text(readings.find((one) => one.file === file && one.size === size)!.reads).split('\n').length;
  expect(lines('order-unix.bpf.o', 100)).toBeLessThan(lines('order-unix.bpf.o', 131_072));
  for (const kind of ['tcp', 'udp', 'netlink'])
    expect(lines(`order-${kind}.bpf.o`, 100)).toBe(lines(`order-${kind}.bpf.o`, 131_072));
});
