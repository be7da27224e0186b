import { E2BIG, EINVAL } from '../../../base/errno.ts';
import { never } from '../../../base/errors.ts';

/** A number that is told, or that an argument of the constructor gives. */
export type Amount = bigint | { readonly parameter: string };

/** An element that is given as such: a number, or an object's fields by name. */
export type Literal = bigint | Readonly<Record<string, bigint | string>>;

/** A tree whose nodes are elements. */
export interface TreeNode {
  readonly value: Literal;
  readonly children: readonly TreeNode[];
}

export const TREE_ORDERS = ['pre', 'post', 'breadth'] as const;
export type TreeOrder = (typeof TREE_ORDERS)[number];

/** What an iterator of one's own goes over. */
export type Generator =
  | {
      readonly kind: 'range';
      readonly from: Amount;
      /** Without it. */
      readonly to: Amount;
      readonly step: Amount;
      /** Elements above which the constructor fails with -E2BIG. */
      readonly longest: number;
    }
  | {
      readonly kind: 'list';
      readonly values: readonly Literal[];
      /** Index of the first element. */
      readonly first: Amount;
    }
  | {
      readonly kind: 'bits';
      /** Of 64 bits; the elements are the positions of those that are set, lowest first. */
      readonly mask: Amount;
    }
  | {
      readonly kind: 'tree';
      readonly root: TreeNode;
      /** Given by an argument: 0 pre, 1 post, 2 breadth first. */
      readonly order: TreeOrder | { readonly parameter: string };
    };

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
  /** What comes next, a number or the index of a literal, and what is kept then; null at the end. */
  next(kept: Kept): { readonly kept: Kept; readonly element: bigint } | null;
  /** How many elements are still to come. */
  left(kept: Kept): bigint;
}

/** What a generator does. */
export function sequenceOf(generator: Generator): Sequence {
  switch (generator.kind) {
    case 'range':
      return range(generator);
    case 'list':
      return listed([generator.values], generator.first, null);
    case 'tree': {
      const { root, order } = generator;
      if (typeof order !== 'string')
        return listed(
          TREE_ORDERS.map((one) => walked(root, one)),
          0n,
          order,
        );
      return listed([walked(root, order)], 0n, null);
    }
    case 'bits':
      return bits(generator.mask);
    default:
      return never(generator);
  }
}

const U64 = { type: 'u64', size: 8 } as const;

function range({ from, to, step, longest }: Generator & { readonly kind: 'range' }): Sequence {
  const varies = typeof step !== 'bigint';
  const stepOf = (kept: Kept): bigint => (varies ? kept['step']! : step);
  return {
    fields: [
      { name: 'left', ...U64 },
      { name: 'cur', type: 's64', size: 8 },
      ...(varies ? [{ name: 'step', type: 's64', size: 8 }] : []),
    ],
    literals: null,
    empty: { left: 0n, cur: 0n, ...(varies ? { step: 0n } : {}) },
    begin(amount) {
      const [first, end, by] = [amount(from), amount(to), amount(step)];
      if (by === 0n) return EINVAL;
      const way = by > 0n ? end - first : first - end;
      const size = by > 0n ? by : -by;
      const left = way > 0n ? (way + size - 1n) / size : 0n;
      if (left > BigInt(longest)) return E2BIG;
      return { left, cur: first - by, ...(varies ? { step: by } : {}) };
    },
    next(kept) {
      if (kept['left'] === 0n) return null;
      const cur = BigInt.asIntN(64, kept['cur']! + stepOf(kept));
      return { kept: { ...kept, left: kept['left']! - 1n, cur }, element: cur };
    },
    left: (kept) => kept['left']!,
  };
}

/** Literals one after the other. Several lists are numbered through; the state keeps the place in that count, and where its list ends. */
function listed(
  lists: readonly (readonly Literal[])[],
  first: Amount,
  which: { readonly parameter: string } | null,
): Sequence {
  const literals = lists.flat();
  const end = { name: 'end', type: 'u32', size: 4 };
  return {
    fields: [{ name: 'at', type: 'u32', size: 4 }, end],
    literals,
    empty: { at: 0n, end: 0n },
    begin(amount) {
      const list = which === null ? 0n : amount(which);
      const chosen = list >= 0n && list < BigInt(lists.length) ? lists[Number(list)] : undefined;
      const at = amount(first);
      if (chosen === undefined || at < 0n || at > BigInt(chosen.length)) return EINVAL;
      const before = lists.slice(0, Number(list)).reduce((sum, one) => sum + one.length, 0);
      return { at: BigInt(before) + at, end: BigInt(before + chosen.length) };
    },
    next(kept) {
      const at = kept['at']!;
      if (at >= kept['end']! || at >= BigInt(literals.length)) return null;
      return { kept: { ...kept, at: at + 1n }, element: at };
    },
    left: (kept) => (kept['end']! > kept['at']! ? kept['end']! - kept['at']! : 0n),
  };
}

function walked(root: TreeNode, order: TreeOrder): readonly Literal[] {
  if (order === 'breadth') {
    const queue: TreeNode[] = [root];
    for (let i = 0; i < queue.length; i++) queue.push(...queue[i]!.children);
    return queue.map(({ value }) => value);
  }
  const below = root.children.flatMap((child) => walked(child, order));
  return order === 'pre' ? [root.value, ...below] : [...below, root.value];
}

function bits(mask: Amount): Sequence {
  const count = (rest: bigint): bigint => BigInt([...rest.toString(2)].filter((digit) => digit === '1').length);
  return {
    fields: [{ name: 'rest', ...U64 }],
    literals: null,
    empty: { rest: 0n },
    begin: (amount) => ({ rest: BigInt.asUintN(64, amount(mask)) }),
    next(kept) {
      const rest = kept['rest']!;
      if (rest === 0n) return null;
      const lowest = rest & -rest;
      return { kept: { ...kept, rest: rest & ~lowest }, element: BigInt(lowest.toString(2).length - 1) };
    },
    left: (kept) => count(kept['rest']!),
  };
}
