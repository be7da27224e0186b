import type { PathFilter } from '../../core/trace/query/path-filter.ts';
import { search } from './search.svelte.ts';

/** Which paths the exploration looks at, besides those that the search finds. */
class ShownPaths {
  /** `way`: the path from the root to the end of `path`, its place in the walk. */
  kind = $state<'all' | 'iterators' | 'error' | 'way'>('all');
  path = $state(-1);

  clear(): void {
    this.kind = 'all';
    this.path = -1;
  }
  /** What a person chose, and what the search found. */
  get filters(): readonly PathFilter[] {
    const { kind, path } = this;
    const found = search.open ? search.steps : null;
    return [
      ...(kind === 'all' ? [] : kind === 'way' ? [{ kind, path }] : [{ kind }]),
      ...(found === null || found.length === 0 ? [] : [{ kind: 'steps', steps: found } as const]),
    ];
  }
}

export const shownPaths = new ShownPaths();
