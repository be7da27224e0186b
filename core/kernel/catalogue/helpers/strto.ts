import { EINVAL, ERANGE } from '../../../base/errno.ts';
import type { HelperDescriptor } from '../descriptor.ts';
import { argument, giveNumber, hi, lo, size } from './registers.ts';

/** Characters that are looked at after blanks and sign. */
const LONGEST = 63;
const BASES: readonly bigint[] = [0n, 8n, 10n, 16n];
const BASE_MASK = 0x1fn;
const U64 = 1n << 64n;
const S64 = 1n << 63n;

const isSpace = (c: number): boolean => c === 32 || (c >= 9 && c <= 13) || c === 0xa0;
const isX = (c: number): boolean => c === 120 || c === 88;

/** Value of a digit or letter; 99 for what is none. */
function digit(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  const letter = c | 32;
  return letter >= 97 && letter <= 122 ? letter - 87 : 99;
}

interface Parsed {
  readonly negative: boolean;
  readonly value: bigint;
  /** Bytes of the text that were read. */
  readonly used: number;
}

/** The number that a text begins with, after blanks and a minus; or a negative errno. */
function parse(text: Uint8Array, flags: bigint): Parsed | number {
  if (text.length === 0 || (flags & ~BASE_MASK) !== 0n || !BASES.includes(flags & BASE_MASK)) return EINVAL;
  let at = 0;
  while (at < text.length && isSpace(text[at]!)) at++;
  const negative = text[at] === 45;
  if (negative) at++;
  if (at >= text.length) return EINVAL;
  const end = Math.min(text.length, at + LONGEST);
  const byte = (i: number): number => (i < end ? text[i]! : 0);
  let base = Number(flags & BASE_MASK);
  const hex = byte(at) === 48 && isX(byte(at + 1));
  if (base === 0) base = byte(at) !== 48 ? 10 : hex && digit(byte(at + 2)) < 16 ? 16 : 8;
  if (base === 16 && hex) at += 2;
  const start = at;
  let value = 0n;
  while (digit(byte(at)) < base) value = value * BigInt(base) + BigInt(digit(byte(at++)));
  if (at === start) return EINVAL;
  return value >= U64 ? ERANGE : { negative, value, used: at };
}

/** @param signed  whether a minus is taken, and one bit less is left for the number */
function toNumber(id: number, name: string, doc: string, signed: boolean): HelperDescriptor {
  return {
    id,
    name,
    args: ['rdonly-mem', 'size', 'anything', 'long-ptr'],
    ret: 'integer',
    gplOnly: false,
    doc,
    run(machine, regs) {
      const parsed = parse(machine.readBytes(lo(regs, 1), hi(regs, 1), size(regs, 2)), argument(regs, 3));
      const put = (value: bigint): void => machine.store(lo(regs, 4), hi(regs, 4), 8, value);
      put(0n);
      if (typeof parsed === 'number') return giveNumber(regs, parsed);
      const { negative, value, used } = parsed;
      if (negative && !signed) return giveNumber(regs, EINVAL);
      if (signed && value > (negative ? S64 : S64 - 1n)) return giveNumber(regs, ERANGE);
      put(negative ? -value : value);
      return giveNumber(regs, used);
    },
  };
}

export const strtol = toNumber(
  105,
  'strtol',
  'Reads a number from text, of base 8, 10 or 16, or as its beginning says for flags 0; gives the bytes that it took.',
  true,
);
export const strtoul = toNumber(
  106,
  'strtoul',
  'Reads a number without a sign from text, of base 8, 10 or 16, or as its beginning says for flags 0; gives the bytes that it took.',
  false,
);
