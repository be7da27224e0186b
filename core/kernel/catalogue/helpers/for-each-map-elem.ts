import type { HelperDescriptor } from '../descriptor.ts';
import { EINVAL } from '../../../base/errno.ts';
import { argument, giveNumber, hi, lo } from './registers.ts';

export const forEachMapElem: HelperDescriptor = {
  id: 164,
  name: 'for_each_map_elem',
  args: ['const-map-ptr', 'func', 'stack-or-null', 'anything'],
  ret: 'integer',
  gplOnly: false,
  callback: { passes: { 1: 1, 4: 3 } },
  doc: 'Calls a function of the program with map, key, value and a context for each element, until it gives 1. The number of calls made.',
  run(machine, regs) {
    const mapAddress = argument(regs, 1);
    const map = machine.mapAt(lo(regs, 1), hi(regs, 1));
    const [fnLo, fnHi, context] = [lo(regs, 2), hi(regs, 2), argument(regs, 3)];
    if (argument(regs, 4) !== 0n) {
      giveNumber(regs, EINVAL);
      return;
    }
    const keyAt = machine.allocate(map.keySize);
    let calls = 0;
    for (const [key, value] of map.entries()) {
      machine.writeBytes(Number(BigInt.asIntN(32, keyAt)), Number(BigInt.asIntN(32, keyAt >> 32n)), key);
      calls++;
      if (machine.callback(fnLo, fnHi, [mapAddress, keyAt, value, context]) !== 0n) break;
    }
    machine.free(keyAt);
    giveNumber(regs, calls);
  },
};
