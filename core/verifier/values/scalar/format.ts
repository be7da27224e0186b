import { S32_MAX, S32_MIN, S64_MAX, S64_MIN, U32_MAX, U64_MAX, asU64 } from './bounds.ts';
import type { Scalar } from './scalar.ts';
import type { Tnum } from './tnum.ts';

const U16_MAX = 0xffffn;
const S16_MIN = -0x8000n;
const S16_MAX = 0x7fffn;

const hex = (v: bigint): string => `0x${asU64(v).toString(16)}`;
const signedIsDecimal = (v: bigint): boolean => v >= S16_MIN && v <= S16_MAX;

/** An unsigned number as the log prints it: decimal up to 65535, then hexadecimal. */
export const formatUnsigned = (v: bigint): string => (v <= U16_MAX ? v.toString() : hex(v));

/** A signed number as the log prints it: decimal in -32768..32767, else the 64-bit pattern in hexadecimal. */
export const formatSigned = (v: bigint): string => (signedIsDecimal(v) ? v.toString() : hex(v));

/** A tnum as the log prints it: a number if all is known, else `(value; mask)` in hexadecimal. */
export const formatTnum = (t: Tnum): string =>
  t.mask === 0n ? formatUnsigned(t.value) : `(${hex(t.value)}; ${hex(t.mask)})`;

// A 32-bit signed end that prints in hexadecimal prints its 32 bits, so it is carried unsigned.
const signed32 = (v: number): bigint => (signedIsDecimal(BigInt(v)) ? BigInt(v) : BigInt(v >>> 0));

/**
 * The comma-separated parts describing the ranges and the known bits of a number that is not known exactly, in the log's order:
 * `smin=0`, `smax=umax=255`, …, `var_off=(0x0; 0xff)`. A range end that says nothing is omitted, and ends of the same kind (minimum
 * or maximum) with the same number share one part.
 */
export function boundsParts(s: Scalar): string[] {
  const names = ['smin', 'smax', 'umin', 'umax', 'smin32', 'smax32', 'umin32', 'umax32'];
  const values = [
    s.smin,
    s.smax,
    s.umin,
    s.umax,
    signed32(s.s32min),
    signed32(s.s32max),
    BigInt(s.u32min),
    BigInt(s.u32max),
  ];
  const done = [
    s.smin === S64_MIN,
    s.smax === S64_MAX,
    s.umin === 0n,
    s.umax === U64_MAX,
    s.s32min === S32_MIN,
    s.s32max === S32_MAX,
    s.u32min === 0,
    s.u32max === U32_MAX,
  ];
  const parts: string[] = [];
  for (let i = 0; i < names.length; i++) {
    if (done[i]) continue;
    const v = values[i]!;
    let part = `${names[i]}=`;
    for (let j = i + 2; j < names.length; j += 2) {
      if (done[j] || values[j] !== v) continue;
      done[j] = true;
      part += `${names[j]}=`;
    }
    parts.push(part + (names[i]!.startsWith('s') ? formatSigned(v) : formatUnsigned(v)));
  }
  if (!s.isUnknownBits) parts.push(`var_off=${formatTnum(s)}`);
  return parts;
}

/**
 * The parts that the variable offset adds inside a pointer's parentheses: `imm=N` for a known one other than 0, nothing for 0, else
 * `boundsParts`.
 */
export function variableOffsetParts(s: Scalar): string[] {
  if (!s.isConst) return boundsParts(s);
  return s.value === 0n ? [] : [`imm=${formatSigned(s.constS)}`];
}

export interface ScalarMarks {
  /** Prefixes `P`. */
  precise?: boolean;
  /** Link id; 0 or absent prints none. */
  id?: number;
  /** Difference from the linked register, printed after the id with its sign; absent or null prints none. */
  delta?: number | null;
}

/** A scalar register as the log prints it, after the `R1=`: `42`, `P0xffff0000`, `scalar()`, `scalar(id=3+5,umax=9,…)`. */
export function formatScalar(s: Scalar, marks: ScalarMarks = {}): string {
  const p = marks.precise ? 'P' : '';
  if (s.isConst) return p + formatSigned(s.constS);
  const parts = boundsParts(s);
  if (marks.id) {
    const delta = marks.delta ?? null;
    parts.unshift(`id=${marks.id}${delta === null ? '' : delta < 0 ? delta.toString() : `+${delta}`}`);
  }
  return `${p}scalar(${parts.join(',')})`;
}
