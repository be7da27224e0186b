import type { Exploration, SessionInfo, WhyView } from '../../core/trace/views/view.ts';

/** The session on show. Set by `Sessions.show` alone. */
class OnShow {
  /** Null when none is open. */
  info = $state.raw<SessionInfo | null>(null);
  /** Null until it has been laid out. */
  exploration = $state.raw<Exploration | null>(null);
  /** Why it was rejected; null for an accepted program. */
  why = $state.raw<WhyView | null>(null);
  /** Counts up each time a session is shown anew; a key for caches. */
  revision = $state(0);
}

export const onShow = new OnShow();
