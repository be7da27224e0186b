import type { HelperDescriptor } from '../descriptor.ts';
import { readString } from './format.ts';
import { argument, giveNumber, hi, lo } from './registers.ts';

export const strncmp: HelperDescriptor = {
  id: 182,
  name: 'strncmp',
  args: ['rdonly-mem', 'size', 'const-str'],
  ret: 'integer',
  gplOnly: false,
  doc: 'Compares at most size bytes of two strings: negative, 0 or positive.',
  run(machine, regs) {
    const first = machine.readBytes(lo(regs, 1), hi(regs, 1), lo(regs, 2) >>> 0);
    const second = readString(machine, argument(regs, 3));
    let result = 0;
    for (let i = 0; i < first.length && result === 0; i++) {
      const a = first[i] ?? 0;
      const b = i < second.length ? second.charCodeAt(i) : 0;
      if (a !== b) result = a < b ? -1 : 1;
      else if (a === 0) break;
    }
    giveNumber(regs, result);
  },
};
