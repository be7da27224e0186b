import type { HelperDescriptor } from '../descriptor.ts';
import { EINVAL } from '../../../base/errno.ts';
import { argument, giveNumber, hi, lo } from './registers.ts';
import { format, readString, readValues } from './format.ts';

export const snprintf: HelperDescriptor = {
  id: 165,
  name: 'snprintf',
  args: ['mem-or-null', 'size-or-zero', 'const-str', 'rdonly-mem-or-null', 'size-or-zero'],
  ret: 'integer',
  gplOnly: true,
  doc: 'Formats text into memory, with values from memory, eight bytes each. The length that the whole text needs, its end included, or a negative error number.',
  run(machine, regs) {
    const room = lo(regs, 2) >>> 0;
    const values = readValues(machine, argument(regs, 4), lo(regs, 5) >>> 0);
    const text = values === null ? null : format(machine, readString(machine, argument(regs, 3)), values);
    if (text !== null && room > 0) {
      const kept = text.slice(0, room - 1);
      const bytes = Uint8Array.from([...kept, '\0'], (char) => char.charCodeAt(0));
      machine.writeBytes(lo(regs, 1), hi(regs, 1), bytes);
    }
    giveNumber(regs, text === null ? EINVAL : text.length + 1);
  },
};
