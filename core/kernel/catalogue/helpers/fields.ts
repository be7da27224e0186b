import type { HelperDescriptor } from '../descriptor.ts';
import { argument, give, hi, lo } from './registers.ts';

/** Helpers for fields of map values: locks, timers, and pointers that a map owns. */
export const FIELD_HELPERS: readonly HelperDescriptor[] = [
  {
    id: 93,
    name: 'spin_lock',
    args: ['spin-lock'],
    ret: 'void',
    gplOnly: false,
    doc: 'Takes the lock in a map’s value. Until it is given back nothing but the program’s own static functions may be called.',
    // With one CPU there is nobody to wait for.
    run: () => undefined,
  },
  {
    id: 94,
    name: 'spin_unlock',
    args: ['spin-lock'],
    ret: 'void',
    gplOnly: false,
    doc: 'Gives the lock in a map’s value back.',
    run: () => undefined,
  },
  {
    id: 169,
    name: 'timer_init',
    args: ['timer', 'const-map-ptr', 'anything'],
    ret: 'integer',
    gplOnly: true,
    doc: 'Prepares a timer in a map’s value. The flags choose the clock: CLOCK_REALTIME, CLOCK_MONOTONIC or CLOCK_BOOTTIME.',
  },
  {
    id: 170,
    name: 'timer_set_callback',
    args: ['timer', 'func'],
    ret: 'integer',
    gplOnly: true,
    doc: 'Says which function of the program a timer calls, with the map, the key and the value, when it runs out.',
  },
  {
    id: 171,
    name: 'timer_start',
    args: ['timer', 'anything', 'anything'],
    ret: 'integer',
    gplOnly: true,
    doc: 'Starts a timer: it runs out after so many nanoseconds.',
  },
  {
    id: 172,
    name: 'timer_cancel',
    args: ['timer'],
    ret: 'integer',
    gplOnly: true,
    doc: 'Stops a timer, and waits for its callback to end.',
  },
  {
    id: 194,
    name: 'kptr_xchg',
    args: ['kptr-field', 'released-kptr'],
    ret: 'kptr-or-null',
    gplOnly: false,
    doc: 'Puts an object, with its reference, or NULL into a field of a map’s value, and gives back what was there: that is the program’s to release.',
    run(machine, regs) {
      const [at, high] = [lo(regs, 1), hi(regs, 1)];
      const before = machine.load(at, high, 8);
      machine.store(at, high, 8, argument(regs, 2));
      give(regs, before);
    },
  },
];
