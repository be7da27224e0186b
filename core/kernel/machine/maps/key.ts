/** The first four bytes of a key as a number. */
export const u32 = (key: Uint8Array): number => new DataView(key.buffer, key.byteOffset).getUint32(0, true);

/** The key of an array's element. */
export function indexKey(index: number): Uint8Array {
  const key = new Uint8Array(4);
  new DataView(key.buffer).setUint32(0, index, true);
  return key;
}

/** A key as text: the same for the same bytes only. */
export const keyId = (key: Uint8Array): string => String.fromCharCode(...key);
