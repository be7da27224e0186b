import { expect, test } from 'vitest';
import type { IterView } from '../../core/trace/views/view.ts';
import { brokenEdge, litEdges, machineWords } from './iterator-machine.ts';

const iter = (over: Partial<IterView>): IterView => ({
  name: 'it',
  type: 'num',
  frame: 0,
  spi: 0,
  ref: 1,
  state: 'active',
  depth: 0,
  changed: true,
  fields: [],
  contract: [],
  ...over,
});
const contract = (broken: number): IterView['contract'] =>
  ['constructed', 'checked', 'destroyed'].map((text, at) => ({ text, state: at === broken ? 'broken' : 'met' }));

test.each([
  [{}, ['new']],
  [{ depth: 2 }, ['next']],
  [{ state: 'drained' }, ['null']],
  [{ state: 'gone' }, ['end', 'destroy']],
  [{ state: 'none' }, []],
  [{ changed: false }, []],
] as const)('%j lights %j', (over, edges) => expect(litEdges(iter(over))).toEqual(edges));

test.each([
  [{}, null],
  [{ contract: contract(-1) }, null],
  [{ contract: contract(0) }, { edge: 'new', text: 'constructed', missing: true }],
  [{ contract: contract(1) }, { edge: 'null', text: 'checked', missing: true }],
  [{ contract: contract(2) }, { edge: 'destroy', text: 'destroyed', missing: true }],
  [
    { contract: contract(2), state: 'gone' },
    { edge: 'destroy', text: 'destroyed', missing: false },
  ],
] as const)('%j breaks %j', (over, broken) => expect(brokenEdge(iter(over))).toEqual(broken));

test('the picture in words', () =>
  expect(machineWords(iter({ state: 'drained' }))).toBe('it is drained: next gave NULL, changed by the last step'));
