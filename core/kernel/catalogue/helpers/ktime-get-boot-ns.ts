import type { HelperDescriptor } from '../descriptor.ts';
import { give } from './registers.ts';

export const ktimeGetBootNs: HelperDescriptor = {
  id: 125,
  name: 'ktime_get_boot_ns',
  args: [],
  ret: 'integer',
  gplOnly: false,
  doc: 'Nanoseconds since the machine started, sleeps included.',
  run(machine, regs) {
    give(regs, machine.now());
  },
};
