import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../core/base/errors.ts';
import { objectFromInsns } from '../core/elf/from-insns.ts';
import { assemble } from '../core/isa/asm.ts';
import { headerOf } from '../core/kernel/catalogue/own/header.ts';
import { describedBy, iteratorsOf, modelOf, registration } from '../core/kernel/catalogue/own/model-file.ts';
import { SimMachine } from '../core/kernel/machine/sim-machine.ts';
import type { KernelModel } from '../core/kernel/model.ts';
import { verify } from '../core/verifier/index.ts';
import { ContractMonitor } from '../core/vm/contract-monitor.ts';
import { createExecutor } from '../core/vm/engines.ts';
import { predecode } from '../core/vm/predecode.ts';
import { kernelResolver } from '../core/vm/resolver.ts';
import { kernelModel } from '../node/inputs.ts';

const linux = kernelModel();
const SEED = 20261129;

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

const EVERYTHING: Json = {
  title: 'x',
  limits: { processed: 1000 },
  rulesOff: ['type'],
  iterators: [
    {
      name: 'one',
      doc: 'x',
      element: 'int',
      elementAt: 'state',
      state: {
        fields: [
          { name: 'cur', type: 's64' },
          { name: 'left', type: 'u64' },
          { name: 'value', type: 'int' },
          { name: 'nulls', type: 'u32' },
        ],
      },
      new: {
        doc: 'x',
        parameters: [{ name: 'to', type: 'int' }],
        fails: [{ parameter: 'to', below: 0, above: 9, errno: 'EINVAL' }],
      },
      generator: { kind: 'range', from: 0, to: { parameter: 'to' }, step: 3, longest: 10 },
      methods: [{ name: 'left', gives: 'remaining' }],
      flags: { next: ['KF_ITER_NEXT', 'KF_RET_NULL'] },
      breaks: ['endless', 'resurrects', 'leaves-state', 'writes-elsewhere'],
    },
    {
      name: 'two',
      element: 'struct task_struct',
      generator: { kind: 'list', values: [{ pid: 1, comm: 'a' }, { pid: 2 }], first: 1 },
    },
    {
      name: 'three',
      size: 64,
      element: 'u8',
      generator: { kind: 'tree', order: 'post', root: { value: 1, children: [{ value: '0x2', children: [] }] } },
    },
  ],
};

/** Every place in a value, as the keys that lead there. */
function places(value: Json, way: readonly string[] = []): (readonly string[])[] {
  const inner =
    typeof value === 'object' && value !== null
      ? Object.entries(value as object).flatMap(([key, one]) => places(one as Json, [...way, key]))
      : [];
  return [way, ...inner];
}

/** The value with another one at a place; with nothing there for undefined. */
function replaced(value: Json, way: readonly string[], by: Json | undefined): Json {
  const [key, ...rest] = way;
  if (key === undefined) return by ?? null;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return value.flatMap((one: Json, i) =>
      String(i) !== key ? [one] : rest.length > 0 || by !== undefined ? [replaced(one, rest, by)] : [],
    );
  const fields = value as Readonly<Record<string, Json>>;
  if (rest.length === 0 && by === undefined)
    return Object.fromEntries(Object.entries(fields).filter(([k]) => k !== key));
  return { ...fields, [key]: rest.length === 0 ? by! : replaced(fields[key] ?? null, rest, by) };
}

const WORDS: readonly Json[] = [
  'int',
  'u64',
  'struct task_struct',
  'void',
  'struct',
  '*',
  'union',
  'KF_RELEASE',
  'endless',
  '-1',
  '0x',
  {},
  [],
  -1,
  0,
  1e300,
  '\n',
  '\u001b[31m',
];

test('whatever is written, it is taken or refused in one line', () => {
  const change = fc.record({
    way: fc.constantFrom(...places(EVERYTHING)),
    by: fc.oneof(
      fc.constant(undefined),
      fc.constantFrom(...WORDS),
      fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
    ),
  });
  let taken = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const value = changes.reduce<Json>((before, { way, by }) => replaced(before, way, by), EVERYTHING);
      try {
        const described = describedBy(bytesOf(value));
        for (const own of iteratorsOf(described, linux)) {
          registration(own, linux);
          headerOf(own);
        }
        modelOf(described, linux);
        taken++;
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        // eslint-disable-next-line no-control-regex -- what a terminal would obey
        expect((error as InputError).message).not.toMatch(/[\u0000-\u001f]/);
        refused++;
      }
    }),
    { seed: SEED, numRuns: 1500 },
  );
  expect(Math.min(taken, refused)).toBeGreaterThan(100);
});

/** Numbers' types, with the load that reads one. */
const TYPES = [
  ['u8', 8, false],
  ['s16', 16, true],
  ['u32', 32, false],
  ['int', 32, true],
  ['s64', 64, true],
  ['u64', 64, false],
] as const;

interface Case {
  readonly definition: object;
  /** What next is to give, as the program reads it: without sign. */
  readonly elements: readonly bigint[];
  readonly bits: number;
}

/** A sequence, its generator, and what it is to give. */
const sequences = (bits: number, signed: boolean): fc.Arbitrary<{ generator: object; values: readonly bigint[] }> => {
  const least = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const most = least + (1n << BigInt(bits)) - 1n;
  const number = fc.bigInt({ min: least, max: most });
  const text = (value: bigint): string => String(value);
  const range = fc
    .record({
      from: fc.integer({ min: 0, max: 60 }),
      to: fc.integer({ min: 0, max: 60 }),
      step: fc.integer({ min: -7, max: 7 }),
    })
    .filter(({ step }) => step !== 0)
    .map(({ from, to, step }) => {
      const values: bigint[] = [];
      for (let at = from; step > 0 ? at < to : at > to; at += step) values.push(BigInt(at));
      return { generator: { kind: 'range', from, to, step }, values };
    });
  const list = fc.array(number, { minLength: 1, maxLength: 9 }).map((values) => ({
    generator: { kind: 'list', values: values.map(text) },
    values,
  }));
  const mask = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((bitsSet) => ({
    generator: { kind: 'bits', mask: text(bitsSet) },
    values: Array.from({ length: 64 }, (_, i) => BigInt(i)).filter((i) => (bitsSet >> i) & 1n),
  }));
  const tree = fc
    .tuple(number, fc.array(fc.tuple(number, fc.array(number, { maxLength: 3 })), { maxLength: 3 }), fc.boolean())
    .map(([root, children, pre]) => {
      const below = children.map(([value, leaves]) => (pre ? [value, ...leaves] : [...leaves, value])).flat();
      const leaf = (value: bigint): object => ({ value: text(value) });
      return {
        generator: {
          kind: 'tree',
          order: pre ? 'pre' : 'post',
          root: {
            value: text(root),
            children: children.map(([value, leaves]) => ({ ...leaf(value), children: leaves.map(leaf) })),
          },
        },
        values: pre ? [root, ...below] : [...below, root],
      };
    });
  return fc.oneof(range, list, mask, tree);
};

const cases: fc.Arbitrary<Case> = fc
  .tuple(fc.constantFrom(...TYPES), fc.constantFrom('state', 'memory'), fc.constantFrom(undefined, 40, 48))
  .chain(([[type, bits, signed], elementAt, size]) =>
    sequences(bits, signed).map(({ generator, values }) => ({
      definition: { name: 'mine', element: type, elementAt, generator, ...(size === undefined ? {} : { size }) },
      elements: values.map((value) => BigInt.asUintN(bits, value)),
      bits,
    })),
  );

/** A program that goes over the iterator and mixes what it gets. */
const MIX = (bits: number): string => `r1 = r10
r1 += -64
call bpf_iter_mine_new
r6 = r0
r7 = 0
again: r1 = r10
r1 += -64
call bpf_iter_mine_next
if r0 == 0 goto done
r1 = *(u${bits} *)(r0 +0)
r7 *= 31
r7 += r1
r7 += 1
goto again
done: r1 = r10
r1 += -64
call bpf_iter_mine_destroy
r0 = r7
exit`;

function ran(kernel: KernelModel, bits: number): { readonly retval: bigint; readonly kinds: readonly string[] } {
  const resolveCall = (name: string): { kfunc: number } | undefined => {
    const id = kernel.btf.find('func', name);
    return id === 0 ? undefined : { kfunc: id };
  };
  const object = objectFromInsns(assemble(MIX(bits), { resolveCall }));
  const program = object.programs[0]!;
  expect(verify({ program, object, kernel }, { logLevel: 0 })).toMatchObject({ errno: 0 });
  const machine = new SimMachine();
  const monitor = new ContractMonitor(kernelResolver(kernel), kernel.iterators, machine.memory);
  const executor = createExecutor({
    code: predecode(program.insns),
    machine,
    resolver: monitor,
    limits: kernel.limits,
  });
  monitor.watch(executor);
  const { retval, fault } = executor.run({ ctx: new Uint8Array(64) });
  expect(fault).toBeUndefined();
  monitor.finish(fault);
  return { retval, kinds: monitor.breaches.map(({ kind }) => kind) };
}

test('any iterator gives what its generator says, verifies, and keeps its contract', () => {
  fc.assert(
    fc.property(cases, ({ definition, elements, bits }) => {
      const { retval, kinds } = ran(modelOf(describedBy(bytesOf(definition)), linux), bits);
      const mixed = elements.reduce((sum, one) => BigInt.asUintN(64, sum * 31n + one + 1n), 0n);
      expect(retval).toBe(mixed);
      expect(kinds).toEqual([]);
    }),
    { seed: SEED, numRuns: 300 },
  );
});
