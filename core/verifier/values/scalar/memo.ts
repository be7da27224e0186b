import type { Scalar } from './scalar.ts';

const SLOTS = 1 << 12;

/**
 * Remembers results by operation and by the identity of two scalars: a direct-mapped table, a newer entry replacing the one in its
 * slot. Scalars are immutable, so an entry never goes stale.
 */
export class Memo<R> {
  private readonly keys = new Int32Array(SLOTS);
  private readonly lefts: (Scalar | undefined)[] = new Array<Scalar | undefined>(SLOTS).fill(undefined);
  private readonly rights: (Scalar | undefined)[] = new Array<Scalar | undefined>(SLOTS).fill(undefined);
  private readonly results: (R | undefined)[] = new Array<R | undefined>(SLOTS).fill(undefined);

  private static slot(key: number, a: Scalar, b: Scalar): number {
    let h = Math.imul(a.uid, 0x9e3779b1) ^ Math.imul(b.uid, 0x85ebca6b) ^ Math.imul(key, 0xc2b2ae35);
    h ^= h >>> 15;
    return (h ^ (h >>> 7)) & (SLOTS - 1);
  }

  get(key: number, a: Scalar, b: Scalar): R | undefined {
    const i = Memo.slot(key, a, b);
    return this.lefts[i] === a && this.rights[i] === b && this.keys[i] === key ? this.results[i] : undefined;
  }

  /** Stores and returns `result`. */
  put(key: number, a: Scalar, b: Scalar, result: R): R {
    const i = Memo.slot(key, a, b);
    this.keys[i] = key;
    this.lefts[i] = a;
    this.rights[i] = b;
    this.results[i] = result;
    return result;
  }
}
