import { expect, test } from 'vitest';
import type { ReadFacts, ReadHow, Subject } from './check.ts';
import { parseCheck } from './index.ts';
import { readHow } from './read-how.ts';

test.each([
  ['61', '61', {}],
  ['61 with pid=600', '61', { pid: 600 }],
  ['61 with tid=601 size=64', '61', { tid: 601, size: 64 }],
  ['a line with words', 'a line with words', {}],
  ['3 x when only_pid=600', '3 x', { setting: 'only_pid=600' }],
  ['3 x with pid=1 when only_pid=600', '3 x', { pid: 1, setting: 'only_pid=600' }],
  ['61 with open=2', '61', { open: 2 }],
  ['with size=64', '', { size: 64 }],
])('%s says how it is read', (text, rest, how) => {
  expect(readHow(text)).toEqual({ rest, how });
});

const read: ReadFacts = { problem: '', text: 'a 1\na 2\n', bytes: 8, calls: 3, takenBack: 1, reads: 2 };
const asked: (ReadHow | undefined)[] = [];
const subject = {
  read: (how?: ReadHow) => {
    asked.push(how);
    return how?.pid === 9 ? { ...read, problem: 'not attached' } : read;
  },
} as Subject;

test.each([
  ['prints a 2', true, ''],
  ['prints a 3', false, 'When it is read, it does not print "a 3"; its text is "a 1\\na 2\\n".'],
  ['prints-times 1 a', false, 'When it is read, it prints "a" 2 times; it should do so once.'],
  ['prints-lines 2', true, ''],
  ['called 4 with pid=600', false, 'When it is read with pid 600, it is called 3 times; it should be 4 times.'],
  ['taken-back 0 with size=64', false, 'When it is read by 64 bytes, it has 1 calls taken back; 0 are asked for.'],
  ['reads 2', true, ''],
  ['writes 9', false, 'When it is read, it writes 8 bytes; it should write 9.'],
  ['read-fails not attached with pid=9', true, ''],
  ['read-fails not attached', false, 'When it is read, nothing keeps it from its end.'],
  ['called 3 with pid=9', false, 'When it is read with pid 9: not attached.'],
])('%s', (text, holds, words) => {
  const check = parseCheck(text, 'line 1', 'l.md');
  expect(check.holds(subject)).toBe(holds);
  if (!holds) expect(check.failing(subject)).toBe(words);
});
