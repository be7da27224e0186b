import { expect, test } from 'vitest';
import { differentWords, fitWords, LARGEST_SOURCE, sourceFit } from './source-fit.ts';

const SOURCE = 'int f(void)\n{\n\tint a = 1;\n\tint b = 2;\n\treturn a + b;\n}\n';
const told = [
  { line: 3, text: '\tint a = 1;' },
  { line: 4, text: '\tint b = 2;' },
  { line: 5, text: '\treturn a + b;' },
];

test('a source whose lines are all the same fits', () => {
  const fit = sourceFit(SOURCE, [...told, ...told]);
  expect(fit).toEqual({ told: 3, same: 3, different: [], refused: '' });
  expect(fitWords('f.c', fit)).toBe("f.c is this object's source: all 3 lines that it tells of are the same");
  expect(sourceFit(SOURCE.replaceAll('\n', ' \r\n'), told).same).toBe(3);
});
test('a line that changed is told, with what it was', () => {
  const fit = sourceFit(SOURCE.replace('b = 2', 'b = 3'), told);
  expect(fit).toEqual({ told: 3, same: 2, different: [{ line: 4, was: '\tint b = 2;' }], refused: '' });
  expect(fitWords('f.c', fit)).toBe('f.c has changed since the object was compiled: line 4 differs');
});
test('a line that was put in shifts what is below', () => {
  const fit = sourceFit(`// new\n${SOURCE}`, told);
  expect(fit.refused).toBe('none of the 3 lines that the object tells of are the same in it');
  expect(fitWords('f.c', fit)).toBe(`f.c is not shown: ${fit.refused}`);
});
test.each([
  ['other', 'int main;\n', /^none of the 3/],
  ['mostly other', 'x\n\n\tint a = 1;\n', /^only 1 of the 3 lines that the object tells of is the same/],
  ['binary', '\0ELF', /no text/],
  ['too large', ' '.repeat(LARGEST_SOURCE + 1), /more than 1 MB/],
])('what does not fit is refused: %s', (_, source, why) => expect(sourceFit(source, told).refused).toMatch(why));
test('an object without lines has no source', () => {
  expect(sourceFit(SOURCE, []).refused).toMatch(/tells of no line/);
  expect(sourceFit(SOURCE, [{ line: 3, text: '' }]).refused).toMatch(/tells of no line/);
});
test('many lines are not all named', () => {
  const lines = [1, 2, 3, 4, 5, 6, 7].map((line) => ({ line, was: '' }));
  expect(differentWords(lines)).toBe('lines 1, 2, 3, 4 and 3 more differ');
  expect(differentWords(lines.slice(0, 2))).toBe('lines 1 and 2 differ');
});
