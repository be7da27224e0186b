import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Machine } from '../../machine/machine.ts';
import { num } from './num.ts';

const AT = 0x1000;

/** Just the eight bytes of the state. */
function stateMachine(): { machine: Machine; cur: () => number; end: () => number } {
  const view = new DataView(new ArrayBuffer(8));
  const machine = {
    loadS32: (lo: number) => view.getInt32(lo - AT, true),
    storeS32: (lo: number, _hi: number, value: number) => view.setInt32(lo - AT, value, true),
  } as unknown as Machine;
  return { machine, cur: () => view.getInt32(0, true), end: () => view.getInt32(4, true) };
}

function begin(start: number, end: number): ReturnType<typeof stateMachine> & { regs: Int32Array; result: number } {
  const state = stateMachine();
  const regs = new Int32Array(22);
  regs.set([AT, 0, start, 0, end, 0], 2);
  num.new.run?.(state.machine, regs);
  return { ...state, regs, result: regs[0] ?? 0 };
}

function nexts(start: number, end: number, calls: number): (number | null)[] {
  const { machine, regs, cur } = begin(start, end);
  return Array.from({ length: calls }, () => {
    regs.set([AT, 0], 2);
    num.next.run?.(machine, regs);
    return regs[0] === 0 ? null : cur();
  });
}

test.each([
  [0, 3, [0, 1, 2, null, null]],
  [-2, 1, [-2, -1, 0, null]],
  [5, 5, [null, null]],
  [6, 5, [null, null]],
  [-0x8000_0000, -0x7fff_fffe, [-0x8000_0000, -0x7fff_ffff, null]],
  [0x7fff_fffe, 0x7fff_ffff, [0x7fff_fffe, null, null]],
  [0, 0x7fff_ffff, [null]],
])('from %i to %i: %j', (start, end, expected) => {
  expect(nexts(start, end, expected.length)).toEqual(expected);
});

test.each([
  [0, 10, 0, -1, 10],
  [1, 0, -22, 0, 0],
  [0, 8_388_608, 0, -1, 8_388_608],
  [0, 8_388_609, -7, 0, 0],
  [-0x8000_0000, 0x7fff_ffff, -7, 0, 0],
  [-0x8000_0000, -0x8000_0000, 0, 0x7fff_ffff, -0x8000_0000],
])('new(%i, %i) gives %i, cur %i, end %i', (start, end, result, cur, stateEnd) => {
  const state = begin(start, end);
  expect([state.result, state.cur(), state.end()]).toEqual([result, cur, stateEnd]);
  expect(state.regs[1]).toBe(0);
});

test('destroy clears the state, and next stays at NULL', () => {
  const { machine, regs, cur, end } = begin(3, 9);
  regs.set([AT, 0], 2);
  num.destroy.run?.(machine, regs);
  expect([cur(), end()]).toEqual([0, 0]);
  num.next.run?.(machine, regs);
  expect(regs[0]).toBe(0);
});

test('gives exactly the numbers of its range', () => {
  const small = fc.integer({ min: -50, max: 50 });
  fc.assert(
    fc.property(small, small, (start, end) => {
      const want = Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i);
      expect(nexts(start, end, want.length + 1)).toEqual([...want, null]);
    }),
    { seed: 1 },
  );
});
