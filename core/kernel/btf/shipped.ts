import type { Btf } from '../../btf/btf.ts';
import { parseTrimmedBtf } from '../../btf/trimmed.ts';

/** The kernel whose BTF ships with the app, and the asset that holds it (beside this file; made by `scripts/trim-btf.ts`). */
export const SHIPPED_KERNEL = {
  release: '6.18.44',
  version: (6 << 16) | (18 << 8) | 44,
  asset: 'linux-6.18.bin',
} as const;

/**
 * The shipped BTF from its asset's bytes, which the host reads or fetches. Types have that kernel's own ids.
 * @throws InputError when the asset is damaged
 */
export function shippedBtf(bytes: Uint8Array): Btf {
  return parseTrimmedBtf(bytes, SHIPPED_KERNEL.asset);
}
