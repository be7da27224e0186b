import { expect, test } from 'vitest';
import type { MapDef } from '../elf/object.ts';
import type { Packet } from '../kernel/machine/packet.ts';
import { toAddress } from '../kernel/machine/memory.ts';
import { SimMachine } from '../kernel/machine/sim-machine.ts';
import {
  CONST_PTR_TO_MAP,
  MEM_RDONLY,
  PTR_MAYBE_NULL,
  PTR_TO_BTF_ID,
  PTR_TO_CTX,
  PTR_TO_MAP_VALUE,
  PTR_TO_MEM,
  PTR_TO_PACKET,
  PTR_TO_PACKET_END,
  PTR_TO_SOCKET,
  PTR_TO_STACK,
  PTR_TRUSTED,
  Reg,
} from '../verifier/values/reg.ts';
import { Scalar } from '../verifier/values/scalar/index.ts';
import { allBytes, STACK_ITER, STACK_MISC, STACK_SPILL, STACK_ZERO } from '../verifier/values/stack.ts';
import type { StackSlot } from '../verifier/values/stack.ts';
import { parseBtf } from '../btf/parse.ts';
import { BtfWriter } from '../btf/writer.ts';
import { linux618 } from '../kernel/releases/linux-6.18.ts';
import { createExecutor } from '../vm/engines.ts';
import { IteratorWatch } from '../vm/iterator-watch.ts';
import { predecode } from '../vm/predecode.ts';
import { kernelResolver } from '../vm/resolver.ts';
import { ConcreteRun } from './concrete-run.ts';
import { regHolds, slotHolds } from './contains.ts';

const map = (type: number): MapDef => ({
  name: 'm',
  type,
  keySize: 4,
  valueSize: 12,
  maxEntries: 3,
  flags: 0,
  frozen: false,
  btfKeyTypeId: 0,
  btfValueTypeId: 0,
});
const ARRAY = map(2);
const HASH = map(1);

const machine = new SimMachine();
machine.createMaps([ARRAY, HASH]);
const [array, hash] = [machine.maps[0]!, machine.maps[1]!];
hash.map.update(Uint8Array.of(1, 0, 0, 0), new Uint8Array(12), 0n);
const element = hash.map.lookup(Uint8Array.of(1, 0, 0, 0));
const kernel = linux618(parseBtf(new BtfWriter().bytes()));
const watch = new IteratorWatch(kernelResolver(kernel), kernel.iterators);
const exit = { code: 0x95, dst: 0, src: 0, off: 0, imm: 0 };
const interpreter = createExecutor({ code: predecode([exit]), machine, resolver: watch, limits: kernel.limits });
const run = new ConcreteRun(interpreter, machine, watch);
interpreter.run({ ctx: new Uint8Array(16), onStep: () => run.update(true) });
const ctx = toAddress(0) | BigInt(run.ctx[0]!);
const top = toAddress(run.frame(0).stackTop);
const memory = machine.allocate(8);

const holds = (reg: Reg, value: bigint): boolean =>
  regHolds(reg, Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)), run, 0);

test.each<[string, Reg, bigint, boolean]>([
  ['a constant', Reg.scalar(Scalar.known(7n)), 7n, true],
  ['another', Reg.scalar(Scalar.known(7n)), 8n, false],
  ['a byte', Reg.scalar(Scalar.ofSize(1)), 255n, true],
  ['more than a byte', Reg.scalar(Scalar.ofSize(1)), 256n, false],
  ['a signed byte', Reg.scalar(Scalar.ofSizeSigned(1)), -128n, true],
  ['less than a signed byte', Reg.scalar(Scalar.ofSizeSigned(1)), -129n, false],
  ['anything', Reg.scalar(Scalar.unknown), -1n, true],
  ['nothing known', Reg.notInit, 5n, true],
  ['the context', Reg.pointer(PTR_TO_CTX), ctx, true],
  ['8 bytes into it', Reg.pointer(PTR_TO_CTX, { off: 8 }), ctx + 8n, true],
  ['not 8 bytes into it', Reg.pointer(PTR_TO_CTX, { off: 8 }), ctx, false],
  ['a number for a pointer', Reg.pointer(PTR_TO_CTX), 5n, false],
  ['the stack', Reg.pointer(PTR_TO_STACK, { off: -16 }), top - 16n, true],
  ['elsewhere on the stack', Reg.pointer(PTR_TO_STACK, { off: -16 }), top - 8n, false],
  ['another frame', Reg.pointer(PTR_TO_STACK, { off: -16, frameno: 1 }), top - 16n, false],
  ['a variable offset', Reg.pointer(PTR_TO_STACK, { off: -512, scalar: Scalar.ofSize(1) }), top - 500n, true],
  ['more than it', Reg.pointer(PTR_TO_STACK, { off: -512, scalar: Scalar.ofSize(1) }), top - 100n, false],
  ['a map', Reg.pointer(CONST_PTR_TO_MAP, { map: ARRAY }), array.address, true],
  ['another map', Reg.pointer(CONST_PTR_TO_MAP, { map: HASH }), array.address, false],
  ['a value', Reg.pointer(PTR_TO_MAP_VALUE, { map: ARRAY }), array.map.lookup(Uint8Array.of(2, 0, 0, 0)), true],
  [
    'inside a value',
    Reg.pointer(PTR_TO_MAP_VALUE, { map: ARRAY, off: 4 }),
    array.map.lookup(new Uint8Array(4)) + 4n,
    true,
  ],
  ['not at its start', Reg.pointer(PTR_TO_MAP_VALUE, { map: ARRAY }), array.map.lookup(new Uint8Array(4)) + 4n, false],
  ['a value of a hash', Reg.pointer(PTR_TO_MAP_VALUE, { map: HASH }), element, true],
  ['of another map', Reg.pointer(PTR_TO_MAP_VALUE, { map: ARRAY }), element, false],
  ['NULL', Reg.pointer(PTR_TO_MAP_VALUE | PTR_MAYBE_NULL, { map: HASH }), 0n, true],
  ['NULL where it may not be', Reg.pointer(PTR_TO_MAP_VALUE, { map: HASH }), 0n, false],
  ['memory', Reg.pointer(PTR_TO_MEM | MEM_RDONLY, { memSize: 8 }), memory, true],
  ['too little of it', Reg.pointer(PTR_TO_MEM | MEM_RDONLY, { memSize: 9 }), memory, false],
  ['a trusted pointer, NULL', Reg.pointer(PTR_TO_BTF_ID | PTR_TRUSTED), 0n, false],
  ['a walked one, NULL', Reg.pointer(PTR_TO_BTF_ID), 0n, true],
])('%s', (_name, reg, value, expected) => expect(holds(reg, value)).toBe(expected));

test('a deleted element of a hash may still be pointed at', () => {
  hash.map.delete(Uint8Array.of(1, 0, 0, 0));
  expect(holds(Reg.pointer(PTR_TO_MAP_VALUE, { map: HASH }), element)).toBe(true);
});

test('a packet needs one in the run, other kinds are not modelled', () => {
  expect(() => holds(Reg.pointer(PTR_TO_PACKET), 1n)).toThrow('a packet in a run without one');
  for (const value of [0n, 1n]) expect(() => holds(Reg.pointer(PTR_TO_SOCKET), value)).toThrow('pointers of kind sock');
});

const packet: Packet = { start: memory, length: 60, pointers: new Map() };
const received = new ConcreteRun(interpreter, machine, watch, packet);
test.each<[string, Reg, bigint, boolean]>([
  ['its start', Reg.pointer(PTR_TO_PACKET), 0n, true],
  ['14 bytes into it', Reg.pointer(PTR_TO_PACKET, { off: 14 }), 14n, true],
  ['not its start', Reg.pointer(PTR_TO_PACKET), 1n, false],
  ['a range that is there', Reg.pointer(PTR_TO_PACKET, { off: 14, range: 60 }), 14n, true],
  ['a range that is not', Reg.pointer(PTR_TO_PACKET, { off: 14, range: 61 }), 14n, false],
  ['its end', Reg.pointer(PTR_TO_PACKET_END), 60n, true],
  ['before its end', Reg.pointer(PTR_TO_PACKET_END), 59n, false],
])('in a packet: %s', (_name, reg, offset, expected) => {
  const value = memory + offset;
  const [lo, hi] = [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))];
  expect(regHolds(reg, lo, hi, received, 0)).toBe(expected);
});

const at = run.frame(0).stackTop - 8;
const slot = (types: number, more: Partial<StackSlot> = {}): StackSlot => ({
  types,
  spilled: null,
  iter: null,
  ...more,
});
const iter = (state: 'active' | 'drained'): StackSlot =>
  slot(allBytes(STACK_ITER), {
    iter: { type: 'num', btfId: 1, state, depth: 0, first: true, refObjId: 1, rcu: 'none' },
  });
const spill = (types: number, scalar: Scalar): StackSlot => slot(types, { spilled: Reg.scalar(scalar) });

test.each<[string, bigint, StackSlot, boolean]>([
  ['written', 99n, slot(allBytes(STACK_MISC)), true],
  ['zero', 0n, slot(allBytes(STACK_ZERO)), true],
  ['not zero', 1n << 63n, slot(allBytes(STACK_ZERO)), false],
  ['not zero where it need not be', 5n, slot(0x2333_3333), true],
  ['zero in its upper half', 5n, slot(0x2222_3333), true],
  ['not zero in its upper half', 1n << 40n, slot(0x2222_3333), false],
  ['spilled', 5n, spill(allBytes(STACK_SPILL), Scalar.known(5n)), true],
  ['spilled, another', 5n | (1n << 40n), spill(allBytes(STACK_SPILL), Scalar.known(5n)), false],
  ['spilled in its lower half', 5n | (1n << 40n), spill(0x1111_2222, Scalar.known(5n)), true],
  ['spilled in its lowest byte', 0x1ffn, spill(0x1222_2222, Scalar.known(255n)), true],
  ['spilled in its lowest byte, another', 0x1fen, spill(0x1222_2222, Scalar.known(255n)), false],
  ['an iterator that does not live', 0n, iter('active'), false],
])('a slot: %s', (_name, value, what, expected) => {
  machine.memory.view.setBigUint64(at, BigInt.asUintN(64, value), true);
  expect(slotHolds(what, at, run, 0)).toBe(expected);
});

test('an iterator is active or drained', () => {
  watch.live.set(at, { type: 'num', address: at, ref: 1, drained: true });
  expect(slotHolds(iter('drained'), at, run, 0)).toBe(true);
  expect(slotHolds(iter('active'), at, run, 0)).toBe(false);
  watch.live.clear();
});
