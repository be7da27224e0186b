import { Unsupported } from '../base/errors.ts';
import type { MapDef } from '../elf/object.ts';
import { MAP_ARRAY, MAP_PERCPU_ARRAY } from '../kernel/catalogue/map-types.ts';
import { ADDRESS_HI, READABLE } from '../kernel/machine/memory.ts';
import type { Packet } from '../kernel/machine/packet.ts';
import type { SimMachine } from '../kernel/machine/sim-machine.ts';
import {
  baseType,
  CONST_PTR_TO_MAP,
  NOT_INIT,
  PTR_MAYBE_NULL,
  PTR_TO_BTF_ID,
  PTR_TO_CTX,
  PTR_TO_FUNC,
  PTR_TO_MAP_KEY,
  PTR_TO_MAP_VALUE,
  PTR_TO_MEM,
  PTR_TO_PACKET,
  PTR_TO_PACKET_END,
  PTR_TO_PACKET_META,
  PTR_TO_STACK,
  PTR_TRUSTED,
  SCALAR,
  typeName,
} from '../verifier/values/reg.ts';
import type { Reg } from '../verifier/values/reg.ts';
import { coerceToSize } from '../verifier/values/scalar/index.ts';
import type { Scalar } from '../verifier/values/scalar/index.ts';
import { slotByte, STACK_ITER, STACK_SPILL, STACK_ZERO } from '../verifier/values/stack.ts';
import type { StackSlot } from '../verifier/values/stack.ts';
import { functionAt, isKernelSymbol } from '../vm/addresses.ts';
import type { ConcreteRun } from './concrete-run.ts';

/** Both words of a register or stack slot as one unsigned number. */
export const wide = (lo: number, hi: number): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);

/**
 * Whether an abstract value contains a concrete one: for a number, all known bits and all four ranges; for a pointer, its kind, the
 * object that it points into (map, frame, context, memory of the size said) and the offset from its start; NULL where that is allowed.
 * What a pointer into the kernel's own structures points at isn't modelled: such a pointer must only not be NULL where it is trusted.
 * @param lo, hi  words of the concrete value
 * @param base    the run's frame that the verifier's frame 0 is (another than 0 in a global function, which is verified by itself)
 * @throws Unsupported for pointers of kinds that the machine does not have
 */
export function regHolds(reg: Reg, lo: number, hi: number, run: ConcreteRun, base: number): boolean {
  if (reg.type === SCALAR) return reg.scalar.has(wide(lo, hi));
  if (reg.type === NOT_INIT) return true;
  if (!MODELLED.has(baseType(reg.type))) throw new Unsupported(`pointers of kind ${typeName(reg.type)} in a run`);
  if ((lo | hi) === 0) {
    if ((reg.type & PTR_MAYBE_NULL) !== 0) return true;
    return baseType(reg.type) === PTR_TO_BTF_ID && (reg.type & PTR_TRUSTED) === 0;
  }
  const at = BigInt.asIntN(64, wide(lo, hi) - BigInt(reg.off));
  switch (baseType(reg.type)) {
    case PTR_TO_STACK:
      return reg.scalar.has(at - address(run.frame(base + reg.frameno).stackTop));
    case PTR_TO_CTX:
      return reg.scalar.has(at - wide(run.ctx[0]!, run.ctx[1]!));
    case CONST_PTR_TO_MAP:
      return likeMap(run.machine, reg.map).some((map) => reg.scalar.has(at - map.address));
    case PTR_TO_MAP_VALUE:
      // What a map of maps gives is the map itself.
      if (reg.map?.inner !== undefined)
        return likeMap(run.machine, reg.map.inner).some((map) => BigInt.asIntN(64, map.address) === at);
      return likeMap(run.machine, reg.map).some(({ def }) => inMapValue(run.machine, def, at, reg.scalar));
    case PTR_TO_MAP_KEY:
      return !reg.scalar.isConst || readable(run.machine, at - reg.scalar.constS, reg.map?.keySize ?? 1);
    case PTR_TO_MEM:
      if (isKernelSymbol(BigInt.asUintN(64, at))) return true;
      return !reg.scalar.isConst || readable(run.machine, at - reg.scalar.constS, reg.memSize);
    case PTR_TO_PACKET:
    case PTR_TO_PACKET_META:
    case PTR_TO_PACKET_END:
      return inPacket(reg, at, run.packet);
    case PTR_TO_FUNC:
      return functionAt(lo, hi) !== undefined;
    default:
      return true;
  }
}

/** The map of that definition; for one that a map of maps holds, every map of its kind. */
function likeMap(machine: SimMachine, map: MapDef | null): SimMachine['maps'] {
  const exact = machine.maps.filter(({ def }) => def === map);
  if (exact.length > 0 || map === null) return exact;
  return machine.maps.filter(
    ({ def }) => def.type === map.type && def.keySize === map.keySize && def.valueSize === map.valueSize,
  );
}

/** Base types of pointers that the machine has; those to kernel structures are anything but NULL. */
const MODELLED: ReadonlySet<number> = new Set([
  PTR_TO_STACK,
  PTR_TO_CTX,
  CONST_PTR_TO_MAP,
  PTR_TO_MAP_VALUE,
  PTR_TO_MAP_KEY,
  PTR_TO_MEM,
  PTR_TO_PACKET,
  PTR_TO_PACKET_META,
  PTR_TO_PACKET_END,
  PTR_TO_FUNC,
  PTR_TO_BTF_ID,
]);

const address = (offset: number): bigint => (BigInt(ADDRESS_HI >>> 0) << 32n) | BigInt(offset);

/** Pointers into the packet: also that the bytes which comparisons with its end have shown to be there are there. */
function inPacket(reg: Reg, at: bigint, packet: Packet | null): boolean {
  if (packet === null) throw new Unsupported('a packet in a run without one');
  const offset = at - BigInt.asIntN(64, packet.start);
  if (baseType(reg.type) === PTR_TO_PACKET_END) return reg.scalar.has(offset - BigInt(packet.length));
  const length = baseType(reg.type) === PTR_TO_PACKET ? packet.length : 0;
  return reg.scalar.has(offset) && (reg.range <= 0 || offset + BigInt(reg.range) <= BigInt(length));
}

function inMapValue(machine: SimMachine, map: MapDef | null, at: bigint, offset: Scalar): boolean {
  const entry = machine.maps.find(({ def }) => def === map);
  if (entry === undefined) return false;
  if (entry.def.type !== MAP_ARRAY && entry.def.type !== MAP_PERCPU_ARRAY) {
    for (const start of entry.map.valueStarts()) if (offset.has(at - BigInt.asIntN(64, start))) return true;
    return false;
  }
  // Values of an array lie side by side: only those from which the offset is in range come into question.
  const stride = BigInt((entry.def.valueSize + 7) & ~7);
  const from = at - BigInt.asIntN(64, entry.map.lookup(new Uint8Array(4)));
  const last = BigInt(entry.def.maxEntries - 1);
  const lowest = (from - offset.smax) / stride - 1n;
  const highest = (from - offset.smin) / stride + 1n;
  for (let i = lowest > 0n ? lowest : 0n; i <= last && i <= highest; i++)
    if (offset.has(from - i * stride)) return true;
  return false;
}

function readable(machine: SimMachine, start: bigint, size: number): boolean {
  if (Number(BigInt.asIntN(32, start >> 32n)) !== ADDRESS_HI) return false;
  const lo = Number(BigInt.asUintN(32, start));
  const { access } = machine.memory;
  for (let at = lo; at < lo + size; at++) if (((access[at] ?? 0) & READABLE) === 0) return false;
  return true;
}

/** Number of bytes, from the lowest address up, that hold a spilled register: 0 for none. */
function spilledBytes(types: number): number {
  let bytes = 0;
  while (bytes < 8 && slotByte(types, 7 - bytes) === STACK_SPILL) bytes++;
  return bytes;
}

/** A number that a slot holds, and in how many of its lower bytes (it fits them if it is linked); null when it holds none. */
export function spilledNumber(slot: StackSlot | undefined): { readonly reg: Reg; readonly bytes: number } | null {
  if (slot === undefined || slot.spilled === null || slot.spilled.type !== SCALAR) return null;
  const bytes = spilledBytes(slot.types);
  return bytes === 0 ? null : { reg: slot.spilled, bytes };
}

/** The register that a slot holds whole, or null. */
export const wholeSpill = (slot: StackSlot | undefined): Reg | null =>
  slot !== undefined && slot.spilled !== null && spilledBytes(slot.types) === 8 ? slot.spilled : null;

/**
 * Whether an abstract stack slot contains the concrete bytes: bytes known to be zero are, a spilled register's value is one that it
 * allows (its low bytes, for a narrow spill), an iterator is alive and drained or not as said. Bytes that are merely written, and those
 * that never were, may be anything.
 * @param at  offset of the slot's lowest byte in the machine's memory
 */
export function slotHolds(slot: StackSlot, at: number, run: ConcreteRun, base: number): boolean {
  const { view } = run.machine.memory;
  const { types } = slot;
  for (let k = 0; k < 8; k++) if (slotByte(types, k) === STACK_ZERO && view.getUint8(at + 7 - k) !== 0) return false;
  if (slot.iter !== null && slotByte(types, 0) === STACK_ITER) {
    if (!slot.iter.first) return true;
    const it = run.iterators.live.get(at);
    return it?.type === slot.iter.type && it.drained === (slot.iter.state === 'drained');
  }
  if (slot.spilled === null) return true;
  const bytes = spilledBytes(types);
  if (bytes === 0) return true;
  if (bytes === 8) return regHolds(slot.spilled, view.getInt32(at, true), view.getInt32(at + 4, true), run, base);
  if (slot.spilled.type !== SCALAR) return true;
  let value = 0n;
  for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(view.getUint8(at + i));
  const whole = bytes === 1 || bytes === 2 || bytes === 4;
  return !whole || coerceToSize(slot.spilled.scalar, bytes).has(value);
}
