/** UTF-8 to text; malformed sequences become U+FFFD. `core` has no `TextDecoder` (it knows neither DOM nor Node). */
export function decodeUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = '';
  let run: number[] = [];
  const push = (unit: number): void => {
    run.push(unit);
    if (run.length >= 4096) {
      text += String.fromCharCode(...run);
      run = [];
    }
  };
  for (let i = start; i < end;) {
    const lead = bytes[i++]!;
    if (lead < 0x80) {
      push(lead);
      continue;
    }
    const extra = lead >= 0xf0 && lead <= 0xf4 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc2 ? 1 : 0;
    let code = extra === 3 ? lead & 7 : extra === 2 ? lead & 15 : lead & 31;
    let taken = 0;
    while (taken < extra && i < end && (bytes[i]! & 0xc0) === 0x80) {
      code = (code << 6) | (bytes[i++]! & 0x3f);
      taken++;
    }
    const least = extra === 3 ? 0x10000 : extra === 2 ? 0x800 : 0x80;
    if (
      lead > 0xf4 ||
      extra === 0 ||
      taken < extra ||
      code < least ||
      code > 0x10ffff ||
      (code & 0xfffff800) === 0xd800
    )
      push(0xfffd);
    else if (code < 0x10000) push(code);
    else {
      push(0xd800 + ((code - 0x10000) >> 10));
      push(0xdc00 + ((code - 0x10000) & 0x3ff));
    }
  }
  return text + String.fromCharCode(...run);
}

/** Text to UTF-8; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const out: number[] = [];
  for (const char of text) {
    let code = char.codePointAt(0)!;
    if (code >= 0xd800 && code < 0xe000) code = 0xfffd;
    if (code < 0x80) out.push(code);
    else if (code < 0x800) out.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) out.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else out.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return Uint8Array.from(out);
}
