import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadObject } from '../elf/load.ts';
import type { BpfObject, MapDef } from '../elf/object.ts';
import { shippedBtf } from '../kernel/btf/shipped.ts';
import { SimMachine } from '../kernel/machine/sim-machine.ts';
import { linux618 } from '../kernel/releases/linux-6.18.ts';
import { assemble } from '../isa/asm.ts';
import type { RunResult } from './executor.ts';
import { executor, KERNEL } from './fixture.ts';
import { kernelResolver } from './resolver.ts';

const read = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, import.meta.url)));
const btf = shippedBtf(read('../kernel/btf/linux-6.18.bin'));
const kernel = linux618(btf);
const golden = (name: string): BpfObject =>
  loadObject(read(`../../tests/golden/${name}.bpf.o`), {
    file: `${name.split('/')[1]!}.bpf.o`,
    ...linux618(btf).loading,
  });

function run(object: BpfObject, name: string, machine = new SimMachine()): { result: RunResult; machine: SimMachine } {
  if (machine.maps.length === 0) machine.createMaps(object.maps);
  const program = object.programs.find((each) => each.name === name)!;
  const resolver = kernelResolver(kernel, object.programs);
  const result = executor(program.insns, machine, resolver).run({ ctx: new Uint8Array(64), stepLimit: 1e7 });
  return { result, machine };
}

const map = (name: string, type: number, keySize: number, valueSize: number, more: Partial<MapDef> = {}): MapDef => ({
  name,
  type,
  keySize,
  valueSize,
  maxEntries: 4,
  flags: 0,
  frozen: false,
  btfKeyTypeId: 0,
  btfValueTypeId: 0,
  ...more,
});

describe('records of ring buffers', () => {
  const object = golden('ringbuf/records');

  test('what is discarded is gone, what is submitted is there', () => {
    const { result, machine } = run(object, 'submit');
    expect(result.fault).toBeUndefined();
    // The variable `only` is 0: another process's record is given up.
    expect(machine.records()).toEqual([]);
    const looped = run(object, 'in_a_loop');
    expect(looped.machine.records().map(({ bytes }) => bytes[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('output copies, and asks how full it is', () => {
    const { result, machine } = run(object, 'output');
    expect(machine.records()).toHaveLength(1);
    expect(machine.records()[0]!.bytes).toHaveLength(56);
    expect(result.retval).toBe(64n);
  });

  test('it fills up', () => {
    const machine = new SimMachine();
    let made = 0;
    for (let i = 0; i < 100; i++) {
      run(object, 'output', machine);
      made = machine.records().length;
    }
    // 4096 bytes hold 63 records of 64: one byte has to stay free.
    expect(made).toBe(63);
  });
});

describe('dynptrs', () => {
  test.each([
    ['dynptrs/memory', 'read_and_write', 0n],
    ['dynptrs/memory', 'cloned', 0n],
    ['dynptrs/memory', 'in_a_loop', 0n],
    ['dynptrs/memory', 'passed_down', 32n],
    ['dynptrs/memory', 'global_functions', 33n],
  ])('%s %s gives %s', (file, name, retval) => {
    const { result } = run(golden(file), name);
    expect(result.fault).toBeUndefined();
    expect(result.retval).toBe(retval);
  });

  test('a record is submitted through its clone', () => {
    const { result, machine } = run(golden('dynptrs/records'), 'clone_submits');
    expect(result.fault).toBeUndefined();
    expect(machine.records()).toMatchObject([{ map: 'rb', bytes: new Uint8Array(8) }]);
  });
});

describe('other kinds of maps', () => {
  test('a map of maps holds what the object puts there', () => {
    const object = golden('map-kinds/nested');
    const { result, machine } = run(object, 'count');
    expect(result.fault).toBeUndefined();
    const a = machine.maps.find(({ def }) => def.name === 'a')!;
    expect(machine.load(Number(BigInt.asIntN(32, a.map.lookup(new Uint8Array(4)))), 0xffff8881 | 0, 8)).toBe(1n);
    // Nothing was put into the other one.
    expect(run(object, 'hashed').result.retval).toBe(0n);
  });

  test('a queue gives the oldest, a stack the newest', () => {
    const object = golden('map-kinds/others');
    expect(run(object, 'push_pop').result.retval).toBe(0n);
    expect(run(object, 'pop_to_stack').result.retval).toBe(0n);
    const machine = new SimMachine();
    machine.createMaps([map('q', 22, 0, 8, { maxEntries: 2 }), map('s', 23, 0, 8, { maxEntries: 2 })]);
    for (const { map: each } of machine.maps) {
      const value = (n: number): Uint8Array => Uint8Array.of(n, 0, 0, 0, 0, 0, 0, 0);
      const { queue } = each;
      expect([1, 2, 3].map((n) => queue!.push(value(n), 0n))).toEqual([0, 0, -7]);
      expect(queue!.push(value(3), 2n)).toBe(0);
      expect(queue!.push(value(3), 1n)).toBe(-22);
    }
    expect(machine.maps.map(({ map: each }) => [each.queue!.next(false)![0], each.queue!.next(true)![0]])).toEqual([
      [2, 2],
      [3, 3],
    ]);
  });

  test('a trie finds the longest prefix', () => {
    const machine = new SimMachine();
    machine.createMaps([map('t', 11, 8, 4, { maxEntries: 3, flags: 1 })]);
    const { map: trie } = machine.maps[0]!;
    const key = (length: number, ...bytes: number[]): Uint8Array => Uint8Array.of(length, 0, 0, 0, ...bytes);
    const value = (n: number): Uint8Array => Uint8Array.of(n, 0, 0, 0);
    expect(trie.update(key(8, 10, 0, 0, 0), value(1), 0n)).toBe(0);
    expect(trie.update(key(24, 10, 1, 2, 9), value(2), 0n)).toBe(0);
    expect(trie.update(key(33, 10, 1, 2, 9), value(2), 0n)).toBe(-22);
    const at = (...bytes: number[]): number => {
      const found = trie.lookup(key(32, ...bytes));
      return found === 0n ? 0 : Number(machine.load(Number(BigInt.asIntN(32, found)), 0xffff8881 | 0, 4));
    };
    expect([at(10, 1, 2, 3), at(10, 1, 3, 3), at(11, 1, 2, 3)]).toEqual([2, 1, 0]);
    expect(trie.update(key(0, 0, 0, 0, 0), value(3), 0n)).toBe(0);
    expect(trie.update(key(1, 128, 0, 0, 0), value(4), 0n)).toBe(-28);
    expect(at(11, 1, 2, 3)).toBe(3);
    expect([trie.delete(key(24, 10, 1, 2, 0)), trie.delete(key(24, 10, 1, 2, 0))]).toEqual([0, -2]);
    expect(at(10, 1, 2, 3)).toBe(1);
  });
});

describe('tail calls', () => {
  const programs = map('progs', 3, 4, 4, {
    programs: new Map([
      [0, 'again'],
      [1, 'end'],
    ]),
  });
  const again = assemble(
    `r6 = r1\nr1 = map[1] +0\nr2 = *(u64 *)(r1 +0)\nr2 += 1\n*(u64 *)(r1 +0) = r2\nr1 = r6\nr2 = map[0]\nr3 = 0\ncall bpf_tail_call#12\nr0 = 7\nexit`,
  );
  const end = assemble('r0 = 42\nexit');
  const start = assemble('r2 = map[0]\nr3 = 1\ncall bpf_tail_call#12\nr0 = 1\nexit');
  const inside = assemble('call f\nr0 += 1\nexit\nf:\nr2 = map[0]\nr3 = 1\ncall bpf_tail_call#12\nr0 = 1\nexit');
  const missing = assemble('r2 = map[0]\nr3 = 5\ncall bpf_tail_call#12\nr0 = 3\nexit');
  const all = [
    { name: 'again', insns: again },
    { name: 'end', insns: end },
  ];
  const go = (insns: typeof again): { retval: bigint; machine: SimMachine; insns: number } => {
    const machine = new SimMachine();
    machine.createMaps([programs, map('count', 2, 4, 8, { maxEntries: 1 })]);
    const result = executor(insns, machine, kernelResolver(KERNEL, all)).run({ ctx: new Uint8Array(8) });
    expect(result.fault).toBeUndefined();
    return { ...result, machine };
  };

  test('the other program’s end is the run’s, or the called function’s', () => {
    expect(go(start)).toMatchObject({ retval: 42n, insns: 5 });
    expect(go(inside).retval).toBe(43n);
    expect(go(missing).retval).toBe(3n);
  });

  test('after 33 of them the call does nothing', () => {
    const { retval, machine } = go(again);
    expect(retval).toBe(7n);
    const at = Number(BigInt.asIntN(32, machine.maps[1]!.map.lookup(new Uint8Array(4))));
    expect(machine.load(at, 0xffff8881 | 0, 8)).toBe(34n);
  });
});
