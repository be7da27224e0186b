import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ADDRESS_HI } from '../../machine/memory.ts';
import { SimMachine } from '../../machine/sim-machine.ts';
import { bits } from './bits.ts';

/** Iterates over words of memory; the positions given, and what `new` returned. */
function iterate(
  words: readonly bigint[],
  count = words.length,
  address?: bigint,
): { result: number; given: number[] } {
  const machine = new SimMachine();
  const data = machine.place(new Uint8Array(BigUint64Array.from(words).buffer));
  const it = Number(BigInt.asIntN(32, machine.allocate(16)));
  const regs = new Int32Array(22);
  const call = (run: typeof bits.new.run): number => {
    regs.set([it, ADDRESS_HI], 2);
    run?.(machine, regs);
    return regs[0] ?? 0;
  };
  const from = address ?? data;
  regs.set([Number(BigInt.asIntN(32, from)), Number(BigInt.asIntN(32, from >> 32n)), count, 0], 4);
  const result = call(bits.new.run);
  const given: number[] = [];
  for (let at = call(bits.next.run); at !== 0; at = call(bits.next.run))
    given.push(Number(machine.load(at, ADDRESS_HI, 4)));
  expect(call(bits.next.run)).toBe(0);
  call(bits.destroy.run);
  return { result, given };
}

test.each([
  [[0b1011n], [0, 1, 3]],
  [[1n << 63n], [63]],
  [[0n], []],
  [
    [1n, 0n, 1n << 5n],
    [0, 133],
  ],
])('the set bits of %s are %j', (words, given) => {
  expect(iterate(words)).toEqual({ result: 0, given });
});

test.each([
  ['no words', [5n], 0, undefined, -22],
  ['a NULL pointer', [5n], 1, 0n, -22],
  ['too many words', [5n], 512, undefined, -7],
  ['words that cannot be read', [5n], 2, undefined, -14],
  ['a bad address', [5n], 1, 4096n, -14],
])('%s: an error and an empty iterator', (_what, words, count, address, result) => {
  expect(iterate(words, count, address)).toEqual({ result, given: [] });
});

test('gives exactly the set bits', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), { minLength: 1, maxLength: 4 }), (words) => {
      const want = words.flatMap((w, i) =>
        Array.from({ length: 64 }, (_, b) => b)
          .filter((b) => (w >> BigInt(b)) & 1n)
          .map((b) => i * 64 + b),
      );
      expect(iterate(words)).toEqual({ result: 0, given: want });
    }),
    { seed: 1, numRuns: 50 },
  );
});
