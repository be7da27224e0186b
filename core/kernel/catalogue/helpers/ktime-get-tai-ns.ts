import type { HelperDescriptor } from '../descriptor.ts';
import { give } from './registers.ts';

export const ktimeGetTaiNs: HelperDescriptor = {
  id: 208,
  name: 'ktime_get_tai_ns',
  args: [],
  ret: 'integer',
  gplOnly: false,
  doc: 'Nanoseconds of international atomic time.',
  run(machine, regs) {
    give(regs, machine.now());
  },
};
