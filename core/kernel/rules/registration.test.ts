import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { BtfParam } from '../../btf/btf.ts';
import { parseBtf } from '../../btf/parse.ts';
import { BtfWriter } from '../../btf/writer.ts';
import { shippedBtf } from '../btf/shipped.ts';
import {
  KF_ACQUIRE,
  KF_ITER_DESTROY,
  KF_ITER_NEW,
  KF_ITER_NEXT,
  KF_RELEASE,
  KF_RET_NULL,
} from '../catalogue/descriptor.ts';
import { linux618 } from '../releases/linux-6.18.ts';
import { checkRegistration, registrationErrno } from './registration.ts';
import type { SetEntry, Violation } from './registration.ts';

/** Types of a small kernel, by what a test calls them. */
interface Types {
  readonly int: number;
  readonly state: number;
  readonly other: number;
  /** A structure whose name only begins like an iterator's. */
  readonly odd: number;
  readonly empty: number;
  readonly union: number;
  /** `const volatile restrict` and a typedef around a pointer. */
  readonly wrapped: number;
  readonly element: number;
  readonly constVoid: number;
  readonly wrappedElement: number;
}

interface Func {
  readonly name: string;
  readonly flags: number;
  readonly ret: (types: Types) => number;
  readonly params: (types: Types) => readonly number[];
}

const NEW: Func = {
  name: 'bpf_iter_x_new',
  flags: KF_ITER_NEW,
  ret: ({ int }) => int,
  params: ({ state, int }) => [state, int, int],
};
const NEXT: Func = {
  name: 'bpf_iter_x_next',
  flags: KF_ITER_NEXT | KF_RET_NULL,
  ret: ({ element }) => element,
  params: ({ state }) => [state],
};
const DESTROY: Func = {
  name: 'bpf_iter_x_destroy',
  flags: KF_ITER_DESTROY,
  ret: () => 0,
  params: ({ state }) => [state],
};

function violations(funcs: readonly Func[], size = 16, set?: readonly SetEntry[]): readonly Violation[] {
  const btf = new BtfWriter();
  const int = btf.int('int', 4, { signed: true });
  const struct = (name: string, bytes: number, kind: 'struct' | 'union' = 'struct'): number =>
    btf.ptr(btf.struct(name, bytes, [], kind));
  const state = struct('bpf_iter_x', size);
  const types: Types = {
    int,
    state,
    other: struct('task_struct', 64),
    odd: struct('bpf_iter_y', 8),
    empty: struct('bpf_iter_', 0),
    union: struct('bpf_iter_x', 16, 'union'),
    wrapped: btf.const(btf.typedef('iterator_t', btf.restrict(btf.ptr(btf.volatile(btf.typedef('x_t', state - 1)))))),
    element: btf.ptr(int),
    constVoid: btf.const(0),
    wrappedElement: btf.typedef('element_t', btf.const(btf.ptr(int))),
  };
  for (const { name, ret, params } of funcs) {
    const list: BtfParam[] = params(types).map((type, i) => ({ name: `p${i}`, type }));
    btf.declTag('bpf_kfunc', btf.func(name, btf.funcProto(ret(types), list), 1));
  }
  return checkRegistration(parseBtf(btf.bytes()), set ?? funcs);
}

const kinds = (found: readonly Violation[]): string[] =>
  found.map(({ kind, func, place }) => `${kind} ${func} ${place}`);

test('a good trio is registered, also behind typedef, const, volatile and restrict, and with further methods', () => {
  expect(violations([NEW, NEXT, DESTROY])).toEqual([]);
  const wrapped: Func[] = [
    { ...NEW, params: ({ wrapped: it }) => [it] },
    { ...NEXT, params: ({ wrapped: it }) => [it], ret: ({ wrappedElement }) => wrappedElement },
    { ...DESTROY, params: ({ wrapped: it }) => [it] },
  ];
  expect(violations(wrapped)).toEqual([]);
  const peek: Func = { ...NEXT, name: 'bpf_iter_x_peek', flags: KF_RET_NULL, params: ({ state, int }) => [state, int] };
  expect(violations([NEW, NEXT, DESTROY, peek])).toEqual([]);
});

test('functions that are no methods may be anything', () => {
  const anything: Func = { name: 'bpf_iter_x_next', flags: 0, ret: ({ int }) => int, params: () => [] };
  expect(violations([anything])).toEqual([]);
});

/** What is wrong with one function of the trio, what the check calls it, and where it is. */
const REFUSED: readonly (readonly [words: string, change: Partial<Func>, of: Func, kind: string, place: string])[] = [
  ['two methods', { flags: KF_ITER_NEW | KF_ITER_NEXT }, NEXT, 'several-methods', 'flags'],
  ['three methods', { flags: KF_ITER_NEW | KF_ITER_NEXT | KF_ITER_DESTROY }, NEW, 'several-methods', 'flags'],
  ['no parameter', { params: () => [] }, NEXT, 'no-parameters', 'parameters'],
  ['a number first', { params: ({ int }) => [int] }, NEW, 'first-no-pointer', '0'],
  ['the structure itself', { params: ({ state }) => [state - 1] }, DESTROY, 'first-no-pointer', '0'],
  ['a pointer to a number', { params: ({ element }) => [element] }, NEXT, 'first-no-structure', '0'],
  ['a pointer to a pointer', { params: ({ wrapped }) => [wrapped + 1] }, NEXT, 'first-no-structure', '0'],
  ['a union', { params: ({ union }) => [union] }, NEXT, 'first-no-structure', '0'],
  ['another structure', { params: ({ other }) => [other] }, NEW, 'structure-name', '0'],
  ['another iterator', { params: ({ odd }) => [odd] }, NEXT, 'function-name', 'name'],
  ['another method’s name', { name: 'bpf_iter_x_new' }, DESTROY, 'function-name', 'name'],
  ['a name of one’s own', { name: 'x_first' }, NEW, 'function-name', 'name'],
  ['a next with more parameters', { params: ({ state, int }) => [state, int] }, NEXT, 'more-parameters', '1'],
  ['a destroy with more parameters', { params: ({ state, int }) => [state, int] }, DESTROY, 'more-parameters', '1'],
  ['a next that gives a number', { ret: ({ int }) => int }, NEXT, 'next-result', 'result'],
  ['a next that gives nothing', { ret: () => 0 }, NEXT, 'next-result', 'result'],
  ['a destroy that gives a number', { ret: ({ int }) => int }, DESTROY, 'destroy-result', 'result'],
  // Modifiers are skipped for next's pointer, and not for destroy's void.
  ['a destroy that gives const void', { ret: ({ constVoid }) => constVoid }, DESTROY, 'destroy-result', 'result'],
];

test.each(REFUSED)('refused: %s', (_words, change, of, kind, place) => {
  const func = { ...of, ...change };
  const found = violations([NEW, NEXT, DESTROY].map((one) => (one === of ? func : one)));
  const own = found.filter(({ kind: its }) => its === kind);
  expect(kinds(own)).toEqual([`${kind} ${func.name} ${place}`]);
  expect(own[0]!.errno).toBe(-22);
  expect(own[0]!.message).toContain(`${func.name}: `);
  expect(own[0]!.message).toContain('register_btf_kfunc_id_set returns -EINVAL');
  expect(registrationErrno(found)).toBe(-22);
});

test.each([
  [0, 'empty-state', 'struct bpf_iter_x has 0 bytes'],
  [4, 'state-size', 'struct bpf_iter_x has 4 bytes, which is no positive multiple of 8'],
  [12, 'state-size', 'struct bpf_iter_x has 12 bytes, which is no positive multiple of 8'],
])('refused: a state of %i bytes', (size, kind, words) => {
  const found = violations([NEW, NEXT, DESTROY], size);
  expect(kinds(found)).toEqual(['new', 'next', 'destroy'].map((suffix) => `${kind} bpf_iter_x_${suffix} structure`));
  expect(found[0]!.message).toContain(words);
  expect(registrationErrno(found)).toBe(-22);
});

test('a size that is trusted has a slot all the same', () => {
  const trusting = (size: number): string[] => {
    const btf = new BtfWriter();
    const state = btf.ptr(btf.struct('bpf_iter_x', size, []));
    btf.func('bpf_iter_x_destroy', btf.funcProto(0, [{ name: 'it', type: state }]), 1);
    return checkRegistration(parseBtf(btf.bytes()), [DESTROY], { size: false })
      .filter(({ errno }) => errno !== 0)
      .map(({ kind }) => kind);
  };
  expect([12, 20, 8].map(trusting)).toEqual([[], [], []]);
  expect([4, 0].map(trusting)).toEqual([['state-size'], ['empty-state']]);
});

test('refused: a function that is not in BTF, or is no function', () => {
  const found = violations([NEW], 16, [{ name: 'bpf_iter_x_old', flags: KF_ITER_NEW }]);
  expect(kinds(found)).toEqual(['no-such-function bpf_iter_x_old name']);
  expect(registrationErrno(found)).toBe(-22);
  const btf = new BtfWriter();
  btf.func('bpf_iter_x_new', btf.int('int', 4), 1);
  const wrong = checkRegistration(parseBtf(btf.bytes()), [NEW]);
  expect(kinds(wrong)).toEqual(['no-prototype bpf_iter_x_new name']);
});

test('what the documentation asks and the kernel does not check is told, and registered', () => {
  const lacking: Func = { ...NEXT, flags: KF_ITER_NEXT };
  const found = violations([NEW, lacking, DESTROY]);
  expect(kinds(found)).toEqual(['next-without-null bpf_iter_x_next flags']);
  expect(found[0]!.message).toContain('registers the set all the same');
  expect(registrationErrno(found)).toBe(0);

  const two = violations([NEW, NEXT]);
  expect(kinds(two)).toEqual(['incomplete-trio bpf_iter_x_destroy flags']);
  expect(two[0]!.message).toContain('bpf_iter_x_destroy (KF_ITER_DESTROY)');
  expect(kinds(violations([NEW, NEXT, { ...DESTROY, flags: 0 }]))).toEqual(kinds(two));
  expect(registrationErrno(two)).toBe(0);
});

test.each([
  [DESTROY, KF_RELEASE, 'KF_RELEASE'],
  [NEW, KF_RET_NULL, 'KF_RET_NULL'],
  [NEW, KF_ACQUIRE, 'KF_ACQUIRE'],
])('flags that the prototype does not allow are told: %#', (func, more, word) => {
  const found = violations(
    [NEW, NEXT, DESTROY].map((one) => (one === func ? { ...one, flags: one.flags | more } : one)),
  );
  expect(kinds(found)).toEqual([`inconsistent-flags ${func.name} flags`]);
  expect(found[0]!.message).toContain(word);
  expect(registrationErrno(found)).toBe(0);
});

test('the kernel functions of Linux 6.18 pass, with nothing to be told', () => {
  const asset = new URL('../btf/linux-6.18.bin', import.meta.url);
  const { btf, kfuncs } = linux618(shippedBtf(new Uint8Array(readFileSync(asset))));
  const set = kfuncs.names.map((name) => kfuncs.find(name)!.descriptor);
  expect(set.filter(({ flags }) => (flags & KF_ITER_NEXT) !== 0).length).toBeGreaterThanOrEqual(8);
  expect(checkRegistration(btf, set)).toEqual([]);
});
