import type { Dice } from '../../core/base/dice.ts';

/** An input that was spoilt, and how. */
export interface Spoilt {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly what: string;
}

/** Numbers at which sums wrap, signs turn and limits lie. */
export const HUGE = [0xffffffff, 0x7fffffff, 0x80000000, 0x10000, 0, 1, 0xfffffff0, 0xffff, 0x7fff, 0x100, 0x1000000];

/** A part of a file in which a change means something. */
export type Region = readonly [name: string, start: number, end: number];

/** Changes bytes, words or stretches of some regions, or cuts the file short. */
export function spoilBytes(original: Uint8Array, regions: readonly Region[], dice: Dice): Omit<Spoilt, 'name'> {
  const bytes = original.slice();
  const view = new DataView(bytes.buffer);
  const way = dice.below(8);
  if (way === 0 || regions.length === 0) {
    const length = dice.below(bytes.length);
    return { bytes: bytes.slice(0, length), what: `cut to ${length} bytes` };
  }
  const changes: string[] = [];
  for (let i = 0; i <= dice.below(4); i++) {
    const [name, start, end] = dice.of(regions);
    const at = start + dice.below(end - start);
    if (at >= bytes.length) continue;
    if (way < 4 && at + 4 <= bytes.length) {
      const aligned = start + ((at - start) & ~3);
      const value = dice.chance(60) ? dice.of(HUGE) : (view.getUint32(aligned, true) + dice.of([1, -1, 8, 256])) >>> 0;
      view.setUint32(aligned, value, true);
      changes.push(`${name}: word at ${aligned} is ${value}`);
    } else if (way < 7) {
      bytes[at] = dice.below(256);
      changes.push(`${name}: byte at ${at} is ${bytes[at]!}`);
    } else {
      const length = Math.min(end - at, bytes.length - at, 1 + dice.below(64));
      const from = dice.below(bytes.length - length);
      bytes.copyWithin(at, from, from + length);
      changes.push(`${name}: ${length} bytes at ${at} come from ${from}`);
    }
  }
  return { bytes, what: changes.join('; ') };
}
