import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { MapDef } from '../elf/object.ts';
import { assemble } from '../isa/asm.ts';
import { shippedBtf } from '../kernel/btf/shipped.ts';
import type { MachineOptions } from '../kernel/machine/sim-machine.ts';
import { DEFAULT_WORLD } from '../kernel/machine/world/default-world.ts';
import { SimMachine } from '../kernel/machine/sim-machine.ts';
import { linux618 } from '../kernel/releases/linux-6.18.ts';
import type { RunOptions, RunResult } from './executor.ts';
import { executor } from './fixture.ts';
import { kernelResolver } from './resolver.ts';

const MAPS: MapDef[] = [
  {
    name: 'counts',
    type: 2,
    keySize: 4,
    valueSize: 8,
    maxEntries: 3,
    flags: 0,
    initial: Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 7),
    frozen: false,
    btfKeyTypeId: 0,
    btfValueTypeId: 0,
  },
  {
    name: 'prog.rodata',
    type: 2,
    keySize: 4,
    valueSize: 16,
    maxEntries: 1,
    flags: 128,
    initial: Uint8Array.from('value: %d\n\0', (c) => c.charCodeAt(0)),
    frozen: true,
    btfKeyTypeId: 0,
    btfValueTypeId: 0,
  },
];
const kernel = linux618(
  shippedBtf(new Uint8Array(readFileSync(new URL('../kernel/btf/linux-6.18.bin', import.meta.url)))),
);
const call = (name: string): string => `call ${name}#${kernel.btf.find('func', name)}`;

function run(text: string, options: RunOptions = {}, machineOptions: MachineOptions = {}): RunResult {
  const machine = new SimMachine(machineOptions);
  machine.createMaps(MAPS);
  return executor(assemble(text), machine, kernelResolver(kernel)).run(options);
}

test('a lookup gives the value, and NULL past the end', () => {
  const lookup = (index: number): RunResult =>
    run(`r1 = map[0]\n*(u32 *)(r10 -4) = ${index}\nr2 = r10\nr2 += -4\ncall bpf_map_lookup_elem#1
         if r0 == 0x0 goto none\nr0 = *(u64 *)(r0 +0)\nnone: exit`);
  expect([0, 1, 2, 3].map((i) => lookup(i).retval)).toEqual([5n, 6n, 7n, 0n]);
});

test('a section of read-only data can be read and not written', () => {
  expect(run('r1 = map[1] +1\nr0 = *(u8 *)(r1 +0)\nexit').retval).toBe(BigInt('a'.charCodeAt(0)));
  expect(run('r1 = map[1] +1\n*(u8 *)(r1 +0) = 0\nexit').fault?.reason).toMatch(/^invalid write of 1 bytes/);
  expect(() => run('r1 = map[0]\nr0 = *(u8 *)(r1 +0)\nexit')).toThrow('reading the fields of a map');
});

test('elements are counted by hashes, and what the world does not tell of its maps is not made up', () => {
  const machine = new SimMachine({ world: DEFAULT_WORLD, btf: kernel.btf });
  const { initial: _, ...plain } = MAPS[0]!;
  machine.createMaps([{ ...plain, name: 'hash', type: 1, frozen: false, flags: 0 }, MAPS[1]!]);
  const [hash, rodata] = machine.maps;
  hash!.map.update(Uint8Array.of(1, 0, 0, 0), new Uint8Array(hash!.def.valueSize), 0n);
  expect(machine.countElements(hash!.address)).toBe(1);
  expect(machine.countElements(rodata!.address)).toBe(0);
  const ofType = (...types: number[]): bigint => {
    const { id } = DEFAULT_WORLD.maps.find((map) => types.includes(map.type))!;
    return machine.kernel.objects.maps.find((map) => map.id === id)!.address;
  };
  expect(machine.countElements(ofType(2))).toBe(0);
  expect(() => machine.countElements(ofType(1, 5, 9, 10))).toThrow('the number of elements of map');
  expect(() => machine.countElements(machine.allocate(8))).toThrow('is no map');
});

test('bpf_printk', () => {
  expect(run('r1 = map[1] +0\nr2 = 11\nr3 = 42\ncall bpf_trace_printk#6\nexit')).toMatchObject({
    retval: 10n,
    printk: ['value: 42\n'],
  });
});

describe('callbacks', () => {
  const LOOP = `
      r6 = 77
      *(u64 *)(r10 -8) = 0
      r1 = COUNT
      r2 = func body
      r3 = r10
      r3 += -8
      r4 = FLAGS
      call bpf_loop#181
      r7 = *(u64 *)(r10 -8)
      r0 <<= 32
      r0 |= r7
      if r6 == 0x4d goto out
      r0 = -1
    out: exit
    body:
      r6 = 1
      r3 = *(u64 *)(r2 +0)
      r3 += r1
      *(u64 *)(r2 +0) = r3
      r0 = 0
      if r1 < 0x6 goto more
      r0 = 1
    more: exit`;
  const loop = (count: number, flags = 0): bigint =>
    run(LOOP.replace('COUNT', String(count)).replace('FLAGS', String(flags))).retval;

  test('bpf_loop sums its indexes, and stops when told', () => {
    expect(loop(4)).toBe((4n << 32n) | 6n);
    expect(loop(100)).toBe((7n << 32n) | 21n);
    expect(loop(0)).toBe(0n);
  });
  test('bpf_loop refuses flags and too many rounds', () => {
    expect(loop(1, 1) >> 32n).toBe(BigInt.asUintN(32, -22n));
    expect(loop(8_388_609) >> 32n).toBe(BigInt.asUintN(32, -7n));
  });
  test('bpf_loop takes 64 bits of a count, and gives its error in 32', () => {
    const asked = (count: string): bigint =>
      run(`r1 = ${count} ll\nr2 = func body\nr3 = 0\nr4 = 0\ncall bpf_loop#181\nexit\nbody: r0 = 0\nexit`).retval;
    expect(asked('0x3')).toBe(3n);
    expect(asked('0x800001')).toBe(0xffff_fff9n);
    expect(asked('0x100000003')).toBe(0xffff_fff9n);
  });
  test('bpf_for_each_map_elem visits every element', () => {
    const result = run(`
        *(u64 *)(r10 -8) = 0
        r1 = map[0]
        r2 = func each
        r3 = r10
        r3 += -8
        r4 = 0
        call bpf_for_each_map_elem#164
        r1 = *(u64 *)(r10 -8)
        r1 <<= 8
        r0 |= r1
        exit
      each:
        r5 = *(u32 *)(r2 +0)
        r6 = *(u64 *)(r3 +0)
        r5 *= r6
        r6 = *(u64 *)(r4 +0)
        r6 += r5
        *(u64 *)(r4 +0) = r6
        r0 = 0
        exit`);
    expect(result.retval).toBe((BigInt(0 * 5 + 1 * 6 + 2 * 7) << 8n) | 3n);
  });
  test('what is no function cannot be called back', () => {
    const { fault } = run('r1 = 1\nr2 = 0x1234\nr3 = 0\nr4 = 0\ncall bpf_loop#181\nexit');
    expect(fault).toEqual({ pc: 5, reason: '0x0000000000001234 is no function of the program' });
  });
  test('a fault in a callback is reported where it happened', () => {
    const { fault, insns } = run(
      'r1 = 1\nr2 = func f\nr3 = 0\nr4 = 0\ncall bpf_loop#181\nexit\nf: r0 = *(u8 *)(r2 +0)\nexit',
    );
    expect(fault).toEqual({ pc: 7, reason: 'invalid read of 1 bytes at NULL' });
    expect(insns).toBe(5);
  });
});

test('the number iterator by its BTF ids, and a failed one is empty', () => {
  const program = (start: number, end: number): string => `
      r1 = r10
      r1 += -8
      r2 = ${start}
      r3 = ${end}
      ${call('bpf_iter_num_new')}
      r7 = r0
      r6 = 0
    next:
      r1 = r10
      r1 += -8
      ${call('bpf_iter_num_next')}
      if r0 == 0x0 goto out
      r0 = *(s32 *)(r0 +0)
      r6 += r0
      goto next
    out:
      r1 = r10
      r1 += -8
      ${call('bpf_iter_num_destroy')}
      r0 = r6
      r7 <<= 32
      r0 |= r7
      exit`;
  expect(run(program(0, 10)).retval).toBe(45n);
  expect(run(program(0, 10000)).retval).toBe(49995000n);
  expect(run(program(3, 2)).retval).toBe(BigInt.asUintN(32, -22n) << 32n);
  expect(run(program(-1, 8_388_608)).retval).toBe(BigInt.asUintN(32, -7n) << 32n);
});

test('a kernel function that is not modelled says so', () => {
  expect(() => run(`${call('bpf_send_signal_task')}\nexit`)).toThrow(
    'unsupported: running bpf_send_signal_task (instruction 0)',
  );
});

test('runs with the same seed repeat', () => {
  const random = (seed: number): bigint => run('call bpf_get_prandom_u32#7\nexit', {}, { seed }).retval;
  expect(random(3)).toBe(random(3));
  expect(random(3)).not.toBe(random(4));
});
