import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../base/errors.ts';
import { shippedBtf } from '../../btf/shipped.ts';
import { linux618 } from '../../releases/linux-6.18.ts';
import { SimMachine } from '../../machine/sim-machine.ts';
import { sequenceOf } from './generators.ts';
import type { Generator } from './generators.ts';
import type { Amount } from './sequence.ts';
import { describedBy, fieldOf, iteratorsOf, modelOf, registration } from './model-file.ts';

const asset = new URL('../../btf/linux-6.18.bin', import.meta.url);
const linux = linux618(shippedBtf(new Uint8Array(readFileSync(asset))));
const bytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

const RANGE = { kind: 'range', to: { parameter: 'to' } };
const LIST = { kind: 'list', values: [1, 2, 3] };
const good = {
  name: 'mine',
  element: 'int',
  new: { parameters: [{ name: 'to', type: 'int' }] },
  generator: RANGE,
};
const tasks = { name: 'mine', element: 'struct task_struct', generator: { kind: 'list', values: [{ pid: 1 }] } };

function error(value: unknown): string {
  try {
    modelOf(describedBy(bytes(value)), linux);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(InputError);
    const { message } = thrown as InputError;
    expect(message).not.toContain('\n');
    return message;
  }
  return '';
}

test('what is right is taken', () => {
  for (const value of [good, tasks, { iterators: [good], rulesOff: ['type'], limits: { processed: 9 }, title: 'x' }])
    expect(error(value)).toBe('');
  expect(error(prototypes({ next: 'const int *bpf_iter_mine_next(const struct bpf_iter_mine *it);' }))).toBe('');
  expect(error({ ...good, size: 64, doc: 'x', elementAt: 'memory', breaks: ['endless'] })).toBe('');
});

const fails = (one: object): object => ({ ...good, new: { ...good.new, fails: [one] } });
const generated = (generator: unknown, more: object = {}): object => ({ ...good, generator, ...more });
const parameters = (...list: unknown[]): object => ({ ...good, new: { parameters: list } });
const state = (...fields: readonly (readonly [string, string])[]): object => ({
  ...good,
  state: { fields: fields.map(([name, type]) => ({ name, type })) },
});
const prototypes = (change: object, more: object = {}): object => ({
  name: 'mine',
  element: 'int',
  generator: RANGE,
  prototypes: { new: 'int bpf_iter_mine_new(struct bpf_iter_mine *it, int to)', ...change },
  ...more,
});
const THINGS = { kind: 'things', of: 'processes' };
const thing = (change: object, more: object = {}): object => ({
  ...tasks,
  generator: { ...THINGS, ...change },
  ...more,
});
const task = (fields: object): object => ({ ...tasks, generator: { kind: 'list', values: [{ pid: 1 }, fields] } });

test.each<[words: string, value: unknown, message: string | RegExp]>([
  ['a prototype that is none', prototypes({ next: 'next' }), /^prototypes.next: 'next' is no prototype: a result/],
  [
    'a parameter without a name',
    prototypes({ next: 'int *f(int)' }),
    "prototypes.next: 'int' is no parameter: a type and a name",
  ],
  ['a type that is not there', prototypes({ next: 'int *f(nothing_such x)' }), /^prototypes.next: .*nothing_such/],
  [
    'a next that gives something else',
    prototypes({ next: 'u64 *bpf_iter_mine_next(struct bpf_iter_mine *it)' }),
    'prototypes.next: it gives a pointer to u64, and an element is int',
  ],
  [
    'parameters said twice',
    prototypes({}, { new: { parameters: [] } }),
    'new.parameters: prototypes.new says which there are',
  ],
  [
    'a parameter that the prototype has not',
    prototypes({ new: 'int bpf_iter_mine_new(struct bpf_iter_mine *it)' }),
    "generator.to.parameter: new has no parameter 'to'",
  ],
  [
    'a registered next with a parameter more',
    prototypes({ next: 'int *bpf_iter_mine_next(struct bpf_iter_mine *it, int more)' }),
    /^prototypes.next: bpf_iter_mine_next: parameter 2: it has 2 parameters/,
  ],
  [
    'another name',
    prototypes({ destroy: 'void bpf_iter_mine_end(struct bpf_iter_mine *it)' }),
    /^prototypes.destroy: bpf_iter_mine_end: name: the destroy of struct bpf_iter_mine is called/,
  ],
  [
    'another structure',
    prototypes({ next: 'int *bpf_iter_mine_next(struct mine *it)' }),
    /^prototypes.next: bpf_iter_mine_next: parameter 1: 'struct mine \*' points to a structure of another name/,
  ],
  ['nothing', '', /^Unexpected end of JSON/],
  ['no JSON', '{name: 1}', /JSON/],
  ['a list', [], 'expected an object, got an array'],
  ['null', null, 'expected an object, got null'],
  ['an empty object', {}, 'name: expected text, got nothing'],
  ['an unknown field', { ...good, elements: 'int' }, 'elements: there is no such field; did you mean element?'],
  [
    'an unknown field far from any',
    { ...good, zzzzzzzz: 1 },
    /^zzzzzzzz: there is no such field; there are name, doc,/,
  ],
  ['__proto__', `{"name":"mine","__proto__":1}`, /^__proto__: there is no such field/],
  ['a number for a name', { ...good, name: 5 }, 'name: expected text, got number'],
  ['a name with capitals', { ...good, name: 'Mine' }, /^name: 'Mine' is no name: small letters/],
  ['a name with a blank', { ...good, name: 'my own' }, /^name: 'my own' is no name/],
  ['an empty name', { ...good, name: '' }, /^name: '' is no name/],
  ['a long name', { ...good, name: 'a'.repeat(65) }, 'name: text of 65 characters, at most 64 allowed'],
  ['a kernel’s name', { ...good, name: 'num' }, 'name: the kernel has a struct bpf_iter_num already'],
  ['no element', { ...good, element: undefined }, 'element: expected text, got nothing'],
  ['an element of no type', { ...good, element: 'nothing_such' }, /^element: .*nothing_such/],
  ['a pointer as element', { ...good, element: 'int *' }, /^element: /],
  ['a union as element', { ...good, element: 'union bpf_attr' }, /^element: 'union bpf_attr' is neither/],
  ['C code as element', { ...good, element: 'int; evil()' }, /^element: 'int; evil\(\)' is no name: a type/],
  ['a place that is none', { ...good, elementAt: 'heap' }, 'elementAt: expected one of state, memory, got heap'],
  ['no generator', { ...good, generator: undefined }, 'generator: expected an object, got nothing'],
  [
    'a generator that is none',
    generated({ kind: 'rnge' }),
    /^generator\.kind: expected one of range, list, bits, things, tree, got/,
  ],
  ['a field of another generator', generated({ ...RANGE, mask: 1 }), /^generator\.mask: there is no such field/],
  ['a range without end', generated({ kind: 'range' }), 'generator.to: expected a whole number, got nothing'],
  ['a step of 0', generated({ ...RANGE, step: 0 }), 'generator.step: a step of 0 leads nowhere'],
  ['a fraction', generated({ ...RANGE, step: 1.5 }), /^generator\.step: 1\.5 is no whole number/],
  ['a number JSON loses', generated({ ...RANGE, from: 2 ** 60 }), /^generator\.from: .* write it as text/],
  ['words for a number', generated({ ...RANGE, from: 'ten' }), "generator.from: 'ten' is no whole number"],
  ['65 bits', generated({ ...RANGE, from: '0x10000000000000000' }), /does not fit in 64 bits/],
  ['too long a range', generated({ ...RANGE, longest: 1e9 }), /^generator\.longest: expected a whole number 0\.\./],
  [
    'an unknown parameter',
    generated({ ...RANGE, from: { parameter: 'x' } }),
    "generator.from.parameter: new has no parameter 'x'",
  ],
  [
    'an empty list',
    generated({ kind: 'list', values: [] }),
    'generator.values: there is none; a list has at least one element',
  ],
  [
    'a value too large',
    generated({ kind: 'list', values: [1, '0x80000000'] }),
    'generator.values[1]: 2147483648 does not fit in int',
  ],
  [
    'an object among numbers',
    generated({ kind: 'list', values: [1, { pid: 1 }] }),
    'generator.values[1]: an object, and an element is a int',
  ],
  [
    'a list in a list',
    generated({ kind: 'list', values: [[1]] }),
    'generator.values[0]: expected a whole number, got an array',
  ],
  ['a first that is none', generated({ ...LIST, first: 3 }), 'generator.first: 3 is no index of 3 values, from 0'],
  ['a tree without root', generated({ kind: 'tree' }), 'generator.root: expected an object, got nothing'],
  [
    'a node without value',
    generated({ kind: 'tree', root: { value: 1, children: [{}] } }),
    'generator.root.children[0].value: expected a whole number, got nothing',
  ],
  [
    'an order that is none',
    generated({ kind: 'tree', root: { value: 1 }, order: 'in' }),
    'generator.order: expected one of pre, post, breadth, got in',
  ],
  [
    'a parameter twice',
    parameters({ name: 'to', type: 'int' }, { name: 'to', type: 'int' }),
    'new.parameters[1].name: there is a to already',
  ],
  [
    'a parameter called it',
    parameters({ name: 'it', type: 'int' }, { name: 'to', type: 'int' }),
    "new.parameters[0].name: 'it' is the iterator itself",
  ],
  [
    'a parameter of no type',
    parameters({ name: 'to', type: 'nothing_such' }),
    /^new\.parameters\[0\]\.type: .*nothing_such/,
  ],
  [
    'a structure as parameter',
    parameters({ name: 'to', type: 'struct task_struct' }),
    /^new\.parameters\[0\]\.type: 'struct task_struct' is neither/,
  ],
  [
    'a pointer as a number',
    parameters({ name: 'to', type: 'struct task_struct *' }),
    "generator.to.parameter: 'to' is a pointer, not a number",
  ],
  [
    'five parameters',
    parameters(...[1, 2, 3, 4, 5].map((i) => ({ name: `p${i}`, type: 'int' }))),
    'new.parameters: 5 elements, at most 4 allowed',
  ],
  [
    'a failure of nothing',
    fails({ parameter: 'x', is: 1, errno: 'EINVAL' }),
    "new.fails[0].parameter: new has no parameter 'x'",
  ],
  [
    'a failure without when',
    fails({ parameter: 'to', errno: 'EINVAL' }),
    'new.fails[0]: it does not say when: below, above, is or not',
  ],
  ['a failure without errno', fails({ parameter: 'to', is: 1 }), 'new.fails[0].errno: expected text, got nothing'],
  [
    'an errno that is none',
    fails({ parameter: 'to', is: 1, errno: 'EFOO' }),
    "new.fails[0].errno: 'EFOO' is no errno; EINVAL is one",
  ],
  ['a size too small', { ...good, size: 16 }, /^size: 16 bytes; .* need 20$/],
  [
    'a size that is no multiple of 8',
    { ...good, size: 28 },
    /^size: bpf_iter_mine_new: structure: struct bpf_iter_mine has 28 bytes/,
  ],
  ['a negative size', { ...good, size: -8 }, 'size: expected a whole number 0..512, got -8'],
  [
    'a size and a layout',
    { ...state(['cur', 's64']), size: 64 },
    'size: the layout in state.fields says how large it is',
  ],
  ['a layout without fields', state(), 'state.fields: there is none; a state has at least one field'],
  [
    'a layout without what is kept',
    state(['cur', 's64']),
    "state.fields: generator 'range' keeps 'left' (u64): there is none",
  ],
  [
    'a field too small',
    state(['cur', 's64'], ['left', 'u32'], ['value', 'int']),
    "state.fields: 'left' has 4 bytes; u64 has 8",
  ],
  [
    'a field that is no number',
    state(['cur', 'struct task_struct']),
    /^state\.fields\[0\]\.type: 'struct task_struct' is no number/,
  ],
  ['a field twice', state(['cur', 's64'], ['cur', 's64']), 'state.fields[1].name: there is a cur already'],
  [
    'a method of the trio',
    { ...good, methods: [{ name: 'next', gives: 'remaining' }] },
    "methods[0].name: 'next' is one of the trio",
  ],
  [
    'a method that gives what is not',
    { ...good, methods: [{ name: 'x', gives: 'all' }] },
    'methods[0].gives: expected one of remaining, following, got all',
  ],
  [
    'a method that gives a structure',
    { ...tasks, methods: [{ name: 'x', gives: 'following' }] },
    /^methods\[0\]\.gives: 'following' gives a number/,
  ],
  [
    'a method twice',
    {
      ...good,
      methods: [
        { name: 'x', gives: 'remaining' },
        { name: 'x', gives: 'remaining' },
      ],
    },
    'methods[1].name: there is a x already',
  ],
  ['flags that are none', { ...good, flags: { next: ['KF_NEXT'] } }, /^flags\.next\[0\]: expected one of KF_ACQUIRE/],
  ['flags of what is not', { ...good, flags: { peek: [] } }, /^flags\.peek: there is no such field/],
  [
    'a flag too many',
    { ...good, flags: { next: ['KF_ITER_NEXT', 'KF_ITER_NEW'] } },
    /^flags\.next: bpf_iter_mine_next: flags: it has KF_ITER_NEW and KF_ITER_NEXT/,
  ],
  [
    'another method’s flag',
    { ...good, flags: { new: ['KF_ITER_DESTROY'] } },
    /^name: bpf_iter_mine_new: name: the destroy of struct bpf_iter_mine is called bpf_iter_mine_destroy/,
  ],
  ['a break that is none', { ...good, breaks: ['all'] }, /^breaks\[0\]: expected one of endless,/],
  ['a break twice', { ...good, breaks: ['endless', 'endless'] }, 'breaks[1]: endless is there already'],
  [
    'an odd size',
    { ...good, breaks: ['endless', 'odd-size'] },
    /^breaks\[1\]: bpf_iter_mine_new: structure: struct bpf_iter_mine has 28 bytes/,
  ],
  [
    'a failing that never comes',
    { ...good, new: undefined, generator: LIST, breaks: ['leaves-state'] },
    /^breaks: 'leaves-state' needs a constructor that fails/,
  ],
  [
    'structures from a range',
    { ...tasks, generator: { kind: 'range', to: 3 } },
    "generator.kind: 'range' gives numbers, and an element is a struct task_struct",
  ],
  [
    'structures in the state',
    { ...tasks, elementAt: 'state' },
    /^elementAt: a struct task_struct lies in memory of the kernel/,
  ],
  [
    'a number among structures',
    { ...tasks, generator: LIST },
    /^generator\.values\[0\]: 1 is a number; an element is a struct task_struct/,
  ],
  [
    'a field that the structure has not',
    task({ pidd: 1 }),
    'generator.values[1]: pidd: struct task_struct has no such field',
  ],
  ['a field of a number', task({ 'pid.x': 1 }), 'generator.values[1]: pid.x: x is no field of a int'],
  ['text for a number', task({ pid: 'init' }), /^generator\.values\[1\]: pid: it is no array of characters/],
  ['text too long', task({ comm: '0123456789abcdef' }), /^generator\.values\[1\]: comm: .* more than 16 bytes/],
  ['a number too large', task({ pid: '0x80000000' }), 'generator.values[1]: pid: 2147483648 does not fit in 4 bytes'],
  ['things that are none', thing({ of: 'sockets' }), /^generator\.of: expected one of processes, threads,/],
  [
    'things of another structure',
    thing({ of: 'cgroups' }),
    'element: cgroups are struct cgroup, not struct task_struct',
  ],
  ['things in the state', thing({}, { elementAt: 'state' }), /^elementAt: a struct task_struct lies in memory/],
  [
    'a condition on no field',
    thing({ where: [{ field: 'pidd', is: 1 }] }),
    'generator.where[0].field: pidd: struct task_struct has no such field',
  ],
  [
    'a condition on what is no number',
    thing({ where: [{ field: 'comm', is: 1 }] }),
    'generator.where[0].field: comm: it is a array, not a number',
  ],
  [
    'a condition without when',
    thing({ where: [{ field: 'pid' }] }),
    'generator.where[0]: it does not say when: below, above, is or not',
  ],
  [
    'a condition by no parameter',
    thing({ where: [{ field: 'pid', is: { parameter: 'x' } }] }),
    "generator.where[0].is.parameter: new has no parameter 'x'",
  ],
  ['a model’s unknown field', { iterators: [], rules: [] }, /^rules: there is no such field/],
  ['a rule that is none', { rulesOff: ['nulls'] }, /^rulesOff\[0\]: expected one of destroy, null-first,/],
  ['a limit that is none', { limits: { insns: 5 } }, /^limits\.insns: there is no such field/],
  ['a limit of 0', { limits: { processed: 0 } }, 'limits.processed: expected a whole number 1..100000000, got 0'],
  ['an iterator twice', { iterators: [good, good] }, 'iterators[1].name: there is an iterator mine already'],
  [
    'an iterator of a model',
    { iterators: [good, { ...good, name: 'other', size: 4 }] },
    /^iterators\[1\]\.size: 4 bytes/,
  ],
  ['a registration in a model', { iterators: [{ ...good, size: 28 }] }, /^iterators\[0\]\.size: bpf_iter_mine_new/],
])('one line with the field and the rule: %s', (_words, value, message) => {
  const said = error(value);
  if (typeof message === 'string') expect(said).toBe(message);
  else expect(said).toMatch(message);
});

test('JSON that is too deep or too long is not read', () => {
  expect(error(`{"generator":${'['.repeat(50)}`)).toContain('nested deeper than 32 levels');
  expect(error(' '.repeat((1 << 20) + 1))).toContain('bytes of JSON');
});

test('what the kernel does not look at is told, and taken', () => {
  const lax = describedBy(bytes({ ...good, flags: { next: ['KF_ITER_NEXT'], destroy: [] } }));
  const [own] = iteratorsOf(lax, linux);
  const told = registration(own!, linux).map((one) => `${fieldOf(one, own!)} ${one.kind} ${one.errno}`);
  expect(told).toEqual(['flags.next next-without-null 0', 'flags.destroy incomplete-trio 0']);
  const model = modelOf(lax, linux);
  // To the verifier a function without its flag is like any other.
  expect(model.kfuncs.find('bpf_iter_mine_destroy')).toMatchObject({ iterator: null });
});

test('models that call themselves alike are told apart', () => {
  const titles = [LIST, { ...LIST, first: 1 }].map(
    (generator) =>
      modelOf(describedBy(bytes({ title: 'x', iterators: [{ ...good, new: undefined, generator }] })), linux).title,
  );
  expect(titles[0]).toMatch(/^x \[[0-9a-f]{8}\]$/);
  expect(titles[1]).not.toBe(titles[0]);
});

describe('generators', () => {
  const all = (generator: Generator, values: Readonly<Record<string, bigint>> = {}): bigint[] | number => {
    const sequence = sequenceOf(generator, () => ({ offset: 0, size: 4, signed: true }));
    const machine = new SimMachine();
    const begun = sequence.begin((amount: Amount) => (typeof amount === 'bigint' ? amount : values[amount.parameter]!));
    if (typeof begun === 'number') return begun;
    const given: bigint[] = [];
    let kept = begun;
    for (let next = sequence.next(kept, machine); next !== null; next = sequence.next(kept, machine)) {
      expect(sequence.left(kept, machine)).toBe(sequence.left(next.kept, machine) + 1n);
      kept = next.kept;
      const literal = sequence.literals?.[Number(next.element)];
      given.push(typeof literal === 'bigint' ? literal : next.element);
    }
    expect(sequence.left(kept, machine)).toBe(0n);
    expect(sequence.next(sequence.empty, machine)).toBeNull();
    return given;
  };
  const range = (from: bigint, to: bigint, step: bigint, longest = 100): bigint[] | number =>
    all({ kind: 'range', from, to, step, longest });

  test('ranges', () => {
    expect(range(0n, 5n, 2n)).toEqual([0n, 2n, 4n]);
    expect(range(5n, 0n, -2n)).toEqual([5n, 3n, 1n]);
    expect(range(-2n, 1n, 1n)).toEqual([-2n, -1n, 0n]);
    expect(range(5n, 5n, 1n)).toEqual([]);
    expect(range(5n, 4n, 1n)).toEqual([]);
    expect(range(4n, 5n, -1n)).toEqual([]);
    expect(range(0n, 100n, 1n)).toHaveLength(100);
    expect(range(0n, 101n, 1n)).toBe(-7);
    expect(all({ kind: 'range', from: 0n, to: 9n, step: { parameter: 's' }, longest: 9 }, { s: 0n })).toBe(-22);
    expect(all({ kind: 'range', from: 0n, to: 9n, step: { parameter: 's' }, longest: 9 }, { s: 4n })).toEqual([
      0n,
      4n,
      8n,
    ]);
  });

  test('lists, from an index on', () => {
    const from = (first: Amount, values = {}): bigint[] | number =>
      all({ kind: 'list', values: [7n, 8n, 9n], first }, values);
    expect(from(0n)).toEqual([7n, 8n, 9n]);
    expect(from({ parameter: 'i' }, { i: 2n })).toEqual([9n]);
    expect(from({ parameter: 'i' }, { i: 3n })).toEqual([]);
    expect(from({ parameter: 'i' }, { i: 4n })).toBe(-22);
    expect(from({ parameter: 'i' }, { i: -1n })).toBe(-22);
  });

  test('bits', () => {
    expect(all({ kind: 'bits', mask: 0n })).toEqual([]);
    expect(all({ kind: 'bits', mask: 0x8000000000000009n })).toEqual([0n, 3n, 63n]);
    expect(all({ kind: 'bits', mask: -1n })).toHaveLength(64);
  });
});
