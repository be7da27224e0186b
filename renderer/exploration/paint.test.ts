import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlacedLabel } from './draw-list.ts';
import { playheadParts } from './paint.ts';

const label = (x0: number, x1: number, y: number, ghost: boolean): PlacedLabel => ({
  x0,
  x1,
  x: x0,
  y,
  ghost,
  text: 'a caption',
  align: 'left',
  colour: 'dim',
  bold: false,
  code: false,
  step: 1,
});

test('law: the playhead is drawn everywhere but through words and their frames', () => {
  const spot = fc.integer({ min: 0, max: 400 });
  const labels = fc.array(
    fc.tuple(spot, fc.integer({ min: 4, max: 120 }), spot, fc.boolean()).map(([x, w, y, g]) => label(x, x + w, y, g)),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(labels, spot, fc.constantFrom(1, 1.385), (all, x, scale) => {
      const parts = playheadParts(x, 400, all, scale);
      const crossed = all.filter(({ x0, x1 }) => x >= x0 && x <= x1);
      for (const [from, to] of parts) {
        expect(to).toBeGreaterThan(from);
        for (const { y, ghost } of crossed) {
          const [over, under] = ghost === true ? [14, 6] : [9, 3];
          expect(from < y + under * scale && to > y - over * scale).toBe(false);
        }
      }
      if (all.every(({ x0, x1 }) => x < x0 - 3 || x > x1 + 3)) expect(parts).toEqual([[14, 400]]);
    }),
    { seed: 5 },
  );
});
