import fc from 'fast-check';
import { expect, test } from 'vitest';
import { polesOf } from './flag-pole.ts';
import type { RowPlan } from './rows.ts';

const plan = (top: number, pitch: number, detail: RowPlan['detail']): RowPlan => ({
  pitch,
  detail,
  top,
  count: 100,
  shown: 5,
  row: 0,
  scrolls: false,
});

test('a flag on the first lane leaves its captions alone', () => {
  expect(polesOf(plan(60, 44, 'roomy'), 0)).toEqual({
    top: 14,
    foot: 60,
    parts: [
      [14, 38],
      [52, 60],
    ],
  });
});
test('law: a pole reaches from the cloth to the lane, and crosses no caption and no pc', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -200, max: 90 }),
      fc.integer({ min: 26, max: 44 }),
      fc.integer({ min: 0, max: 12 }),
      (first, pitch, row) => {
        fc.pre(first + row * pitch > 40);
        const { top, foot, parts } = polesOf(plan(first, pitch, 'roomy'), row);
        expect(foot).toBe(first + row * pitch);
        expect(top).toBeGreaterThanOrEqual(0);
        expect(parts[0]![0]).toBeGreaterThanOrEqual(top);
        expect(parts.at(-1)![1]).toBe(foot);
        let before = top;
        for (const [from, to] of parts) {
          expect(from).toBeGreaterThanOrEqual(before);
          expect(to).toBeGreaterThan(from);
          before = to;
          for (let r = Math.max(0, Math.ceil(-first / pitch)); r <= row; r++) {
            // Captions over a lane, and pcs under those that are passed.
            const lane = first + r * pitch;
            expect(from < lane - 12 && to > lane - 20).toBe(false);
            if (r < row) expect(from < lane + 16 && to > lane - 4).toBe(false);
          }
        }
      },
    ),
    { seed: 3 },
  );
});
