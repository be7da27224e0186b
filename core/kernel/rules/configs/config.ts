import { DEBIAN_6_18 } from './debian-6.18.ts';

/** A kernel's configuration: `CONFIG_X` to `y`, `m`, a number or quoted text. What is not set is not there. */
export type KernelConfig = ReadonlyMap<string, string>;

/** Reads a configuration as `/boot/config-…` and `/proc/config.gz` have it. */
export function parseKernelConfig(text: string): KernelConfig {
  const config = new Map<string, string>();
  for (const line of text.split('\n')) {
    const found = /^(CONFIG_\w+)=(.*)$/.exec(line);
    if (found !== null) config.set(found[1]!, found[2]!);
  }
  return config;
}

/** The compact form: lines `y A B C` and `m D E` for options that are set or modules, `F=value` for the others. */
function configOf(compact: string): KernelConfig {
  const config = new Map<string, string>();
  for (const line of compact.split('\n')) {
    const value = /^(\w+)=(.*)$/.exec(line);
    if (value !== null) config.set(`CONFIG_${value[1]!}`, value[2]!);
    else for (const name of line.slice(2).split(' ')) config.set(`CONFIG_${name}`, line[0]!);
  }
  return config;
}

let shipped: KernelConfig | null = null;

/** What `.kconfig` variables are filled from unless told otherwise: Debian's Linux 6.18 for 64-bit PCs. */
export function shippedConfig(): KernelConfig {
  shipped ??= configOf(DEBIAN_6_18);
  return shipped;
}
