import type { Btf } from '../../btf/btf.ts';
import type { LoadOptions } from '../../elf/load.ts';
import { shippedConfig } from './configs/config.ts';
import { symbolAddress } from './symbols.ts';

/** What the loader needs to know of the modelled kernel. */
export function modelledKernel(kernelBtf: Btf): Pick<LoadOptions, 'kernelBtf' | 'kconfig' | 'symbols'> {
  return { kernelBtf, kconfig: shippedConfig(), symbols: (name) => symbolAddress(kernelBtf, name) };
}
