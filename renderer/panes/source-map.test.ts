import { expect, test } from 'vitest';
import type { InsnLine, SessionInfo } from '../../core/trace/views/view.ts';
import { headingsOf, insnOfLine, lineOf, rowsOf, signsOf } from './source-map.ts';

const insn = (index: number, line: number, over: Partial<InsnLine> = {}): InsnLine => ({
  index,
  text: `r${index} = 0`,
  source: 0,
  line,
  subprog: 0,
  forks: false,
  checkpoints: false,
  ...over,
});
const info = {
  insns: [
    insn(0, 5),
    insn(1, 7),
    insn(2, 7, { text: '' }),
    insn(3, 7, { forks: true }),
    insn(4, 9, { checkpoints: true }),
    insn(5, 3, { source: 1 }),
  ],
} as unknown as SessionInfo;

test('the second slot of a wide instruction has no row', () =>
  expect(rowsOf(info).map((row) => row.index)).toEqual([0, 1, 3, 4, 5]));

test.each([
  [3, 0, 7],
  [5, 0, 0],
  [5, 1, 3],
])('instruction %i in source %i is line %i', (index, source, line) => expect(lineOf(info, index, source)).toBe(line));

test.each([
  ['the first of the line', 7, 0, 1],
  ['a second click goes on', 7, 1, 3],
  ['and comes round again', 7, 3, 1],
  ['a comment: none', 6, 0, -1],
  ['down from a comment: the next line that has some', 6, 0, 1, 1],
  ['up from a comment: the line before', 6, 0, 0, -1],
  ['below everything: none', 12, 0, -1],
  ['down from the end: none', 12, 0, -1, 1],
] as const)('%s', (_name, line, near, expected, by: 1 | -1 | 0 = 0) =>
  expect(insnOfLine(info, 0, line, near, by)).toBe(expected),
);

test('a breakpoint hides the other signs', () =>
  expect([
    ...signsOf(rowsOf(info), [3], { forked: ({ forks }) => forks, stored: ({ checkpoints }) => checkpoints }),
  ]).toEqual([
    [3, 'break'],
    [4, 'check'],
  ]));

test('functions are named where they begin, in a program that has several', () => {
  const rows = [insn(0, 1), insn(2, 1), insn(3, 2)];
  const [main, inner] = [
    { name: 'main', start: 0 },
    { name: 'function at 3', start: 3 },
  ];
  expect([...headingsOf({ subprogs: [main, inner] }, rows)]).toEqual([
    [1, 'main()'],
    [3, 'function at 3'],
  ]);
  expect(headingsOf({ subprogs: [main] }, rows).size).toBe(0);
});
