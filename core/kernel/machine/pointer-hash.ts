const MASK = (1n << 64n) - 1n;
const rotate = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (64n - by))) & MASK;

/** What the simulated machine hides its addresses by. A kernel draws it when it starts; any value is as good as another. */
const KEY = [0n, 0n] as const;

/** SipHash-2-4 of one 64-bit word. */
export function sipHash(word: bigint, [k0, k1]: readonly [bigint, bigint]): bigint {
  let [a, b, c, d] = [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ];
  const rounds = (count: number): void => {
    for (let i = 0; i < count; i++) {
      a = (a + b) & MASK;
      b = rotate(b, 13n) ^ a;
      a = rotate(a, 32n);
      c = (c + d) & MASK;
      d = rotate(d, 16n) ^ c;
      a = (a + d) & MASK;
      d = rotate(d, 21n) ^ a;
      c = (c + b) & MASK;
      b = rotate(b, 17n) ^ c;
      c = rotate(c, 32n);
    }
  };
  // The word, and a last one that has the length in its highest byte.
  for (const block of [word & MASK, 8n << 56n]) {
    d ^= block;
    rounds(2);
    a ^= block;
  }
  c ^= 0xffn;
  rounds(4);
  return a ^ b ^ c ^ d;
}

/** Addresses from here on are error numbers, which nobody hides. */
const FIRST_ERROR = MASK - 4094n;

/**
 * The number that `%p` prints for an address: 32 bits of a hash by the machine's own secret, so that equal addresses stay equal. NULL and error
 * numbers are printed as they are.
 */
export function hiddenPointer(address: bigint): bigint {
  const value = address & MASK;
  return value === 0n || value >= FIRST_ERROR ? value : sipHash(value, KEY) & 0xffffffffn;
}
