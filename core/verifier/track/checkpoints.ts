import { regSpot, slotSpot } from '../values/spot.ts';
import type { Env } from '../env.ts';
import { EFAULT, EINVAL } from '../../base/errno.ts';
import { depthsDiffer, maybeLooping, sameCallsites, sameExactly } from './equality.ts';
import type { Exactness } from './equality.ts';
import { pushHistory } from './history.ts';
import { callchain, chainText, enterScc, incomplete, maybeFree, propagatePrecision, updatePeak } from './loops.ts';
import { isMayGoto } from '../../isa/insn-kinds.ts';
import { Reg, SCALAR } from '../values/reg.ts';
import { Scalar } from '../values/scalar/scalar.ts';
import type { DifferenceReason } from '../sink.ts';
import { EMPTY_SLOT, isSpilled } from '../values/stack.ts';
import type { Frame, VState } from '../values/state.ts';

function listAt(env: Env, insn: number): VState[] {
  // The kernel's hash: lists are shared by chance, and the statistics count every state on a list.
  const key = ((insn ^ env.state.top.callsite) >>> 0) % env.insns.length;
  return (env.checkpoints.stored[key] ??= []);
}

/** Registers and slots that nobody will read are forgotten in states that are known to be safe: they match more. */
function cleanStates(env: Env, insn: number, list: readonly VState[]): void {
  for (const state of list) {
    if (state.branches > 0 || state.insnIdx !== insn || state.cleaned || !sameCallsites(state, env.state)) continue;
    if (incomplete(env, state)) continue;
    state.cleaned = true;
    const { frames } = state;
    for (let f = 0; f < frames.length; f++) {
      const { regs, stack } = frames[f]!;
      const live = env.facts.liveRegs[state.frameInsn(f)]!;
      for (let r = 0; r < 10; r++) if ((live & (1 << r)) === 0) regs[r] = Reg.notInit;
      if (stack.length === 0) continue;
      const slots = env.liveness.liveSlots(state, f);
      for (let spi = 0; spi < stack.length; spi++) if (!slots.has(spi)) stack[spi] = EMPTY_SLOT;
    }
  }
}

/** @param but why even equal states would be no match; null when they are one */
function compareStates(env: Env, old: VState, exact: Exactness, but: DifferenceReason | null = null): boolean {
  const { sink } = env;
  // Whoever watches is told what was compared, also where the outcome does not matter.
  if (but !== null && sink === null) return false;
  const equal = env.comparer.equal(env, old, env.state, exact);
  if (sink !== null) {
    const { difference } = env.comparer;
    const reason = difference?.reason ?? but;
    sink.onCompare(
      {
        checkpoint: old.checkpoint,
        pc: env.insnIdx,
        mode: exact,
        equal: equal && but === null,
        stored: old,
        location: difference?.location ?? null,
        ...(reason === null ? {} : { reason }),
      },
      env.state,
    );
  }
  return equal && but === null;
}

/**
 * At a prune point: is the current state covered by a stored one? Else it may be stored itself.
 * @returns the state that covers it, or null to go on
 */
export function visitCheckpoint(env: Env): VState | null {
  const insn = env.insnIdx;
  const cur = env.state;
  const list = listAt(env, insn);
  const force = env.facts.forceCheckpoint[insn] === 1 || (cur.history !== null && cur.history.count > 40);
  let add = force;
  if (env.jumps - env.jumpsAtCheckpoint >= 2 && env.processed - env.processedAtCheckpoint >= 8) add = true;
  cleanStates(env, insn, list);
  let dropped: VState[] | null = null;
  let seen = 0;
  let hit: VState | null = null;
  let loop = false;
  for (const old of list) {
    seen++;
    if (old.insnIdx !== insn) continue;
    if (old.branches > 0) {
      if (hitsOpenState(env, old, insn)) {
        // A callback's rounds meet at the call, which closes no loop of the graph; but when a state compared before was in a loop
        // that is not closed yet, the kernel takes this one for a part of it.
        loop ||= env.facts.callsCallback[insn] !== 1;
        hit = old;
        break;
      }
      if (!force && env.jumps - env.jumpsAtCheckpoint < 20 && env.processed - env.processedAtCheckpoint < 100)
        add = false;
    } else {
      loop = incomplete(env, old);
      if (compareStates(env, old, loop ? 'range-within' : 'not-exact')) {
        hit = old;
        break;
      }
    }
    if (add) old.misses++;
    const n = env.facts.forceCheckpoint[insn] === 1 && old.branches > 0 ? 64 : 3;
    if (old.misses > old.hits * n + n) (dropped ??= []).push(old);
  }
  if (dropped !== null) dropStates(env, list, dropped);
  if (hit !== null) {
    covered(env, hit, loop, insn);
    return hit;
  }
  env.maxStatesPerInsn = Math.max(env.maxStatesPerInsn, seen);
  if (add) storeState(env, list, insn);
  return null;
}

/** Takes states that are compared often and never cover anything off their list. */
function dropStates(env: Env, list: VState[], dropped: readonly VState[]): void {
  for (const old of dropped) {
    list.splice(list.indexOf(old), 1);
    old.inFreeList = true;
    env.checkpoints.freeCount++;
    env.checkpoints.storedCount--;
    maybeFree(env, old);
  }
}

/** A state whose paths are still being walked covers the current one only where loops are expected to meet themselves. */
function hitsOpenState(env: Env, old: VState, insn: number): boolean {
  const cur = env.state;
  // Another call of a function that the kernel calls by itself is no round of a loop.
  if (old.top.inAsyncCallback && old.top.asyncEntries !== cur.top.asyncEntries) return false;
  if (env.facts.iterNext[insn] === 1) {
    const pointer = cur.top.regs[1]!;
    const offset = pointer.off + pointer.scalar.num;
    const slot = cur.frames[pointer.frameno]?.stack[Math.floor((-offset - 1) / 8)];
    return compareStates(env, old, 'range-within', slot?.iter?.state === 'active' ? null : 'iterator-drained');
  }
  if (isMayGoto(env.insns[insn]!) && old.mayGotoDepth !== cur.mayGotoDepth && compareStates(env, old, 'range-within'))
    return true;
  if (env.facts.callsCallback[insn] === 1) return compareStates(env, old, 'range-within');
  if (maybeLooping(old, cur) && compareStates(env, old, 'exact', wentOn(old, cur))) {
    env.text.writeLine(insn);
    env.say(`infinite loop detected at insn ${insn}\n`);
    if (env.logging) {
      env.log.write('cur state:');
      env.text.writeState(cur, cur.top);
      env.log.write('old state:');
      env.text.writeState(old, old.top);
    }
    env.reject(EINVAL, 'infinite-loop', '', { checkpoint: old.checkpoint });
  }
  return false;
}

function covered(env: Env, hit: VState, loop: boolean, insn: number): void {
  const cur = env.state;
  hit.hits++;
  if (env.facts.jumpPoint[insn] === 1) pushHistory(env, cur);
  propagatePrecision(env, hit, cur);
  if (!loop) return;
  const back = cur.clone();
  back.equalTo = hit;
  back.insnIdx = insn;
  const chain = callchain(env, hit);
  const visit = chain === null ? undefined : env.checkpoints.visits.get(chain);
  if (visit === undefined) {
    // The kernel's own mistake: a callback's round that it takes for a part of the loop in which a state compared before was.
    const what =
      chain === null
        ? `no SCC in verification path, insn_idx ${insn}`
        : `no visit info for call chain ${chainText(chain)}`;
    return env.reject(EFAULT, 'kernel-mistake', `verifier bug: add backedge: ${what}`);
  }
  if (env.loggingAll) env.log.write(`SCC backedge ${visit.text}\n`);
  visit.backedges.push(back);
  visit.count++;
  env.checkpoints.backedgeCount++;
  updatePeak(env);
}

function storeState(env: Env, list: VState[], insn: number): void {
  const cur = env.state;
  env.totalStates++;
  env.checkpoints.storedCount++;
  updatePeak(env);
  env.jumpsAtCheckpoint = env.jumps;
  env.processedAtCheckpoint = env.processed;
  for (const frame of cur.frames) forgetPrecision(frame);
  const stored = cur.clone();
  stored.insnIdx = insn;
  stored.checkpoint = env.checkpoints.nextId++;
  enterScc(env, stored);
  cur.parent = stored;
  cur.firstInsn = insn;
  cur.dfsDepth = stored.dfsDepth + 1;
  cur.history = null;
  list.unshift(stored);
  env.sink?.onCheckpoint(stored.checkpoint, insn, cur);
}

/** The state stored earlier on this very path at this instruction, if there is one: the loop's entry. */
export function findPrevEntry(env: Env, cur: VState | null, insn: number): VState | null {
  if (cur === null) return null;
  for (const state of listAt(env, insn))
    if (state.insnIdx === insn && state.branches > 0 && sameCallsites(state, cur) && state.dfsDepth < cur.dfsDepth)
      return state;

  return null;
}

/** Scalars that changed since the loop's entry and that nobody needs exactly become unknown, so that the loop converges. */
export function widen(env: Env, old: VState, cur: VState): void {
  const ids = env.comparer.ids;
  ids.reset(env.idGen);
  const widened = (a: Reg, b: Reg): Reg | null => {
    if (a.type !== SCALAR || b.type !== SCALAR) return null;
    if (a.precise || b.precise || sameExactly(a, b, ids)) return null;
    return UNKNOWN;
  };
  for (let fr = old.frames.length - 1; fr >= 0; fr--) {
    const a = old.frames[fr]!;
    const b = cur.frames[fr]!;
    for (let r = 0; r < 11; r++) {
      const after = widened(a.regs[r]!, b.regs[r]!);
      if (after === null) continue;
      env.sink?.onWiden(regSpot(fr, r), b.regs[r]!, after, old.checkpoint);
      b.regs[r] = after;
    }
    const slots = Math.min(a.stack.length, b.stack.length);
    for (let spi = 0; spi < slots; spi++) {
      const x = a.stack[spi]!;
      const y = b.stack[spi]!;
      if (!isSpilled(x) || !isSpilled(y)) continue;
      const after = widened(x.spilled!, y.spilled!);
      if (after === null) continue;
      env.sink?.onWiden(slotSpot(fr, spi), y.spilled!, after, old.checkpoint);
      b.stack[spi] = { ...y, spilled: after };
    }
  }
}

/** What went on between two states that look alike: then it is another round, not an endless loop. Null for nothing. */
function wentOn(old: VState, cur: VState): DifferenceReason | null {
  if (depthsDiffer(old, cur)) return 'iterator-depth';
  if (old.mayGotoDepth !== cur.mayGotoDepth) return 'may-goto-depth';
  return old.callbackUnrollDepth === cur.callbackUnrollDepth ? null : 'callback-depth';
}

const UNKNOWN = Reg.scalar(Scalar.unknown);

function forgetPrecision({ regs, stack }: Frame): void {
  for (let r = 0; r < 10; r++) {
    const reg = regs[r]!;
    if (reg.precise && reg.type === SCALAR) regs[r] = reg.withPrecise(false);
  }
  for (let spi = 0; spi < stack.length; spi++) {
    const slot = stack[spi]!;
    if (isSpilled(slot) && slot.spilled!.precise && slot.spilled!.type === SCALAR)
      stack[spi] = { ...slot, spilled: slot.spilled!.withPrecise(false) };
  }
}
