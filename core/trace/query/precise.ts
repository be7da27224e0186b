import type { Spot } from '../../verifier/values/spot.ts';
import { sameSpot } from '../../verifier/values/spot.ts';
import type { PreciseRecord, Trace } from '../record/trace.ts';

/** Most states through which a need is followed back. */
const MAX_HOPS = 16;

/**
 * The instruction because of which a scalar of a stored state is needed exactly: the one that asked for it itself, however many states later.
 * @param before only marks set up to this step
 * @returns -1 when no mark was recorded
 */
export function neededBy(trace: Trace, checkpoint: number, location: Spot, before: number): number {
  let at = checkpoint;
  let place = location;
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    const marks = trace.marks(at);
    const own = marks.find((mark) => mark.step <= before && sameSpot(mark.location, place));
    const mark: PreciseRecord | undefined = own ?? (hop === 0 ? undefined : marks.find(({ step }) => step <= before));
    if (mark === undefined) return -1;
    if (mark.covering < 0) return mark.because;
    at = mark.covering;
    place = mark.location;
  }
  return -1;
}
