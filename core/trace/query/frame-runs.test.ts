import { expect, test } from 'vitest';
import { frameRuns } from './frame-runs.ts';
import { KEYFRAME_EVERY, Trace, WHAT_FRAMES, WHAT_REFS, WHAT_REG } from '../record/trace.ts';
import type { TraceData } from '../record/trace.ts';

/** Changes of a walk of 1,000 steps that goes into a function and comes back, between changes of other kinds. */
function changes(): Pick<TraceData, 'pcs' | 'deltas' | 'ends'> {
  const deltas: number[] = [];
  const ends: number[] = [];
  for (let step = 1; step <= 1000; step++) {
    if (step === 1) deltas.push((WHAT_FRAMES << 11) | 1, 0, 0);
    if (step % 7 === 0) deltas.push((WHAT_REFS << 11) | 0, 2, 1, 4, 2, 6);
    if (step % 10 === 4) deltas.push((WHAT_FRAMES << 11) | 2, 0, 0, 3, 8);
    if (step % 10 === 8) deltas.push((WHAT_FRAMES << 11) | 1, 0, 0);
    if (step % 3 === 0) deltas.push((WHAT_REG << 11) | (1 << 7) | 2, 17);
    ends.push(deltas.length);
  }
  return { pcs: new Uint32Array(1000), deltas: Uint32Array.from(deltas), ends: Uint32Array.from(ends) };
}

test('law: runs of frames say what the state at each step says', () => {
  const data = {
    ...changes(),
    paths: [],
    forks: [],
    checkpoints: [],
    comparisons: [],
    precise: [],
    widened: [],
  } as unknown as TraceData;
  const runs = [...frameRuns(data)].filter((run) => run !== undefined);
  expect(runs.slice(0, 3)).toEqual([
    { step: 1, depth: 1, subprog: 0 },
    { step: 4, depth: 2, subprog: 3 },
    { step: 8, depth: 1, subprog: 0 },
  ]);
  const trace = new Trace(data);
  for (let step = 1; step <= 1000; step += step % KEYFRAME_EVERY === 0 ? 1 : 3) {
    const run = runs.filter((one) => one.step <= step).at(-1)!;
    const cursor = trace.cursor(step);
    expect([step, run.depth, run.subprog]).toEqual([step, cursor.depth, cursor.subprogs[cursor.depth - 1]]);
  }
});
