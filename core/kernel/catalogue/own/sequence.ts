import type { Machine } from '../../machine/machine.ts';

/** A number that is told, or that an argument of the constructor gives. */
export type Amount = bigint | { readonly parameter: string };

/** An element that is given as such: a number, or an object's fields by name. */
export type Literal = bigint | Readonly<Record<string, bigint | string>>;

/** What a sequence keeps in an iterator's state, by field. */
export type Kept = Readonly<Record<string, bigint>>;

/** What a generator becomes: how to begin, what to keep, what comes next. It knows no memory. */
export interface Sequence {
  /** What it keeps between two calls, besides the element. */
  readonly fields: readonly { readonly name: string; readonly type: string; readonly size: number }[];
  /** Elements that are given as such, in the order in which `next` numbers them; null where elements are computed. */
  readonly literals: readonly Literal[] | null;
  /** What the state keeps when nothing comes: at the end, or after a constructor that failed. */
  readonly empty: Kept;
  /** The beginning. A number is the constructor's errno. */
  begin(amount: (amount: Amount) => bigint): Kept | number;
  /** What comes next, a number, the index of a literal or the address of a thing, and what is kept then; null at the end. */
  next(kept: Kept, machine: Machine): { readonly kept: Kept; readonly element: bigint } | null;
  /** What is kept once the end was reached, where that is not what was kept before. */
  end?(kept: Kept): Kept;
  /** How many elements are still to come. */
  left(kept: Kept, machine: Machine): bigint;
}
