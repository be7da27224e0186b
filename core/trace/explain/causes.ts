import { SCALAR } from '../../verifier/values/reg.ts';
import type { Reg } from '../../verifier/values/reg.ts';
import type { Rejection } from '../../verifier/rejection.ts';
import type { Check, Flow, Value } from '../query/flow.ts';
import { isReadAgain, isSame, operands } from '../query/flow.ts';
import type { Trace } from '../record/trace.ts';

/*
 * Why the verifier does not know what the author believes to have checked. The number that a rejected access depends on is followed back through
 * what it is made of, and compared with what the path's comparisons spoke of.
 */

/** Sides of a range that a comparison told something of. */
export type Sides = 'both' | 'upper' | 'lower' | 'none';

/** Why a number is not inside its limits, as far as the path tells. */
export type BoundCause =
  /** No comparison on the path speaks of it. */
  | { readonly kind: 'unchecked' }
  /** A comparison speaks of the very number, and lets too much through. */
  | { readonly kind: 'too-wide'; readonly check: Check; readonly sides: Sides }
  /** It was compared from above only, as a signed number: it may be negative. */
  | { readonly kind: 'no-lower'; readonly check: Check; readonly after: boolean }
  /** It was compared from below only. */
  | { readonly kind: 'no-upper'; readonly check: Check }
  /** It was compared with `==` or `!=` only. */
  | { readonly kind: 'only-equality'; readonly check: Check }
  /** Another copy of it was compared, cut to so many bits. */
  | { readonly kind: 'other-copy'; readonly check: Check; readonly bits: number }
  /** It plus a constant was compared: near the end the sum wraps round. */
  | { readonly kind: 'wrap'; readonly check: Check; readonly compared: Value }
  /** Its sum with another number was compared. */
  | { readonly kind: 'sum'; readonly check: Check; readonly compared: Value; readonly other: Value }
  /** Something computed from it was compared. */
  | { readonly kind: 'derived'; readonly check: Check; readonly compared: Value }
  /** It is the difference of two numbers, each with its limits: it may be below 0. */
  | { readonly kind: 'underflow'; readonly left: Value; readonly right: Value; readonly value: Value }
  /** It was compared, and then computed with. */
  | { readonly kind: 'changed-after'; readonly check: Check; readonly value: Value }
  /** It was read anew from memory after the comparison. */
  | { readonly kind: 'read-again'; readonly check: Check; readonly read: Value };

const ADD = 0x00;
const SUB = 0x10;
const MUL = 0x20;
const DIV = 0x30;
const AND = 0x50;
const LSH = 0x60;
const RSH = 0x70;
const MOD = 0x90;

/** Operations with a constant that only scale or narrow a number: what was checked before still counts after. */
const KEEPING: ReadonlySet<number> = new Set([MUL, DIV, AND, LSH, RSH, MOD]);

const isConstant = (value: Value): boolean => value.from.kind === 'constant';

/** The register as the verifier knew it when a value was made. */
export const heldBy = (trace: Trace, value: Value): Reg | null => trace.data.values.getReg(value.held);

/** True for what was a pointer when it was made. */
export function isPointer(trace: Trace, value: Value): boolean {
  if (value.from.kind === 'address' || value.from.kind === 'stack') return true;
  const reg = heldBy(trace, value);
  return reg !== null && reg.type !== SCALAR && reg.type !== 0;
}

/** The numbers that were added to a pointer and are not known exactly, latest first. */
export function addends(trace: Trace, pointer: Value): Value[] {
  const found: Value[] = [];
  const visit = (value: Value, depth: number): void => {
    const { from } = value;
    if (from.kind !== 'computed' || (from.op !== ADD && from.op !== SUB) || depth > 32) return;
    for (const side of [from.right, from.left]) {
      if (isConstant(side)) continue;
      if (isPointer(trace, side)) visit(side, depth + 1);
      else found.push(side);
    }
  };
  visit(pointer, 0);
  return found;
}

/** What a value is scaled, masked or cut from, down to the number that an author would speak of. */
export function unscaled(value: Value): Value {
  let v = value;
  for (let n = 0; n < 16; n++) {
    const { from } = v;
    if (from.kind === 'cut') v = from.of;
    else if (from.kind === 'computed' && (from.op === LSH || from.op === MUL) && isConstant(from.right)) v = from.left;
    else break;
  }
  return v;
}

/** What the path knows of the left side of a comparison after it, and of its right side. */
function sidesOf(check: Check): { left: Sides; right: Sides } {
  // [what holds when taken, what holds when not], for the left side.
  const table: Readonly<Record<number, readonly [Sides, Sides]>> = {
    0x10: ['both', 'none'],
    0x50: ['none', 'both'],
    0x20: ['lower', 'both'],
    0x30: ['lower', 'both'],
    0xa0: ['both', 'lower'],
    0xb0: ['both', 'lower'],
    0x60: ['lower', 'upper'],
    0x70: ['lower', 'upper'],
    0xc0: ['upper', 'lower'],
    0xd0: ['upper', 'lower'],
  };
  const left = table[check.op]?.[check.taken ? 0 : 1] ?? 'none';
  const signed = [0x60, 0x70, 0xc0, 0xd0].includes(check.op);
  const mirror: Record<Sides, Sides> = signed
    ? { both: 'both', upper: 'lower', lower: 'upper', none: 'none' }
    : {
        both: left === 'both' && (check.op === 0x10 || check.op === 0x50) ? 'both' : 'lower',
        upper: 'lower',
        lower: 'both',
        none: 'none',
      };
  return { left, right: mirror[left] };
}

/** Ancestors of a value, itself among them, with the way from it: the values in between, nearest first. */
function ancestry(value: Value): Map<Value, readonly Value[]> {
  const found = new Map<Value, readonly Value[]>();
  const visit = (v: Value, way: readonly Value[]): void => {
    if (found.has(v) || way.length > 48) return;
    found.set(v, way);
    for (const operand of operands(v)) visit(operand, [...way, v]);
  };
  visit(value, []);
  return found;
}

// Does the way from a value down to an ancestor only scale, mask or cut?
function keeps(way: readonly Value[]): boolean {
  return way.every(
    ({ from }) => from.kind === 'cut' || (from.kind === 'computed' && KEEPING.has(from.op) && isConstant(from.right)),
  );
}

const signedConstant = (value: Value): bigint =>
  value.from.kind === 'constant' ? BigInt.asIntN(64, value.from.value) : 0n;

/**
 * Why a number has no better limits at the end of a path.
 * @param lower its smallest value is the problem, not its largest
 */
export function boundCause(trace: Trace, flow: Flow, value: Value, lower: boolean): BoundCause {
  const core = unscaled(value);
  const { from } = core;
  // A difference of two numbers that are limited themselves: it is their order that nobody knows.
  const difference = asDifference(core);
  const best = fromChecks(flow, value, lower);
  if (difference !== null && (best === null || best.kind === 'changed-after' || best.kind === 'only-equality'))
    return { kind: 'underflow', ...difference, value: core };
  if (best !== null) return best;
  // Of a sum of two unknown numbers, the part that nobody has limited.
  if (from.kind === 'computed' && !isConstant(from.right)) {
    for (const part of [from.left, from.right]) {
      const reg = heldBy(trace, part);
      if (reg !== null && reg.type === SCALAR && reg.scalar.umax < 1n << 29n) continue;
      const cause = fromChecks(flow, part, lower);
      if (cause !== null) return cause;
    }
  }
  return { kind: 'unchecked' };
}

function asDifference({ from }: Value): { left: Value; right: Value } | null {
  if (from.kind !== 'computed' || from.op !== SUB || isConstant(from.right) || isConstant(from.left)) return null;
  return { left: from.left, right: from.right };
}

function fromChecks(flow: Flow, value: Value, lower: boolean): BoundCause | null {
  const mine = ancestry(value);
  let weak: BoundCause | null = null;
  for (let i = flow.checks.length - 1; i >= 0; i--) {
    const check = flow.checks[i]!;
    const sides = sidesOf(check);
    for (const [compared, told] of [
      [check.left, sides.left],
      [check.right, sides.right],
    ] as const) {
      if (isConstant(compared)) continue;
      const cause = relation(flow, mine, check, compared, told, lower);
      if (cause === null) continue;
      if (cause.kind === 'only-equality' || cause.kind === 'no-upper') weak ??= cause;
      else if (cause.kind === 'no-lower' && isLimitedBelow(flow, compared))
        return cause.after
          ? { kind: 'changed-after', check, value: lastChange(mine, compared) }
          : { kind: 'too-wide', check, sides: 'both' };
      else return cause;
    }
  }
  return weak;
}

// Another comparison of the path tells that it is not negative.
function isLimitedBelow(flow: Flow, value: Value): boolean {
  return flow.checks.some((check) => {
    const { left, right } = sidesOf(check);
    return (
      (check.left === value && (left === 'lower' || left === 'both')) ||
      (check.right === value && (right === 'lower' || right === 'both'))
    );
  });
}

const lastChange = (mine: ReadonlyMap<Value, readonly Value[]>, compared: Value): Value =>
  changedBy(mine.get(compared) ?? [...mine.keys()]);

// What a comparison of `compared` says of `value`; null when it has nothing to do with it.
function relation(
  flow: Flow,
  mine: ReadonlyMap<Value, readonly Value[]>,
  check: Check,
  compared: Value,
  told: Sides,
  lower: boolean,
): BoundCause | null {
  const way = mine.get(compared);
  if (way !== undefined) {
    if (
      way.some(
        ({ from }) => from.kind === 'computed' && from.op === SUB && !isConstant(from.right) && !isConstant(from.left),
      )
    )
      return null;
    if (told === 'none') return { kind: 'only-equality', check };
    if (told === 'upper') return { kind: 'no-lower', check, after: !keeps(way) };
    if (keeps(way)) {
      if (told === 'lower') return { kind: 'no-upper', check };
      // Only its lower half was looked at, and all of it is used.
      if (check.is32 && !way.some(({ from }) => from.kind === 'cut' && from.bits <= 32) && !isHalf(flow, compared))
        return { kind: 'other-copy', check, bits: 32 };
      return { kind: 'too-wide', check, sides: told };
    }
    return told === 'lower' ? { kind: 'no-upper', check } : { kind: 'changed-after', check, value: changedBy(way) };
  }
  const theirs = ancestry(compared);
  for (const [common, from] of theirs) {
    if (isConstant(common) || common.from.kind === 'address' || common.from.kind === 'stack') continue;
    const down = mine.get(common);
    if (down === undefined) {
      for (const own of mine.keys())
        if (isReadAgain(own, common) && own.step > check.step) return { kind: 'read-again', check, read: own };
      continue;
    }
    if (told === 'none') return { kind: 'only-equality', check };
    const last = from.at(-1)!.from;
    if (told === 'upper' && from.every((v) => v.from.kind === 'cut'))
      return { kind: 'no-lower', check, after: !keeps(down) };
    // Shifted to the left alone: what is compared are its lower bits.
    if (from.every((v) => v.from.kind === 'computed' && v.from.op === LSH && isConstant(v.from.right))) {
      const bits = 64 - Number(signedConstant((from[0]!.from as { readonly right: Value }).right));
      if (bits === 32 || bits === 16 || bits === 8) return { kind: 'other-copy', check, bits };
    }
    const cut = from.find((v) => v.from.kind === 'cut');
    if (cut?.from.kind === 'cut' && from.every((v) => v.from.kind === 'cut'))
      return { kind: 'other-copy', check, bits: cut.from.bits };
    if (last.kind === 'computed' && (last.op === ADD || last.op === SUB)) {
      if (isConstant(last.right) && signedConstant(last.right) !== 0n)
        return lower && told === 'upper'
          ? { kind: 'no-lower', check, after: false }
          : { kind: 'wrap', check, compared };
      if (!isConstant(last.right) && !isConstant(last.left) && last.op === ADD)
        return { kind: 'sum', check, compared, other: isSame(last.left, common) ? last.right : last.left };
    }
    return { kind: 'derived', check, compared };
  }
  return null;
}

// A value that never had more than 32 bits.
function isHalf(flow: Flow, value: Value): boolean {
  const reg = heldBy(flow.trace, value);
  return reg !== null && reg.type === SCALAR && reg.scalar.umax <= 0xffff_ffffn;
}

// The computation nearest to the use that a check does not survive.
const changedBy = (way: readonly Value[]): Value =>
  way.find(
    ({ from }) =>
      !(from.kind === 'cut' || (from.kind === 'computed' && KEEPING.has(from.op) && isConstant(from.right))),
  ) ?? way[0]!;

/** The number that a rejection for limits is about: a size, an index, what is added to a pointer; null when it is about none. */
export function boundedValue(trace: Trace, flow: Flow, rejection: Rejection): Value | null {
  const blamed = rejection.blame.find(({ what }) => what === 'reg');
  if (blamed === undefined) return null;
  const value = flow.reg(blamed.frame, blamed.index);
  if (value === null) return null;
  if (!isPointer(trace, value)) return value;
  const insn = flow.text.program.insns[rejection.insn];
  // The sum itself was refused: what is added stands in the other register.
  if (rejection.kind === 'unbounded-offset' || rejection.kind === 'offset-too-large') {
    if (insn === undefined || (insn.code & 8) === 0) return null;
    for (const regno of [insn.src, insn.dst]) {
      const other = flow.reg(blamed.frame, regno);
      if (other !== null && !isPointer(trace, other)) return other;
    }
    return null;
  }
  const parts = addends(trace, value);
  let widest: Value | null = null;
  let most = -1n;
  for (const part of parts) {
    const reg = heldBy(trace, part);
    const width = reg === null || reg.type !== SCALAR ? 0n : reg.scalar.umax - reg.scalar.umin;
    if (width > most) [widest, most] = [part, width];
  }
  return widest;
}
