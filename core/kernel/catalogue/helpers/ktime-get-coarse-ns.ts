import type { HelperDescriptor } from '../descriptor.ts';
import { give } from './registers.ts';

export const ktimeGetCoarseNs: HelperDescriptor = {
  id: 160,
  name: 'ktime_get_coarse_ns',
  args: [],
  ret: 'integer',
  gplOnly: false,
  doc: 'Nanoseconds since the machine started, cheaper and coarser.',
  run(machine, regs) {
    give(regs, machine.now());
  },
};
