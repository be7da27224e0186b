import { expect, test } from 'vitest';
import { memory } from './memory.ts';
import { isPlace } from './place.ts';
import { places, placesOf } from './places.ts';

const entry = { program: 'sum', file: 'sum.bpf.o' };
const place = { step: 7, insn: 3, reg: 'r6', slot: null };

test('a program’s place is kept, for that program alone', () => {
  places.keep(4, entry, place);
  places.keep(4, entry, { ...place, step: 8 });
  expect(places.of(4, entry)).toMatchObject({ step: 8, insn: 3, reg: 'r6', slot: null });
  expect(places.of(5, entry)).toBeNull();
  expect(places.of(4, { ...entry, program: 'other' })).toBeNull();
  expect(placesOf(JSON.parse(memory.text('places')!))).toHaveLength(1);
});
test('what was kept and is no place is left out', () => {
  const good = { session: 1, program: 'sum sum.bpf.o', ...place, slot: { what: 'slot', frame: 0, index: 1 } };
  const bad = [null, 7, { ...good, step: -1 }, { ...good, reg: 'x' }, { ...good, slot: { what: 'slot' } }];
  expect(placesOf([good, ...bad])).toEqual([good]);
  expect(placesOf('no list')).toBeNull();
});
test('where the window was: with its tab and whether it explained', () => {
  const kept = { session: 1, step: 2, mode: 'sandbox', tab: 'pruning', explaining: false };
  expect(isPlace(kept)).toEqual(kept);
  // As earlier releases kept it.
  expect(isPlace({ session: 1, step: 2, mode: 'lesson' })).toEqual({ session: 1, step: 2, mode: 'lesson' });
  expect(isPlace({ ...kept, tab: 'nonsense' })).toBeNull();
  expect(isPlace({ ...kept, explaining: 1 })).toBeNull();
  expect(isPlace({ ...kept, mode: 'nowhere' })).toBeNull();
});
