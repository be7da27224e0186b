import { expect, test } from 'vitest';
import { assemble } from '../../isa/asm.ts';
import { conditionOf } from './branch-condition.ts';

const insn = (text: string) => assemble(`${text}\nexit\nexit\nexit`)[0]!;
const of = (text: string, left: string, op: string, right: string): string => {
  const found = conditionOf(insn(text), { left, op, right });
  return found === null ? 'unknown' : `${found.text}: ${found.whenTaken ? 'yes' : 'no'}`;
};

test.each([
  ['if w1 s< 21 goto +1', 'a * b', '>', '20', 'a * b > 20: no'],
  ['if w1 s> 20 goto +1', 'a * b', '>', '20', 'a * b > 20: yes'],
  ['if r1 > 19 goto +1', 'x', '>=', '20u', 'x >= 20: yes'],
  ['if r1 == 0 goto +1', 'p', '!=', '0', 'p: no'],
  ['if r1 != 0 goto +1', 'p', '!=', '0', 'p: yes'],
  ['if r1 != 0 goto +1', 'p', '==', '0', 'p == 0: no'],
  ['if r1 != 7 goto +1', 'x', '==', '0x7', 'x == 0x7: no'],
])('%s of %s %s %s', (text, left, op, right, said) =>
  expect(of(text, left, op, right)).toBe(said.replace('>= 20:', '>= 20u:')),
);

test('what the compiler made something else of is not told', () => {
  // `x > 20 && x < 30` as one comparison of a difference.
  expect(of('if r1 < 9 goto +1', 'x', '>', '20')).toBe('unknown');
  expect(of('if r1 > r2 goto +1', 'x', '>', 'y')).toBe('unknown');
  expect(of('if r1 > 5 goto +1', 'x', '>', 'LIMIT')).toBe('unknown');
  expect(of('if r1 & 1 goto +1', 'x', '==', '1')).toBe('unknown');
  expect(of('if r1 > 8 goto +1', 'x', '>', '010')).toBe('unknown');
});
