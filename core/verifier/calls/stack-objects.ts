import type { Env } from '../env.ts';
import type { Reg } from '../values/reg.ts';
import { frameOf } from '../regs.ts';
import { spiOf } from '../memory/stack-access.ts';

/**
 * The slot that an argument points at which must lie on the stack, in slots of its own.
 * @param what the kernel's word for it
 * @param slots how many slots it takes
 * @returns slot number of its lowest address; `null` when it is within the stack's limits but not in use yet; -1 after a message
 */
export function placeOnStack(env: Env, reg: Reg, slots: number, what: 'iter' | 'dynptr'): number | null {
  if (!reg.scalar.isConst) {
    env.say(`${what} has to be at a constant offset\n`);
    return -1;
  }
  const off = reg.off + reg.scalar.num;
  const spi = spiOf(off);
  if (off % 8 !== 0 || spi + 1 < slots) {
    env.say(`cannot pass in ${what} at an offset=${off}\n`);
    return -1;
  }
  const allocated = frameOf(env, reg).stack.length;
  return spi - slots + 1 >= 0 && spi < allocated ? spi : null;
}
