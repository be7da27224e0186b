import { EOVERFLOW } from '../../../base/errno.ts';
import type { HelperDescriptor } from '../descriptor.ts';
import { argument, giveNumber, hi, lo, size } from './registers.ts';
import { seqOf } from './seq.ts';

export const seqWrite: HelperDescriptor = {
  id: 127,
  name: 'seq_write',
  args: ['btf-id', 'rdonly-mem', 'size-or-zero'],
  ret: 'integer',
  gplOnly: true,
  btfStruct: 'seq_file',
  doc: 'Writes bytes to the file that an iterator program fills. 0, or -EOVERFLOW when they do not fit.',
  run(machine, regs) {
    const seq = seqOf(machine, argument(regs, 1));
    giveNumber(regs, seq.write(machine.readBytes(lo(regs, 2), hi(regs, 2), size(regs, 3))) ? 0 : EOVERFLOW);
  },
};
