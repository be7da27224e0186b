import { expect, test } from 'vitest';
import { REJECTION_KINDS } from '../../../verifier/rejection.ts';
import type { Rejection } from '../../../verifier/rejection.ts';
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
  way: '',
  reg: 'r1',
  value: '0 … 9',
  maker: undefined,
  taker: undefined,
  how: undefined,
  isNull: false,
  iterator: null,
  progType: 'raw_tp',
};
const iterator = (past: IteratorScene['past']): IteratorScene => ({ name: 'it', type: 'num', past, at: 'line 1, `y`' });
const SCENES: readonly Partial<Scene>[] = [
  {},
  { callee: 'bpf_iter_num_next', isNull: true },
  { callee: 'bpf_iter_num_destroy', iterator: iterator('never'), way: 'when w1 is 0 at line 2' },
  { maker: 'bpf_map_lookup_elem', iterator: iterator('alive') },
  { taker: 'bpf_iter_num_destroy', iterator: iterator('destroyed') },
  { iterator: iterator('overwritten') },
  { offered: ['xdp', 'tc'], sleepable: true, losesPacket: true, taker: 'bpf_skb_pull_data' },
  {
    bound: { name: '`i`', cause: { kind: 'unchecked' }, why: 'It is `i`.', todo: 'Check it.' },
    param: 'struct cpumask',
  },
  { trust: { kind: 'field', pc: 3, field: 'last_wakee', owner: 'task_struct', gives: 'task_struct', keeping: ['mm'] } },
  { trust: { kind: 'no-section', pc: 3, field: 'mm', owner: 'task_struct' }, sleepable: true },
  { trust: { kind: 'section-ended', pc: 3 } },
  {
    global: { name: 'f', param: { name: 's', declared: 'char *s', pointee: 'char', size: 1 } },
    value: 'memory, or NULL',
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

test.each(REJECTION_KINDS)('%s has words without holes in any scene', (kind) => {
  const titles = new Set<string>();
  for (const message of ['R1 something arg#0', ''])
    for (const details of [{}, { off: -4, size: 8, limit: 4, min: 0, max: 1, type: 'fp' }])
      for (const scene of SCENES) {
        const rejection: Rejection = { kind, errno: -22, message, insn: 3, blame: [], details, origin: [] };
        const { title, what, rule, todo, error } = explanationOf(rejection, { ...SCENE, ...scene });
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
