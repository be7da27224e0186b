import type { InsnFacts, Subprog } from '../before/facts.ts';
import type { Log } from '../log-output.ts';
import type { FrameMasks, LivenessChain } from '../values/liveness-chain.ts';
import type { Frame, VState } from '../values/state.ts';

/** What the marks are about: the program's graph, and the state that is walked. */
interface Walked {
  readonly facts: InsnFacts;
  readonly subprogs: readonly Subprog[];
  readonly postorder: readonly Int32Array[];
  readonly state: VState;
  readonly limits: { readonly frames: number };
}

// Programs have at most a million instructions: two indexes fit in a double's 53 bits.
const INDEXES = 1 << 20;

/** Slots of a frame, a bit each: 0..31 and 32..63. */
type Mask = readonly [low: number, high: number];

/** The slots of one frame that may still be read. */
class Slots {
  low = 0;
  high = 0;

  has(spi: number): boolean {
    return ((spi < 32 ? this.low >>> spi : this.high >>> (spi - 32)) & 1) !== 0;
  }
}

/** Which stack slots may still be read; see `FrameMasks`. */
export class StackLiveness {
  private readonly outermost = new Map<number, LivenessChain>();
  private current: LivenessChain | null = null;
  private writeInsn = 0;
  private readonly writes: Int32Array;
  /** Whether any bit of `writes` may be set. */
  private written = false;
  private readonly answer = new Slots();

  constructor(
    private readonly walked: Walked,
    private readonly log: Log,
  ) {
    this.writes = new Int32Array(walked.limits.frames * 2);
  }

  /** The walk went on in another frame: the current chain has to be looked up again. */
  forgetChain(): void {
    this.current = null;
  }

  /** The chain of calls that leads to frame `f` of a state. */
  private chain(state: VState, f: number): LivenessChain {
    const frame = state.frames[f]!;
    if (frame.chain !== null) return frame.chain;
    const { start } = this.walked.subprogs[frame.subprog]!;
    const outer = f === 0 ? null : this.chain(state, f - 1);
    const table = outer === null ? this.outermost : outer.inner;
    const key = (f === 0 ? 0 : frame.callsite) * INDEXES + start;
    let found = table.get(key);
    if (found === undefined) table.set(key, (found = this.make(outer, frame)));
    frame.chain = found;
    return found;
  }

  private make(outer: LivenessChain | null, { subprog, callsite }: Frame): LivenessChain {
    const { start, end } = this.walked.subprogs[subprog]!;
    const callsites = outer === null ? [] : [...outer.callsites, callsite];
    return {
      outer,
      callsites,
      start,
      count: end - start,
      subprog,
      frames: new Array<FrameMasks | null>(callsites.length + 1).fill(null),
      mustWriteSet: new Uint8Array(end - start),
      inner: new Map(),
      updated: false,
      mustWriteDropped: false,
    };
  }

  private cur(): LivenessChain {
    this.current ??= this.chain(this.walked.state, this.walked.state.curframe);
    return this.current;
  }

  private masks(instance: LivenessChain, frame: number): FrameMasks {
    let masks = instance.frames[frame];
    if (masks === null || masks === undefined) {
      const make = (): Int32Array => new Int32Array(instance.count * 2);
      masks = { mayRead: make(), mustWrite: make(), mustWriteAcc: make(), liveBefore: make() };
      instance.frames[frame] = masks;
    }
    return masks;
  }

  /** The instruction reads slot `spi` of `frame`. */
  read(frame: number, insn: number, spi: number): void {
    const low = spi < 32 ? 1 << spi : 0;
    const high = spi < 32 ? 0 : 1 << (spi - 32);
    this.readMask(this.cur(), frame, insn, low, high);
  }

  private readMask(instance: LivenessChain, frame: number, insn: number, low: number, high: number): void {
    if ((low | high) === 0 && instance.frames[frame] === null) return;
    const { mayRead, liveBefore } = this.masks(instance, frame);
    const at = (insn - instance.start) * 2;
    const newLow = mayRead[at]! | low;
    const newHigh = mayRead[at + 1]! | high;
    // A slot that is live here already, because of a later read, teaches nothing new.
    if ((newLow & ~liveBefore[at]!) !== 0 || (newHigh & ~liveBefore[at + 1]!) !== 0) {
      if (newLow !== mayRead[at] || newHigh !== mayRead[at + 1]) instance.updated = true;
    }
    mayRead[at] = newLow;
    mayRead[at + 1] = newHigh;
  }

  /** Begins an instruction: no slot written yet. */
  beginWrites(insn: number): void {
    this.cur();
    this.resetWrites(insn);
  }

  private resetWrites(insn: number): void {
    this.writeInsn = insn;
    if (!this.written) return;
    this.writes.fill(0);
    this.written = false;
  }

  /** The instruction overwrites slot `spi` of `frame` wholly. */
  write(frame: number, spi: number): void {
    this.written = true;
    if (spi < 32) this.writes[frame * 2]! |= 1 << spi;
    else this.writes[frame * 2 + 1]! |= 1 << (spi - 32);
  }

  /** Ends an instruction: what it wrote on this walk counts only if it did so on every one. A call's writes count when it returns. */
  commitWrites(): void {
    if (this.current !== null) this.commit(this.current);
  }

  private commit(instance: LivenessChain): void {
    const idx = this.writeInsn - instance.start;
    const set = instance.mustWriteSet[idx] === 1;
    if (!this.written && !set) {
      instance.mustWriteSet[idx] = 1;
      return;
    }
    for (let frame = 0; frame < instance.frames.length; frame++) {
      let low = this.writes[frame * 2]!;
      let high = this.writes[frame * 2 + 1]!;
      if ((low | high) === 0 && !set) continue;
      const { mustWrite } = this.masks(instance, frame);
      const oldLow = mustWrite[idx * 2]!;
      const oldHigh = mustWrite[idx * 2 + 1]!;
      if (set) {
        low &= oldLow;
        high &= oldHigh;
      }
      if (low !== oldLow || high !== oldHigh) {
        mustWrite[idx * 2] = low;
        mustWrite[idx * 2 + 1] = high;
        instance.updated = true;
      }
      if ((oldLow & ~low) !== 0 || (oldHigh & ~high) !== 0) instance.mustWriteDropped = true;
    }
    instance.mustWriteSet[idx] = 1;
  }

  private chainText(instance: LivenessChain): string {
    return `(${[...instance.callsites, instance.start].join(',')})`;
  }

  /** A path has ended: lets the marks flow, from the innermost frame out. */
  update(): void {
    const state = this.walked.state;
    this.forgetChain();
    for (let frame = state.curframe; frame >= 0; frame--) this.updateInstance(this.chain(state, frame));
  }

  private updateInstance(instance: LivenessChain): void {
    if (!instance.updated) return;
    if (instance.mustWriteDropped) for (const masks of instance.frames) masks?.mustWriteAcc.fill(0);
    const order = this.walked.postorder[instance.subprog]!;
    let rounds = 0;
    let changed = true;
    while (changed) {
      rounds++;
      changed = false;
      for (let frame = 0; frame < instance.frames.length; frame++) {
        const masks = instance.frames[frame];
        if (masks === null || masks === undefined) continue;
        for (const insn of order) if (this.flow(instance, masks, frame, insn)) changed = true;
      }
    }
    if (this.log.everything)
      this.log.write(`${this.chainText(instance)} live stack update done in ${rounds} iterations\n`);
    const { outer } = instance;
    const last = instance.frames.length - 1;
    if (outer !== null) {
      // What the function does to its callers' frames happens, for them, at the call.
      const callsite = instance.callsites[last - 1]!;
      this.resetWrites(callsite);
      for (let frame = 0; frame < last; frame++) {
        const masks = instance.frames[frame];
        if (masks === null || masks === undefined) continue;
        this.written = true;
        this.writes[frame * 2]! |= masks.mustWriteAcc[0]!;
        this.writes[frame * 2 + 1]! |= masks.mustWriteAcc[1]!;
        this.readMask(outer, frame, callsite, masks.liveBefore[0]!, masks.liveBefore[1]!);
      }
      this.commit(outer);
    }
    instance.updated = false;
    instance.mustWriteDropped = false;
  }

  private flow(instance: LivenessChain, m: FrameMasks, frame: number, insn: number): boolean {
    const { facts } = this.walked;
    const next = facts.next[insn]!;
    const target = facts.target[insn]!;
    if (next < 0 && target < 0) return false;
    const at = (insn - instance.start) * 2;
    let afterLow = 0;
    let afterHigh = 0;
    let accLow = -1;
    let accHigh = -1;
    if (next >= 0) {
      const k = (next - instance.start) * 2;
      afterLow = m.liveBefore[k]!;
      afterHigh = m.liveBefore[k + 1]!;
      accLow = m.mustWriteAcc[k]!;
      accHigh = m.mustWriteAcc[k + 1]!;
    }
    if (target >= 0) {
      const k = (target - instance.start) * 2;
      afterLow |= m.liveBefore[k]!;
      afterHigh |= m.liveBefore[k + 1]!;
      accLow &= m.mustWriteAcc[k]!;
      accHigh &= m.mustWriteAcc[k + 1]!;
    }
    const writeLow = m.mustWrite[at]!;
    const writeHigh = m.mustWrite[at + 1]!;
    accLow |= writeLow;
    accHigh |= writeHigh;
    const beforeLow = (afterLow & ~writeLow) | m.mayRead[at]!;
    const beforeHigh = (afterHigh & ~writeHigh) | m.mayRead[at + 1]!;
    const changed =
      beforeLow !== m.liveBefore[at] ||
      beforeHigh !== m.liveBefore[at + 1] ||
      accLow !== m.mustWriteAcc[at] ||
      accHigh !== m.mustWriteAcc[at + 1];
    if (
      this.log.everything &&
      ((m.mayRead[at]! | m.mayRead[at + 1]! | writeLow | writeHigh) !== 0 ||
        insn === instance.start ||
        this.walked.facts.prunePoint[insn] === 1)
    ) {
      const line = (what: string, was: Mask, is: Mask): void =>
        this.logChange(`${this.chainText(instance)} frame ${frame} insn ${insn} `, what, was, is);
      line('live', [m.liveBefore[at]!, m.liveBefore[at + 1]!], [beforeLow, beforeHigh]);
      line('written', [m.mustWriteAcc[at]!, m.mustWriteAcc[at + 1]!], [accLow, accHigh]);
    }
    m.liveBefore[at] = beforeLow;
    m.liveBefore[at + 1] = beforeHigh;
    m.mustWriteAcc[at] = accLow;
    m.mustWriteAcc[at + 1] = accHigh;
    return changed;
  }

  private logChange(start: string, what: string, [oldLow, oldHigh]: Mask, [newLow, newHigh]: Mask): void {
    if (oldLow === newLow && oldHigh === newHigh) return;
    const names = (low: number, high: number): string => {
      const out: string[] = [];
      for (let i = 0; i < 64; i++)
        if (((i < 32 ? low >>> i : high >>> (i - 32)) & 1) !== 0) out.push(`${-(i + 1) * 8}`);
      return out.join(',');
    };
    let text = start;
    const added = names(newLow & ~oldLow, newHigh & ~oldHigh);
    const removed = names(oldLow & ~newLow, oldHigh & ~newHigh);
    if (added !== '') text += `+${what} ${added} `;
    if (removed !== '') text += `-${what} ${removed}`;
    this.log.write(`${text}\n`);
  }

  /** The slots of frame `f` that may still be read from a state on. The answer holds until the next question. */
  liveSlots(state: VState, f: number): { has(spi: number): boolean } {
    const { answer } = this;
    answer.low = 0;
    answer.high = 0;
    const last = state.frames.length - 1;
    // The innermost chain speaks for its own instruction, the outer ones for what follows their call.
    this.addLive(this.chain(state, last), f, state.frameInsn(last));
    for (let i = f; i < last; i++) {
      const call = state.frameInsn(i);
      this.addLive(this.chain(state, i), f, this.walked.facts.callsCallback[call] === 1 ? call : call + 1);
    }
    return answer;
  }

  private addLive(instance: LivenessChain, f: number, insn: number): void {
    const masks = instance.frames[f];
    if (masks === null || masks === undefined) return;
    const at = (insn - instance.start) * 2;
    this.answer.low |= masks.liveBefore[at]!;
    this.answer.high |= masks.liveBefore[at + 1]!;
  }
}
