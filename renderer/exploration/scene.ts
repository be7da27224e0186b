import type { WhyView } from '../../core/trace/views/view.ts';
import type { FunctionName } from './layout-labels.ts';
import type { Kept } from './kept.ts';
import type { ExplorationIndex } from './model.ts';
import { tooDense } from './rows.ts';
import type { Viewport } from './viewport.ts';

/** What a picture shows, besides where it is looked at. */
export interface Scene {
  readonly index: ExplorationIndex;
  readonly chain: WhyView['chain'];
  readonly nameOf: FunctionName;
  /** Last step of which something is known: that of the playhead in fog. */
  readonly until: number;
  /** As rounds of loops under how many paths wait, even where lanes would fit. */
  readonly rounds?: boolean;
  /** A small part of another picture: without the strip of all lanes. */
  readonly lens?: boolean;
  /** Which paths stand out; the rest is dimmed. Nothing is without it. */
  readonly kept?: Kept | null;
}

/** Whether lanes give way to how many paths wait, and to rounds. */
export const isDense = ({ index, until, rounds }: Scene, view: Viewport): boolean =>
  rounds === true || tooDense(index, view, until);
