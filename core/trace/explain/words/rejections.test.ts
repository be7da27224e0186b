import { expect, test } from 'vitest';
import { rejection } from '../../record/rejections.ts';
import { REJECTION_KINDS } from '../../../verifier/rejection.ts';
import type { Facts, Rejection, RejectionKind } from '../../../verifier/rejection.ts';
import { explanationOf } from './rejections.ts';
import type { IteratorScene, Scene } from './scene.ts';

const SCENE: Scene = {
  subject: 'it',
  place: 'line 3, `x`',
  insn: 'r0 = *(u32 *)(r1 +0)',
  act: '`r0 = *(u32 *)(r1 +0)`',
  bound: null,
  trust: null,
  global: null,
  build: null,
  param: null,
  packet: null,
  losesPacket: false,
  offered: [],
  section: 'raw_tp/sys_enter',
  sleepableSection: null,
  walk: null,
  functions: ['main'],
  sleepable: false,
  callee: undefined,
  method: undefined,
  exits: false,
  atomic: false,
  way: '',
  reg: 'r1',
  value: '0 … 9',
  valueKind: 'range',
  maybeNull: false,
  producedBy: undefined,
  producedByNext: false,
  clobberedBy: undefined,
  how: undefined,
  isNull: false,
  iterator: null,
  progType: 'raw_tp',
};
const iterator = (past: IteratorScene['past']): IteratorScene => ({
  name: 'it',
  named: true,
  type: 'num',
  past,
  at: 'line 1, `y`',
});
const SCENES: readonly Partial<Scene>[] = [
  {},
  { callee: 'bpf_iter_num_next', method: 'next', isNull: true },
  { callee: 'bpf_iter_num_destroy', method: 'destroy', iterator: iterator('never'), way: 'when w1 is 0 at line 2' },
  { producedBy: 'bpf_map_lookup_elem', iterator: iterator('alive') },
  { clobberedBy: 'bpf_iter_num_destroy', iterator: iterator('destroyed') },
  { iterator: iterator('overwritten') },
  { offered: ['xdp', 'tc'], sleepable: true, losesPacket: true, clobberedBy: 'bpf_skb_pull_data' },
  {
    bound: { name: '`i`', cause: { kind: 'unchecked' }, why: 'It is `i`.', todo: 'Check it.' },
    param: 'struct cpumask',
  },
  { trust: { kind: 'field', pc: 3, field: 'last_wakee', owner: 'task_struct', gives: 'task_struct', keeping: ['mm'] } },
  { trust: { kind: 'no-section', pc: 3, field: 'mm', owner: 'task_struct' }, sleepable: true },
  { trust: { kind: 'section-ended', pc: 3 } },
  {
    global: { name: 'f', param: { name: 's', declared: 'char *s', pointee: 'char', structured: false, size: 1 } },
    value: 'memory, or NULL',
    valueKind: 'pointer',
    maybeNull: true,
  },
  { build: { kind: 'core', lacks: 'the field x of struct y' } },
  { build: { kind: 'kfunc', name: 'bpf_f' } },
  { build: { kind: 'trap' } },
  { build: { kind: 'pointer-in-data', variable: 'names', maps: false } },
  { packet: { kind: 'too-far', most: '100 000' } },
  { packet: { kind: 'shorter', where: 'line 2', checked: 4, needed: 8 } },
  { packet: { kind: 'other-pointer', where: 'line 2' } },
  ...(['straight', 'callback', 'iterator', 'jump'] as const).map((shape) => ({
    walk: {
      shape,
      helper: 'bpf_loop',
      pc: 3,
      places: 4,
      apart: [{ name: 'n', named: true, onStack: true, stored: '1', current: '2' }],
      memory: ['s->depth', 's->max'],
    },
  })),
];

/** For each kind with details: one example of each variant. */
const DETAILS: { readonly [K in keyof Facts]: readonly Facts[K][] } = {
  'map-refused': [{ map: 'm', type: 'hash', rule: 'sizes', reason: "map 'm' is refused: its key is empty" }],
  'bad-callback': [{ why: 'global' }, { why: 'untyped' }, { why: 'throws' }],
  'bad-ld-imm64': [{ of: 'constant' }, { of: 'map' }, { of: 'value' }, { of: 'offset' }],
  'unfilled-map': [{ descriptor: 0 }],
  'bad-btf': [{ of: 'lines' }, { of: 'functions' }, { of: 'ending' }, { of: 'callee' }],
  'field-not-for-program': [{ field: 'bpf_timer', map: 'm' }],
  'no-such-map-field': [
    { field: 'bpf_timer', untyped: false },
    { field: 'bpf_timer', untyped: true },
  ],
  'bad-atomic': [{ why: 'size' }, { why: 'memory' }],
  'stack-too-deep': [
    { size: 528, limit: 512, functions: [{ number: 0, bytes: 528 }], tail: null },
    { size: 256, limit: 256, functions: [{ number: 7, bytes: 256 }], tail: 0 },
  ],
  'infinite-loop': [{ checkpoint: 1 }],
  'uninitialized-register': [{ reg: 0 }, { reg: 3 }],
  'pointer-arithmetic': [
    { why: 'two-pointers' },
    { why: '32-bit' },
    { why: 'number-minus-pointer' },
    { why: 'stack-minus' },
    { why: 'bitwise' },
    { why: 'operator' },
    { why: 'fixed' },
  ],
  'invalid-mem-access': [
    { type: 'scalar', number: true },
    { type: 'map_ptr', number: false },
  ],
  'invalid-context-access': [
    { off: 4, size: 8, write: false },
    { off: -4, size: 1, write: true },
  ],
  'out-of-bounds': (['map-key', 'map-value', 'memory'] as const).flatMap((region) => [
    { off: -4, size: 8, limit: 4, region, end: 'min' as const },
    { off: 0, size: 8, limit: 4, region, end: 'max' as const },
  ]),
  'foreign-memory': [{ memory: 'user' }, { memory: 'percpu' }],
  'packet-range': [{ off: 0, size: 1 }],
  'out-of-packet': [{ off: 12, size: 2 }],
  'map-permission': [{ access: 'read' }, { access: 'write' }],
  'field-access': [
    { field: 'kptr', off: 8, size: 8, store: true },
    { field: 'kptr', off: 8, size: 8, store: false },
    { field: 'bpf_timer', off: 0, size: 16, store: false },
  ],
  'wrong-kptr': [{ wanted: 'task_struct' }],
  misaligned: [
    { at: null, size: 8 },
    { at: -4, size: 8 },
  ],
  'stack-out-of-bounds': [
    { at: null, size: 8 },
    { at: -520, size: 8 },
    { at: -4, size: 8 },
    { at: 0, size: 1 },
  ],
  'invalid-stack-read': [{ off: -8, size: 8 }],
  'bad-spill-size': [{ size: 4 }],
  'bad-fill-size': [{ size: 1 }],
  'uninitialized-iterator': (['on-stack', 'variable', 'impossible'] as const).map((place) => ({ type: 'num', place })),
  'iterator-already-initialized': (['on-stack', 'variable', 'impossible'] as const).map((place) => ({
    type: 'num',
    place,
  })),
  'overwritten-dynptr': [{ referenced: true }, { referenced: false }],
  'wrong-dynptr': [{ kind: 'ringbuf' }],
  'unreleased-reference': [{ ids: [1] }, { ids: [1, 2] }, { ids: [2, 3, 4] }],
  'wrong-lock': [{ unpaired: true }, { unpaired: false }],
  'wrong-object': [{ why: 'kind' }, { why: 'not-owned' }, { why: 'no-refcount' }],
  'unlocked-root': [
    { field: 'bpf_list_head', another: false },
    { field: 'bpf_rb_root', another: true },
  ],
  'wrong-node': [{ wanted: 'node' }],
  'sleepable-helper': [{ within: 'program' }, { within: 'rcu' }],
  'sleepable-kfunc': [{ within: 'preempt' }, { within: 'irq' }],
  'helper-withheld': [{ needs: 'kprobeOverride' }, { needs: 'readsKernelMemory' }],
  'unnamed-symbol': [{ name: 'jiffies' }],
  'bad-argument': [
    { why: 'map-type', type: 'ringbuf' },
    { why: 'kind', expected: ['fp'] },
    { why: 'kind', expected: ['fp', 'map_value'] },
    { why: 'struct', struct: 'task_struct' },
    { why: 'other' },
  ],
  'bad-global-arguments': [{ callee: 'f' }],
  'invalid-format': [{ why: 'it ends within a conversion' }],
  'untrusted-argument': [{ needs: 'trusted' }, { needs: 'rcu' }],
  'wrong-struct': [
    { wanted: { kind: 'struct', name: 'task_struct' }, actual: { kind: 'struct', name: 'file' } },
    { wanted: { kind: 'union', name: 'u' }, actual: { kind: 'struct', name: '' } },
  ],
  'bad-return-value': [
    { callback: false, range: null },
    { callback: false, range: { min: 0, max: 0 } },
    { callback: true, range: { min: -1, max: 1 } },
  ],
};

const formsOf = (kind: RejectionKind): readonly Rejection['details'][] =>
  kind in DETAILS ? DETAILS[kind as keyof Facts] : [{}];

test.each(REJECTION_KINDS)('%s has words without holes in any scene', (kind) => {
  const titles = new Set<string>();
  for (const message of ['R1 something arg#0', ''])
    for (const details of formsOf(kind))
      for (const scene of SCENES) {
        const given = { kind, errno: -22, message, insn: 3, lookedAt: -1, blame: [], details, origin: [] };
        // What is stored of it is read back the same.
        const stored = rejection(JSON.parse(JSON.stringify(given)), 'rejection');
        expect(stored).toEqual(given);
        const { title, what, rule, todo, error } = explanationOf(stored, { ...SCENE, ...scene });
        for (const text of [title, what, rule, todo]) {
          expect(text).not.toMatch(/undefined|null|NaN|\[object|``/);
          expect(text).not.toBe('');
          expect(text.split('`').length % 2, text).toBe(1);
        }
        for (const text of [what, rule, todo]) expect(text).toMatch(/[.:?)`]$/);
        expect(error).not.toMatch(/undefined|null|NaN|\[object/);
        titles.add(title);
      }
  expect(titles.size).toBeGreaterThan(0);
});

test('a stored rejection without the details of its kind is refused by name', () => {
  const given = { kind: 'bad-return-value', errno: -22, message: '', insn: 3, lookedAt: -1, blame: [], origin: [] };
  expect(() => rejection({ ...given, details: {} }, 'rejection')).toThrow(
    'rejection.details.callback: expected true or false, got nothing',
  );
  expect(() => rejection({ ...given, kind: 'bad-argument', details: { why: 'struct' } }, 'rejection')).toThrow(
    'rejection.details.struct: expected text, got nothing',
  );
});
