import { errnoNumber } from '../../../base/errno.ts';
import { withSchema } from '../../../base/json-schema.ts';
import {
  describe,
  int,
  list,
  oneOf,
  only,
  optional,
  ShapeError,
  text,
  variant,
  within,
} from '../../../base/validate.ts';
import type { Validator } from '../../../base/validate.ts';
import * as flags from '../descriptor.ts';
import { TREE_ORDERS } from './generators.ts';
import type { Generator, TreeNode } from './generators.ts';
import { prototype } from './prototype.ts';
import type { Prototype } from './prototype.ts';
import type { Amount, Literal } from './sequence.ts';
import { THINGS } from './things.ts';
import type { Condition, ThingKind } from './things.ts';

/** Contracts that an iterator of one's own may break on purpose, and what it then does. */
export const BREAKS = {
  endless: 'next never gives NULL: at the end it goes on giving an element',
  resurrects: 'after NULL, next gives an element again',
  'leaves-state': 'a constructor that fails leaves the state as it found it',
  'odd-size': 'the state is 4 bytes longer than its slots',
  'writes-elsewhere': 'next also writes the 8 bytes behind the state',
  'keeps-memory': 'destroy does not free the memory that new has taken',
} as const;
export type Break = keyof typeof BREAKS;

/** A parameter of the constructor, or a field of the state. */
export interface Declared {
  readonly name: string;
  /** As C would write it. */
  readonly type: string;
}

/** When the constructor fails: all that is told of the argument holds. */
export interface Failure {
  readonly parameter: string;
  readonly below: bigint | undefined;
  readonly above: bigint | undefined;
  readonly is: bigint | undefined;
  readonly not: bigint | undefined;
  /** Name of the errno that it returns, negative. */
  readonly errno: string;
}

/** What a method beyond the trio gives: how many elements are left, or the number that next would give, without moving. */
export const METHOD_RESULTS = ['remaining', 'following'] as const;

export interface ExtraMethod {
  /** `peek` for `bpf_iter_<iterator>_peek`. */
  readonly name: string;
  readonly gives: (typeof METHOD_RESULTS)[number];
  readonly doc: string | undefined;
}

/** An iterator as people write it down (JSON). What kinds of things there are is checked; whether they fit together is checked against a kernel. */
export interface IteratorDefinition {
  readonly name: string;
  readonly doc: string | undefined;
  /** The state's layout; the generator's own fields must be among them. */
  readonly state: { readonly fields: readonly Declared[] } | undefined;
  /** Bytes of the state, instead of a layout. */
  readonly size: number | undefined;
  readonly new:
    | {
        readonly doc: string | undefined;
        readonly parameters: readonly Declared[] | undefined;
        readonly fails: readonly Failure[] | undefined;
      }
    | undefined;
  /** What next gives a pointer to: `int`, `u64`, `struct task_struct`. */
  readonly element: string;
  /** Where that lies: in the iterator's own state, on the program's stack, or in memory of the kernel. */
  readonly elementAt: 'state' | 'memory' | undefined;
  readonly generator: Generator;
  readonly methods: readonly ExtraMethod[] | undefined;
  /** KF_* bits in the place of the usual ones. */
  readonly flags: Partial<Record<'new' | 'next' | 'destroy', number>> | undefined;
  readonly breaks: readonly Break[] | undefined;
  /** How functions of the trio are declared, instead of as usual; a constructor's says which parameters it has. */
  readonly prototypes: Partial<Record<'new' | 'next' | 'destroy', Prototype>> | undefined;
}

/** Flags of kernel functions by name. */
const KF: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(flags).filter(
    (entry): entry is [string, number] => entry[0].startsWith('KF_') && typeof entry[1] === 'number',
  ),
);

/** Flags of kernel functions that a definition may give. */
export const KF_FLAGS: readonly string[] = Object.keys(KF);

const MAX_TEXT = 2000;
const MAX_VALUES = 10_000;
const MAX_FIELDS = 64;
/** Registers that are left for arguments beside the iterator. */
const MAX_PARAMETERS = 4;
/** Largest state: what a function's stack can hold. */
const MAX_STATE = 512;
const MAX_NAME = 64;
/** The longest range of the kernel's own counting iterator (BPF_MAX_LOOPS). */
const MAX_LOOPS = 8 * 1024 * 1024;

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const INTEGER = /^-?(0[xX][0-9a-fA-F]+|[0-9]+)$/;

const named = (pattern: RegExp, rule: string): Validator<string> =>
  withSchema({ type: 'string', maxLength: MAX_NAME, pattern: pattern.source }, (value, at) => {
    const word = text(MAX_NAME)(value, at);
    if (!pattern.test(word)) throw new ShapeError(at, `'${word}' is no name: ${rule}`);
    return word;
  });

const iteratorName = named(/^[a-z][a-z0-9_]*$/, 'small letters, digits and _, beginning with a letter');
const identifier = named(IDENTIFIER, 'letters, digits and _, not beginning with a digit');
const typeWords = named(
  /^(struct |union |const )*[A-Za-z_][A-Za-z0-9_ ]*( ?\*)*$/,
  'a type as C writes it, such as int, u64 or struct task_struct *',
);
const doc = optional(text(MAX_TEXT));

/** A whole number of 64 bits, signed or not: as a number where JSON can hold it exactly, else as text, decimal or hexadecimal. */
const integer: Validator<bigint> = withSchema(
  {
    anyOf: [
      { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
      { type: 'string', maxLength: 40, pattern: INTEGER.source },
    ],
  },
  (value, at) => {
    if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
    if (typeof value === 'number')
      throw new ShapeError(
        at,
        `${value} is no whole number that JSON holds exactly; write it as text, "0x…" or in decimal`,
      );
    if (typeof value !== 'string') throw new ShapeError(at, `expected a whole number, got ${describe(value)}`);
    const words = text(40)(value, at);
    if (!INTEGER.test(words)) throw new ShapeError(at, `'${words}' is no whole number`);
    const number = words.startsWith('-') ? -BigInt(words.slice(1)) : BigInt(words);
    if (number < -(1n << 63n) || number >= 1n << 64n) throw new ShapeError(at, `${words} does not fit in 64 bits`);
    return number;
  },
);

const reference = only<{ parameter: string }>({ parameter: identifier });

const amount: Validator<Amount> = withSchema(
  (of) => ({ anyOf: [of(reference), of(integer)] }),
  (value, at) => (typeof value === 'object' && value !== null ? reference(value, at) : integer(value, at)),
);

/** The value, or what is taken where there is none. */
const otherwise = <T>(inner: Validator<T>, value: T): Validator<T> =>
  withSchema(
    (of) => of(inner),
    (given, at) => (given === undefined ? value : inner(given, at)),
    { optional: true },
  );

const literal: Validator<Literal> = withSchema(
  (of) => ({
    anyOf: [
      of(integer),
      {
        type: 'object',
        maxProperties: MAX_FIELDS,
        additionalProperties: { anyOf: [of(integer), { type: 'string', maxLength: MAX_TEXT }] },
      },
    ],
  }),
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return integer(value, at);
    const fields = Object.entries(value);
    if (fields.length > MAX_FIELDS) throw new ShapeError(at, `${fields.length} fields, at most ${MAX_FIELDS} are told`);
    return Object.fromEntries(
      fields.map(([name, field]): [string, bigint | string] => {
        const place = within(at, name);
        const isText = typeof field === 'string' && !INTEGER.test(field);
        return [name, isText ? text(MAX_TEXT)(field, place) : integer(field, place)];
      }),
    );
  },
);

const treeNode: Validator<TreeNode> = withSchema(
  (of) => of(treeShape),
  (value, at) => treeShape(value, at),
  { name: 'node' },
);
const treeShape = only<TreeNode>({ value: literal, children: otherwise(list(MAX_VALUES, treeNode), []) });

function sizeOf(node: TreeNode): number {
  return node.children.reduce((sum, child) => sum + sizeOf(child), 1);
}

const tree: Validator<TreeNode> = withSchema(
  (of) => of(treeNode),
  (value, at) => {
    const root = treeNode(value, at);
    const size = sizeOf(root);
    if (size > MAX_VALUES) throw new ShapeError(at, `${size} nodes, at most ${MAX_VALUES} allowed`);
    return root;
  },
);

const nonEmpty = <T>(inner: Validator<T[]>, what: string): Validator<T[]> =>
  withSchema(
    (of) => ({ ...of(inner), minItems: 1 }),
    (value, at) => {
      const items = inner(value, at);
      if (items.length === 0) throw new ShapeError(at, `there is none; ${what}`);
      return items;
    },
  );

const comparison = (test: Pick<Condition, 'below' | 'above' | 'is' | 'not'>, at: string): void => {
  if ([test.below, test.above, test.is, test.not].every((one) => one === undefined))
    throw new ShapeError(at, 'it does not say when: below, above, is or not');
};

/** What it compares with must be told: a schema with one of the four. */
const compares = {
  anyOf: ['below', 'above', 'is', 'not'].map((name) => ({
    required: [name],
    properties: { [name]: { not: { type: 'null' } } },
  })),
};

const conditionShape = only<Condition>({
  field: text(200),
  below: optional(amount),
  above: optional(amount),
  is: optional(amount),
  not: optional(amount),
});
const condition: Validator<Condition> = withSchema(
  (of) => ({ ...of(conditionShape), ...compares }),
  (value, at) => {
    const test = conditionShape(value, at);
    comparison(test, at);
    return test;
  },
);

const treeOrder = oneOf(...TREE_ORDERS);

const generator = variant<Generator>('kind', {
  range: only<Generator & { readonly kind: 'range' }>({
    kind: oneOf('range'),
    from: otherwise(amount, 0n),
    to: amount,
    step: otherwise(amount, 1n),
    longest: otherwise(int(0, MAX_LOOPS), MAX_LOOPS),
  }),
  list: only<Generator & { readonly kind: 'list' }>({
    kind: oneOf('list'),
    values: nonEmpty(list(MAX_VALUES, literal), 'a list has at least one element'),
    first: otherwise(amount, 0n),
  }),
  bits: only<Generator & { readonly kind: 'bits' }>({ kind: oneOf('bits'), mask: amount }),
  things: only<Generator & { readonly kind: 'things' }>({
    kind: oneOf('things'),
    of: oneOf(...(Object.keys(THINGS) as ThingKind[])),
    order: otherwise(oneOf('pre', 'post'), 'pre'),
    where: otherwise(list(8, condition), []),
  }),
  tree: only<Generator & { readonly kind: 'tree' }>({
    kind: oneOf('tree'),
    root: tree,
    order: withSchema(
      (of) => ({ anyOf: [of(reference), of(treeOrder)] }),
      (value, at) =>
        typeof value === 'object' && value !== null
          ? reference(value, at)
          : value === undefined
            ? 'pre'
            : treeOrder(value, at),
      { optional: true },
    ),
  }),
});

const errnoName: Validator<string> = withSchema(
  { type: 'string', maxLength: MAX_NAME, pattern: '^E[A-Z0-9]+$' },
  (name, place) => {
    const word = text(MAX_NAME)(name, place);
    if (errnoNumber(word) === undefined) throw new ShapeError(place, `'${word}' is no errno; EINVAL is one`);
    return word;
  },
);
const failureShape = only<Failure>({
  parameter: identifier,
  below: optional(integer),
  above: optional(integer),
  is: optional(integer),
  not: optional(integer),
  errno: errnoName,
});
const failure: Validator<Failure> = withSchema(
  (of) => ({ ...of(failureShape), ...compares }),
  (value, at) => {
    const fails = failureShape(value, at);
    comparison(fails, at);
    return fails;
  },
);

/** Names that may not come twice. */
const distinct = <T extends { readonly name: string }>(inner: Validator<T[]>): Validator<T[]> =>
  withSchema(
    (of) => of(inner),
    (value, at) => {
      const items = inner(value, at);
      items.forEach(({ name }, i) => {
        if (items.findIndex((one) => one.name === name) < i)
          throw new ShapeError(within(`${at}[${i}]`, 'name'), `there is a ${name} already`);
      });
      return items;
    },
  );

const declared = only<Declared>({ name: identifier, type: typeWords });

const flagNames = list(16, oneOf(...KF_FLAGS));
const kfuncFlags: Validator<number> = withSchema(
  (of) => of(flagNames),
  (value, at) => flagNames(value, at).reduce((bits, word) => bits | KF[word]!, 0),
);

const unique = <T>(inner: Validator<T[]>): Validator<T[]> =>
  withSchema(
    (of) => ({ ...of(inner), uniqueItems: true }),
    (value, at) => {
      const items = inner(value, at);
      items.forEach((item, i) => {
        if (items.indexOf(item) < i) throw new ShapeError(`${at}[${i}]`, `${String(item)} is there already`);
      });
      return items;
    },
  );

/** Checks the shape of a definition. @throws ShapeError with the field's path and the rule */
export const iteratorDefinition: Validator<IteratorDefinition> = only<IteratorDefinition>({
  name: iteratorName,
  doc,
  state: optional(only({ fields: nonEmpty(distinct(list(MAX_FIELDS, declared)), 'a state has at least one field') })),
  size: optional(int(0, MAX_STATE)),
  new: optional(
    only({
      doc,
      parameters: optional(distinct(list(MAX_PARAMETERS, declared))),
      fails: optional(list(MAX_FIELDS, failure)),
    }),
  ),
  element: typeWords,
  elementAt: optional(oneOf('state', 'memory')),
  generator,
  methods: optional(
    distinct(list(16, only<ExtraMethod>({ name: iteratorName, gives: oneOf(...METHOD_RESULTS), doc }))),
  ),
  flags: optional(
    only<{ new: number | undefined; next: number | undefined; destroy: number | undefined }>({
      new: optional(kfuncFlags),
      next: optional(kfuncFlags),
      destroy: optional(kfuncFlags),
    }) as Validator<Partial<Record<'new' | 'next' | 'destroy', number>>>,
  ),
  breaks: optional(unique(list(8, oneOf(...(Object.keys(BREAKS) as Break[]))))),
  prototypes: optional(
    only<{ new: Prototype | undefined; next: Prototype | undefined; destroy: Prototype | undefined }>({
      new: optional(prototype),
      next: optional(prototype),
      destroy: optional(prototype),
    }) as Validator<Partial<Record<'new' | 'next' | 'destroy', Prototype>>>,
  ),
});
