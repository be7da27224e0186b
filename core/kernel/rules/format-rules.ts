// What a format of bpf_snprintf, bpf_trace_printk and their like may hold (bpf-helpers(7), bpf_trace_printk). bpf_snprintf's is checked
// before the program runs, the others' when they are called.

const at = (format: Uint8Array, i: number): string => String.fromCharCode(format[i] ?? 0);

const isPrintable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;
const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 9 && byte <= 13);
const isPunctuation = (byte: number): boolean => isPrintable(byte) && !/[ A-Za-z0-9]/.test(String.fromCharCode(byte));

/** Whether a conversion may end before this byte. */
const endsHere = (byte: number): boolean => byte === 0 || isSpace(byte) || isPunctuation(byte);

/**
 * Why the kernel refuses a format, or null when it takes it. More values than conversions are no mistake.
 * @param format the bytes before the final zero
 * @param values how many values come with it
 */
export function formatProblem(format: Uint8Array, values: number): string | null {
  let used = 0;
  for (let i = 0; i < format.length; i++) {
    const byte = format[i]!;
    // Bytes beyond ASCII are taken as they are: text in UTF-8.
    if (byte < 0x80 && !isPrintable(byte) && !isSpace(byte))
      return `byte 0x${byte.toString(16)} is no printable character`;
    if (at(format, i) !== '%') continue;
    const start = i;
    i++;
    if (at(format, i) === '%') continue;
    if (used >= values) return `there is no value for conversion ${used + 1}`;
    while (/[-+ 0]/.test(at(format, i))) i++;
    if (/[1-9]/.test(at(format, i))) while (/[0-9]/.test(at(format, i))) i++;
    const end = conversionEnd(format, i);
    if (end < 0) return `\`${text(format, start, i + 2)}\` is no conversion that programs may use`;
    i = end;
    used++;
  }
  return null;
}

const text = (format: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...format.subarray(from, to)).replace(/[^ -~]/g, '?');

/** The last byte of the conversion whose letter is at `i`, or -1. */
function conversionEnd(format: Uint8Array, i: number): number {
  const next = format[i + 1] ?? 0;
  const last = format[i + 2] ?? 0;
  switch (at(format, i)) {
    case 'p':
      if (endsHere(next)) return i;
      if (/[ku]/.test(at(format, i + 1)) && at(format, i + 2) === 's') return endsHere(format[i + 3] ?? 0) ? i + 2 : -1;
      if (/[KxsSB]/.test(at(format, i + 1))) return i + 1;
      return /[iI]/.test(String.fromCharCode(next)) && /[46]/.test(String.fromCharCode(last)) ? i + 2 : -1;
    case 's':
      return endsHere(next) ? i : -1;
    case 'c':
      return i;
    default: {
      let letter = i;
      for (let l = 0; l < 2 && at(format, letter) === 'l'; l++) letter++;
      return /[idxuX]/.test(at(format, letter)) ? letter : -1;
    }
  }
}
