import { Unsupported } from '../../base/errors.ts';
import type { Machine } from '../machine.ts';
import { MachineFault } from '../machine.ts';

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
export function formatBytes(
  machine: Machine,
  fmt: Uint8Array,
  values: readonly bigint[],
  count: 'exactly' | 'at most',
): string | null {
  const end = fmt.indexOf(0);
  return end < 0 ? null : format(machine, String.fromCharCode(...fmt.subarray(0, end)), values, count);
}

const SPEC = /%(?:(%)|([-0+ ]*)(\d*)(?:(pks|pus|px|pK|p(?![A-Za-z])|s|c)|(ll|l|)([diuxX])))/y;

/**
 * The formats that BPF programs may use (bpf-helpers(7), bpf_trace_printk): %d %i %u %x %X with l or ll, %p %px %pK %s %pks %pus %c %%,
 * with flags and width. Null stands for -EINVAL: an unknown format, a byte that is no printable ASCII, too few values,
 * or, where `count` asks for exactly as many, too many.
 */
export function format(
  machine: Machine,
  fmt: string,
  values: readonly bigint[],
  count: 'exactly' | 'at most',
): string | null {
  let text = '';
  let used = 0;
  for (let at = 0; at < fmt.length;) {
    const char = fmt[at] as string;
    if (char !== '%') {
      if (!/[\x20-\x7e\t-\r]/.test(char)) return null;
      text += char;
      at++;
      continue;
    }
    SPEC.lastIndex = at;
    const m = SPEC.exec(fmt);
    if (m === null) {
      if (/^%p[a-zA-Z]/.test(fmt.slice(at))) throw new Unsupported(`format ${fmt.slice(at, at + 4)}`);
      return null;
    }
    at = SPEC.lastIndex;
    const [, percent, flags = '', width = '', special, length = '', conversion = ''] = m;
    if (percent !== undefined) {
      text += '%';
      continue;
    }
    const value = values[used++];
    if (value === undefined) return null;
    text +=
      special === undefined
        ? numberText(value, flags, width, length, conversion)
        : specialText(machine, value, special, width, flags);
  }
  return count === 'exactly' && used !== values.length ? null : text;
}

function numberText(value: bigint, flags: string, width: string, length: string, conversion: string): string {
  const bits = length === '' ? 32 : 64;
  const signed = conversion === 'd' || conversion === 'i';
  const number = signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  let digits = (number < 0n ? -number : number).toString(conversion === 'x' || conversion === 'X' ? 16 : 10);
  if (conversion === 'X') digits = digits.toUpperCase();
  const sign = number < 0n ? '-' : signed && flags.includes('+') ? '+' : signed && flags.includes(' ') ? ' ' : '';
  const wanted = Number(width || '0');
  if (flags.includes('0') && !flags.includes('-')) return sign + digits.padStart(wanted - sign.length, '0');
  return pad(sign + digits, wanted, flags);
}

function specialText(machine: Machine, value: bigint, special: string, width: string, flags: string): string {
  const wanted = Number(width || '0');
  if (special === 'c') return pad(String.fromCharCode(Number(value & 0xffn)), wanted, flags);
  if (special === 's' || special === 'pks' || special === 'pus') return pad(readString(machine, value), wanted, flags);
  // The real kernel hides addresses behind a hash; simulated ones are no secret.
  const digits = value.toString(16);
  return pad(special === 'px' ? digits : digits.padStart(16, '0'), wanted, flags);
}

const pad = (text: string, width: number, flags: string): string =>
  flags.includes('-') ? text.padEnd(width) : text.padStart(width);
