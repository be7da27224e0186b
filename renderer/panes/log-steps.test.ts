import { expect, test } from 'vitest';
import { LogSteps } from './log-steps.ts';

const LOG = [
  'func#0 @0',
  '0: R1=ctx() R10=fp0',
  '; int f(void *ctx) @ f.c:9',
  '0: (b7) r0 = 0                        ; R0=0',
  '',
  '1: (15) if r1 == 0x0 goto pc+1 2: R1=ctx()',
  'from 1 to 3: R1=0',
  '3: (95) exit',
  'from 9 to 1: safe',
  '12: safe',
  'processed 3 insns (limit 1000000)',
].join('\n');

test('lines and steps find each other', () => {
  const steps = LogSteps.of(LOG, Uint32Array.of(0, 1, 3, 1, 12));
  expect([1, 2, 3, 4, 5, 6].map((step) => steps?.lineOf(step))).toEqual([4, 6, 8, 9, 10, 0]);
  expect([3, 4, 6, 8, 9].map((line) => steps?.stepOf(line))).toEqual([0, 1, 2, 3, 4]);
});

test.each([
  ['another walk', [0, 2, 3]],
  ['a log that was cut', [0, 1, 3, 1, 12, 4, 5]],
])('%s is not linked', (_name, pcs) => {
  expect(LogSteps.of(LOG, Uint32Array.from(pcs))).toBeNull();
});
