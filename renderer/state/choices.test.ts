import { expect, test } from 'vitest';
import { flag, oneOf } from './choices.ts';
import { memory, recall, remember } from './memory.ts';
import { SPEEDS } from './steppable.ts';

test('a choice that was kept is taken, whatever else is there is not', () => {
  const tab = oneOf('code', 'log');
  expect(recall('test.tab', tab)).toBeNull();
  remember('test.tab', 'log');
  expect(recall('test.tab', tab)).toBe('log');
  remember('test.tab', 'other');
  expect(recall('test.tab', tab)).toBeNull();
  remember('test.flag', false);
  expect(recall('test.flag', flag)).toBe(false);
  memory.keepText('test.flag', '{');
  expect(recall('test.flag', flag)).toBeNull();
  remember('test.flag', 'yes');
  expect(recall('test.flag', flag)).toBeNull();
});
test('a speed is one of those that are offered', () => {
  expect(SPEEDS.map(oneOf<number>(...SPEEDS))).toEqual([...SPEEDS]);
  expect(oneOf<number>(...SPEEDS)(3)).toBeNull();
});
