import type { HelperDescriptor } from '../descriptor.ts';
import { hi, lo } from './registers.ts';

export const tailCall: HelperDescriptor = {
  id: 12,
  name: 'tail_call',
  args: ['ctx', 'const-map-ptr', 'anything'],
  ret: 'void',
  gplOnly: false,
  changesPacket: true,
  doc: 'Goes on with another program, which gets the same context and does not come back. Where the array has none at that place, or after 33 of them, the call does nothing.',
  run(machine, regs) {
    machine.tailCall(machine.mapAt(lo(regs, 2), hi(regs, 2)), lo(regs, 3) >>> 0);
  },
};
