import { expect, test } from 'vitest';
import type { Entry } from './entries.ts';
import { search } from './entries.ts';

const entries: Entry[] = ['Next event', 'Previous event', '7: call bpf_iter_num_next', '8: if r0 == 0x0 goto pc+5'].map(
  (text) => ({ id: text, kind: 'command', text, run: () => {} }),
);
const found = (query: string, limit?: number): string[] => search(entries, query, limit).map(({ text }) => text);

test.each([
  ['what begins with it comes first', 'next', ['Next event', '7: call bpf_iter_num_next']],
  ['every word must occur', 'goto r0', ['8: if r0 == 0x0 goto pc+5']],
  ['upper and lower case are one', 'PREV', ['Previous event']],
  ['nothing', 'zebra', []],
])('%s', (_name, query, texts) => expect(found(query)).toEqual(texts));

test('an empty query lists from the beginning, up to the limit', () =>
  expect(found('', 2)).toEqual(found('').slice(0, 2)));
