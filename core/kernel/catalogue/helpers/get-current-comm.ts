import type { HelperDescriptor } from '../descriptor.ts';
import { giveNumber, hi, lo, size } from './registers.ts';

export const getCurrentComm: HelperDescriptor = {
  id: 16,
  name: 'get_current_comm',
  args: ['uninit-mem', 'size'],
  ret: 'integer',
  gplOnly: false,
  doc: "Copies the current task's name, ended and padded with zeros. 0, or a negative error number.",
  run(machine, regs) {
    const bytes = new Uint8Array(size(regs, 2));
    const { comm } = machine.task;
    for (let i = 0; i < Math.min(comm.length, bytes.length - 1); i++) bytes[i] = comm.charCodeAt(i);
    machine.writeBytes(lo(regs, 1), hi(regs, 1), bytes);
    giveNumber(regs, 0);
  },
};
