import { EINVAL, EOVERFLOW } from '../../../base/errno.ts';
import type { HelperDescriptor } from '../descriptor.ts';
import { formatBytes, readValues } from './format.ts';
import { argument, giveNumber, hi, lo, size } from './registers.ts';
import { seqOf } from './seq.ts';

export const seqPrintf: HelperDescriptor = {
  id: 126,
  name: 'seq_printf',
  args: ['btf-id', 'rdonly-mem', 'size', 'rdonly-mem-or-null', 'size-or-zero'],
  ret: 'integer',
  gplOnly: true,
  btfStruct: 'seq_file',
  doc: 'Writes formatted text to the file that an iterator program fills. Each value takes eight bytes of data. 0, or a negative error number: -EOVERFLOW when it does not fit.',
  run(machine, regs) {
    const seq = seqOf(machine, argument(regs, 1));
    const values = readValues(machine, argument(regs, 4), lo(regs, 5) >>> 0);
    const fmt = machine.readBytes(lo(regs, 2), hi(regs, 2), size(regs, 3));
    const text = values === null ? null : formatBytes(machine, fmt, values);
    if (text === null) giveNumber(regs, EINVAL);
    else
      giveNumber(
        regs,
        seq.write(Uint8Array.from(text, (char) => char.charCodeAt(0))) && !seq.overflowed ? 0 : EOVERFLOW,
      );
  },
};
