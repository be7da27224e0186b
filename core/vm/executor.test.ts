import { describe, expect, test } from 'vitest';
import type { MapDef } from '../elf/object.ts';
import { assemble } from '../isa/asm.ts';
import { SimMachine } from '../kernel/machine/sim-machine.ts';
import type { Limits } from '../kernel/model.ts';
import { createExecutor, ENGINES } from './engines.ts';
import type { RunOptions, RunResult } from './executor.ts';
import { executor, KERNEL, NO_CALLS } from './fixture.ts';
import { predecode } from './predecode.ts';
import { kernelResolver } from './resolver.ts';

const COUNT: MapDef = {
  name: 'count',
  type: 2,
  keySize: 4,
  valueSize: 16,
  maxEntries: 1,
  flags: 0,
  frozen: false,
  btfKeyTypeId: 0,
  btfValueTypeId: 0,
};
const PROGRAMS: MapDef = { ...COUNT, name: 'programs', type: 3, valueSize: 4, programs: new Map([[0, 'again']]) };

test('every engine can be had by its id', () => {
  expect(new Set(ENGINES.map(({ id }) => id)).size).toBe(ENGINES.length);
  for (const { id } of ENGINES) {
    const input = { code: predecode(assemble('r0 = 3\nexit')), machine: new SimMachine(), resolver: NO_CALLS };
    expect(createExecutor({ ...input, limits: KERNEL.limits }, id).run().retval).toBe(3n);
  }
});

test('executors on several machines share one predecoded program', () => {
  const code = predecode(
    assemble('r1 = map[0] +8\nr0 = *(u64 *)(r1 +0)\nr0 += 1\n*(u64 *)(r1 +0) = r0\nr2 = map[0]\nr0 = r1\nexit'),
  );
  const before = code.file.slice();
  const machines = [new SimMachine(), new SimMachine()];
  machines[1]!.allocate(4096);
  const values = machines.map((machine) => {
    machine.createMaps([COUNT]);
    const vm = createExecutor({ code, machine, resolver: NO_CALLS, limits: KERNEL.limits });
    vm.run();
    const { retval } = vm.run();
    expect(retval).toBe(machine.maps[0]!.map.lookup(new Uint8Array(4)) + 8n);
    return machine.load(Number(BigInt.asIntN(32, retval)), Number(BigInt.asIntN(32, retval >> 32n)), 8);
  });
  expect(values).toEqual([2n, 2n]);
  expect(code.file).toEqual(before);
});

test('a map that the machine does not have is an error before the run', () => {
  expect(() => executor(assemble('r1 = map[2]\nexit'), new SimMachine())).toThrow('loads map 2, which does not exist');
});

describe('limits are those of the kernel', () => {
  const run = (text: string, limits: Partial<Limits>): RunResult & { readonly machine: SimMachine } => {
    const kernel = KERNEL.derive({ limits });
    const machine = new SimMachine();
    machine.createMaps([PROGRAMS, COUNT]);
    const insns = assemble(text);
    const resolver = kernelResolver(kernel, [{ name: 'again', insns }]);
    return { ...executor(insns, machine, resolver, kernel.limits).run({ ctx: new Uint8Array(8) }), machine };
  };

  test('frames', () => {
    const text = 'call f\nexit\nf: call g\nexit\ng: r0 = 5\nexit';
    expect(run(text, { frames: 3 }).retval).toBe(5n);
    expect(run(text, { frames: 2 }).fault).toEqual({ pc: 2, reason: 'more than 2 nested calls' });
  });

  test('stack', () => {
    const text = '*(u8 *)(r10 -128) = 1\nr0 = 0\nexit';
    expect(run(text, { stack: 128 }).fault).toBeUndefined();
    expect(run(text, { stack: 120 }).fault?.reason).toMatch(/^invalid write of 1 bytes/);
  });

  test('may_goto', () => {
    const text = 'r0 = 0\nagain: may_goto out\nr0 += 1\ngoto again\nout: exit';
    expect(run(text, { mayGotoLoops: 10 }).retval).toBe(10n);
  });

  test('tail calls', () => {
    const text = `r6 = r1\nr1 = map[1] +0\nr2 = *(u64 *)(r1 +0)\nr2 += 1\n*(u64 *)(r1 +0) = r2\nr0 = r2
      r1 = r6\nr2 = map[0]\nr3 = 0\ncall bpf_tail_call#12\nr1 = map[1] +0\nr0 = *(u64 *)(r1 +0)\nexit`;
    expect([2, 33].map((tailCalls) => run(text, { tailCalls }).retval)).toEqual([3n, 34n]);
  });
});

describe('a program that a tail call goes on with', () => {
  const start = assemble('r0 = 0\nr2 = map[0]\nr3 = 0\ncall bpf_tail_call#12\nexit');
  const run = (again: string, options: RunOptions): RunResult => {
    const machine = new SimMachine();
    machine.createMaps([PROGRAMS]);
    const resolver = kernelResolver(KERNEL, [{ name: 'again', insns: assemble(again) }]);
    return executor(start, machine, resolver).run({ ctx: new Uint8Array(64), ...options });
  };

  test('is bounded by what is left of the run’s budget', () => {
    expect(run('loop: goto loop', { stepLimit: 1000 }).fault?.reason).toBe(
      'stopped after 1000 instructions: it may never end',
    );
    let asked = 0;
    const until = (): string | null => (++asked < 3 ? null : 'it took too long');
    expect(run('loop: goto loop', { until }).fault?.reason).toMatch(
      /^stopped after \d+ instructions: it took too long/,
    );
    expect(asked).toBe(3);
  });

  test('is counted, up to a fault too', () => {
    expect(run('r0 = 1\nexit', {}).insns).toBe(6);
    expect(run('r0 = 1\nr0 = *(u64 *)(r0 +0)\nexit', {})).toMatchObject({
      insns: 5,
      fault: { pc: 4, reason: 'invalid read of 8 bytes at 0x0000000000000001' },
    });
  });

  test('knows no more of the context than the one before it', () => {
    const unknown = [{ from: 8, to: 16, name: 'sk' }];
    expect(run('r0 = *(u64 *)(r1 +16)\nexit', { unknown }).retval).toBe(0n);
    expect(() => run('r0 = *(u64 *)(r1 +8)\nexit', { unknown })).toThrow('sk of the context');
  });
});
