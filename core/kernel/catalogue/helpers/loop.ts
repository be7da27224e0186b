import type { HelperDescriptor } from '../descriptor.ts';
import { E2BIG, EINVAL } from '../../../base/errno.ts';
import { argument, give, giveNumber, hi, lo } from './registers.ts';

/** BPF_MAX_LOOPS */
const MAX_LOOPS = 8 * 1024 * 1024;

export const loop: HelperDescriptor = {
  id: 181,
  name: 'loop',
  args: ['anything', 'func', 'stack-or-null', 'anything'],
  ret: 'integer',
  gplOnly: false,
  callback: { passes: { 2: 3 } },
  doc: 'Calls a function of the program with 0, 1, 2, … and a context, until it gives 1 or the count is reached. The number of calls made, or -E2BIG (as 32 bits) above 8388608.',
  // Without flags the kernel puts the loop itself in place of the call. It then takes the count's 64 bits, and gives its error in 32.
  run(machine, regs) {
    const count = argument(regs, 1);
    const [fnLo, fnHi, context] = [lo(regs, 2), hi(regs, 2), argument(regs, 3)];
    if (argument(regs, 4) !== 0n) giveNumber(regs, EINVAL);
    else if (count > MAX_LOOPS) give(regs, BigInt.asUintN(32, BigInt(E2BIG)));
    else {
      let calls = 0;
      while (calls < count) if (machine.callback(fnLo, fnHi, [BigInt(calls++), context]) !== 0n) break;
      giveNumber(regs, calls);
    }
  },
};
