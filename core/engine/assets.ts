import type { InputFile } from './protocol.ts';

/** What a host gives the engine at start: bytes, so that no host needs to know what is in them. */
export interface EngineAssets {
  /** The trimmed BTF of the modelled kernel, raw. */
  readonly kernelBtf: Uint8Array;
  /** Files of `samples/` and `lessons/`, named by their path from the repository's root: `samples/num_sum.bpf.o`. */
  readonly files: readonly InputFile[];
}
