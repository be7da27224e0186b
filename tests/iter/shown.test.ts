import { describe, expect, test } from 'vitest';
import { sipHash } from '../../core/kernel/machine/pointer-hash.ts';
import { readOver, recording } from './reading.ts';

// Kernel types shown as text: what a real kernel wrote over bytes that are known (oracle/iterators/record-shown.sh), letter by letter.

const recorded = recording('shown.json');
const { world } = recorded;

/** Addresses are hidden by a secret that each machine has for itself. */
const withoutHashes = (given: string | number): string =>
  typeof given === 'number'
    ? String(given)
    : Buffer.from(given, 'hex')
        .toString('latin1')
        .replace(/0x00000000[0-9a-f]{8}(?<!0000)/g, '0xHASH');

describe(`kernel types are shown as in Linux ${recorded.release}`, () => {
  test.each(recorded.readings.map((reading) => [reading.file, reading] as const))('%s', (_, reading) => {
    expect(readOver(world, reading).reads.map(withoutHashes)).toEqual(reading.reads.map(withoutHashes));
  });
});

test('the recording shows every combination of flags, hidden pointers, characters and errors', () => {
  const text = recorded.readings.map(({ reads }) => reads.map(withoutHashes).join('')).join('');
  for (let flags = 0; flags < 16; flags++) expect(text).toMatch(new RegExp(`^\\d+ flags ${flags}: `, 'm'));
  for (const part of ['0xHASH', "'l','m',", '.src_reg = (__u8)0x', 'NULL: -34', 'flags 16: -22', 'type too high: -2'])
    expect(text).toContain(part);
  expect(recorded.readings.some(({ reads }) => reads.includes(-7))).toBe(true);
});

test('addresses are hidden by SipHash', () => {
  expect(sipHash(0x0706050403020100n, [0x0706050403020100n, 0x0f0e0d0c0b0a0908n])).toBe(0x93f5f5799a932462n);
});
