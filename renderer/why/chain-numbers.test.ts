import { expect, test } from 'vitest';
import type { WhyView } from '../../core/trace/views/view.ts';
import { indexExploration } from '../exploration/model.ts';
import { layoutLanes } from '../exploration/layout.ts';
import { fit } from '../exploration/viewport.ts';
import { chainNumbers } from './chain-numbers.ts';

type Link = WhyView['chain'][number];
const link = (step: number, kind: Link['kind']): Link => ({ step, pc: step, text: `at ${step}`, kind });
const EXPLORATION = {
  steps: 9,
  paths: [{ id: 0, fork: -1, firstStep: 1, lastStep: 9, end: 'rejected', label: '', outcome: 'start' }],
  forks: [],
  checkpoints: [],
  prunes: [],
  pcs: Uint32Array.from({ length: 9 }, (_, i) => i),
} as const;

test('the list has the numbers that the picture has: links before the walk have none', () => {
  const chain = [link(0, 'origin'), link(4, 'origin'), link(7, 'origin'), link(9, 'error')];
  const { marks } = layoutLanes({
    index: indexExploration(EXPLORATION),
    view: fit(700, 260, 9),
    chain,
    measure: (text) => text.length * 6,
    nameOf: () => '',
  }).chain!;
  // The picture numbers its marks from 1.
  const drawn = new Map(marks.map(({ step }, i) => [step, i + 1]));
  expect(chainNumbers(chain)).toEqual([0, 1, 2, 3]);
  for (const [i, { step }] of chain.entries()) expect(chainNumbers(chain)[i]).toBe(drawn.get(step) ?? 0);
});
