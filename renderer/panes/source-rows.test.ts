import { expect, test } from 'vitest';
import { lineOfRow, rowOfLine, sourceRows } from './source-rows.ts';

const told = sourceRows({ name: 'x.c', text: '\n\n\nint f(void)\n\n\treturn 0;\n}', complete: false });

test('lines without text are folded', () => {
  expect(told.text.split('\n')).toEqual(['⋯ lines 1 to 3', 'int f(void)', '⋯ line 5', '\treturn 0;', '}']);
  expect(told.lines).toEqual([0, 4, 0, 6, 7]);
});
test('rows and lines lead to each other', () => {
  expect([4, 5, 6, 7, 0, 99].map((line) => rowOfLine(told, line))).toEqual([2, 0, 4, 5, 0, 0]);
  expect([1, 2, 3, 4, 5].map((row) => lineOfRow(told, row))).toEqual([0, 4, 0, 6, 7]);
  expect([lineOfRow(told, 3, 1), lineOfRow(told, 3, -1), lineOfRow(told, 1, -1)]).toEqual([6, 4, 0]);
});
test('a source in full is shown as it is', () => {
  const whole = sourceRows({ name: 'x.c', text: 'a\n\n\nb\n', complete: true });
  expect(whole.text).toBe('a\n\n\nb');
  expect(rowOfLine(whole, 4)).toBe(4);
});
