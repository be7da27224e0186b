import { Unsupported } from '../../../base/errors.ts';
import type { HelperDescriptor } from '../descriptor.ts';
import { argument, give, lo } from './registers.ts';

/** Copies that CPUs have of their own: of an object that a program allocated, the machine has that of the CPU that programs run on. */
export const perCpuPtr: HelperDescriptor = {
  id: 153,
  name: 'per_cpu_ptr',
  args: ['percpu-btf-id', 'anything'],
  ret: 'cpu-copy-or-null',
  gplOnly: false,
  doc: 'The copy of a per-CPU variable that a CPU has, or NULL when there is no such CPU.',
  run(_machine, regs) {
    const cpu = lo(regs, 2) >>> 0;
    if (cpu !== 0) throw new Unsupported(`what CPU ${cpu} has of its own`);
    give(regs, argument(regs, 1));
  },
};

export const thisCpuPtr: HelperDescriptor = {
  id: 154,
  name: 'this_cpu_ptr',
  args: ['percpu-btf-id'],
  ret: 'cpu-copy',
  gplOnly: false,
  doc: 'The copy of a per-CPU variable that this CPU has.',
  run: (_machine, regs) => give(regs, argument(regs, 1)),
};
