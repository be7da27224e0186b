import { Draft, asS64, asU64, low32, maxBig, minBig, sync } from './bounds.ts';
import { Memo } from './memo.ts';
import type { Scalar } from './scalar.ts';
import { tnumAnd, tnumIntersect, tnumOr, tnumOverlap, tnumSubreg, tnumWithSubreg } from './tnum.ts';

// Conditions of the JMP and JMP32 classes (RFC 9669, section 4.3), as they stand in the opcode's high four bits.
export const JEQ = 0x10;
export const JGT = 0x20;
export const JGE = 0x30;
export const JSET = 0x40;
export const JNE = 0x50;
export const JSGT = 0x60;
export const JSGE = 0x70;
export const JLT = 0xa0;
export const JLE = 0xb0;
export const JSLT = 0xc0;
export const JSLE = 0xd0;
/** "No common bit", the opposite of JSET: not an instruction, only what its fall-through branch knows. */
export const JNSET = 0x48;

const OPPOSITE: Readonly<Record<number, number>> = {
  [JEQ]: JNE,
  [JNE]: JEQ,
  [JSET]: JNSET,
  [JNSET]: JSET,
  [JGE]: JLT,
  [JLT]: JGE,
  [JGT]: JLE,
  [JLE]: JGT,
  [JSGE]: JSLT,
  [JSLT]: JSGE,
  [JSGT]: JSLE,
  [JSLE]: JSGT,
};

/** The condition that holds where `op` doesn't. Throws RangeError if `op` is no condition. */
export function invert(op: number): number {
  const inverse = OPPOSITE[op];
  if (inverse === undefined) throw new RangeError(`no jump condition 0x${op.toString(16)}`);
  return inverse;
}

const takenMemo = new Memo<1 | 0 | -1>();
const refineMemo = new Memo<readonly [Scalar, Scalar]>();

/**
 * Whether `a op b` holds for every pair of numbers the two may be (1), for none (0), or can't be told (-1). The answers are those that
 * 6.18 finds, which misses some: e.g. JSET is decided only against a known side.
 */
export function branchTaken(op: number, is64: boolean, a: Scalar, b: Scalar): 1 | 0 | -1 {
  if (a.isExact && b.isExact) return holdsForConstants(op, is64, a, b) ? 1 : 0;
  const key = (op << 1) | (is64 ? 1 : 0);
  return takenMemo.get(key, a, b) ?? takenMemo.put(key, a, b, decide(op, is64, a, b));
}

function holdsForConstants(op: number, is64: boolean, a: Scalar, b: Scalar): boolean {
  if (!is64) {
    if (op === JSET) return (a.u32min & b.u32min) !== 0;
    return op === JSGT || op === JSGE || op === JSLT || op === JSLE
      ? compares(op, a.s32min, b.s32min)
      : compares(op, a.u32min, b.u32min);
  }
  if (op === JSET) return (a.value & b.value) !== 0n;
  return op === JSGT || op === JSGE || op === JSLT || op === JSLE
    ? compares(op, a.smin, b.smin)
    : compares(op, a.umin, b.umin);
}

function compares<N extends number | bigint>(op: number, a: N, b: N): boolean {
  switch (op) {
    case JEQ:
      return a === b;
    case JNE:
      return a !== b;
    case JGT:
    case JSGT:
      return a > b;
    case JGE:
    case JSGE:
      return a >= b;
    case JLT:
    case JSLT:
      return a < b;
    case JLE:
    case JSLE:
      return a <= b;
    default:
      throw new RangeError(`no jump condition 0x${op.toString(16)}`);
  }
}

function decide(op: number, is64: boolean, a: Scalar, b: Scalar): 1 | 0 | -1 {
  switch (op) {
    case JEQ:
      return decideEqual(is64, a, b);
    case JNE: {
      const equal = decideEqual(is64, a, b);
      return equal === -1 ? -1 : equal ? 0 : 1;
    }
    case JSET:
      return decideCommonBit(is64, a, b);
    case JGT:
      return is64 ? decideLess(b.umin, b.umax, a.umin, a.umax) : decideLess(b.u32min, b.u32max, a.u32min, a.u32max);
    case JLT:
      return is64 ? decideLess(a.umin, a.umax, b.umin, b.umax) : decideLess(a.u32min, a.u32max, b.u32min, b.u32max);
    case JGE:
      return is64 ? decideAtMost(b.umin, b.umax, a.umin, a.umax) : decideAtMost(b.u32min, b.u32max, a.u32min, a.u32max);
    case JLE:
      return is64 ? decideAtMost(a.umin, a.umax, b.umin, b.umax) : decideAtMost(a.u32min, a.u32max, b.u32min, b.u32max);
    case JSGT:
      return is64 ? decideLess(b.smin, b.smax, a.smin, a.smax) : decideLess(b.s32min, b.s32max, a.s32min, a.s32max);
    case JSLT:
      return is64 ? decideLess(a.smin, a.smax, b.smin, b.smax) : decideLess(a.s32min, a.s32max, b.s32min, b.s32max);
    case JSGE:
      return is64 ? decideAtMost(b.smin, b.smax, a.smin, a.smax) : decideAtMost(b.s32min, b.s32max, a.s32min, a.s32max);
    case JSLE:
      return is64 ? decideAtMost(a.smin, a.smax, b.smin, b.smax) : decideAtMost(a.s32min, a.s32max, b.s32min, b.s32max);
    default:
      throw new RangeError(`no jump condition 0x${op.toString(16)}`);
  }
}

function decideLess<N extends number | bigint>(aMin: N, aMax: N, bMin: N, bMax: N): 1 | 0 | -1 {
  return aMax < bMin ? 1 : aMin >= bMax ? 0 : -1;
}

function decideAtMost<N extends number | bigint>(aMin: N, aMax: N, bMin: N, bMax: N): 1 | 0 | -1 {
  return aMax <= bMin ? 1 : aMin > bMax ? 0 : -1;
}

function decideEqual(is64: boolean, a: Scalar, b: Scalar): 1 | 0 | -1 {
  const x = is64 ? a : tnumSubreg(a);
  const y = is64 ? b : tnumSubreg(b);
  if (x.mask === 0n && y.mask === 0n) return x.value === y.value ? 1 : 0;
  if (!tnumOverlap(x, y)) return 0;
  if (is64 && (a.umin > b.umax || a.umax < b.umin || a.smin > b.smax || a.smax < b.smin)) return 0;
  if (a.u32min > b.u32max || a.u32max < b.u32min || a.s32min > b.s32max || a.s32max < b.s32min) return 0;
  return -1;
}

const isKnown = (s: { mask: bigint }, is64: boolean): boolean => (is64 ? s.mask === 0n : (s.mask & 0xffffffffn) === 0n);

const knownValue = (s: { value: bigint }, is64: boolean): bigint => (is64 ? s.value : BigInt.asUintN(32, s.value));

function decideCommonBit(is64: boolean, a: Scalar, b: Scalar): 1 | 0 | -1 {
  if (!isKnown(b, is64)) [a, b] = [b, a];
  if (!isKnown(b, is64)) return -1;
  const bits = knownValue(b, is64);
  if (a.value & bits) return 1;
  return (a.value | a.mask) & bits ? -1 : 0;
}

/**
 * Both sides narrowed by the knowledge that `a op b` holds (`op` may be `JNSET`). On a branch that can't be reached the result may
 * contradict itself; see `sanityViolation`. For a register compared with itself use `refineSelf`.
 */
export function refine(op: number, is64: boolean, a: Scalar, b: Scalar): readonly [Scalar, Scalar] {
  const key = (op << 1) | (is64 ? 1 : 0);
  const found = refineMemo.get(key, a, b);
  if (found) return found;
  const da = new Draft(a);
  const db = new Draft(b);
  narrow(op, is64, da, db);
  sync(da);
  sync(db);
  return refineMemo.put(key, a, b, [da.freeze(a), db.freeze(b)]);
}

/**
 * A register narrowed by the knowledge that `a op a` holds. 6.18 doesn't see that the two sides are one register: it refines that one
 * register in both roles, also on the branch that is never taken.
 */
export function refineSelf(op: number, is64: boolean, a: Scalar): Scalar {
  const d = new Draft(a);
  narrow(op, is64, d, d);
  sync(d);
  sync(d);
  return d.freeze(a);
}

function narrow(op: number, is64: boolean, a: Draft, b: Draft): void {
  switch (op) {
    case JEQ:
      return narrowEqual(is64, a, b);
    case JNE:
      return narrowDifferent(is64, a, b);
    case JSET:
      return narrowCommonBit(is64, a, b);
    case JNSET:
      return narrowNoCommonBit(is64, a, b);
    case JLE:
      return narrowUnsigned(is64, a, b, 0);
    case JLT:
      return narrowUnsigned(is64, a, b, 1);
    case JGE:
      return narrowUnsigned(is64, b, a, 0);
    case JGT:
      return narrowUnsigned(is64, b, a, 1);
    case JSLE:
      return narrowSigned(is64, a, b, 0);
    case JSLT:
      return narrowSigned(is64, a, b, 1);
    case JSGE:
      return narrowSigned(is64, b, a, 0);
    case JSGT:
      return narrowSigned(is64, b, a, 1);
    default:
      throw new RangeError(`no jump condition 0x${op.toString(16)}`);
  }
}

function narrowEqual(is64: boolean, a: Draft, b: Draft): void {
  if (is64) {
    a.umin = b.umin = maxBig(a.umin, b.umin);
    a.umax = b.umax = minBig(a.umax, b.umax);
    a.smin = b.smin = maxBig(a.smin, b.smin);
    a.smax = b.smax = minBig(a.smax, b.smax);
    const both = tnumIntersect(a, b);
    a.setTnum(both);
    b.setTnum(both);
  } else {
    a.u32min = b.u32min = Math.max(a.u32min, b.u32min);
    a.u32max = b.u32max = Math.min(a.u32max, b.u32max);
    a.s32min = b.s32min = Math.max(a.s32min, b.s32min);
    a.s32max = b.s32max = Math.min(a.s32max, b.s32max);
    const both = tnumIntersect(tnumSubreg(a), tnumSubreg(b));
    a.setTnum(tnumWithSubreg(a, both));
    b.setTnum(tnumWithSubreg(b, both));
  }
}

/** Only a range end equal to the known other side moves, by one. */
function narrowDifferent(is64: boolean, a: Draft, b: Draft): void {
  if (!isKnown(b, is64)) [a, b] = [b, a];
  if (!isKnown(b, is64)) return;
  if (is64) {
    const u = b.value;
    const s = asS64(u);
    if (a.umin === u) a.umin = asU64(a.umin + 1n);
    if (a.umax === u) a.umax = asU64(a.umax - 1n);
    if (a.smin === s) a.smin = asS64(a.smin + 1n);
    if (a.smax === s) a.smax = asS64(a.smax - 1n);
  } else {
    const u = low32(b.value);
    const s = u | 0;
    if (a.u32min === u) a.u32min = (a.u32min + 1) >>> 0;
    if (a.u32max === u) a.u32max = (a.u32max - 1) >>> 0;
    if (a.s32min === s) a.s32min = (a.s32min + 1) | 0;
    if (a.s32max === s) a.s32max = (a.s32max - 1) | 0;
  }
}

/** A common bit says something definite only when the known side has one bit. */
function narrowCommonBit(is64: boolean, a: Draft, b: Draft): void {
  if (!isKnown(b, is64)) [a, b] = [b, a];
  if (!isKnown(b, is64)) return;
  const bits = knownValue(b, is64);
  if (bits === 0n || bits & (bits - 1n)) return;
  a.setTnum(tnumOr(a, { value: bits, mask: 0n }));
}

function narrowNoCommonBit(is64: boolean, a: Draft, b: Draft): void {
  if (!isKnown(b, is64)) [a, b] = [b, a];
  if (!isKnown(b, is64)) return;
  const bits = knownValue(b, is64);
  // The ranges are forgotten, so that on a dead branch they can't contradict the bits.
  a.unbound();
  a.setTnum(tnumAnd(a, { value: asU64(~bits), mask: 0n }));
}

/** `a + step <= b`, unsigned; `step` is 0 or 1. */
function narrowUnsigned(is64: boolean, a: Draft, b: Draft, step: 0 | 1): void {
  if (is64) {
    const by = BigInt(step);
    a.umax = minBig(a.umax, asU64(b.umax - by));
    b.umin = maxBig(b.umin, asU64(a.umin + by));
  } else {
    a.u32max = Math.min(a.u32max, (b.u32max - step) >>> 0);
    b.u32min = Math.max(b.u32min, (a.u32min + step) >>> 0);
  }
}

/** `a + step <= b`, signed; `step` is 0 or 1. */
function narrowSigned(is64: boolean, a: Draft, b: Draft, step: 0 | 1): void {
  if (is64) {
    const by = BigInt(step);
    a.smax = minBig(a.smax, asS64(b.smax - by));
    b.smin = maxBig(b.smin, asS64(a.smin + by));
  } else {
    a.s32max = Math.min(a.s32max, (b.s32max - step) | 0);
    b.s32min = Math.max(b.s32min, (a.s32min + step) | 0);
  }
}
