import { regSpot } from '../../verifier/values/spot.ts';
import { expect, test } from 'vitest';
import { PTR_TO_STACK, Reg } from '../../verifier/values/reg.ts';
import { Scalar } from '../../verifier/values/scalar/scalar.ts';
import type { StateView } from '../../verifier/sink.ts';
import type { IterState, StackSlot } from '../../verifier/values/stack.ts';
import { changesAt, lineage, writerStep } from '../query/lineage.ts';
import { TraceRecorder } from './recorder.ts';
import type { TraceStats } from './trace.ts';

const STATS: TraceStats = { errno: 0, processed: 0, totalStates: 0, peakStates: 0, maxStatesPerInsn: 0, timeUs: 0 };
const known = (n: number | bigint): Reg => Reg.scalar(Scalar.known(BigInt(n)));
/** As data, without what tells equal scalars apart. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, v: unknown) => (key === 'uid' ? undefined : typeof v === 'bigint' ? `${v}n` : v)) ??
      'null',
  );
const fp = Reg.pointer(PTR_TO_STACK);

/** A state with one frame from a few registers and slots. */
function state(
  regs: Record<number, Reg>,
  slots: (StackSlot | undefined)[] = [],
  refs: StateView['refs'] = [],
): StateView {
  const all = Array.from({ length: 11 }, (_, r) => regs[r] ?? (r === 10 ? fp : Reg.notInit));
  return { frames: [{ regs: all, stack: slots, subprog: 0, callsite: -1 }], refs };
}

const iter = (over: Partial<IterState> = {}): StackSlot => ({
  types: 0x55555555,
  spilled: null,
  iter: { type: 'num', btfId: 7, state: 'active', depth: 0, first: true, refObjId: 1, rcu: 'none', ...over },
});

test('every step of a forked walk is found again, in any order', () => {
  const recorder = new TraceRecorder([]);
  const states: StateView[] = [];
  const step = (pc: number, s: StateView): void => {
    states.push(s);
    recorder.onStep(states.length, pc, s);
  };
  recorder.onPathStart(0, -1, 0);
  step(0, state({ 1: known(5) }));
  step(1, state({ 1: known(5), 2: known(-1) }));
  recorder.onFork(0, 'branch', 1, 4);
  step(2, state({ 1: known(6), 2: known(-1) }, [iter()], [{ id: 1, insn: 1 }]));
  recorder.onPathEnd(0, 'exit', 2, -1);
  recorder.onPathStart(1, 0, 4);
  step(4, state({ 1: known(5), 2: known(-1) }));
  step(5, state({ 1: Reg.scalar(Scalar.unknown), 2: known(-1) }, [undefined, iter({ depth: 3, state: 'drained' })]));
  recorder.onPathEnd(1, 'exit', 5, -1);
  const trace = recorder.finish(STATS);
  for (const n of [5, 1, 3, 2, 4, 5]) {
    const wanted = states[n - 1]!;
    const got = trace.seek(n);
    expect(plain(got.frames[0]!.regs)).toEqual(plain(wanted.frames[0]!.regs));
    expect(plain(Array.from(got.frames[0]!.stack))).toEqual(plain(Array.from(wanted.frames[0]!.stack)));
    expect(got.refs).toEqual(wanted.refs);
  }
  expect(trace.before(4)).toBe(2);
  expect([...lineage(trace, 5)]).toEqual([
    { path: 1, first: 4, last: 5 },
    { path: 0, first: 1, last: 2 },
  ]);
  expect(writerStep(trace, 5, regSpot(0, 2))).toBe(1);
  expect(writerStep(trace, 5, regSpot(0, 1))).toBe(4);
  expect(writerStep(trace, 5, regSpot(0, 10))).toBe(0);
});

test('equal values are kept once, and an equal value in a new object is no change', () => {
  const recorder = new TraceRecorder([]);
  recorder.onPathStart(0, -1, 0);
  recorder.onStep(1, 0, state({ 1: known(70_000) }));
  recorder.onStep(2, 1, state({ 1: Reg.scalar(Scalar.known(70_000n)) }));
  const trace = recorder.finish(STATS);
  const seen: number[] = [];
  changesAt(trace, 2, (_, value) => seen.push(value));
  expect(seen).toEqual([]);
});

test('frames come and go with their registers and slots', () => {
  const recorder = new TraceRecorder([]);
  recorder.onPathStart(0, -1, 0);
  const main = state({ 6: known(1) }).frames[0]!;
  const callee = { ...state({ 1: known(2) }, [iter()]).frames[0]!, subprog: 1, callsite: 3 };
  recorder.onStep(1, 3, { frames: [main], refs: [] });
  recorder.onStep(2, 8, { frames: [main, callee], refs: [] });
  recorder.onStep(3, 4, { frames: [main], refs: [] });
  recorder.onStep(4, 8, { frames: [main, { ...callee, stack: [] }], refs: [] });
  const trace = recorder.finish(STATS);
  expect(trace.seek(2).frames[1]).toMatchObject({ subprog: 1, callsite: 3 });
  expect(trace.seek(2).frames[1]!.stack).toHaveLength(1);
  expect(trace.seek(3).frames).toHaveLength(1);
  expect(trace.seek(4).frames[1]!.stack).toHaveLength(0);
});

test('a million steps: recorded in time and space, any of them found in under 16 ms', () => {
  const recorder = new TraceRecorder([]);
  const STEPS = 1_000_000;
  const regs = Array.from({ length: 11 }, (_, r) => (r === 10 ? fp : known(r)));
  const s = { frames: [{ regs, stack: [iter()], subprog: 0, callsite: -1 }], refs: [{ id: 1, insn: 0 }] };
  recorder.onPathStart(0, -1, 0);
  // The values are made beforehand: what is measured is the recorder.
  const values = Array.from({ length: 4096 }, (_, i) => known(i * 3));
  const begun = performance.now();
  for (let i = 1; i <= STEPS; i++) {
    regs[i % 10] = values[(i * 7) & 4095]!;
    recorder.onStep(i, i % 50, s);
  }
  const recording = performance.now() - begun;
  const trace = recorder.finish(STATS);
  const { data } = trace;
  const bytes = [data.pcs, data.ends, data.deltas, data.values.words, data.values.starts].reduce(
    (n, a) => n + a.byteLength,
    0,
  );
  expect(bytes).toBeLessThan(40e6);
  // Generous, for machines that do other things at the same time: the aim is 1 µs a step.
  expect(recording / STEPS).toBeLessThan(0.005);
  const times: number[] = [];
  for (let i = 0; i < 200; i++) {
    const at = performance.now();
    trace.seek(1 + ((i * 7919 * 613) % STEPS));
    times.push(performance.now() - at);
  }
  times.sort((a, b) => a - b);
  expect(times[190]).toBeLessThan(16);
});
