import type { Entry, Walk } from './walk.ts';

/** A walk over things that are counted from 0: it stays at one until it is moved on, and ends where there is none. */
export function walkByIndex(thing: (index: number) => Entry | null, last: Entry | null): Walk {
  let index = 0;
  return {
    start: () => thing(index),
    next: () => thing(++index),
    last,
  };
}
