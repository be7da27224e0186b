import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { gunzipSync } from 'node:zlib';
import { objectFromInsns } from '../../core/elf/from-insns.ts';
import { PROG } from '../../core/elf/section-types.ts';
import { assemble } from '../../core/isa/asm.ts';
import type { Configuration } from '../../core/kernel/rules/configuration.ts';
import { DISTRIBUTION } from '../../core/kernel/rules/configuration.ts';
import { BpfError } from './bpf-syscall.ts';
import { runningKernel } from './facts.ts';
import { KernelObject, possibleCpus } from './load.ts';

let known: Configuration | null = null;

/** This machine's configuration, as far as its kernel tells: what is not told is as distributions have it. */
export function thisMachine(): Configuration {
  return (known ??= {
    cpus: orElse(DISTRIBUTION.cpus, possibleCpus),
    maxCpus: orElse(DISTRIBUTION.maxCpus, builtForCpus),
    memory: totalmem(),
    kprobeOverride: offers(PROG.KPROBE, 58, DISTRIBUTION.kprobeOverride),
    writesUserMemory: offers(PROG.KPROBE, 36, DISTRIBUTION.writesUserMemory),
    readsKernelMemory: offers(PROG.KPROBE, 113, DISTRIBUTION.readsKernelMemory),
    namesVariables: orElse(DISTRIBUTION.namesVariables, namesVariables),
  });
}

function orElse<T>(otherwise: T, ask: () => T): T {
  try {
    return ask();
  } catch {
    return otherwise;
  }
}

/** CONFIG_KALLSYMS_ALL of the running kernel, where it shows its configuration. */
function namesVariables(): boolean {
  const { kconfig } = runningKernel();
  if (kconfig === undefined) throw new Error('its configuration cannot be read');
  return kconfig.get('CONFIG_KALLSYMS_ALL') === 'y';
}

/** CONFIG_NR_CPUS of the running kernel, where it shows its configuration. */
function builtForCpus(): number {
  const text = gunzipSync(readFileSync('/proc/config.gz')).toString('latin1');
  const found = /^CONFIG_NR_CPUS=(\d+)$/m.exec(text);
  if (found === null) throw new Error('CONFIG_NR_CPUS is not set');
  return Number(found[1]);
}

/** Whether the running kernel offers a helper to programs of a type: a program that does nothing but call it is loaded. */
function offers(type: number, helper: number, otherwise: boolean): boolean {
  return orElse(otherwise, () => {
    const object = objectFromInsns(assemble(`call ${helper}\nr0 = 0\nexit`), { type });
    const kernel = new KernelObject(object);
    try {
      const { errno, log } = kernel.verify(object.programs[0]!, 2);
      if (errno !== 0 && log === '') throw new BpfError('BPF_PROG_LOAD', -errno);
      return !log.includes('cannot use helper');
    } finally {
      kernel.close();
    }
  });
}
