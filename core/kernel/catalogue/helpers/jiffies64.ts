import { ticksOf } from '../../machine/ticks.ts';
import type { HelperDescriptor } from '../descriptor.ts';
import { give } from './registers.ts';

export const jiffies64: HelperDescriptor = {
  id: 118,
  name: 'jiffies64',
  args: [],
  ret: 'integer',
  gplOnly: false,
  doc: 'The tick count, 250 a second.',
  run(machine, regs) {
    give(regs, ticksOf(machine.now()));
  },
};
