import { expect, test } from 'vitest';
import { errnoName, errnoNumber } from './errno.ts';
import { jsonText, printable } from './printable.ts';

test.each([
  ['plain text\twith\nlines, ünd 漢字', 'plain text\twith\nlines, ünd 漢字'],
  ['\u001b[2Jgone', '\\x1b[2Jgone'],
  ['\u009b31m', '\\x9b31m'],
  ['bell\u0007 back\b over\r null\0 del\u007f', 'bell\\x07 back\\x08 over\\x0d null\\x00 del\\x7f'],
  ['evil\u202etxt', 'evil\\u202etxt'],
])('%j is shown as %j', (text, shown) => expect(printable(text)).toBe(shown));

test('JSON has no control character left, and means the same', () => {
  const value = { log: '\u001b]0;title\u0007\u009b1m\u007f\u2028' };
  expect(jsonText(value)).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(jsonText(value))).toEqual(value);
});

test.each([
  [-1, 'EPERM'],
  [-9, 'EBADF'],
  [-22, 'EINVAL'],
  [-40, 'ELOOP'],
  [-71, 'EPROTO'],
  [-95, 'EOPNOTSUPP'],
  [-524, 'ENOTSUPP'],
  [-4000, 'errno 4000'],
])('errno %i is %s', (errno, name) => {
  expect(errnoName(errno)).toBe(name);
  expect(errnoName(-errno)).toBe(name);
  if (!name.includes(' ')) expect(errnoNumber(name)).toBe(-errno);
});
