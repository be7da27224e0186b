import { expect, test } from 'vitest';
import { assemble } from '../../isa/asm.ts';
import { mayComputeResult } from './constant-result.ts';

test.each([
  ['a constant', 'r0 = 7; exit', false],
  ['what constants make', 'r0 = 7; r1 = 2; r0 += r1; exit', false],
  ['one of two constants', 'call bpf_ktime_get_ns; if r0 > 5 goto a; r0 = 1; exit; a: r0 = 2; exit', false],
  ['the number that it was compared with', 'call bpf_ktime_get_ns; if r0 == 0 goto a; r0 = 1; a: exit', false],
  ['the result of a call', 'call bpf_ktime_get_ns; r6 = r0; r6 += 1; r0 = r6; exit', true],
  ['something loaded', 'r0 = *(u32 *)(r1 +0); exit', true],
  ['what a loop has counted', 'r0 = 0; a: r0 += 1; if r1 != 9 goto a; exit', true],
])('of %s', (_name, text, computed) => {
  expect(mayComputeResult(assemble(text.replaceAll('; ', '\n')))).toBe(computed);
});
