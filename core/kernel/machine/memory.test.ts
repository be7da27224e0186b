import { describe, expect, test } from 'vitest';
import { plainBacking, WASM_PAGE, wasmBacking } from './memory-backing.ts';
import type { MemoryBacking } from './memory-backing.ts';
import { ADDRESS_HI, GUARD, Memory, READABLE, WRITABLE } from './memory.ts';
import { SimMachine } from './sim-machine.ts';

const BACKINGS: [string, () => MemoryBacking][] = [
  ['a buffer', () => plainBacking()],
  ['WebAssembly’s memory', () => wasmBacking(new WebAssembly.Memory({ initial: 0 }))],
];
const BOTH = READABLE | WRITABLE;

describe.each(BACKINGS)('on %s', (_name, backing) => {
  test('regions are zeroed, apart, and above the guard', () => {
    const memory = new Memory(backing());
    const [a, b] = [memory.map(5), memory.map(8, READABLE)];
    expect(a).toBeGreaterThanOrEqual(GUARD);
    expect(b - a).toBeGreaterThan(8);
    expect(memory.check(a, ADDRESS_HI, 5, BOTH)).toBe(a);
    expect(() => memory.check(a, ADDRESS_HI, 6, READABLE)).toThrow('invalid read of 6 bytes');
    expect(() => memory.check(b, ADDRESS_HI, 8, WRITABLE)).toThrow('invalid write of 8 bytes');
    expect(() => memory.check(b, 0, 8, READABLE)).toThrow('invalid read');
    memory.bytes.fill(7, a, a + 5);
    memory.unmap(a);
    expect(() => memory.check(a, ADDRESS_HI, 1, READABLE)).toThrow('invalid read');
    expect(memory.map(5)).toBe(a);
    expect(memory.bytes.subarray(a, a + 5)).toEqual(new Uint8Array(5));
    expect(() => memory.unmap(a + 1)).toThrow('is no region');
  });

  test('bytes and access outlive growth, and new views see them', () => {
    const memory = new Memory(backing());
    const a = memory.map(16);
    memory.view.setBigUint64(a, 0x0123456789abcdefn, true);
    const old = memory.view;
    const b = memory.map(3 * WASM_PAGE, READABLE);
    // A detached view cannot even be printed.
    expect(memory.view === old).toBe(false);
    expect(memory.bytes.buffer === memory.view.buffer).toBe(true);
    expect(memory.access).toHaveLength(memory.bytes.length);
    expect(memory.view.getBigUint64(a, true)).toBe(0x0123456789abcdefn);
    expect(memory.check(a, ADDRESS_HI, 16, BOTH)).toBe(a);
    expect(memory.check(b, ADDRESS_HI, 3 * WASM_PAGE, READABLE)).toBe(b);
    expect(() => memory.map(0x4000_0000)).toThrow('out of simulated memory');
    expect(memory.map(8)).toBeGreaterThan(b);
  });

  test('the machine’s copies are of the bytes there are', () => {
    const machine = new SimMachine({ backing: backing() });
    const at = machine.place(Uint8Array.of(1, 2, 3, 4));
    const lo = Number(BigInt.asIntN(32, at));
    machine.allocate(5 * WASM_PAGE);
    machine.writeBytes(lo + 1, ADDRESS_HI, Uint8Array.of(9));
    expect(machine.readBytes(lo, ADDRESS_HI, 4)).toEqual(Uint8Array.of(1, 9, 3, 4));
    expect(machine.load(lo, ADDRESS_HI, 4)).toBe(0x04030901n);
  });
});

test('compiled code reads and writes the same bytes', () => {
  const shared = new WebAssembly.Memory({ initial: 1 });
  const memory = new Memory(wasmBacking(shared));
  const at = memory.map(8);
  new DataView(shared.buffer).setUint32(at, 0xcafe, true);
  expect(memory.view.getUint32(at, true)).toBe(0xcafe);
});

test('a memory that may not grow any more is full', () => {
  const memory = new Memory(wasmBacking(new WebAssembly.Memory({ initial: 1, maximum: 5 })));
  // Twice as much is not to be had, as much as needed is.
  expect(memory.map(2 * WASM_PAGE)).toBe(GUARD);
  expect(() => memory.map(2 * WASM_PAGE)).toThrow('out of simulated memory: there is none for');
  expect(memory.map(64)).toBe(GUARD + 2 * WASM_PAGE + 64);
});
