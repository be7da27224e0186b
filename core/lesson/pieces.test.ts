import { describe, expect, test } from 'vitest';
import { closed, depthsOf, indented, parsePieces, piecesText, shuffled } from './pieces.ts';

const SOURCE = `int sum = 0;
    w6 = 0

while (v) {
  loop:
    if r0 == 0 goto out

sum += *v;
    w6 += w1

}
    goto loop
  out:

---
return 0;
    w0 = 0
    exit
`;

describe('pieces of C', () => {
  test('are read in the order that solves, with what does not belong behind ---', () => {
    const { solution, others } = parsePieces(SOURCE, 'pieces/1.txt');
    expect(solution.map(({ c }) => c)).toEqual(['int sum = 0;', 'while (v) {', 'sum += *v;', '}']);
    expect(others).toEqual([{ c: 'return 0;', assembly: 'w0 = 0\nexit' }]);
    expect(piecesText(solution)).toBe('w6 = 0\nloop:\nif r0 == 0 goto out\nw6 += w1\ngoto loop\nout:');
  });

  test('are shown in an order that is the same each time, and not the solution', () => {
    const pieces = parsePieces(SOURCE, 'pieces/1.txt');
    expect(shuffled(pieces)).toEqual(shuffled(pieces));
    expect(shuffled(pieces)).toHaveLength(5);
    expect(shuffled(pieces)).not.toEqual([...pieces.solution, ...pieces.others]);
  });

  test('stand as deep as their braces', () => {
    expect(depthsOf(['a {', 'b', '} else {', 'c', '}', '}', 'd'])).toEqual([0, 1, 0, 1, 0, 0, 0]);
    expect(closed(['a {', 'b', '} else {', '}'])).toBe(true);
    expect(closed(['a {'])).toBe(false);
    expect(closed(['}', 'a {'])).toBe(false);
    expect(indented(['if (x) {', 'y;\nz;', '}'])).toBe('if (x) {\n    y;\n    z;\n}\n');
  });

  test.each([
    ['    w0 = 0\n', 'line 2: a piece begins with its C, in the first column'],
    ['int x;\n\nint y;\n', 'line 2: below the C of a piece stands its assembly, indented'],
    ['a\n    exit\nb\n', 'line 3: C below the assembly of a piece: a blank line parts pieces'],
    ['a\n    exit\n\na\n    exit\n', 'line 6: two pieces have the same C: a'],
    ['a\n    exit\n---\n---\n', 'line 4: a second ---'],
    ['a\n    exit\n', 'line 1: pieces that are to be put in order are at least two'],
  ])('%j is refused', (source, words) => expect(() => parsePieces(source, 'p.txt')).toThrow(`p.txt: ${words}`));
});
