/** FNV-1a of some bytes: 32 bits, not for anything that must not be guessed. */
export function fnv1a(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let value = 0x811c9dc5;
  for (let i = start; i < end; i++) value = Math.imul(value ^ bytes[i]!, 0x01000193);
  return value >>> 0;
}
