import type { HelperDescriptor } from '../descriptor.ts';
import { give } from './registers.ts';

export const getSmpProcessorId: HelperDescriptor = {
  id: 8,
  name: 'get_smp_processor_id',
  args: [],
  ret: 'integer',
  retBounds: 'cpu',
  gplOnly: false,
  fastcall: true,
  doc: 'The CPU that the program runs on.',
  run(_machine, regs) {
    // The simulated machine has one CPU.
    give(regs, 0n);
  },
};
