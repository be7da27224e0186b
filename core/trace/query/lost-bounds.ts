import type { Insn } from '../../isa/insn.ts';
import {
  BPF_ADD,
  BPF_ALU64,
  BPF_END,
  BPF_LSH,
  BPF_MEMSX,
  BPF_MUL,
  BPF_NEG,
  BPF_SUB,
  CALL,
  accessSize,
  classOf,
  isRegisterSource,
  modeOf,
  opOf,
} from '../../isa/opcodes.ts';
import { SCALAR } from '../../verifier/values/reg.ts';
import type { Reg } from '../../verifier/values/reg.ts';
import { isComputable, Scalar } from '../../verifier/values/scalar/index.ts';
import type { Spot } from '../../verifier/values/spot.ts';
import { sameSpot } from '../../verifier/values/spot.ts';
import type { Cursor, Trace } from '../record/trace.ts';
import { between, changesAt, lineage, valueAt } from './lineage.ts';
import type { ProgramText } from './program-text.ts';
import { effectsOf, keyOf, mayWrite } from './provenance.ts';
import type { Effect } from './provenance.ts';

/*
 * Since when so little is known of a number. The value is followed back through copies, the stack and what it was computed from, to the last
 * instruction after which less was known of it than before; why that is so is judged by the operands as the verifier knew them there.
 */

/** Why less is known of a number after an instruction than before. */
export type LossReason =
  /** The result may go past the end of 64 or 32 bits. */
  | { readonly kind: 'wrap'; readonly bits: 32 | 64 }
  /** The other operand may be more different numbers than this one. */
  | { readonly kind: 'operand'; readonly name: string; readonly other: Scalar }
  /** The verifier works out no range for this operation (with this operand). */
  | { readonly kind: 'not-computed' }
  /** The operation keeps the bits that are known, and of the range only what those say. */
  | { readonly kind: 'bits' }
  /** Only the lowest bits are kept, and the number may need more. */
  | { readonly kind: 'cut'; readonly bits: number }
  /** A pointer became a number. */
  | { readonly kind: 'pointer' }
  /** So many bytes of it were saved to the stack. */
  | { readonly kind: 'part-saved'; readonly bytes: number; readonly slot: Spot }
  /** So many of the slot's bytes were read back. */
  | { readonly kind: 'part-read'; readonly bytes: number; readonly slot: Spot }
  /** So many of the bytes that it was saved in were written to. */
  | { readonly kind: 'overwritten'; readonly bytes: number; readonly slot: Spot }
  /** A call may have written to the slot that it was saved in. */
  | { readonly kind: 'call-wrote'; readonly slot: Spot }
  /** Forgotten at the head of a loop, so that its rounds come to be alike. */
  | { readonly kind: 'widened' }
  /** Nothing more was ever known: what a call gave, what was read from memory, from plain bytes of the stack, what a function was given. */
  | { readonly kind: 'called' }
  | { readonly kind: 'loaded'; readonly bytes: number; readonly signed: boolean }
  | { readonly kind: 'plain-bytes'; readonly slot: Spot }
  | { readonly kind: 'argument' };

/** The instruction since which so little is known of a number. */
export interface LostBounds {
  /** Step of that instruction. */
  readonly step: number;
  readonly pc: number;
  readonly reason: LossReason;
  /** What was known before; null where the value began there. */
  readonly was: Scalar | null;
}

/** Most steps that are looked back over. */
const LOOK_BACK = 2_000;
/** Most writes that are followed. */
const MAX_WRITES = 64;

const U32_MAX = 0xffff_ffffn;
const U64_MAX = (1n << 64n) - 1n;
const least = (...all: readonly bigint[]): bigint => all.reduce((a, b) => (b < a ? b : a));
const popcount = (n: bigint): bigint => BigInt(n.toString(2).replaceAll('0', '').length);

/** How many numbers it may be, as far as ranges and bits tell. */
const countOf = (s: Scalar): bigint => least(s.umax - s.umin + 1n, s.smax - s.smin + 1n, 1n << popcount(s.mask));
/** The same of its lower half. */
const lowCountOf = (s: Scalar): bigint =>
  least(
    BigInt(s.u32max) - BigInt(s.u32min) + 1n,
    BigInt(s.s32max) - BigInt(s.s32min) + 1n,
    1n << popcount(s.mask & U32_MAX),
  );
/** Less is known of `a` than of `b`. */
function isWider(a: Scalar, b: Scalar): boolean {
  const [x, y] = [countOf(a), countOf(b)];
  return x > y || (x === y && lowCountOf(a) > lowCountOf(b));
}

const scalarOf = (reg: Reg | null): Scalar | null => (reg?.type === SCALAR ? reg.scalar : null);

/** What the verifier knows of the number in a spot: its scalar; `bytes` for a slot that holds plain bytes; null for what is no number. */
function known(trace: Trace, state: Cursor, spot: Spot): Scalar | 'bytes' | null {
  if (spot.frame >= state.depth) return null;
  const { values } = trace.data;
  const value = valueAt(state, spot);
  if (spot.what === 'reg') return scalarOf(values.getReg(value));
  const slot = values.getSlot(value);
  if (slot === null || slot.iter !== null || slot.dynptr !== undefined) return null;
  return slot.spilled === null ? 'bytes' : scalarOf(slot.spilled);
}

/** A loss, or the spot that the value came from; null where it can't be followed. */
type Found =
  { readonly lost: LossReason; readonly was: Scalar | null } | { readonly from: Spot; readonly scaled: boolean };

/** Since which instruction so little is known of the number in `spot` before `step`; null for one that never was narrower, or where that is too long ago. */
export function lostBounds(trace: Trace, text: ProgramText, step: number, spot: Spot): LostBounds | null {
  const now = known(trace, trace.cursor(step), spot);
  if (now === null || now === 'bytes' || now.isConst) return null;
  return new Search(trace, text, step, spot, now).run();
}

class Search {
  #spot: Spot;
  #tracked: ReadonlySet<number>;
  // Asked of thousands of steps: made once.
  #changed = false;
  readonly #see = (spot: Spot): void => {
    if (sameSpot(spot, this.#spot)) this.#changed = true;
  };
  /** It was scaled since: counts can't be compared with what it is now. */
  #scaled = false;
  /** A comparison or an operation has ruled out half of what it may be since: that it came from nowhere is no news. */
  #told = false;
  /** Where plain bytes of the stack were read: the reason, unless one is found behind it. */
  #plain: LostBounds | null = null;

  constructor(
    private readonly trace: Trace,
    private readonly text: ProgramText,
    private readonly step: number,
    spot: Spot,
    private readonly now: Scalar,
  ) {
    this.#spot = spot;
    this.#tracked = new Set([keyOf(spot)]);
  }
  #follow(spot: Spot): void {
    if (sameSpot(spot, this.#spot)) return;
    this.#spot = spot;
    this.#tracked = new Set([keyOf(spot)]);
  }

  run(): LostBounds | null {
    const found = this.#found();
    if (this.#plain === null) return found;
    return found !== null && found.was !== null ? found : this.#told ? null : this.#plain;
  }

  #found(): LostBounds | null {
    const { trace } = this;
    let steps = LOOK_BACK;
    let writes = MAX_WRITES;
    for (const segment of lineage(trace, this.step, 256))
      for (let later = segment.last; later >= segment.first; later--) {
        const joins = later === segment.first;
        const at = joins ? trace.before(later) : later - 1;
        if (at === 0) return this.#atStart(later);
        if (steps-- <= 0) return null;
        if (!this.#touched(at, later, joins)) continue;
        if (writes-- <= 0) return null;
        const found = this.#look(at, later);
        if (found === null) return null;
        if ('lost' in found) {
          if (this.#counts(found.was)) return { step: at, pc: trace.pc(at), reason: found.lost, was: found.was };
          return null;
        }
        this.#follow(found.from);
        this.#scaled ||= found.scaled;
      }
    return null;
  }

  // What was told since makes up for a loss after which no more was known than now.
  #counts(was: Scalar | null): boolean {
    return was === null ? !this.#told : this.#scaled || isWider(this.now, was);
  }

  // The first step: a function that is verified by itself has arguments of which nothing is known.
  #atStart(step: number): LostBounds | null {
    if (this.#told || this.#spot.what !== 'reg') return null;
    return { step, pc: this.trace.pc(step), reason: { kind: 'argument' }, was: null };
  }

  #touched(at: number, later: number, joins: boolean): boolean {
    const { trace, text } = this;
    const insn = text.program.insns[trace.pc(at)];
    if (insn === undefined) return false;
    if (joins || mayWrite(insn, this.#tracked)) return true;
    this.#changed = false;
    changesAt(trace, later, this.#see);
    return this.#changed;
  }

  #look(at: number, later: number): Found | null {
    const { trace, text } = this;
    const before = trace.cursor(at);
    const after = trace.cursor(later);
    const spot = this.#spot;
    const is = known(trace, after, spot);
    if (is === null) return null;
    const stays: Found = { from: spot, scaled: false };
    const effect = effectsOf(trace, text, at, later, before, after).find(({ target }) => sameSpot(target, spot));
    if (effect !== undefined) return this.#effect(effect, at, before, is);
    if (spot.frame >= before.depth) return null;
    if (valueAt(before, spot) === valueAt(after, spot)) return stays;
    const was = known(trace, before, spot);
    if (was === null) return null;
    if (spot.what === 'slot' && is === 'bytes')
      return was === 'bytes' ? stays : { lost: this.#overSlot(at, spot), was };
    if (was === 'bytes' || is === 'bytes') return stays;
    if (isWider(is, was)) {
      const widened = between(trace.data.widened, at).some(({ location }) => sameSpot(location, spot));
      return widened ? { lost: { kind: 'widened' }, was } : stays;
    }
    this.#tell(is, was);
    return stays;
  }

  #tell(is: Scalar, was: Scalar): void {
    this.#told ||= countOf(is) * 2n <= countOf(was);
  }

  // A slot that held a number holds plain bytes: written to in part, or by a call.
  #overSlot(at: number, slot: Spot): LossReason {
    const insn = this.text.program.insns[this.trace.pc(at)]!;
    return insn.code === CALL
      ? { kind: 'call-wrote', slot }
      : { kind: 'overwritten', bytes: accessSize(insn.code), slot };
  }

  #effect(effect: Effect, at: number, before: Cursor, is: Scalar | 'bytes'): Found | null {
    const { trace, text } = this;
    const insn = text.program.insns[trace.pc(at)]!;
    const from = effect.sources[0];
    switch (effect.how) {
      case 'copied':
      case 'argument':
      case 'returned':
        if (from === undefined) return { lost: { kind: 'argument' }, was: null };
        return is === 'bytes' ? null : this.#copied(insn, from, known(trace, before, from), is);
      case 'computed':
        return is === 'bytes' || effect.target.what === 'slot' ? null : this.#computed(insn, effect, before, is);
      case 'saved':
      case 'constant':
        return this.#saved(insn, effect, before, is);
      case 'filled':
        return from === undefined || is === 'bytes'
          ? null
          : this.#filled(insn, at, from, known(trace, before, from), is);
      case 'loaded':
        return {
          lost: { kind: 'loaded', bytes: accessSize(insn.code), signed: modeOf(insn.code) === BPF_MEMSX },
          was: null,
        };
      case 'called':
        return { lost: { kind: 'called' }, was: null };
      default:
        return null;
    }
  }

  #copied(insn: Insn, from: Spot, was: Scalar | 'bytes' | null, is: Scalar): Found | null {
    if (was === null) return { lost: { kind: 'pointer' }, was: null };
    if (was === 'bytes') return null;
    const bits = insn.code === CALL ? 64 : insn.off !== 0 ? insn.off : classOf(insn.code) === BPF_ALU64 ? 64 : 32;
    if (isWider(is, was)) return { lost: { kind: 'cut', bits }, was };
    this.#tell(is, was);
    return { from, scaled: false };
  }

  #saved(insn: Insn, { target, sources: [from] }: Effect, before: Cursor, is: Scalar | 'bytes'): Found | null {
    const was = from === undefined ? null : known(this.trace, before, from);
    const bytes = target.what === 'slot' ? accessSize(insn.code) : 8;
    const lost: LossReason = { kind: 'part-saved', bytes, slot: target };
    if (from === undefined || was === null || was === 'bytes') {
      // A constant, or a pointer, written over a part of a number.
      const there = known(this.trace, before, target);
      return is === 'bytes' && there instanceof Scalar
        ? { lost: { kind: 'overwritten', bytes, slot: target }, was: there }
        : null;
    }
    if (is === 'bytes' || isWider(is, was)) {
      const there = known(this.trace, before, target);
      // Of a number that was saved whole, a part is another now.
      if (is === 'bytes' && there instanceof Scalar)
        return { lost: { kind: 'overwritten', bytes, slot: target }, was: there };
      return { lost, was };
    }
    return { from, scaled: false };
  }

  #filled(insn: Insn, at: number, slot: Spot, was: Scalar | 'bytes' | null, is: Scalar): Found | null {
    const bytes = accessSize(insn.code);
    if (was === null) return null;
    if (was !== 'bytes')
      return isWider(is, was) ? { lost: { kind: 'part-read', bytes, slot }, was } : { from: slot, scaled: false };
    // Plain bytes: where a number was saved there before, what happened to it is the reason.
    this.#plain = { step: at, pc: this.trace.pc(at), reason: { kind: 'plain-bytes', slot }, was: null };
    return { from: slot, scaled: false };
  }

  #computed(insn: Insn, { target, sources }: Effect, before: Cursor, is: Scalar): Found | null {
    const { trace } = this;
    const left = known(trace, before, target);
    const other = sources[1];
    const op = opOf(insn.code);
    const unary = op === BPF_NEG || op === BPF_END;
    const right = unary
      ? Scalar.zero
      : isRegisterSource(insn.code)
        ? other === undefined
          ? left
          : known(trace, before, other)
        : Scalar.known(BigInt(insn.imm));
    if (!(left instanceof Scalar) || !(right instanceof Scalar)) return { lost: { kind: 'pointer' }, was: null };
    const is64 = classOf(insn.code) === BPF_ALU64;
    if (isScaling(op, is64, left, right)) return { from: target, scaled: true };
    const byRight = left.isConst && !right.isConst && other !== undefined;
    const [main, added] = byRight ? [right, left] : [left, right];
    if (!isWider(is, main)) {
      this.#tell(is, main);
      return { from: byRight ? other : target, scaled: false };
    }
    const name = byRight || !isRegisterSource(insn.code) ? '' : `${is64 ? 'r' : 'w'}${insn.src}`;
    return { lost: reasonOf(insn, is64, left, right, added, name), was: main };
  }
}

/** Multiplied by a constant without going past the end: other numbers, and as many. */
function isScaling(op: number, is64: boolean, left: Scalar, right: Scalar): boolean {
  if (!right.isConst || (op !== BPF_LSH && op !== BPF_MUL)) return false;
  const max = is64 ? U64_MAX : U32_MAX;
  const by = op === BPF_LSH ? 1n << (right.value & 63n) : right.value;
  return left.umax * by <= max;
}

function reasonOf(insn: Insn, is64: boolean, left: Scalar, right: Scalar, added: Scalar, name: string): LossReason {
  const op = opOf(insn.code);
  const bits = is64 ? 64 : 32;
  if (op === BPF_END || op === BPF_NEG || !isComputable(op, is64, right)) return { kind: 'not-computed' };
  // The lower half of a number that needs more than that.
  if (!is64 && left.umax > U32_MAX && lowCountOf(left) > countOf(left)) return { kind: 'cut', bits: 32 };
  if (mayWrap(op, is64, left, right)) {
    // Whatever is added to any number may wrap: it is the other operand that makes it so.
    const unknown = (is64 ? countOf(added) : lowCountOf(added)) === 1n << BigInt(bits);
    return unknown && name !== '' ? { kind: 'operand', name, other: added } : { kind: 'wrap', bits };
  }
  if (op === BPF_ADD || op === BPF_SUB || op === BPF_MUL)
    return name === '' ? { kind: 'bits' } : { kind: 'operand', name, other: added };
  return { kind: 'bits' };
}

/**
 * May the exact result lie outside of the operation's bits, both as unsigned and as signed numbers? Then neither range survives. The result of 32 bits
 * is extended by zeros: there the unsigned range alone counts.
 */
function mayWrap(op: number, is64: boolean, left: Scalar, right: Scalar): boolean {
  const of = (s: Scalar): readonly [umin: bigint, umax: bigint, smin: bigint, smax: bigint] =>
    is64 ? [s.umin, s.umax, s.smin, s.smax] : [BigInt(s.u32min), BigInt(s.u32max), BigInt(s.s32min), BigInt(s.s32max)];
  const [lu, lU, ls, lS] = of(left);
  const [ru, rU, rs, rS] = of(right);
  const unsigned = is64 ? U64_MAX : U32_MAX;
  const top = unsigned >> 1n;
  const outside = (low: bigint, high: bigint, min: bigint, max: bigint): boolean => low < min || high > max;
  const signed = (low: bigint, high: bigint): boolean => !is64 || outside(low, high, -top - 1n, top);
  switch (op) {
    case BPF_ADD:
      return outside(lu + ru, lU + rU, 0n, unsigned) && signed(ls + rs, lS + rS);
    case BPF_SUB:
      return outside(lu - rU, lU - ru, 0n, unsigned) && signed(ls - rS, lS - rs);
    case BPF_MUL: {
      const products = [ls * rs, ls * rS, lS * rs, lS * rS];
      const high = products.reduce((a, b) => (b > a ? b : a));
      return outside(lu * ru, lU * rU, 0n, unsigned) && signed(least(...products), high);
    }
    case BPF_LSH:
      return lU << (right.value & (is64 ? 63n : 31n)) > unsigned;
    default:
      return false;
  }
}
