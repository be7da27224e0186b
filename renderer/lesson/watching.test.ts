import fc from 'fast-check';
import { expect, test, vi } from 'vitest';

// Runes are compiled in the app alone.
vi.stubGlobal(
  '$derived',
  Object.assign(() => null, { by: () => null }),
);
vi.stubGlobal(
  '$state',
  Object.assign((value: unknown) => value, { raw: (value: unknown) => value }),
);

test('law: a way is walked forwards, in at most so many steps and so much time, and longer at forks', async () => {
  const { stopsOf } = await import('./watching.svelte.ts');
  const forks = Uint32Array.from([9, 22, 400, 401]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 900 }), (from, way) => {
      const stops = stopsOf(forks, from, from + way);
      expect(stops.at(-1)!.step).toBe(from + way);
      expect(stops.length).toBeLessThanOrEqual(40);
      expect(stops.reduce((sum, { rest }) => sum + rest, 0)).toBeLessThanOrEqual(1200 + 1e-6);
      let before = from;
      for (const { step } of stops) {
        expect(step).toBeGreaterThan(before);
        before = step;
      }
    }),
    { seed: 7 },
  );
  const near = stopsOf(forks, 7, 12);
  expect(near.map(({ step, rest }) => [step, rest])).toEqual([
    [8, 90],
    [9, 360],
    [10, 90],
    [11, 90],
    [12, 450],
  ]);
});
