import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LoopRounds } from '../../../core/trace/views/view.ts';
import { fit, pan, zoom } from '../viewport.ts';
import { cellsOf, countsUntil, roundAt, roundsUntil } from './round-cells.ts';
import { countWords } from './round-words.ts';

const STEPS = 1000;
/** A loop whose rounds begin at these steps. */
function loop(starts: readonly number[], kinds: readonly number[] = starts.map(() => 0)): LoopRounds {
  const count = (kind: number): number => kinds.filter((one) => one === kind).length;
  return {
    pc: 9,
    line: 13,
    text: 'while (…)',
    loop: true,
    steps: Uint32Array.from(starts),
    kinds: Uint8Array.from(kinds),
    counts: { new: count(0), widened: count(1), covered: count(2) },
    changing: null,
  };
}
const whole = fit(700, 200, STEPS);

test('few rounds have a cell each, from where they begin to where the next one does', () => {
  const { cells, each } = cellsOf(loop([10, 110, 210, 900], [0, 1, 1, 2]), whole, STEPS, STEPS);
  expect(each).toBe(1);
  expect(cells.map(({ from, counts }) => [from, counts.new, counts.widened, counts.covered])).toEqual([
    [0, 1, 0, 0],
    [1, 0, 1, 0],
    [2, 0, 1, 0],
    [3, 0, 0, 1],
  ]);
  cells.slice(1).forEach((cell, i) => expect(cell.x0).toBeCloseTo(cells[i]!.x1));
});

test('law: cells hold every known round once, of any loop at any zoom, and panning moves no border', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: STEPS }), { minLength: 1, maxLength: 600 }),
      fc.integer({ min: 1, max: STEPS }),
      fc.double({ min: 1, max: 60, noNaN: true }),
      (starts, until, factor) => {
        const one = loop(starts.sort((a, b) => a - b));
        const { cells } = cellsOf(one, whole, until, STEPS);
        expect(cells.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(roundsUntil(one, until));
        const near = zoom(whole, 300, factor, STEPS);
        const a = cellsOf(one, near, STEPS, STEPS);
        const b = cellsOf(one, pan(near, 17, STEPS), STEPS, STEPS);
        expect(b.each).toBe(a.each);
        const borders = new Set(a.cells.map(({ from }) => from));
        for (const { from } of b.cells)
          if (from >= a.cells[0]!.from && from <= a.cells.at(-1)!.from) expect(borders).toContain(from);
      },
    ),
    { seed: 5 },
  );
});

test('which round a step is in, and what is known of them in fog', () => {
  const one = loop([10, 110, 210, 900], [0, 1, 1, 2]);
  expect([9, 10, 109, 110, 1000].map((step) => roundAt(one, step))).toEqual([-1, 0, 0, 1, 3]);
  expect(countsUntil(one, roundsUntil(one, 250))).toEqual({ new: 1, widened: 2, covered: 0 });
  expect(countWords(one, 250)).toBe('3 rounds: 1 new, 2 widened');
  expect(countWords(one, STEPS)).toBe('4 rounds: 1 new, 2 widened, 1 covered');
  expect(countWords(loop([1, 2, 3]), STEPS)).toBe('3 rounds, all new');
  expect(countWords(one, 5)).toBe('0 rounds');
});
