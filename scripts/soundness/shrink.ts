import { InputError } from '../../core/base/errors.ts';
import type { Case } from '../fuzz/case.ts';

/** Takes pieces away while the program still shows what it is kept for: halves first, single pieces last. */
export function shrink(start: Case, shows: (candidate: Case) => boolean, tries: number): Case {
  let smallest = start;
  let left = tries;
  const still = (candidate: Case): boolean => {
    left--;
    try {
      return shows(candidate);
    } catch (error) {
      // A label that went away, or nothing left.
      if (error instanceof InputError) return false;
      throw error;
    }
  };
  for (let before = -1; before !== smallest.lines.length && left > 0;) {
    before = smallest.lines.length;
    for (let size = Math.ceil(before / 2); size >= 1 && left > 0; size = size === 1 ? 0 : Math.floor(size / 2))
      for (let at = 0; at < smallest.lines.length && left > 0;) {
        const kept = smallest.without(at, size).find(still);
        if (kept === undefined) at += size;
        else smallest = kept;
      }
  }
  return smallest;
}
