import { unzipSync } from 'fflate';
import { InputError } from '../base/errors.ts';
import type { InputFile } from './protocol.ts';

/** What a host gives the engine at start: bytes, so that no host needs to know what is in them. */
export interface EngineAssets {
  /** The trimmed BTF of the modelled kernel, raw. */
  readonly kernelBtf: Uint8Array;
  /** Files of `samples/` and `lessons/`, named by their path from the repository's root: `samples/num_sum.bpf.o`. */
  readonly files: readonly InputFile[];
}

/** The name of the kernel's BTF in the pack. */
const KERNEL_BTF = 'kernel.btf';

/** Reads the pack that the build makes (`engine.zip`). Throws InputError when it isn't one. */
export function unpackAssets(pack: Uint8Array): EngineAssets {
  let entries: Record<string, Uint8Array>;
  try {
    entries = unzipSync(pack);
  } catch (error) {
    throw new InputError((error as Error).message, '', 'engine.zip');
  }
  const kernelBtf = entries[KERNEL_BTF];
  if (kernelBtf === undefined) throw new InputError(`no ${KERNEL_BTF} in it`, '', 'engine.zip');
  const files = Object.entries(entries)
    .filter(([name]) => name !== KERNEL_BTF && !name.endsWith('/'))
    .map(([name, bytes]) => ({ name, bytes }));
  return { kernelBtf, files };
}
