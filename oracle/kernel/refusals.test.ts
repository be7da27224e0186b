import { expect, test } from 'vitest';
import { whyNotPermitted } from './refusals.ts';

const ALL = 0x1ff_ffff_ffffn;
const root = { capabilities: ALL, seccomp: false, lockdown: 'none' };

test.each([
  ['nobody', { ...root, capabilities: 0n }, 'this process lacks CAP_BPF: run it as root'],
  ['CAP_BPF alone', { ...root, capabilities: 1n << 39n }, 'this process lacks CAP_PERFMON: run it as root'],
  ['a seccomp filter', { ...root, seccomp: true }, /capabilities, but tracing programs are refused .*seccomp/],
  ['lockdown', { ...root, lockdown: 'confidentiality' }, /locked down \(confidentiality\)/],
  ['root', root, /capabilities, but tracing programs are refused here all the same: a policy/],
])('%s', (_, standing, words) => {
  const text = whyNotPermitted('tracing programs', standing);
  if (typeof words === 'string') expect(text).toBe(words);
  else expect(text).toMatch(words);
});

test('root is never told that capabilities are needed', () => {
  expect(whyNotPermitted('maps', root)).not.toMatch(/CAP_|root/);
});
