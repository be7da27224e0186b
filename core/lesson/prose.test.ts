import { expect, test } from 'vitest';
import { plainText } from './prose.ts';

test.each([
  ['A [fork](glossary:fork) at `table[n]`.', 'A fork at table[n].'],
  ['*new* and **Why** it is {{processed}} times', 'new and Why it is … times'],
  ['- one\n- two\n\n> said', 'one two said'],
  ['```c\nx * y;\n```', 'x * y;'],
  ['2. `a_b` | c', 'a_b c'],
])('%j is searched as %j', (markdown, text) => {
  expect(plainText(markdown)).toBe(text);
});
