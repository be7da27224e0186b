import { expect, test } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { withFacts } from '../facts/index.ts';
import type { DefinitionFacts, RunFacts, Subject } from './check.ts';
import { parseCheck } from './index.ts';

const own = (more: Partial<DefinitionFacts> = {}): DefinitionFacts => ({
  refused: [],
  remarks: [],
  size: 24,
  fields: [{ name: 'left', type: 'u64' }],
  ...more,
});
const run: RunFacts = {
  fault: '',
  returned: 3,
  rounds: 1,
  iterators: [],
  breaches: [],
  variable: (name, when) => (name !== 'n' ? null : when === 'at-exit' ? 0n : 1n),
};
const bad = own({ refused: ['next gives no pointer'], size: 20 });
const subject = {
  definition: own({ remarks: ['no destroy'] }),
  definitionOf: (file: string) => (file === 'bad.json' ? bad : file === 'good.json' ? own() : null),
  translated: () => [
    { index: 0, text: 'r4 = 7' },
    { index: 2, text: 'r4 = aux' },
  ],
  run: () => run,
  others: new Map([['two', { run: () => ({ ...run, returned: 4 }) } as unknown as Subject]]),
} as unknown as Subject;

test.each([
  ['registered', true, ''],
  ['not registered', false, 'This must not hold, and does: registered.'],
  ['refused', false, 'The kernel registers it.'],
  ['refused pointer', false, 'The kernel registers it.'],
  ['remarks nothing', false, 'no destroy'],
  ['remarks destroy', true, ''],
  ['size 24', true, ''],
  ['size <= 16', false, 'Its state has 24 bytes; 16 are the most.'],
  ['size 32', false, 'Its state has 24 bytes; 32 are asked for.'],
  ['keeps left u64', true, ''],
  ['keeps left u32', false, 'The field left of its state is u64; it should be u32.'],
  ['keeps right u32', false, 'Its state has no field right.'],
  ['registers good.json', true, ''],
  ['registers bad.json', false, 'next gives no pointer'],
  ['registers none.json', false, 'There is no none.json.'],
  ['refuses bad.json', true, ''],
  ['refuses bad.json pointer', true, ''],
  ['refuses bad.json slots', false, 'next gives no pointer'],
  ['refuses good.json', false, 'The kernel registers good.json.'],
  ['translated contains aux', true, ''],
  ['translated contains r5', false, 'As the kernel rewrites it, it has no r5.'],
  ['leaves n=1', true, ''],
  ['leaves n=0 at-exit', true, ''],
  ['leaves n=1 at-exit', false, 'When the program is over, n is 0; it should be 1.'],
  ['leaves m=1', false, 'When the program is over, and its work done, m is no number; it should be 1.'],
  ['breaks nothing when n=2', true, ''],
  ['breaks endless when n=2', false, 'When it runs with n = 2: no contract of an iterator is broken.'],
  ['in two: returns 4', true, ''],
  ['in two: returns 3', false, 'In the program two: When it runs, it returns 4; it should return 3.'],
  ['in two: size 24', true, ''],
  ['in three: returns 4', false, 'There is no program three.'],
])('%s', (text, holds, words) => {
  const check = parseCheck(text, 'line 1', 'l.md');
  expect(check.holds(subject)).toBe(holds);
  if (!holds) expect(check.failing(subject)).toBe(words);
});

test('a refused definition, and none at all', () => {
  const check = parseCheck('registered', 'line 1', 'l.md');
  expect(check.failing({ ...subject, definition: bad })).toBe('It is not registered: next gives no pointer');
  const { definition: _, ...none } = subject;
  expect(check.holds(none)).toBe(false);
  expect(check.failing(none)).toBe('There is no definition of an iterator to look at.');
});

test('which other programs a check asks about', () => {
  expect(parseCheck('in two: not in three: accepted', 'line 1', 'l.md').programs).toEqual(['two', 'three']);
  expect(parseCheck('not in two: accepted', 'line 1', 'l.md').programs).toEqual(['two']);
  expect(parseCheck('accepted', 'line 1', 'l.md').programs).toBeUndefined();
  expect(() => parseCheck('in two: nonsense', 'line 1', 'l.md')).toThrow(InputError);
});

test.each([
  ['{{registration bad.json}}', 'next gives no pointer'],
  ['{{registration good.json}}', 'registered'],
  ['{{state-size}}', '24'],
  ['{{state-size bad.json}}', '20'],
  ['{{translated 2}}', 'r4 = aux'],
  ['{{left-in n}}', '1'],
  ['{{returns when n=2}}', '3'],
])('the fact %s', (text, said) => {
  expect(withFacts(text, subject, 'line 1', 'l.md')).toBe(said);
});
