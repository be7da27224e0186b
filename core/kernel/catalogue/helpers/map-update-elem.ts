import type { HelperDescriptor } from '../descriptor.ts';
import { argument, giveNumber, hi, lo } from './registers.ts';

export const mapUpdateElem: HelperDescriptor = {
  id: 2,
  name: 'map_update_elem',
  args: ['const-map-ptr', 'map-key', 'map-value', 'anything'],
  ret: 'integer',
  gplOnly: false,
  pktAccess: true,
  doc: 'Sets the value of a key. Flags: 0 either way, 1 only a new key, 2 only an existing one. 0, or a negative error number.',
  run(machine, regs) {
    const map = machine.mapAt(lo(regs, 1), hi(regs, 1));
    const key = machine.readBytes(lo(regs, 2), hi(regs, 2), map.keySize);
    const value = machine.readBytes(lo(regs, 3), hi(regs, 3), map.valueSize);
    giveNumber(regs, map.update(key, value, argument(regs, 4)));
  },
};
