import type { WhyView } from '../../core/trace/views/view.ts';

/** The numbers of a chain's links, in the list as in the picture: from 1, of those that have a step; 0 for what comes before the walk. */
export function chainNumbers(chain: WhyView['chain']): number[] {
  let last = 0;
  return chain.map(({ step }) => (step > 0 ? ++last : 0));
}
