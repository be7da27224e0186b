import { expect, test } from 'vitest';
import { StepCache } from './step-cache.ts';

test('what was used last stays', () => {
  const cache = new StepCache<string>(2);
  cache.set(1, 'a');
  cache.set(2, 'b');
  expect(cache.get(1)).toBe('a');
  cache.set(3, 'c');
  expect([cache.get(1), cache.get(2), cache.get(3)]).toEqual(['a', undefined, 'c']);
  cache.clear();
  expect(cache.get(1)).toBeUndefined();
});
