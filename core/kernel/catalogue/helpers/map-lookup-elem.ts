import type { HelperDescriptor } from '../descriptor.ts';
import { give, hi, lo } from './registers.ts';

export const mapLookupElem: HelperDescriptor = {
  id: 1,
  name: 'map_lookup_elem',
  args: ['const-map-ptr', 'map-key'],
  ret: 'map-value-or-null',
  gplOnly: false,
  pktAccess: true,
  doc: 'Gives a pointer to the value of a key, or NULL when the map has none.',
  run(machine, regs) {
    const map = machine.mapAt(lo(regs, 1), hi(regs, 1));
    give(regs, map.lookup(machine.readBytes(lo(regs, 2), hi(regs, 2), map.keySize)));
  },
};
