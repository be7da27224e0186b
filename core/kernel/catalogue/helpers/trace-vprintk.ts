import type { HelperDescriptor } from '../descriptor.ts';
import { EINVAL } from '../../../base/errno.ts';
import { argument, giveNumber, hi, lo } from './registers.ts';
import { formatBytes, readValues } from './format.ts';

export const traceVprintk: HelperDescriptor = {
  id: 177,
  name: 'trace_vprintk',
  args: ['rdonly-mem', 'size', 'rdonly-mem-or-null', 'size-or-zero'],
  ret: 'integer',
  gplOnly: true,
  doc: 'Prints to the trace pipe, with values from memory, eight bytes each. The number of characters, or a negative error number.',
  run(machine, regs) {
    const fmt = machine.readBytes(lo(regs, 1), hi(regs, 1), lo(regs, 2) >>> 0);
    const values = readValues(machine, argument(regs, 3), lo(regs, 4) >>> 0);
    const text = values === null ? null : formatBytes(machine, fmt, values);
    if (text !== null) machine.printk(text);
    giveNumber(regs, text === null ? EINVAL : text.length);
  },
};
