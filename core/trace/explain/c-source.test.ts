import { describe, expect, test } from 'vitest';
import { SourceLine } from './c-source.ts';

const at = (line: string, needle: string): [SourceLine, number] => [new SourceLine(line), line.indexOf(needle) + 1];

describe('what stands at a column', () => {
  test.each([
    ['\tu32 i = *(volatile u32 *)&idx;', '*(vol', 'idx', 'i'],
    ['\tu8 depth = c->depth, last;', 'depth, last', 'c->depth', 'depth'],
    ['\tlast = depth - 1;', '- 1', 'depth - 1', 'last'],
    ['\tgot = tab[i] + tab[i + 3];', '+ 3', 'i + 3', null],
    ['\twhile ((v = bpf_iter_num_next(&it))) {', 'bpf_iter', 'bpf_iter_num_next(&it)', 'v'],
    ['\ts->sum += s->lat[d];', '+=', 's->sum', null],
    ['\tif ((*s)[i] == 1)', '(*s)', '(*s)[i]', null],
    ['\tr = read(buf + half, n - half, (void *)ctx->args[1]);', '- half', 'n - half', null],
    ['\tc->hits++;', '++', 'c->hits', null],
  ])('%s', (line, needle, text, variable) => {
    const [source, col] = at(line, needle);
    expect(source.expression(col)).toEqual({ text, variable });
  });

  test.each([
    ['if (i + 4 > sizeof(tab))', '>', { left: 'i + 4', op: '>', right: 'sizeof(tab)' }],
    ['if (!(*v & 1))', '!', { left: '*v & 1', op: '==', right: '0' }],
    ['if (!e)', 'if', { left: 'e', op: '==', right: '0' }],
    [
      'while (*(volatile u32 *)&s->depth != *(volatile u32 *)&s->max) {',
      'while',
      { left: 's->depth', op: '!=', right: 's->max' },
    ],
    // Two comparisons: which one it is cannot be told.
    ['if (a < 3 || b > 4)', '||', null],
  ])('comparison of %s', (line, needle, comparison) => {
    const [source, col] = at(line, needle);
    expect(source.comparison(col)).toEqual(comparison);
  });

  test('a line that is cut off, or no C at all, gives nothing and throws nothing', () => {
    for (const line of ['if (a[', ')))', '"open', '((((', 'x->', '#define A(b) if (b', '', '= = =', '[[]](('])
      for (let col = 0; col <= line.length + 1; col++) {
        const source = new SourceLine(line);
        for (const ask of ['expression', 'comparison', 'condition', 'target', 'firstArgument'] as const)
          expect(() => source[ask](col)).not.toThrow();
      }
  });
});
