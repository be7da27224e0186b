import { expect, test } from 'vitest';
import { rangeOf } from '../../core/trace/query/numbers.ts';
import { placeIn, valueOf } from './axis.ts';
import { countVisits, loopInsn } from './visits.ts';

test.each([
  ['45', 45n],
  ['0x2d', 45n],
  ['-8', -8n],
  ['4\u202f294', 4294n],
  ['fp-8', null],
  ['', null],
])('reads %s', (text, value) => expect(valueOf(text)).toBe(value));

test('a value inside a range lies on its bar', () => {
  const range = rangeOf(-16n, 100n);
  for (const text of ['-16', '0', '99', '100', '0xfffffffffffffff8']) {
    const at = placeIn(range, text)!;
    expect(at).toBeGreaterThanOrEqual(range.from);
    expect(at).toBeLessThanOrEqual(range.to);
  }
  expect(placeIn(rangeOf(0n, 10n), '0xffffffffffffffff')).toBeGreaterThan(rangeOf(0n, 10n).to);
  expect(placeIn(range, 'ctx')).toBeNull();
});

test('the loop that the playhead is in', () => {
  const pcs = Uint32Array.from([0, 1, 2, 1, 2, 3, 4, 3, 4]);
  const insns = [0, 1, 2, 3, 4].map((index) => ({
    index,
    text: '',
    source: -1,
    line: 0,
    subprog: 0,
    forks: index === 2 || index === 4,
    checkpoints: false,
  }));
  const exploration = { steps: 9, paths: [], forks: [], checkpoints: [], prunes: [], pcs };
  const visits = countVisits(pcs);
  expect(visits.get(2)).toBe(2);
  expect([1, 4, 6, 9].map((step) => loopInsn(exploration, insns, visits, step))).toEqual([2, 2, 2, 4]);
});
