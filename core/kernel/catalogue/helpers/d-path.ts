import { ENAMETOOLONG } from '../../../base/errno.ts';
import { Unsupported } from '../../../base/errors.ts';
import { encodeUtf8 } from '../../../base/utf8.ts';
import type { HelperDescriptor } from '../descriptor.ts';
import { argument, giveNumber, hi, lo, size } from './registers.ts';

/** The name of a file, for programs that may ask for it where they are attached. */
export const dPath: HelperDescriptor = {
  id: 147,
  name: 'd_path',
  args: ['btf-id', 'mem', 'size-or-zero'],
  btfStruct: 'path',
  ret: 'integer',
  gplOnly: false,
  doc: 'Writes the name of a path into a buffer; returns its length with the zero at its end.',
  // The text is made at the end of the buffer and then moved to its beginning: of a short one the end stays behind.
  run(machine, regs) {
    const room = size(regs, 3);
    const path = machine.kernel.tasks.files.pathAt(argument(regs, 1));
    if (path === undefined) throw new Unsupported('a path that belongs to no open file of the simulated machine');
    const text = encodeUtf8(`${path}\0`);
    if (room === 0) giveNumber(regs, 0);
    else if (text.length > room) giveNumber(regs, ENAMETOOLONG);
    else {
      const buffer = machine.readBytes(lo(regs, 2), hi(regs, 2), room);
      buffer.set(text, room - text.length);
      buffer.set(text, 0);
      machine.writeBytes(lo(regs, 2), hi(regs, 2), buffer);
      giveNumber(regs, text.length);
    }
  },
};
