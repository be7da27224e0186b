/** What a file's first bytes say it is. */
export const startsWith = (bytes: Uint8Array, ...magic: readonly number[]): boolean =>
  magic.every((byte, i) => bytes[i] === byte);
export const isElf = (bytes: Uint8Array): boolean => startsWith(bytes, 0x7f, 0x45, 0x4c, 0x46);
export const isZip = (bytes: Uint8Array): boolean => startsWith(bytes, 0x50, 0x4b, 0x03, 0x04);
