import type { Env } from '../env.ts';
import { EFAULT, EINVAL } from '../env.ts';
import { Comparer, depthsDiffer, maybeLooping, sameCallsites, sameExactly } from './equality.ts';
import type { Exactness } from './equality.ts';
import { pushHistory } from './history.ts';
import { markAllPrecise, markChain } from './precision.ts';
import { isMayGoto } from '../before/program.ts';
import { Reg, SCALAR } from '../values/reg.ts';
import { Scalar } from '../values/scalar/scalar.ts';
import type { DifferenceReason } from '../sink.ts';
import { EMPTY_SLOT, isSpilled } from '../values/stack.ts';
import type { Frame, VState } from '../values/state.ts';

/** Names a loop by the way into it; see `callchain`. */
type SccChain = number | string;

/** One walk into a loop through a chain of calls: where it was entered, and the states that closed it. */
interface SccVisit {
  readonly text: string;
  entry: VState | null;
  /** In the order in which they came; looked through from the latest. */
  backedges: VState[];
  count: number;
}

/** Stored states, the comparisons with them, and the bookkeeping of loops. */
export class Checkpoints {
  readonly comparer = new Comparer();
  /** By the kernel's hash of instruction and call site; see `list`. */
  private stored: (VState[] | undefined)[] = [];
  private visits = new Map<SccChain, SccVisit>();
  private storedCount = 0;
  private freeCount = 0;
  private backedgeCount = 0;
  private nextId = 0;

  constructor(private readonly env: Env) {}

  /** Forgets all states: a global function is verified from scratch. The statistics go on counting those of the function before. */
  clear(): void {
    this.stored = [];
    this.visits = new Map();
  }

  private list(insn: number): VState[] {
    // The kernel's hash: lists are shared by chance, and the statistics count every state on a list.
    const key = ((insn ^ this.env.state.top.callsite) >>> 0) % this.env.insns.length;
    return (this.stored[key] ??= []);
  }

  private updatePeak(): void {
    this.env.peakStates = Math.max(this.env.peakStates, this.storedCount + this.freeCount + this.backedgeCount);
  }

  /**
   * The outermost loop that a state is in: its number when the outermost frame is in it, else the calls that lead there and the number;
   * null outside of loops.
   */
  private callchain(state: VState): SccChain | null {
    const { scc } = this.env.facts;
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
  private static chainText(chain: SccChain): string {
    const parts = String(chain).split(',');
    const scc = parts.pop()!;
    const end = parts.indexOf('0');
    return `(${[...(end < 0 ? parts : parts.slice(0, end)), scc].join(',')})`;
  }

  private enterScc(state: VState): void {
    const chain = this.callchain(state);
    if (chain === null) return;
    let visit = this.visits.get(chain);
    if (visit === undefined)
      this.visits.set(chain, (visit = { text: Checkpoints.chainText(chain), entry: null, backedges: [], count: 0 }));
    if (visit.entry === null) {
      visit.entry = state;
      if (this.env.loggingAll) this.env.log.write(`SCC enter ${visit.text}\n`);
    }
  }

  private exitScc(state: VState): void {
    const chain = this.callchain(state);
    const visit = chain === null ? undefined : this.visits.get(chain);
    if (visit === undefined || visit.entry !== state) return;
    if (this.env.loggingAll) this.env.log.write(`SCC exit ${visit.text}\n`);
    visit.entry = null;
    this.backedgeCount -= visit.count;
    visit.count = 0;
    this.updatePeak();
    this.propagateBackedges(visit);
  }

  private propagateBackedges(visit: SccVisit): void {
    let rounds = 0;
    let changed = true;
    while (changed) {
      if (rounds++ > 64) {
        if (this.env.loggingAll) this.env.log.write('propagate_backedges: too many iterations\n');
        for (let i = visit.backedges.length - 1; i >= 0; i--) markAllPrecise(this.env, visit.backedges[i]!);
        break;
      }
      changed = false;
      for (let i = visit.backedges.length - 1; i >= 0; i--) {
        const state = visit.backedges[i]!;
        if (this.propagatePrecision(state.equalTo!, state)) changed = true;
      }
    }
    visit.backedges = [];
  }

  /** Marks of states in a loop that is not closed yet are incomplete: they are compared more strictly. */
  private incomplete(state: VState): boolean {
    const chain = this.callchain(state);
    if (chain === null) return false;
    const visit = this.visits.get(chain);
    return visit !== undefined && visit.backedges.length > 0;
  }

  /** What was precise in the state that covers another must be precise in what led to that other one. */
  private propagatePrecision(old: VState, cur: VState): boolean {
    const { env } = this;
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
        const names = [bt.regsText(fr), bt.slotsText(fr).replace(/-/g, 'fp-')].filter((name) => name !== '');
        env.log.write(`frame ${fr}: propagating ${names.join(',')}\n`);
      }
    }
    bt.frame = cur.curframe;
    bt.covering = old.checkpoint;
    const changed = markChain(env, cur, bt);
    bt.covering = -1;
    return changed;
  }

  private maybeFree(state: VState): void {
    if (!state.inFreeList || state.branches !== 0 || this.incomplete(state)) return;
    state.inFreeList = false;
    this.freeCount--;
  }

  /** A path that began at `state` has ended: counts down what is left to walk from it and its parents. */
  updateBranchCounts(from: VState): void {
    let state: VState | null = from;
    let stored: VState | null = null;
    while (state !== null) {
      if (--state.branches > 0) break;
      this.exitScc(state);
      const parent: VState | null = state.parent;
      if (stored !== null) this.maybeFree(stored);
      state = parent;
      stored = parent;
    }
  }

  /** Registers and slots that nobody will read are forgotten in states that are known to be safe: they match more. */
  private clean(insn: number, list: readonly VState[]): void {
    for (const state of list) {
      if (state.branches > 0 || state.insnIdx !== insn || state.cleaned || !sameCallsites(state, this.env.state))
        continue;
      if (this.incomplete(state)) continue;
      state.cleaned = true;
      const { env } = this;
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
  private compare(old: VState, exact: Exactness, but: DifferenceReason | null = null): boolean {
    const { env } = this;
    const { sink } = env;
    // Whoever watches is told what was compared, also where the outcome does not matter.
    if (but !== null && sink === null) return false;
    const equal = this.comparer.equal(env, old, env.state, exact);
    if (sink !== null) {
      const { difference } = this.comparer;
      const { location } = difference ?? {};
      const whole = location === undefined || (location.reg === undefined && location.spi === undefined);
      const reason = difference?.reason ?? but;
      sink.onCompare(
        {
          checkpoint: old.checkpoint,
          pc: env.insnIdx,
          mode: exact,
          equal: equal && but === null,
          stored: old,
          ...(whole ? {} : { location }),
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
  visit(): VState | null {
    const { env } = this;
    const insn = env.insnIdx;
    const cur = env.state;
    const list = this.list(insn);
    const force = env.facts.forceCheckpoint[insn] === 1 || (cur.history !== null && cur.history.count > 40);
    let add = force;
    if (env.jumps - env.jumpsAtCheckpoint >= 2 && env.processed - env.processedAtCheckpoint >= 8) add = true;
    this.clean(insn, list);
    let dropped: VState[] | null = null;
    let seen = 0;
    let hit: VState | null = null;
    let loop = false;
    for (const old of list) {
      seen++;
      if (old.insnIdx !== insn) continue;
      if (old.branches > 0) {
        if (this.hitsOpenState(old, insn)) {
          // A callback's rounds meet at the call, which closes no loop of the graph; but when a state compared before was in a loop
          // that is not closed yet, the kernel takes this one for a part of it.
          loop ||= env.facts.callsCallback[insn] !== 1;
          hit = old;
          break;
        }
        if (!force && env.jumps - env.jumpsAtCheckpoint < 20 && env.processed - env.processedAtCheckpoint < 100)
          add = false;
      } else {
        loop = this.incomplete(old);
        if (this.compare(old, loop ? 'range-within' : 'not-exact')) {
          hit = old;
          break;
        }
      }
      if (add) old.misses++;
      const n = env.facts.forceCheckpoint[insn] === 1 && old.branches > 0 ? 64 : 3;
      if (old.misses > old.hits * n + n) (dropped ??= []).push(old);
    }
    if (dropped !== null) this.drop(list, dropped);
    if (hit !== null) {
      this.covered(hit, loop, insn);
      return hit;
    }
    env.maxStatesPerInsn = Math.max(env.maxStatesPerInsn, seen);
    if (add) this.store(list, insn);
    return null;
  }

  /** Takes states that are compared often and never cover anything off their list. */
  private drop(list: VState[], dropped: readonly VState[]): void {
    for (const old of dropped) {
      list.splice(list.indexOf(old), 1);
      old.inFreeList = true;
      this.freeCount++;
      this.storedCount--;
      this.maybeFree(old);
    }
  }

  /** A state whose paths are still being walked covers the current one only where loops are expected to meet themselves. */
  private hitsOpenState(old: VState, insn: number): boolean {
    const { env } = this;
    const cur = env.state;
    // Another call of a function that the kernel calls by itself is no round of a loop.
    if (old.top.inAsyncCallback && old.top.asyncEntries !== cur.top.asyncEntries) return false;
    if (env.facts.iterNext[insn] === 1) {
      const pointer = cur.top.regs[1]!;
      const offset = pointer.off + pointer.scalar.num;
      const slot = cur.frames[pointer.frameno]?.stack[Math.floor((-offset - 1) / 8)];
      return this.compare(old, 'range-within', slot?.iter?.state === 'active' ? null : 'iterator-drained');
    }
    if (isMayGoto(env.insns[insn]!) && old.mayGotoDepth !== cur.mayGotoDepth && this.compare(old, 'range-within'))
      return true;
    if (env.facts.callsCallback[insn] === 1) return this.compare(old, 'range-within');
    if (maybeLooping(old, cur) && this.compare(old, 'exact', wentOn(old, cur))) {
      env.writeLine(insn);
      env.say(`infinite loop detected at insn ${insn}\n`);
      if (env.logging) {
        env.log.write('cur state:');
        env.writeState(cur, cur.top);
        env.log.write('old state:');
        env.writeState(old, old.top);
      }
      env.reject(EINVAL, 'infinite-loop', '', { insn, checkpoint: old.checkpoint });
    }
    return false;
  }

  private covered(hit: VState, loop: boolean, insn: number): void {
    const { env } = this;
    const cur = env.state;
    hit.hits++;
    if (env.facts.jumpPoint[insn] === 1) pushHistory(env, cur);
    this.propagatePrecision(hit, cur);
    if (!loop) return;
    const back = cur.clone();
    back.equalTo = hit;
    back.insnIdx = insn;
    const chain = this.callchain(hit);
    const visit = chain === null ? undefined : this.visits.get(chain);
    if (visit === undefined) {
      // The kernel's own mistake: a callback's round that it takes for a part of the loop in which a state compared before was.
      const what =
        chain === null
          ? `no SCC in verification path, insn_idx ${insn}`
          : `no visit info for call chain ${Checkpoints.chainText(chain)}`;
      return env.reject(EFAULT, 'kernel-mistake', `verifier bug: add backedge: ${what}`);
    }
    if (env.loggingAll) env.log.write(`SCC backedge ${visit.text}\n`);
    visit.backedges.push(back);
    visit.count++;
    this.backedgeCount++;
    this.updatePeak();
  }

  private store(list: VState[], insn: number): void {
    const { env } = this;
    const cur = env.state;
    env.totalStates++;
    this.storedCount++;
    this.updatePeak();
    env.jumpsAtCheckpoint = env.jumps;
    env.processedAtCheckpoint = env.processed;
    for (const frame of cur.frames) forgetPrecision(frame);
    const stored = cur.clone();
    stored.insnIdx = insn;
    stored.checkpoint = this.nextId++;
    this.enterScc(stored);
    cur.parent = stored;
    cur.firstInsn = insn;
    cur.dfsDepth = stored.dfsDepth + 1;
    cur.history = null;
    list.unshift(stored);
    env.sink?.onCheckpoint(stored.checkpoint, insn, cur);
  }

  /** The state stored earlier on this very path at this instruction, if there is one: the loop's entry. */
  findPrevEntry(cur: VState | null, insn: number): VState | null {
    if (cur === null) return null;
    for (const state of this.list(insn))
      if (state.insnIdx === insn && state.branches > 0 && sameCallsites(state, cur) && state.dfsDepth < cur.dfsDepth)
        return state;

    return null;
  }

  /** Scalars that changed since the loop's entry and that nobody needs exactly become unknown, so that the loop converges. */
  widen(old: VState, cur: VState): void {
    const { env } = this;
    const ids = this.comparer.ids;
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
        env.sink?.onWiden(fr, { reg: r }, b.regs[r]!, after, old.checkpoint);
        b.regs[r] = after;
      }
      const slots = Math.min(a.stack.length, b.stack.length);
      for (let spi = 0; spi < slots; spi++) {
        const x = a.stack[spi]!;
        const y = b.stack[spi]!;
        if (!isSpilled(x) || !isSpilled(y)) continue;
        const after = widened(x.spilled!, y.spilled!);
        if (after === null) continue;
        env.sink?.onWiden(fr, { spi }, y.spilled!, after, old.checkpoint);
        b.stack[spi] = { ...y, spilled: after };
      }
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
