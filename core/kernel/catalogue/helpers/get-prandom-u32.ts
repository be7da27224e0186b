import type { HelperDescriptor } from '../descriptor.ts';
import { give } from './registers.ts';

export const getPrandomU32: HelperDescriptor = {
  id: 7,
  name: 'get_prandom_u32',
  args: [],
  ret: 'integer',
  gplOnly: false,
  doc: 'A pseudo-random 32-bit number.',
  run(machine, regs) {
    give(regs, BigInt(machine.random()));
  },
};
