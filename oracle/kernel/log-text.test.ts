import { expect, test } from 'vitest';
import { finalMessage } from './judge.ts';
import { LogComparison } from './log-comparison.ts';
import { firstDifference, normalizeLog, statisticsOf } from './log-text.ts';
import type { Difference } from './log-text.ts';

test('addresses lose their digits, not their width', () => {
  const line = '4: (18) r1 = 0xffff888100000000       ; R1=map_ptr(map=array,ks=4,vs=32)';
  expect(normalizeLog(line)).toBe('4: (18) r1 = 0xaddressaddress.       ; R1=map_ptr(map=array,ks=4,vs=32)');
  expect(normalizeLog('0: (18) r1 = 0xff11000104a3c000')).toBe('0: (18) r1 = 0xaddressaddress.');
  expect(normalizeLog('0: (18) r1 = 0x123456789abcdef0')).toBe('0: (18) r1 = 0x123456789abcdef0');
});

test('the first difference, with what was before', () => {
  expect(firstDifference('a\nb\n', 'a\nb\n')).toBeNull();
  expect(firstDifference('a\nb\nc\n', 'a\nb\nd\n', 1)).toEqual({ line: 3, left: 'c', right: 'd', before: ['b'] });
  expect(firstDifference('a', 'a\nb')).toEqual({ line: 2, left: undefined, right: 'b', before: ['a'] });
  expect(firstDifference('verification time 3 usec\na\n', 'a\n')).toBeNull();
});

test('statistics and the message', () => {
  const log =
    'R0 !read_ok\nverification time 63 usec\nprocessed 35 insns (limit 1000000) max_states_per_insn 1 total_states 3 peak_states 4 mark_read 0\n';
  expect(statisticsOf(log)).toEqual({
    processed: 35,
    maxStatesPerInsn: 1,
    totalStates: 3,
    peakStates: 4,
    timeUs: 63,
  });
  expect(finalMessage(log)).toBe('R0 !read_ok');
  expect(statisticsOf('')).toMatchObject({ processed: 0, timeUs: 0 });
});

/** Compares as `kernel diff` does: the model's log in pieces, the kernel's in one. */
function pieces(kernel: string, model: string): Difference | null {
  const comparison = new LogComparison(new TextEncoder().encode(kernel), 1);
  for (const char of model) comparison.write(char);
  return comparison.end();
}

test.each([
  ['a\nb\n', 'a\nb\n'],
  ['a\nb\nc\n', 'a\nb\nd\n'],
  ['a', 'a\nb'],
  ['a\nb', 'a'],
  ['', 'a\n'],
  ['verification time 3 usec\na\n', 'a\n'],
  ['ü\n1: (18) r1 = 0xff11000104a3c000\nx', 'ü\n1: (18) r1 = 0xffff888100000000\nx'],
  ['ü\n1: (18) r1 = 0xff11000104a3c000\nx\n', 'ü\n1: (18) r1 = 0xffff888100000000\ny\n'],
])('in pieces %j and %j part where they part in one', (kernel, model) => {
  expect(pieces(kernel, model)).toEqual(firstDifference(kernel, model, 1));
});
