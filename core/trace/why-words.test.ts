import { expect, test } from 'vitest';
import type { Rejection } from '../verifier/rejection.ts';
import { explainedKinds, explanationOf } from './why-words.ts';

const SCENE = {
  subject: 'it',
  place: 'line 3, `x`',
  insn: 'r0 = *(u32 *)(r1 +0)',
  callee: undefined,
  way: '',
  maker: undefined,
  isNull: true,
};
const rejection = (kind: string, message: string, insn = 3): Rejection => ({
  kind,
  errno: -22,
  message,
  insn,
  blame: [],
  details: {},
  origin: [],
});

test.each(explainedKinds)('%s has words without holes', (kind) => {
  for (const callee of [undefined, 'bpf_iter_num_next']) {
    const { title, words, error } = explanationOf(rejection(kind, 'R3 something arg#0'), { ...SCENE, callee });
    for (const text of [title, ...words, error]) {
      expect(text).not.toMatch(/undefined|null|NaN|\[object/);
      expect(text).not.toBe('');
    }
    expect(words.length).toBeGreaterThan(0);
  }
});

test.each([
  ["R0 invalid mem access 'scalar'", /NULL/],
  [
    'Unreleased reference id=3 alloc_insn=4\nBPF_EXIT instruction in main prog would lead to reference leak',
    /still alive/,
  ],
  ['expected an initialized iter_num as arg #0', /iterator that is not there/],
  ['R2 !read_ok', /reads r2/],
  ['BPF program is too large. Processed 1000001 insn', /too long/],
])('a kind that is not known is explained by its message: %s', (message, title) => {
  expect(explanationOf(rejection('from-a-log', message), SCENE).title).toMatch(title);
});

test('and if that says nothing either, the kernel speaks', () => {
  const { title, words } = explanationOf(rejection('novel', 'the moon is in the wrong phase'), SCENE);
  expect(title).toBe('Turned down at 3');
  expect(words[1]).toBe("In the kernel's words: the moon is in the wrong phase");
});
