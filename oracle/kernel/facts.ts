import { existsSync, readFileSync } from 'node:fs';
import { release, version } from 'node:os';
import { gunzipSync } from 'node:zlib';
import type { LoadOptions } from '../../core/elf/load.ts';
import { parseKernelConfig } from '../../core/kernel/rules/configs/config.ts';
import type { KernelConfig } from '../../core/kernel/rules/configs/config.ts';

/** The running kernel's configuration, from where libbpf reads it; null where neither file can be read. */
function runningConfig(): KernelConfig | null {
  const boot = `/boot/config-${release()}`;
  try {
    if (existsSync(boot)) return parseKernelConfig(readFileSync(boot, 'utf8'));
    return parseKernelConfig(gunzipSync(readFileSync('/proc/config.gz')).toString('latin1'));
  } catch {
    return null;
  }
}

/** KERNEL_VERSION() as libbpf finds it: distributions tell their own where `uname -r` does not. */
function runningVersion(): number {
  const text = /Debian (\d+\.\d+\.\d+)/.exec(version())?.[1] ?? release();
  const [major = 0, minor = 0, patch = 0] = text.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
  return (major << 16) | (minor << 8) | Math.min(patch, 255);
}

let symbols: Map<string, bigint> | null = null;

/** The address of a symbol of the running kernel, 0 for none (and for all where addresses are hidden). */
function runningSymbol(name: string): bigint {
  if (symbols === null) {
    symbols = new Map();
    for (const line of readFileSync('/proc/kallsyms', 'latin1').split('\n')) {
      const [address = '', , symbol = ''] = line.split(/[ \t]/);
      if (symbol !== '' && !symbols.has(symbol)) symbols.set(symbol, BigInt(`0x${address}`));
    }
  }
  return symbols.get(name) ?? 0n;
}

/** What the loader needs to know of the running kernel, besides its BTF. */
export function runningKernel(): Pick<LoadOptions, 'kernelVersion' | 'kconfig' | 'symbols'> {
  const kconfig = runningConfig();
  return { kernelVersion: runningVersion(), symbols: runningSymbol, ...(kconfig === null ? {} : { kconfig }) };
}
