import type { FixScene } from '../scene.ts';

/** A field of a context: its offset from the context's beginning, and its size. */
export interface ContextField {
  readonly off: number;
  readonly size: 'u64' | 'u32' | 'u16' | 'u8';
}

/** Most of them that are tried. */
const MOST = 48;
const LARGEST = 256;

/**
 * Places at which the context may have a field, the likeliest first: the same place in another size, then the nearest ones that lie in line. Which of
 * them it has depends on the type of the program: the verifier says.
 */
export function* contextFields(
  _scene: FixScene,
  { off, size }: { readonly off: number; readonly size: number; readonly write: boolean },
): Generator<ContextField> {
  const sizes = ['u64', 'u32', 'u16', 'u8'] as const;
  const bytes = { u64: 8, u32: 4, u16: 2, u8: 1 };
  const own = sizes.find((one) => bytes[one] === size) ?? 'u64';
  for (const one of sizes) if (one !== own) yield { off, size: one };
  const at = Math.floor(off / 8) * 8;
  yield { off: at, size: 'u64' };
  const wide = own === 'u64' || own === 'u32' ? own : 'u32';
  let count = 0;
  for (let far = 0; far <= LARGEST && count < MOST; far += bytes[wide]) {
    const aligned = Math.floor(off / bytes[wide]) * bytes[wide];
    for (const place of far === 0 ? [aligned] : [aligned - far, aligned + far]) {
      if (place < 0 || place > LARGEST) continue;
      count++;
      yield { off: place, size: wide };
    }
  }
  for (const place of [0, 8, 16]) yield { off: place, size: 'u64' };
  for (const place of [0, 16, 48]) yield { off: place, size: 'u32' };
}
