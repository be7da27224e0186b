import { expect, test } from 'vitest';
import type { Verdict } from '../core/trace/views/view.ts';
import { baseName, duration, grouped, summaryAlone, verdictWords } from './format.ts';

const verdict: Verdict = {
  accepted: true,
  errno: 0,
  processed: 35,
  totalStates: 3,
  peakStates: 4,
  maxStatesPerInsn: 1,
  timeUs: 41,
};
const said = (over: Partial<Verdict>, insn: number | null = null): string => {
  const { word, detail } = verdictWords({ ...verdict, ...over }, insn);
  return `${word}, ${detail}`;
};

test.each([
  ['accepted, 35 instructions, 3 states', said({})],
  ['accepted, 1 instruction, 1 state', said({ processed: 1, totalStates: 1 })],
  ['accepted, 420004 instructions, 6002 states', said({ processed: 420_004, totalStates: 6002 })],
  ['rejected, 24 instructions, EINVAL at 18', said({ accepted: false, errno: -22, processed: 24 }, 18)],
  ['rejected, 0 instructions, E2BIG', said({ accepted: false, errno: -7, processed: 0 })],
  ['rejected, 2 instructions, errno 77', said({ accepted: false, errno: -77, processed: 2 })],
  ['unsupported, a spin lock', said({ accepted: false, errno: null, unsupported: 'a spin lock' })],
])('%s', (expected, words) => expect(words).toBe(expected));

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1\u202f000'],
  [4294967296, '4\u202f294\u202f967\u202f296'],
])('%i is grouped', (count, text) => expect(grouped(count)).toBe(text));

test.each([
  [41, '41 µs'],
  [1500, '1.5 ms'],
  [41_000, '41 ms'],
  [2_500_000, '2.50 s'],
])('%i µs', (us, text) => expect(duration(us)).toBe(text));

test('names and summaries', () => {
  expect(baseName('/a/b.c')).toBe('b.c');
  expect(baseName('b.c')).toBe('b.c');
  expect(summaryAlone('f', 'f: accepted')).toBe('accepted');
  expect(summaryAlone('g', 'f: accepted')).toBe('f: accepted');
});
