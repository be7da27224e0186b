import type { HelperDescriptor } from '../descriptor.ts';
import { EINVAL } from '../../../base/errno.ts';
import { argument, giveNumber, hi, lo } from './registers.ts';
import { formatBytes } from './format.ts';

export const tracePrintk: HelperDescriptor = {
  id: 6,
  name: 'trace_printk',
  args: ['rdonly-mem', 'size'],
  ret: 'integer',
  gplOnly: true,
  doc: 'Prints to the trace pipe, with up to three values. The number of characters, or a negative error number.',
  run(machine, regs) {
    const fmt = machine.readBytes(lo(regs, 1), hi(regs, 1), lo(regs, 2) >>> 0);
    const text = formatBytes(machine, fmt, [argument(regs, 3), argument(regs, 4), argument(regs, 5)]);
    if (text !== null) machine.printk(text);
    giveNumber(regs, text === null ? EINVAL : text.length);
  },
};
