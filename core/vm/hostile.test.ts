import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError, Unsupported } from '../base/errors.ts';
import { decodeRaw } from '../isa/codec.ts';
import type { Insn } from '../isa/insn.ts';
import { LDDW } from '../isa/opcodes.ts';
import { ALL_FORMS } from '../isa/table.ts';
import { MachineFault } from '../kernel/machine/machine.ts';
import { SimMachine } from '../kernel/machine/sim-machine.ts';
import { num } from '../kernel/catalogue/iterators/num.ts';
import type { RunResult } from './executor.ts';
import { executor, KERNEL } from './fixture.ts';

/** Runs whatever it is given; what is refused in an orderly way gives its message. */
function attempt(insns: readonly Insn[], observed: boolean): RunResult | string {
  try {
    const vm = executor(insns, new SimMachine(), {
      callHelper: (id) => KERNEL.helpers.find(id),
      callKfunc: () => num.next,
    });
    return vm.run({ ctx: new Uint8Array(16), stepLimit: 2000, ...(observed ? { onStep: () => undefined } : {}) });
  } catch (error) {
    if (error instanceof Unsupported || error instanceof MachineFault || error instanceof InputError)
      return error.message;
    throw error;
  }
}

const small = fc.integer({ min: -12, max: 12 });
const value = fc.oneof(small, fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }));
const anyInsn = fc
  .record({
    form: fc.constantFrom(...ALL_FORMS.filter((f) => f.valid)),
    dst: fc.nat(10),
    src: fc.nat(10),
    off: fc.oneof(small, fc.integer({ min: -0x8000, max: 0x7fff })),
    imm: value,
    next: value,
  })
  .map(({ form, next, ...fields }): Insn[] => {
    const first = { ...fields, code: form.code, ...form.select };
    return form.code === LDDW ? [first, { code: 0, dst: 0, src: 0, off: 0, imm: next }] : [first];
  });

test('random programs end in a result, a fault or a clear refusal, alike when observed', () => {
  fc.assert(
    fc.property(fc.array(anyInsn, { maxLength: 30 }), (parts) => {
      const insns = parts.flat();
      const plain = attempt(insns, false);
      const watched = attempt(insns, true);
      // A program that is stopped for its length may be stopped at slightly different places.
      const stopped = (r: RunResult | string): boolean =>
        typeof r !== 'string' && r.fault?.reason.startsWith('stopped') === true;
      if (stopped(plain) || stopped(watched)) return;
      expect(watched).toEqual(plain);
    }),
    { seed: 1, numRuns: 800 },
  );
});

test('random bytes do no worse', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      attempt(decodeRaw(bytes), false);
    }),
    { seed: 2, numRuns: 1000 },
  );
});
