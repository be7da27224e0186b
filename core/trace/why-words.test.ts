import { expect, test } from 'vitest';
import { REJECTION_KINDS } from '../verifier/rejection.ts';
import type { Rejection, RejectionKind } from '../verifier/rejection.ts';
import { explanationOf } from './why-words.ts';

const SCENE = {
  subject: 'it',
  place: 'line 3, `x`',
  insn: 'r0 = *(u32 *)(r1 +0)',
  callee: undefined,
  way: '',
  maker: undefined,
  isNull: true,
};
const rejection = (kind: RejectionKind, message: string, insn = 3): Rejection => ({
  kind,
  errno: -22,
  message,
  insn,
  blame: [],
  details: {},
  origin: [],
});

test.each(REJECTION_KINDS)('%s has words without holes', (kind) => {
  for (const callee of [undefined, 'bpf_iter_num_next']) {
    const { title, words, error } = explanationOf(rejection(kind, 'R3 something arg#0'), { ...SCENE, callee });
    for (const text of [title, ...words, error]) {
      expect(text).not.toMatch(/undefined|null|NaN|\[object/);
      expect(text).not.toBe('');
    }
    expect(words.length).toBeGreaterThan(0);
  }
});
