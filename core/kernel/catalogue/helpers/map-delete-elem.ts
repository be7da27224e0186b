import type { HelperDescriptor } from '../descriptor.ts';
import { giveNumber, hi, lo } from './registers.ts';

export const mapDeleteElem: HelperDescriptor = {
  id: 3,
  name: 'map_delete_elem',
  args: ['const-map-ptr', 'map-key'],
  ret: 'integer',
  gplOnly: false,
  pktAccess: true,
  doc: 'Removes a key. 0, or a negative error number: -ENOENT when it is not there, -EINVAL for arrays.',
  run(machine, regs) {
    const map = machine.mapAt(lo(regs, 1), hi(regs, 1));
    giveNumber(regs, map.delete(machine.readBytes(lo(regs, 2), hi(regs, 2), map.keySize)));
  },
};
