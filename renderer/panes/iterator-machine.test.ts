import { slotSpot } from '../../core/verifier/values/spot.ts';
import { expect, test } from 'vitest';
import type { ContractRow, IterView } from '../../core/trace/views/view.ts';
import { brokenEdge, litEdges, machineWords } from './iterator-machine.ts';

const iter = (over: Partial<IterView>): IterView => ({
  name: 'it',
  type: 'num',
  frame: 0,
  spot: slotSpot(0, 0),
  ref: 1,
  state: 'active',
  depth: 0,
  changed: true,
  contract: [],
  ...over,
});
const IDS: readonly ContractRow['id'][] = ['destroyed', 'constructed', 'null-checked'];
// In whatever order they come.
const contract = (broken: ContractRow['id'] | null): IterView['contract'] =>
  IDS.map((id) => ({ id, text: id, state: id === broken ? 'broken' : 'met' }));

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
  [{ contract: contract(null) }, null],
  [{ contract: contract('constructed') }, { edge: 'new', text: 'constructed', missing: true }],
  [{ contract: contract('null-checked') }, { edge: 'null', text: 'null-checked', missing: true }],
  [{ contract: contract('destroyed') }, { edge: 'destroy', text: 'destroyed', missing: true }],
  [
    { contract: contract('destroyed'), state: 'gone' },
    { edge: 'destroy', text: 'destroyed', missing: false },
  ],
] as const)('%j breaks %j', (over, broken) => expect(brokenEdge(iter(over))).toEqual(broken));

test('the picture in words', () =>
  expect(machineWords(iter({ state: 'drained' }))).toBe('it is drained: next gave NULL, changed by the last step'));
