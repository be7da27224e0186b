import { expect, test } from 'vitest';
import { Latest } from './latest.ts';

test('of many wishes the first and the newest are done, and only the newest is taken', async () => {
  const latest = new Latest();
  const begun: number[] = [];
  const taken: number[] = [];
  let release = (): void => {};
  const first = new Promise<void>((resolve) => (release = resolve));
  for (const n of [1, 2, 3, 4])
    latest.ask(
      async () => {
        begun.push(n);
        if (n === 1) await first;
        return n;
      },
      (value) => taken.push(value),
    );
  release();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(begun).toEqual([1, 4]);
  expect(taken).toEqual([4]);
});

test('a failure that nobody waits for is not told, and does not stop the next', async () => {
  const latest = new Latest();
  const failed: string[] = [];
  const taken: number[] = [];
  latest.ask(
    () => Promise.reject(new Error('old')),
    () => {},
    () => failed.push('old'),
  );
  latest.ask(
    async () => 2,
    (value) => taken.push(value),
  );
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(failed).toEqual([]);
  expect(taken).toEqual([2]);
  latest.ask(
    async () => 3,
    (value) => taken.push(value),
  );
  latest.drop();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(taken).toEqual([2]);
});
