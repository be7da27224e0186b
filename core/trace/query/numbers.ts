import type { Scalar } from '../../verifier/values/scalar/scalar.ts';
import type { Range } from '../views/view.ts';

const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const superscript = (n: number): string => [...String(n)].map((d) => SUPERSCRIPT[Number(d)]).join('');

/** A number with its digits in groups of three, set apart by no-break spaces. */
export function grouped(n: bigint | number): string {
  return n.toString().replace(/\B(?=(\d{3})+$)/g, '\u00a0');
}

/** 2ⁿ or 2ⁿ − 1 when the (positive) number is one and large enough to be hard to read; null otherwise. */
function asPower(n: bigint): string | null {
  if (n < 65_535n) return null;
  const bits = n.toString(2);
  if (/^10*$/.test(bits)) return `2${superscript(bits.length - 1)}`;
  if (/^1*$/.test(bits)) return `2${superscript(bits.length)}−1`;
  return null;
}

/** A bound of a range: grouped, or as a power of two. */
export function boundText(n: bigint): string {
  if (n >= 0n) return asPower(n) ?? grouped(n);
  return `−${asPower(-n) ?? grouped(-n)}`;
}

/** How many: grouped up to ten digits, beyond that as a power of two where it is one. */
function countText(n: bigint): string {
  return n < 10_000_000_000n ? grouped(n) : (asPower(n) ?? grouped(n));
}

const BITS_31 = 2 ** 31;
const BITS_32 = 2 ** 32;
const AT_ZERO = 0.4;
const AT_31 = 0.6;
const AT_32 = 0.7;

/**
 * Place of a number on the ruler from -2⁶³ to 2⁶⁴, 0..1: logarithmic on both sides of 0, with so much room from 2³¹ to 2³² that the two look
 * different.
 */
export function place(n: bigint): number {
  const size = Number(n < 0n ? -n : n);
  if (n < 0n)
    return size <= BITS_31 ? AT_ZERO - (Math.log2(size + 1) / 31) * 0.2 : 0.2 - ((Math.log2(size) - 31) / 32) * 0.2;
  if (size <= BITS_31) return AT_ZERO + (Math.log2(size + 1) / 31) * (AT_31 - AT_ZERO);
  if (size <= BITS_32) return AT_31 + ((size - BITS_31) / BITS_31) * (AT_32 - AT_31);
  return AT_32 + ((Math.log2(size) - 32) / 32) * (1 - AT_32);
}

/** Numbers that the ruler names. */
export const RULER: readonly { readonly label: string; readonly at: number }[] = [
  { label: '−2⁶³', at: place(-(1n << 63n)) },
  { label: '−2³¹', at: place(-(1n << 31n)) },
  { label: '0', at: place(0n) },
  { label: '2³¹', at: place(1n << 31n) },
  { label: '2³²', at: place(1n << 32n) },
  { label: '2⁶⁴', at: place(1n << 64n) },
];

const U32_MAX = 0xffff_ffffn;
const U64_MAX = (1n << 64n) - 1n;

const popcount = (n: bigint): number => n.toString(2).replaceAll('0', '').length;

/** What is known of a number that is not exactly known: its range, how many values that leaves, a short type. */
export interface ScalarWords {
  readonly range: Range;
  readonly words: string;
  readonly badge: string;
  /** How much is known: nothing; its lower half alone; a range. */
  readonly known: 'nothing' | 'half' | 'range';
  /** What it is a multiple of, where that makes it fewer values; empty for nothing. */
  readonly multiple: string;
}

/** The tighter of a number's signed and unsigned ranges; an exactly known one as a signed number. */
export function numberBounds(s: Scalar): { readonly signed: boolean; readonly min: bigint; readonly max: bigint } {
  if (s.isConst) {
    const value = BigInt.asIntN(64, s.value);
    return { signed: value < 0n, min: value, max: value };
  }
  const signed = s.smin < 0n && s.smax - s.smin < s.umax - s.umin;
  return { signed, min: signed ? s.smin : s.umin, max: signed ? s.smax : s.umax };
}

/** Range and words of a scalar that is not a constant. */
export function scalarWords(s: Scalar): ScalarWords {
  const { signed, min, max } = numberBounds(s);
  let count = max - min + 1n;
  let multiple = '';
  if (!signed && s.mask !== 0n) {
    const choices = 1n << BigInt(popcount(s.mask));
    if (choices < count && (s.value | s.mask) >= max && s.value <= min) {
      count = choices;
      const low = s.mask & -s.mask;
      if (low > 1n && (s.value & (low - 1n)) === 0n) multiple = boundText(low);
    }
  }
  if (s.mask === U64_MAX && min === 0n && max === U64_MAX) {
    const half = s.u32min !== 0 || s.u32max !== 0xffffffff;
    const words = half ? `its lower half is ${grouped(s.u32min)} … ${boundText(BigInt(s.u32max))}` : 'any number';
    // Whatever it may be, signed or not: it fills the ruler.
    const range = { ...rangeOf(min, max), from: 0, to: 1 };
    return { range, words, badge: 'u64', known: half ? 'half' : 'nothing', multiple: '' };
  }
  const narrow = signed ? min >= -(1n << 31n) && max < 1n << 31n : max <= U32_MAX;
  return {
    range: rangeOf(min, max),
    words: `any of ${countText(count)}${multiple === '' ? '' : `, a multiple of ${multiple}`}`,
    badge: `${signed ? 's' : 'u'}${narrow ? 32 : 64}`,
    known: 'range',
    multiple,
  };
}

/** A range for an instrument. */
export function rangeOf(min: bigint, max: bigint): Range {
  return { min: boundText(min), max: boundText(max), from: place(min), to: place(max) };
}

/** A constant as people read it: signed if it is a negative 64-bit number of moderate size. */
export function constantText(value: bigint): string {
  const s = BigInt.asIntN(64, value);
  return s < 0n && s >= -(1n << 32n) ? `−${grouped(-s)}` : boundText(BigInt.asUintN(64, value));
}

/** Where a number that may be anything of its range, or is exactly known, lies on the ruler; known ones as signed numbers. */
export function scalarRange(s: Scalar): Range {
  const value = BigInt.asIntN(64, s.value);
  return s.isConst ? rangeOf(value, value) : scalarWords(s).range;
}
