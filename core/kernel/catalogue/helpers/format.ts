import { Unsupported } from '../../../base/errors.ts';
import type { Machine } from '../../machine/machine.ts';
import { hiddenPointer } from '../../machine/pointer-hash.ts';
import { formatProblem } from '../../rules/format-rules.ts';
import { MachineFault } from '../../machine/machine.ts';

/** Most values that one format may take. */
const MAX_VALUES = 12;

/** A zero-terminated string of simulated memory, one character a byte; what can't be read gives what `%s` prints then. */
export function readString(machine: Machine, address: bigint): string {
  let text = '';
  try {
    for (let at = address; ; at++) {
      const byte = Number(machine.load(Number(BigInt.asIntN(32, at)), Number(BigInt.asIntN(32, at >> 32n)), 1));
      if (byte === 0) return text;
      text += String.fromCharCode(byte);
    }
  } catch (error) {
    if (!(error instanceof MachineFault)) throw error;
    return text;
  }
}

/** The values behind a data pointer and length, or null when the length is no multiple of 8 or too long. */
export function readValues(machine: Machine, address: bigint, length: number): bigint[] | null {
  if (length % 8 !== 0 || length > MAX_VALUES * 8 || (address === 0n && length > 0)) return null;
  return Array.from({ length: length / 8 }, (_, i) => {
    const at = address + BigInt(i * 8);
    return machine.load(Number(BigInt.asIntN(32, at)), Number(BigInt.asIntN(32, at >> 32n)), 8);
  });
}

/** Formats with a format given as bytes, which must hold its final zero; null stands for -EINVAL. */
export function formatBytes(machine: Machine, fmt: Uint8Array, values: readonly bigint[]): string | null {
  const end = fmt.indexOf(0);
  return end < 0 ? null : format(machine, String.fromCharCode(...fmt.subarray(0, end)), values);
}

const SPEC = /%(?:(%)|([-0+ ]*)(\d*)(?:(pks|pus|px|pK|p(?![A-Za-z])|s|c)|(ll|l|)([diuxX])))/y;

/**
 * Formats as BPF programs may (see `formatProblem`). Null stands for -EINVAL: a format that is none, or too few values; more than there are
 * conversions are no mistake.
 */
export function format(machine: Machine, fmt: string, values: readonly bigint[]): string | null {
  if (
    formatProblem(
      Uint8Array.from(fmt, (char) => char.charCodeAt(0)),
      values.length,
    ) !== null
  )
    return null;
  let text = '';
  let used = 0;
  for (let at = 0; at < fmt.length;) {
    if (fmt[at] !== '%') {
      text += fmt[at++]!;
      continue;
    }
    SPEC.lastIndex = at;
    const m = SPEC.exec(fmt);
    if (m === null) throw new Unsupported(`format ${fmt.slice(at, at + 4)}`);
    at = SPEC.lastIndex;
    const [, percent, flags = '', width = '', special, length = '', conversion = ''] = m;
    if (percent !== undefined) {
      text += '%';
      continue;
    }
    const value = values[used++] ?? 0n;
    text +=
      special === undefined
        ? numberText(value, flags, width, length, conversion)
        : specialText(machine, value, special, width, flags);
  }
  return text;
}

/** A field is no wider than the kernel's FIELD_WIDTH_MAX. */
const widthOf = (width: string): number => Math.min(Number(width || '0'), 0x7fffff);

function numberText(value: bigint, flags: string, width: string, length: string, conversion: string): string {
  const bits = length === '' ? 32 : 64;
  const signed = conversion === 'd' || conversion === 'i';
  const number = signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  let digits = (number < 0n ? -number : number).toString(conversion === 'x' || conversion === 'X' ? 16 : 10);
  if (conversion === 'X') digits = digits.toUpperCase();
  const sign = number < 0n ? '-' : signed && flags.includes('+') ? '+' : signed && flags.includes(' ') ? ' ' : '';
  const wanted = widthOf(width);
  if (flags.includes('0') && !flags.includes('-')) return sign + digits.padStart(wanted - sign.length, '0');
  return pad(sign + digits, wanted, flags);
}

function specialText(machine: Machine, value: bigint, special: string, width: string, flags: string): string {
  const wanted = widthOf(width);
  if (special === 'c') return pad(String.fromCharCode(Number(value & 0xffn)), wanted, flags);
  if (special === 's' || special === 'pks' || special === 'pus') return pad(readString(machine, value), wanted, flags);
  const digits = (special === 'px' ? value : hiddenPointer(value)).toString(16);
  return width === '' ? digits.padStart(16, '0') : pad(digits, wanted, flags);
}

const pad = (text: string, width: number, flags: string): string =>
  flags.includes('-') ? text.padEnd(width) : text.padStart(width);
