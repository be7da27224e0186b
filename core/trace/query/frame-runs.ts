import type { TraceData } from '../record/trace.ts';
import { WHAT_FRAMES, WHAT_REFS } from '../record/trace.ts';

/** From a step on the walk is in this frame; until the next run. */
export interface FrameRun {
  readonly step: number;
  /** Frames on the stack, 1 in the program itself. */
  readonly depth: number;
  /** Function of the innermost frame. */
  readonly subprog: number;
}

/** Steps after which a reader of `frameRuns` may let others have their turn. */
const SLICE = 65_536;

/** The frames that the walk was in, a run for each change; linear in the trace's changes, and undefined now and then so that others get their turn. */
export function* frameRuns({ deltas, ends }: TraceData): Generator<FrameRun | undefined> {
  let at = 0;
  let depth = 0;
  let subprog = -1;
  for (let step = 1; step <= ends.length; step++) {
    let nowDepth = depth;
    let nowSubprog = subprog;
    for (const end = ends[step - 1]!; at < end;) {
      const head = deltas[at++]!;
      const what = head >>> 11;
      if (what === WHAT_FRAMES) {
        nowDepth = head & 127;
        at += nowDepth * 2;
        nowSubprog = deltas[at - 2]!;
      } else if (what === WHAT_REFS) at += 1 + deltas[at]! * 2;
      else at++;
    }
    if (nowDepth !== depth || nowSubprog !== subprog) {
      depth = nowDepth;
      subprog = nowSubprog;
      yield { step, depth, subprog };
    }
    if (step % SLICE === 0) yield undefined;
  }
}
