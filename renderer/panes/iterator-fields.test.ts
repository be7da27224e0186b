import { expect, test } from 'vitest';
import { slotSpot } from '../../core/verifier/values/spot.ts';
import type { IterStruct } from '../../core/trace/views/iter-struct.ts';
import type { IterView } from '../../core/trace/views/view.ts';
import { fieldRows, isOfIterator } from './iterator-fields.ts';

const seen: IterStruct = {
  name: 'struct bpf_iter_task',
  size: 24,
  fields: [
    { name: 'a', type: 'int', offset: 0, size: 4 },
    { name: 'b', type: 'int', offset: 4, size: 4 },
    { name: 'c', type: 'void *', offset: 16, size: 8 },
  ],
};
const iter: IterView = {
  name: 't',
  type: 'task',
  spot: slotSpot(0, 3),
  ref: 1,
  state: 'active',
  depth: 0,
  changed: false,
  structs: { seen, inner: null },
  contract: [],
};

test('an iterator begins at its lowest address', () => {
  expect([0, 1, 2, 3, 4].map((index) => isOfIterator(iter, slotSpot(0, index)))).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
  expect(isOfIterator(iter, slotSpot(1, 3))).toBe(false);
  expect(isOfIterator({ ...iter, structs: null }, slotSpot(0, 2))).toBe(false);
});
test('fields are told by the slot that they lie in', () => {
  expect(fieldRows(iter, seen).map(({ name, at }) => `${name} ${at}`)).toEqual(['a fp-32', 'b fp-32+4', 'c fp-16']);
});
