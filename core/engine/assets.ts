import { unzipSync } from 'fflate';
import { InputError } from '../base/errors.ts';
import type { InputFile } from './protocol.ts';

/** What a host gives the engine at start: bytes, so that no host needs to know what is in them. */
export interface EngineAssets {
  /** BTF of the modelled kernel: the shipped, trimmed asset, or raw BTF as in `/sys/kernel/btf/vmlinux`. */
  readonly kernelBtf: Uint8Array;
  /** Files of `samples/` and `lessons/`, named by their path from the repository's root: `samples/num_sum.bpf.o`. */
  readonly files: readonly InputFile[];
}

/** Name of the kernel's BTF in a pack. */
const KERNEL_BTF = 'kernel.btf';

/**
 * Reads a pack of assets: a zip with `kernel.btf`, `samples/**` and `lessons/**`, as the build makes it.
 * @throws InputError when it is no zip or has no `kernel.btf`
 */
export function unpackAssets(zip: Uint8Array): EngineAssets {
  let entries: Record<string, Uint8Array>;
  try {
    entries = unzipSync(zip);
  } catch (error) {
    throw new InputError((error as Error).message, '', 'the pack of assets');
  }
  const kernelBtf = entries[KERNEL_BTF];
  if (kernelBtf === undefined) throw new InputError(`it has no ${KERNEL_BTF}`, '', 'the pack of assets');
  const files = Object.keys(entries)
    .filter((name) => name !== KERNEL_BTF && !name.endsWith('/'))
    .sort()
    .map((name) => ({ name, bytes: entries[name]! }));
  return { kernelBtf, files };
}
