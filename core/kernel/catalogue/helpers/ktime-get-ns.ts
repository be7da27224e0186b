import type { HelperDescriptor } from '../descriptor.ts';
import { give } from './registers.ts';

export const ktimeGetNs: HelperDescriptor = {
  id: 5,
  name: 'ktime_get_ns',
  args: [],
  ret: 'integer',
  gplOnly: false,
  doc: 'Nanoseconds since the machine started, without its sleeps.',
  run(machine, regs) {
    give(regs, machine.now());
  },
};
