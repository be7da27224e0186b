const GROUPS = 8;

/** The 16 bytes of an IPv6 address as people write it (`fe80::1`); null for text that is none. */
export function parseIpv6(text: string): Uint8Array | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [before, after] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const given = [...before!, ...(after ?? [])];
  if (!given.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  const missing = GROUPS - given.length;
  if (after === undefined ? missing !== 0 : missing < 1) return null;
  const all = [...before!, ...new Array<string>(missing).fill('0'), ...(after ?? [])];
  return Uint8Array.from(all.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff]));
}
