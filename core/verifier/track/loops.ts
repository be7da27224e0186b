import type { Env } from '../env.ts';
import type { SccChain, SccVisit } from './checkpoint-store.ts';
import { markAllPrecise, markChain } from './precision.ts';
import { SCALAR } from '../values/reg.ts';
import { isSpilled } from '../values/stack.ts';
import type { VState } from '../values/state.ts';

// Loops (strongly connected components) that the walk is in: which states opened and closed them, and what marks flow back when one is done.

export function updatePeak(env: Env): void {
  env.peakStates = Math.max(env.peakStates, env.checkpoints.kept);
}

/**
 * The outermost loop that a state is in: its number when the outermost frame is in it, else the calls that lead there and the number;
 * null outside of loops.
 */
export function callchain(env: Env, state: VState): SccChain | null {
  const { scc } = env.facts;
  const { frames } = state;
  const outer = scc[state.frameInsn(0)]!;
  if (outer !== 0) return outer;
  for (let i = 1; i < frames.length; i++) {
    const loop = scc[state.frameInsn(i)]!;
    if (loop === 0) continue;
    let calls = '';
    for (let f = 0; f < i; f++) calls += `${state.frameInsn(f)},`;
    return calls + loop;
  }
  return null;
}

/** A chain as the log shows it: the calls up to one at instruction 0, which ends the kernel's list. */
export function chainText(chain: SccChain): string {
  const parts = String(chain).split(',');
  const scc = parts.pop()!;
  const end = parts.indexOf('0');
  return `(${[...(end < 0 ? parts : parts.slice(0, end)), scc].join(',')})`;
}

export function enterScc(env: Env, state: VState): void {
  const chain = callchain(env, state);
  if (chain === null) return;
  let visit = env.checkpoints.visits.get(chain);
  if (visit === undefined)
    env.checkpoints.visits.set(chain, (visit = { text: chainText(chain), entry: null, backedges: [], count: 0 }));
  if (visit.entry === null) {
    visit.entry = state;
    if (env.loggingAll) env.log.write(`SCC enter ${visit.text}\n`);
  }
}

function exitScc(env: Env, state: VState): void {
  const chain = callchain(env, state);
  const visit = chain === null ? undefined : env.checkpoints.visits.get(chain);
  if (visit === undefined || visit.entry !== state) return;
  if (env.loggingAll) env.log.write(`SCC exit ${visit.text}\n`);
  visit.entry = null;
  env.checkpoints.backedgeCount -= visit.count;
  visit.count = 0;
  updatePeak(env);
  propagateBackedges(env, visit);
}

function propagateBackedges(env: Env, visit: SccVisit): void {
  let rounds = 0;
  let changed = true;
  while (changed) {
    if (rounds++ > 64) {
      if (env.loggingAll) env.log.write('propagate_backedges: too many iterations\n');
      for (let i = visit.backedges.length - 1; i >= 0; i--) markAllPrecise(env, visit.backedges[i]!);
      break;
    }
    changed = false;
    for (let i = visit.backedges.length - 1; i >= 0; i--) {
      const state = visit.backedges[i]!;
      if (propagatePrecision(env, state.equalTo!, state)) changed = true;
    }
  }
  visit.backedges = [];
}

/** Marks of states in a loop that is not closed yet are incomplete: they are compared more strictly. */
export function incomplete(env: Env, state: VState): boolean {
  const chain = callchain(env, state);
  if (chain === null) return false;
  const visit = env.checkpoints.visits.get(chain);
  return visit !== undefined && visit.backedges.length > 0;
}

/** What was precise in the state that covers another must be precise in what led to that other one. */
export function propagatePrecision(env: Env, old: VState, cur: VState): boolean {
  const bt = env.tracked;
  bt.frame = old.curframe;
  for (let fr = old.curframe; fr >= 0; fr--) {
    const frame = old.frames[fr]!;
    const { regs, stack } = frame;
    for (let r = 0; r < 10; r++) {
      const reg = regs[r]!;
      if (reg.precise && reg.type === SCALAR) bt.set(r, fr);
    }
    for (let spi = 0; spi < stack.length; spi++) {
      const slot = stack[spi]!;
      if (isSpilled(slot) && slot.spilled!.precise && slot.spilled!.type === SCALAR) bt.setSlot(fr, spi);
    }
    if (env.logging && (bt.regs[fr] !== 0 || bt.anySlot(fr))) {
      // At level 1 the line is empty: its end is written at every level.
      if (!env.loggingAll) {
        env.log.write('\n');
        continue;
      }
      const names = [bt.regsText(fr), bt.slotsText(fr).replaceAll('-', 'fp-')].filter((name) => name !== '');
      env.log.write(`frame ${fr}: propagating ${names.join(',')}\n`);
    }
  }
  bt.frame = cur.curframe;
  bt.covering = old.checkpoint;
  const changed = markChain(env, cur, bt);
  bt.covering = -1;
  return changed;
}

export function maybeFree(env: Env, state: VState): void {
  if (!state.inFreeList || state.branches !== 0 || incomplete(env, state)) return;
  state.inFreeList = false;
  env.checkpoints.freeCount--;
}

/** A path that began at `state` has ended: counts down what is left to walk from it and its parents. */
export function updateBranchCounts(env: Env, from: VState): void {
  let state: VState | null = from;
  let stored: VState | null = null;
  while (state !== null) {
    if (--state.branches > 0) break;
    exitScc(env, state);
    const parent: VState | null = state.parent;
    if (stored !== null) maybeFree(env, stored);
    state = parent;
    stored = parent;
  }
}
