/** A register's concrete text (`45`, `0x2d`, `-8`, digits may be grouped) as a number; null for what is not one. */
export function valueOf(text: string): bigint | null {
  const plain = text.replace(/[\s_\u202f]/g, '').replace('−', '-');
  if (!/^-?(0x[0-9a-f]+|\d+)$/i.test(plain)) return null;
  return plain.startsWith('-') ? -BigInt(plain.slice(1)) : BigInt(plain);
}

/** Where a concrete value lies on the axis of `Range` (logarithmic on both sides of 0), 0..1; null for what is not a number. */
export function placeOf(text: string): number | null {
  const value = valueOf(text);
  if (value === null) return null;
  const size = Math.log2(Number(value < 0n ? -value : value) + 1) / 64;
  return 0.5 + (value < 0n ? -size : size) / 2;
}
