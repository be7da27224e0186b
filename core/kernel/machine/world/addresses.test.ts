import { expect, test } from 'vitest';
import { parseIpv6 } from './addresses.ts';

test.each([
  ['::', '00000000000000000000000000000000'],
  ['::1', '00000000000000000000000000000001'],
  ['fe80::', 'fe800000000000000000000000000000'],
  ['fe80::1:2', 'fe800000000000000000000000010002'],
  ['2001:db8:0:0:1:0:0:ABCD', '20010db800000000000100000000abcd'],
  ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
  ['1:2:3:4:5:6:7', null],
  ['1:2:3:4:5:6:7:8::', null],
  ['1::2::3', null],
  [':1', null],
  ['1:', null],
  ['::12345', null],
  ['::g', null],
  ['::ffff:10.0.0.1', '00000000000000000000ffff0a000001'],
  ['', null],
])('%s is %s', (text, hex) => {
  const bytes = parseIpv6(text);
  expect(bytes === null ? null : bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')).toBe(hex);
});
