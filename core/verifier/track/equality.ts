import type { Spot } from '../values/spot.ts';
import type { InsnFacts } from '../before/facts.ts';
import {
  ADD_CONST,
  baseType,
  NOT_INIT,
  PTR_TO_BUF,
  PTR_TO_MAP_KEY,
  PTR_TO_MAP_VALUE,
  PTR_TO_MEM,
  PTR_TO_PACKET,
  PTR_TO_PACKET_META,
  PTR_TO_STACK,
  PTR_TO_TP_BUFFER,
  Reg,
  SCALAR,
} from '../values/reg.ts';
import { rangeWithin, Scalar, tnumIn } from '../values/scalar/index.ts';
import type { DifferenceReason, HeldLock } from '../sink.ts';
import type { StackSlot } from '../values/stack.ts';
import {
  slotByte,
  STACK_DYNPTR,
  STACK_INVALID,
  STACK_IRQ_FLAG,
  STACK_ITER,
  STACK_MISC,
  STACK_SPILL,
  STACK_ZERO,
  types7,
} from '../values/stack.ts';
import type { Frame, VState } from '../values/state.ts';

/** How strictly states are compared. `range-within`: as not-exact, with every scalar taken as precise. */
export type Exactness = 'not-exact' | 'exact' | 'range-within';

/** The same ids in both states, up to renaming: which id of the old state stands for which of the current one. */
export class IdMap {
  private readonly olds: number[] = [];
  private readonly curs: number[] = [];
  private count = 0;
  private temporary = 0;

  reset(idGen: number): void {
    this.count = 0;
    this.temporary = idGen;
  }

  check(old: number, cur: number): boolean {
    if ((old !== 0) !== (cur !== 0)) return false;
    if (old === 0) return true;
    for (let i = 0; i < this.count; i++) {
      if (this.olds[i] === old) return this.curs[i] === cur;
      if (this.curs[i] === cur) return false;
    }
    this.olds[this.count] = old;
    this.curs[this.count++] = cur;
    return true;
  }

  /** Links of the old state must hold in the current one; those that only the current one has do no harm. */
  checkScalar(old: number, cur: number): boolean {
    if (old === 0) return true;
    const now = cur !== 0 ? cur : ++this.temporary;
    if (!this.check(old, now)) return false;
    return (old & ADD_CONST) === 0 || this.check(old & ~ADD_CONST, now & ~ADD_CONST);
  }
}

const sameLock = (a: HeldLock | undefined, b: HeldLock | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && a.of === b.of && a.kind === b.kind);

/** Why two states differ: the first place, and in which sense. */
export interface Difference {
  /** Null when the states differ as wholes. */
  readonly location: Spot | null;
  readonly reason: DifferenceReason;
}

/** Equal in type, fixed offset and what the type carries (map, size, BTF type); not bounds or ids. */
const sameShape = (a: Reg, b: Reg): boolean =>
  a.type === b.type && a.off === b.off && (a.type !== SCALAR || a.delta === b.delta) && a.sameTarget(b);

/** Exactly alike but for the names of ids. */
export function sameExactly(a: Reg, b: Reg, ids: IdMap): boolean {
  return sameShape(a, b) && a.scalar.equals(b.scalar) && ids.check(a.id, b.id) && ids.check(a.refObjId, b.refObjId);
}

/** Bit-for-bit alike, ids included: what a loop that changes nothing leaves behind. */
export function identical(a: Reg, b: Reg): boolean {
  return a === b || (sameShape(a, b) && a.scalar.equals(b.scalar) && a.id === b.id && a.refObjId === b.refObjId);
}

const UNBOUND = Reg.scalar(Scalar.unknown);

/** True when every byte is unwritten or plain data (types 0 and 2): such a slot asks nothing of the other state. */
const isLoose = (types: number): boolean => (types & 0xdddddddd) === 0;

/** In which sense two pointers of one type differ. */
const pointerDifference = (old: Reg, cur: Reg): DifferenceReason =>
  !old.sameTarget(cur)
    ? 'other-object'
    : old.off !== cur.off || !old.scalar.equals(cur.scalar)
      ? 'other-offset'
      : 'id-mismatch';

/** Compares two states; remembers the first difference. */
export class Comparer {
  readonly ids = new IdMap();
  private reason: DifferenceReason | null = null;
  // Where the first difference is; `what` is null where the states differ as wholes.
  private what: Spot['what'] | null = null;
  private frame = 0;
  private index = 0;

  /** The first difference that the last comparison found; null when it found none. */
  get difference(): Difference | null {
    if (this.reason === null) return null;
    const { what, frame, index, reason } = this;
    return { location: what === null ? null : { what, frame, index }, reason };
  }

  /** True when whatever is safe from `old` is safe from `cur`: every value `cur` allows, `old` allowed. */
  equal(
    env: { readonly facts: InsnFacts; readonly idGen: number },
    old: VState,
    cur: VState,
    exact: Exactness,
  ): boolean {
    this.reason = null;
    this.what = null;
    this.frame = 0;
    this.ids.reset(env.idGen);
    if (old.frames.length !== cur.frames.length) return this.because('call-depth');
    if (old.inSleepable !== cur.inSleepable) return this.because('sleepable');
    if (!this.refs(old, cur)) return false;
    for (let f = 0; f < old.frames.length; f++) {
      this.frame = f;
      const a = old.frames[f]!;
      const b = cur.frames[f]!;
      if (a.callsite !== b.callsite) return this.because('callsite');
      if (a.callbackDepth > b.callbackDepth) return this.because('callback-depth');
      const live = env.facts.liveRegs[old.frameInsn(f)]!;
      for (let r = 0; r < 11; r++) {
        if ((live & (1 << r)) === 0) continue;
        if (this.reg(a.regs[r]!, b.regs[r]!, exact)) continue;
        return this.at('reg', r);
      }
      if (!this.stack(a, b, exact)) return false;
    }
    return true;
  }

  /** The difference just found lies in this register or slot of the frame at hand. */
  private at(what: Spot['what'], index: number): false {
    this.what = what;
    this.index = index;
    return false;
  }

  private because(reason: DifferenceReason): false {
    this.reason = reason;
    return false;
  }

  private refs(old: VState, cur: VState): boolean {
    if (old.refs.length !== cur.refs.length) return this.because('references');
    if (old.activePreemptLocks !== cur.activePreemptLocks) return this.because('preemption');
    if (old.activeRcuLocks !== cur.activeRcuLocks) return this.because('rcu-sections');
    for (let i = 0; i < old.refs.length; i++)
      if (!this.ids.check(old.refs[i]!.id, cur.refs[i]!.id) || !sameLock(old.refs[i]!.lock, cur.refs[i]!.lock))
        return this.because('references');
    if (old.activeIrqId !== 0 || cur.activeIrqId !== 0) return this.interrupts(old, cur);
    return true;
  }

  private interrupts(old: VState, cur: VState): boolean {
    const same =
      this.ids.check(old.activeIrqId, cur.activeIrqId) &&
      old.refs.every((ref, i) => (ref.irqBefore === undefined) === (cur.refs[i]!.irqBefore === undefined));
    return same || this.because('references');
  }

  private reg(old: Reg, cur: Reg, exact: Exactness): boolean {
    // The very same value, with no ids to be mapped.
    if (old === cur && (old.id | old.refObjId) === 0) return true;
    if (exact === 'exact') return sameExactly(old, cur, this.ids) || this.because('not-identical');
    // What was not there before was not used: enough once all ways on from there are known, not while a loop is still open.
    if (old.type === NOT_INIT && (exact === 'not-exact' || cur.type === NOT_INIT)) return true;
    if (old.type !== cur.type) return this.because('other-type');
    switch (baseType(old.type)) {
      case SCALAR:
        if (!old.precise && exact === 'not-exact') return true;
        if (old.id !== 0 && (old.id & ADD_CONST) !== (cur.id & ADD_CONST)) return this.because('link-offset');
        if ((old.id & ADD_CONST) !== 0 && old.delta !== cur.delta) return this.because('link-offset');
        if (!rangeWithin(old.scalar, cur.scalar)) return this.because('range-not-within');
        if (!tnumIn(old.scalar, cur.scalar)) return this.because('known-bits-not-within');
        return this.ids.checkScalar(old.id, cur.id) || this.because('other-links');
      case PTR_TO_MAP_KEY:
      case PTR_TO_MAP_VALUE:
      case PTR_TO_MEM:
      case PTR_TO_BUF:
      case PTR_TO_TP_BUFFER:
        if (!sameShape(old, cur)) return this.because(old.sameTarget(cur) ? 'other-offset' : 'other-object');
        if (!rangeWithin(old.scalar, cur.scalar) || !tnumIn(old.scalar, cur.scalar))
          return this.because('offset-not-within');
        return (
          (this.ids.check(old.id, cur.id) && this.ids.check(old.refObjId, cur.refObjId)) || this.because('id-mismatch')
        );
      case PTR_TO_PACKET:
      case PTR_TO_PACKET_META:
        // Below 0 it is no range: such a pointer is at the packet's end, or beyond it.
        if (old.range < 0 || cur.range < 0 ? old.range !== cur.range : old.range > cur.range)
          return this.because('packet-range');
        if (old.off !== cur.off) return this.because('other-offset');
        if (!this.ids.check(old.id, cur.id)) return this.because('id-mismatch');
        return (
          (rangeWithin(old.scalar, cur.scalar) && tnumIn(old.scalar, cur.scalar)) || this.because('offset-not-within')
        );
      case PTR_TO_STACK:
        return (sameExactly(old, cur, this.ids) && old.frameno === cur.frameno) || this.because('other-stack-place');
      default:
        return sameExactly(old, cur, this.ids) || this.because(pointerDifference(old, cur));
    }
  }

  /** The value that a slot's bytes from `from` on stand for, when they are a scalar: a spilled one, or anything. */
  private scalarOf(slot: StackSlot): Reg | null {
    if (slotByte(slot.types, 0) === STACK_SPILL && slot.spilled !== null && slot.spilled.type === SCALAR)
      return slot.spilled;
    return isLoose(slot.types) ? UNBOUND : null;
  }

  private stack(old: Frame, cur: Frame, exact: Exactness): boolean {
    for (let spi = 0; spi < old.stack.length; spi++) {
      if (this.slot(old.stack[spi]!, cur.stack[spi], exact)) continue;
      return this.at('slot', spi);
    }
    return true;
  }

  /** Of each slot: the stored state's, and the current one's if it was ever written. */
  private slot(a: StackSlot, b: StackSlot | undefined, exact: Exactness): boolean {
    // An identical slot is equal when nothing in it needs its id mapped or its value compared.
    if (exact !== 'not-exact' && (b === undefined || a.types !== b.types)) return this.because('stack-bytes');
    if (isLoose(a.types)) return true;
    // The very same slot, with no ids to be mapped.
    if (
      a === b &&
      a.iter === null &&
      a.dynptr === undefined &&
      (a.spilled === null || (a.spilled.id | a.spilled.refObjId) === 0)
    )
      return true;
    if (b === undefined) return this.because('never-written');
    const oldScalar = this.scalarOf(a);
    const curScalar = oldScalar === null ? null : this.scalarOf(b);
    if (oldScalar !== null && curScalar !== null) {
      return this.reg(oldScalar, curScalar, exact);
    }
    for (let k = 0; k < 8; k++) {
      const x = slotByte(a.types, k);
      const y = slotByte(b.types, k);
      if (x === STACK_INVALID || x === STACK_MISC) continue;
      if (x !== y) return this.because(x === STACK_ZERO ? 'not-zero' : 'stack-bytes');
    }
    switch (types7(a.types)) {
      case STACK_SPILL:
        if (types7(b.types) === STACK_SPILL && !this.reg(a.spilled!, b.spilled!, exact)) return false;
        break;
      case STACK_ITER: {
        const x = a.iter!;
        const y = b.iter!;
        // Whether its read section still lasts is not compared: the kernel does not either.
        if (x.btfId !== y.btfId) return this.because('iterator-type');
        if (x.state !== y.state) return this.because('iterator-state');
        if (!this.ids.check(x.refObjId, y.refObjId)) return this.because('id-mismatch');
        break;
      }
      case STACK_IRQ_FLAG:
        if (!this.ids.check(a.spilled!.refObjId, b.spilled!.refObjId)) return this.because('id-mismatch');
        if (a.byLock !== b.byLock) return this.because('stack-bytes');
        break;
      case STACK_DYNPTR: {
        const x = a.dynptr!;
        const y = b.dynptr!;
        if (x.kind !== y.kind || x.first !== y.first) return this.because('dynptr');
        if (!this.ids.check(x.refObjId, y.refObjId)) return this.because('id-mismatch');
        break;
      }
    }
    return true;
  }
}

/** True for states whose innermost registers are bit-for-bit the same: perhaps a loop that goes nowhere. */
export function maybeLooping(old: VState, cur: VState): boolean {
  if (old.frames.length !== cur.frames.length) return false;
  const a = old.top.regs;
  const b = cur.top.regs;
  for (let r = 0; r < 11; r++) if (!identical(a[r]!, b[r]!)) return false;
  return true;
}

/** True when an active iterator went on between the states: then it is another round, not an endless loop. */
export function depthsDiffer(old: VState, cur: VState): boolean {
  for (let f = old.frames.length - 1; f >= 0; f--) {
    const a = old.frames[f]!.stack;
    for (let spi = 0; spi < a.length; spi++) {
      const it = a[spi]!.iter;
      if (slotByte(a[spi]!.types, 0) !== STACK_ITER || it === null || it.state !== 'active') continue;
      if (cur.frames[f]!.stack[spi]?.iter?.depth !== it.depth) return true;
    }
  }
  return false;
}

/** Same functions called from the same places. */
export function sameCallsites(a: VState, b: VState): boolean {
  if (a.frames.length !== b.frames.length) return false;
  for (let i = 1; i < a.frames.length; i++) if (a.frames[i]!.callsite !== b.frames[i]!.callsite) return false;
  return true;
}
