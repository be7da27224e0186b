import { expect, test } from 'vitest';
import { slotSpot } from '../../verifier/values/spot.ts';
import { parseFind, termText } from './find.ts';

const HOMES = new Map([['it', slotSpot(0, 0)]]);
const parsed = (search: string): string => {
  const { terms, problem } = parseFind(search, HOMES);
  return problem === undefined ? terms.map(termText).join(' ; ') : `column ${problem.column}: ${problem.text}`;
};

test.each([
  ['next', '"next"'],
  ['"call bpf_iter"', '"call bpf_iter"'],
  ['fork', 'fork'],
  ['Pruned', 'prune'],
  ['"fork"', '"fork"'],
  ['r6 = 5', 'r6 = 5'],
  ['r6=5', 'r6 = 5'],
  ['r6 == 0x10', 'r6 = 16'],
  ['R6 >= -1', 'r6 >= -1'],
  ['r6 may 5', 'r6 may 5'],
  ['r0 null', 'r0 null'],
  ['r0 maybe-null fork', 'r0 maybe-null ; fork'],
  ['fp-8 active', 'fp-8 active'],
  ['it drained', 'fp-8 drained'],
  ['it', '"it"'],
  ['ref', 'ref'],
  ['ref 3', 'ref 3'],
  ['ref fork', 'ref ; fork'],
  ['insn 10', 'insn 10'],
  ['line 12-15 r6', 'line 12-15 ; "r6"'],
  // What stands at no place is text: an instruction.
  ['w6+=w1', '"w6+=w1"'],
  ['r6 r7', '"r6" ; "r7"'],
  ['r11', '"r11"'],
])('%s', (search, terms) => expect(parsed(search)).toBe(terms));

test.each([
  ['', 'column 1: type what to look for: a word of an instruction, fork, r6 = 5, fp-8 active'],
  ['  ', 'column 1: type what to look for: a word of an instruction, fork, r6 = 5, fp-8 active'],
  ['r6 =', 'column 5: a number is missing behind ='],
  ['fork r6 = x', 'column 11: x is no number: 5, -1, 0xff'],
  ['r6 = 0x', 'column 6: 0x is no number: 5, -1, 0xff'],
  ['r6 = 18446744073709551616', 'column 6: 18446744073709551616 has more than 64 bits'],
  ['r6 => 5', 'column 4: => compares nothing: there are = != < <= > >='],
  ['= 5', 'column 1: = stands between a register or slot and a number: r6 = 5'],
  ['fp-12 = 5', 'column 1: there is no slot fp-12: they are fp-8, fp-16 … fp-512'],
  ['other active', 'column 1: other is no register, stack slot or iterator (it): r0 to r10, fp-8 to fp-512'],
  ['r1 active', 'column 4: a register is never active: iterators live in stack slots, as in fp-8 active'],
  ['insn', 'column 5: a number is missing behind insn: insn 12, insn 12-15'],
  ['insn x', 'column 6: x is no number: insn 12, insn 12-15'],
  ['line 9-3', 'column 6: 9-3 ends before it begins'],
  ['fork "exit', 'column 6: the quotation mark is not closed'],
  ['""', 'column 1: there is nothing between the quotation marks'],
])('%s is refused where it is wrong', (search, problem) => expect(parsed(search)).toBe(problem));
