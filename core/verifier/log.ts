import type { Btf } from '../btf/btf.ts';
import {
  ADD_CONST,
  baseType,
  CONST_PTR_TO_MAP,
  NOT_INIT,
  PTR_TO_BTF_ID,
  PTR_TO_MAP_KEY,
  PTR_TO_MAP_VALUE,
  PTR_TO_MEM,
  PTR_TO_PACKET,
  PTR_TO_PACKET_END,
  PTR_TO_PACKET_META,
  PTR_TO_STACK,
  SCALAR,
  typeName,
} from './reg.ts';
import type { Reg } from './reg.ts';
import type { Scalar } from './scalar/scalar.ts';
import { SLOT_LETTERS, slotByte, STACK_DYNPTR, STACK_ITER, STACK_SPILL, types7 } from './stack.ts';
import type { Frame, VState } from './state.ts';

/** Numbers up to 16 bits are printed in decimal, larger ones in hexadecimal. */
const decimalSigned = (n: bigint): boolean => n >= -32768n && n <= 32767n;
const decimalUnsigned = (n: bigint): boolean => n <= 65535n;

/** A signed 64-bit number as the log prints it. */
export function signedText(n: bigint): string {
  const s = BigInt.asIntN(64, n);
  return decimalSigned(s) ? s.toString() : `0x${BigInt.asUintN(64, s).toString(16)}`;
}

/** An unsigned 64-bit number as the log prints it. */
export function unsignedText(n: bigint): string {
  return decimalUnsigned(n) ? n.toString() : `0x${n.toString(16)}`;
}

/** Known bits as the log prints them: `(0x0; 0xff)`. */
export function tnumText(s: Scalar): string {
  if (s.isConst) return decimalUnsigned(s.value) ? s.value.toString() : signedText(s.value);
  return `(0x${s.value.toString(16)}; 0x${s.mask.toString(16)})`;
}

const U64_MAX = (1n << 64n) - 1n;
const S64_MIN = -(1n << 63n);
const S64_MAX = (1n << 63n) - 1n;

const small32 = (n: number): bigint => (decimalSigned(BigInt(n)) ? BigInt(n) : BigInt(n >>> 0));

/** The ranges that say something, equal ones joined: `smin=smin32=0`, `smax=umax=255`. */
export function rangeTexts(s: Scalar): string[] {
  const items = [
    { name: 'smin', value: s.smin, omit: s.smin === S64_MIN },
    { name: 'smax', value: s.smax, omit: s.smax === S64_MAX },
    { name: 'umin', value: s.umin, omit: s.umin === 0n },
    { name: 'umax', value: s.umax, omit: s.umax === U64_MAX },
    { name: 'smin32', value: small32(s.s32min), omit: s.s32min === -0x80000000 },
    { name: 'smax32', value: small32(s.s32max), omit: s.s32max === 0x7fffffff },
    { name: 'umin32', value: BigInt(s.u32min), omit: s.u32min === 0 },
    { name: 'umax32', value: BigInt(s.u32max), omit: s.u32max === 0xffffffff },
  ];
  const out: string[] = [];
  for (let i = 0; i < items.length; i++) {
    const first = items[i]!;
    if (first.omit) continue;
    const signed = first.name.startsWith('s');
    const bits = BigInt.asUintN(64, first.value);
    const negative = signed && BigInt.asIntN(64, first.value) < 0n;
    let names = `${first.name}=`;
    // Minimums sit at even places, maximums at odd ones: only alike ones are joined.
    for (let j = i + 2; j < items.length; j += 2) {
      const other = items[j]!;
      if (other.omit || BigInt.asUintN(64, other.value) !== bits) continue;
      if ((other.name.startsWith('s') && BigInt.asIntN(64, other.value) < 0n) !== negative) continue;
      other.omit = true;
      names += `${other.name}=`;
    }
    out.push(names + (signed ? signedText(first.value) : unsignedText(bits)));
  }
  return out;
}

const isPacket = (type: number): boolean => type === PTR_TO_PACKET || type === PTR_TO_PACKET_META;
const isMapPointer = (type: number): boolean => {
  const base = baseType(type);
  return base === CONST_PTR_TO_MAP || base === PTR_TO_MAP_VALUE || base === PTR_TO_MAP_KEY;
};

/**
 * A register as the log prints it: `fp-8`, `scalar(umax=255,…)`, `map_value(map=m,ks=4,vs=8)`.
 * @param frameno the frame that holds it: pointers into other frames' stacks name theirs
 */
export function regText(reg: Reg, frameno: number, kernelBtf: Btf | null, progBtf: Btf | null): string {
  const t = reg.type;
  const prefix = t === SCALAR && reg.precise ? 'P' : '';
  const s = reg.scalar;
  if (t === SCALAR && s.isConst) return prefix + signedText(s.value);
  let out = prefix + typeName(t);
  if (t === PTR_TO_STACK) {
    if (frameno !== reg.frameno) out += `[${reg.frameno}]`;
    if (s.isConst) return out + signedText(s.value + BigInt(reg.off));
  }
  if (baseType(t) === PTR_TO_BTF_ID) {
    const btf = reg.btfOf === 0 ? kernelBtf : progBtf;
    out += btf === null ? '' : btf.type(reg.btfId).name;
  }
  const parts: string[] = [];
  if (reg.id !== 0) {
    const delta = (reg.id & ADD_CONST) !== 0 ? (reg.delta < 0 ? `${reg.delta}` : `+${reg.delta}`) : '';
    parts.push(`id=${reg.id & ~ADD_CONST}${delta}`);
  }
  if (reg.refObjId !== 0) parts.push(`ref_obj_id=${reg.refObjId}`);
  if (isMapPointer(t) && reg.map !== null) {
    if (reg.map.name !== '') parts.push(`map=${reg.map.name}`);
    parts.push(`ks=${reg.map.keySize},vs=${reg.map.valueSize}`);
  }
  if (t !== SCALAR && reg.off !== 0) parts.push(`off=${signedText(BigInt(reg.off))}`);
  if (isPacket(t) || t === PTR_TO_PACKET_END) parts.push(`r=${unsignedText(BigInt(reg.range))}`);
  if (baseType(t) === PTR_TO_MEM) parts.push(`sz=${unsignedText(BigInt(reg.memSize))}`);
  if (s.isConst) {
    if (s.value !== 0n) parts.push(`imm=${signedText(s.value)}`);
  } else {
    parts.push(...rangeTexts(s));
    if (s.mask !== U64_MAX) parts.push(`var_off=${tnumText(s)}`);
  }
  return `${out}(${parts.join(',')})`;
}

/** Which registers and slots changed since the state was last printed. */
export class Scratched {
  private regs = 0;
  private slotsLow = 0;
  private slotsHigh = 0;

  reg(regno: number): void {
    this.regs |= 1 << regno;
  }

  slot(spi: number): void {
    if (spi < 32) this.slotsLow |= 1 << spi;
    else this.slotsHigh |= 1 << (spi - 32);
  }

  all(): void {
    this.regs = -1;
    this.slotsLow = -1;
    this.slotsHigh = -1;
  }

  clear(): void {
    this.regs = 0;
    this.slotsLow = 0;
    this.slotsHigh = 0;
  }

  get any(): boolean {
    return (this.regs | this.slotsLow | this.slotsHigh) !== 0;
  }

  hasReg(regno: number): boolean {
    return (this.regs & (1 << regno)) !== 0;
  }

  hasSlot(spi: number): boolean {
    return spi < 32 ? (this.slotsLow & (1 << spi)) !== 0 : (this.slotsHigh & (1 << (spi - 32))) !== 0;
  }
}

/**
 * A state's registers, slots and references on one line (without the newline): ` R1=ctx() R10=fp0`.
 * @param scratched what to print; null for everything
 */
export function stateText(
  state: VState,
  frame: Frame,
  scratched: Scratched | null,
  kernelBtf: Btf | null,
  progBtf: Btf | null,
): string {
  let out = frame.frameno !== 0 ? ` frame${frame.frameno}:` : '';
  for (let i = 0; i < 11; i++) {
    const reg = frame.regs[i]!;
    if (reg.type === NOT_INIT || (scratched !== null && !scratched.hasReg(i))) continue;
    out += ` R${i}=${regText(reg, frame.frameno, kernelBtf, progBtf)}`;
  }
  for (let spi = 0; spi < frame.stack.length; spi++) {
    const slot = frame.stack[spi]!;
    if (slot.types === 0 || (scratched !== null && !scratched.hasSlot(spi))) continue;
    let letters = '';
    for (let k = 0; k < 8; k++) letters += SLOT_LETTERS[slotByte(slot.types, k)]!;
    const name = ` fp${-(spi + 1) * 8}`;
    const kind = types7(slot.types);
    if (kind === STACK_SPILL) {
      out += `${name}=${letters.slice(0, letters.indexOf('r'))}${regText(slot.spilled!, frame.frameno, kernelBtf, progBtf)}`;
    } else if (kind === STACK_ITER) {
      const it = slot.iter!;
      if (it.refObjId === 0) continue;
      out += `${name}=iter_${it.type}(ref_id=${it.refObjId},state=${it.state},depth=${it.depth})`;
    } else if (kind !== STACK_DYNPTR) {
      out += `${name}=${letters}`;
    }
  }
  if (state.refs.length > 0) out += ` refs=${state.refs.map((ref) => ref.id).join(',')}`;
  if (frame.inCallback) out += ' cb';
  if (frame.inAsyncCallback) out += ' async_cb';
  return out;
}

/** The text of the log as it grows; paths that turned out safe are cut off again at level 1. */
export class Log {
  private readonly chunks: string[] = [];
  private size = 0;

  constructor(
    /** Level bits: 1 the failing path, 2 everything, 4 statistics only. */
    readonly level: number,
  ) {}

  /** Length so far, in UTF-16 units (the log is ASCII but for source lines). */
  get length(): number {
    return this.size;
  }

  write(text: string): void {
    if (this.level === 0 || text === '') return;
    this.chunks.push(text);
    this.size += text.length;
  }

  /** Cuts the log back to `length`. */
  reset(length: number): void {
    while (this.size > length) {
      const last = this.chunks.pop()!;
      this.size -= last.length;
      if (this.size < length) {
        const kept = last.slice(0, length - this.size);
        this.chunks.push(kept);
        this.size += kept.length;
      }
    }
  }

  text(): string {
    return this.chunks.join('');
  }
}
