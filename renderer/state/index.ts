import { breakpoints } from './breakpoints.svelte.ts';
import { connection } from './connection.svelte.ts';
import { difference } from './difference.svelte.ts';
import { markList } from './mark-list.svelte.ts';
import { mode } from './mode.svelte.ts';
import { onShow } from './on-show.svelte.ts';
import { playhead } from './playhead.svelte.ts';
import { problems } from './problems.svelte.ts';
import { reading } from './reading.svelte.ts';
import { recent } from './recent.svelte.ts';
import { selection } from './selection.svelte.ts';
import { sessions } from './sessions.svelte.ts';
import { shownPaths } from './path-filter.svelte.ts';
import { surroundings } from './surroundings.svelte.ts';

/** The window's state, a part for each concern. Panes import the parts that they use; what works on all of it is given this. */
export const windowState = {
  breakpoints,
  connection,
  difference,
  marks: markList,
  mode,
  onShow,
  playhead,
  problems,
  reading,
  recent,
  selection,
  sessions,
  shownPaths,
  surroundings,
} as const;

export type WindowState = typeof windowState;
