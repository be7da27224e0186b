import type { WhyView } from '../../core/trace/views/view.ts';
import type { FunctionName } from './layout-labels.ts';
import type { Kept } from './kept.ts';
import type { ExplorationIndex } from './model.ts';

/** What a picture shows, besides where it is looked at. */
export interface Scene {
  readonly index: ExplorationIndex;
  readonly chain: WhyView['chain'];
  readonly nameOf: FunctionName;
  /** Last step of which something is known: that of the playhead in fog. */
  readonly until: number;
  /** Which paths stand out; the rest is dimmed. Nothing is without it. */
  readonly kept?: Kept | null;
}
