import type { ContractRow, IterView } from '../../core/trace/views/view.ts';
import { say } from '../words/index.ts';

/** Transitions of the iterator's state machine, as drawn: `end` is the destroy that follows NULL, `destroy` the one before it. */
export type Edge = 'new' | 'next' | 'null' | 'end' | 'destroy';

/** The transitions that led into the state on show; none if this step did not change it. */
export function litEdges(iter: IterView): readonly Edge[] {
  if (!iter.changed) return [];
  switch (iter.state) {
    case 'none':
      return [];
    case 'active':
      return [iter.depth === 0 ? 'new' : 'next'];
    case 'drained':
      return ['null'];
    case 'gone':
      return ['end', 'destroy'];
  }
}

/** The picture in words. */
export function machineWords(iter: IterView): string {
  const state = {
    none: say.panes.iteratorMachine.noState,
    active: say.panes.iteratorMachine.active(iter.depth),
    drained: say.panes.iteratorMachine.drained,
    gone: say.panes.iteratorMachine.gone,
  }[iter.state];
  return iter.changed
    ? say.panes.iteratorMachine.saidChanged(iter.name, state)
    : say.panes.iteratorMachine.said(iter.name, state);
}

/** A broken part of the contract, drawn on the transition that it is about. */
export interface Broken {
  readonly edge: Edge;
  readonly text: string;
  /** The transition did not happen (dashed), as against one that should not have. */
  readonly missing: boolean;
}

/** The transition that each part of the contract is about. */
const EDGES: Readonly<Record<ContractRow['id'], Edge>> = {
  constructed: 'new',
  'null-checked': 'null',
  destroyed: 'destroy',
};

/** The first broken part of the contract, on its transition. */
export function brokenEdge(iter: IterView): Broken | null {
  const row = iter.contract.find(({ state }) => state === 'broken');
  if (row === undefined) return null;
  const edge = EDGES[row.id];
  return { edge, text: row.text, missing: edge !== 'destroy' || iter.state !== 'gone' };
}
