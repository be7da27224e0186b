import { describe, expect, test } from 'vitest';
import {
  alu,
  branchTaken,
  byteSwap,
  conditionOutcomes,
  formatScalar,
  movsx,
  zext32,
  Scalar,
  pointerAdd,
  pointerSub,
  addDelta,
  variableOffsetParts,
  type Outcomes,
} from './index.ts';
import cases from './kernel-cases.json';

// Each case: the rule, its name, its parameters, its inputs as raw fields, and the text that Linux 6.18.44 logged for the result.
// `taken` and `fall` are the left side of a condition on the branch taken and on the one falling through, `taken2` and `fall2` the
// right side; `link` is a register linked to the input at a distance; a name ending in "self" compares a register with itself.
type Case = [string, string, boolean, number, string, ...string[]];

/** A scalar from the ten fields of its constructor, separated by spaces.  */
function parseRaw(text: string): Scalar {
  const f = text.split(' ');
  if (f.length !== 10) throw new RangeError(`ten fields expected: ${text}`);
  const big = (i: number): bigint => BigInt(f[i]!);
  const num = (i: number): number => Number(f[i]!);
  return new Scalar(big(0), big(1), big(2), big(3), big(4), big(5), num(6), num(7), num(8), num(9));
}

function result([rule, name, flag, n, left, right]: Case): Scalar {
  const a = parseRaw(left);
  switch (rule) {
    case 'alu':
      return alu(n, flag, a, parseRaw(right!));
    case 'swap':
      return byteSwap(a, n as 16 | 32 | 64, flag);
    case 'movsx':
      return movsx(a, n as 8 | 16 | 32, flag);
    case 'zext':
      return zext32(a);
    case 'link':
      return addDelta(a, n, flag);
    case 'ptradd':
      return pointerAdd(a, parseRaw(right!));
    case 'ptrsub':
      return pointerSub(a, parseRaw(right!));
    case 'taken':
      return outcomes(name, flag, n, a, right!).taken[0];
    case 'taken2':
      return outcomes(name, flag, n, a, right!).taken[1];
    case 'fall':
      return outcomes(name, flag, n, a, right!).fallthrough[0];
    case 'fall2':
      return outcomes(name, flag, n, a, right!).fallthrough[1];
    default:
      throw new RangeError(rule);
  }
}

function outcomes(name: string, is64: boolean, op: number, a: Scalar, right: string): Outcomes {
  const same = name.endsWith(' self');
  const b = same ? a : parseRaw(right);
  expect(branchTaken(op, is64, a, b)).toBe(-1);
  return conditionOutcomes(op, is64, a, b, same);
}

describe('what Linux 6.18 logged', () => {
  const groups = new Map<string, Case[]>();
  for (const c of cases as unknown as Case[]) {
    const key = `${c[0]} ${c[1]}`;
    groups.set(key, [...(groups.get(key) ?? []), c]);
  }
  test.each([...groups])('%s', (_, group) => {
    for (const c of group) {
      const s = result(c);
      const text = c[0].startsWith('ptr')
        ? `map_value(${['ks=4', 'vs=64', ...variableOffsetParts(s)].join(',')})`
        : formatScalar(s);
      expect(text, c.slice(0, -1).join(' | ')).toBe(c.at(-1));
    }
  });
});
