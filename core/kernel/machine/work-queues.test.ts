import { expect, test } from 'vitest';
import { Unsupported } from '../../base/errors.ts';
import { WorkQueues } from './work-queues.ts';

const place = { map: 1n, key: new Uint8Array(4), value: 100n };
const work = (lo: number) => ({ lo, hi: 0, call: () => 0n });
const AT = 100;

/** An item that is ready to be started. */
function prepared(): WorkQueues {
  const queues = new WorkQueues();
  expect(queues.init(AT, place, 0)).toBe(0);
  expect(queues.set(AT, work(7), 0)).toBe(0);
  return queues;
}

test('what the calls give, as Linux 6.18 does', () => {
  const queues = new WorkQueues();
  expect(queues.start(AT, 0)).toBe(-22);
  expect(queues.set(AT, work(7), 0)).toBe(-22);
  expect(queues.init(AT, place, 1)).toBe(-22);
  expect(queues.init(AT, place, 0)).toBe(0);
  expect(queues.init(AT, place, 0)).toBe(-16);
  expect(queues.start(AT, 0)).toBe(-22);
  expect(queues.set(AT, work(7), 1)).toBe(-22);
  expect(queues.set(AT, work(7), 0)).toBe(0);
  expect(queues.start(AT, 1)).toBe(-22);
  expect(queues.start(AT, 0)).toBe(0);
});

test('an item is queued once, with the function that it has when it is taken, and may be queued again then', () => {
  const queues = prepared();
  expect(queues.take()).toBeNull();
  queues.start(AT, 0);
  queues.start(AT, 0);
  queues.set(AT, work(8), 0);
  expect(queues.take()).toMatchObject({ place, work: { lo: 8 } });
  expect(queues.take()).toBeNull();
  queues.start(AT, 0);
  expect(queues.take()).not.toBeNull();
});

test('an element that is written anew has no item; one that is queued is a race', () => {
  const queues = prepared();
  queues.forget(AT);
  expect(queues.init(AT, place, 0)).toBe(0);
  queues.set(AT, work(7), 0);
  queues.start(AT, 0);
  expect(() => queues.forget(AT)).toThrow(Unsupported);
  queues.clear();
  expect(queues.take()).toBeNull();
});
