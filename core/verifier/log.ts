import type { Btf } from '../btf/btf.ts';
import {
  ADD_CONST,
  baseType,
  CONST_PTR_TO_MAP,
  NON_OWN_REF,
  NOT_INIT,
  PTR_TO_BTF_ID,
  PTR_TO_DYNPTR,
  PTR_TO_MAP_KEY,
  PTR_TO_MAP_VALUE,
  PTR_TO_MEM,
  PTR_TO_PACKET,
  PTR_TO_PACKET_META,
  PTR_TO_STACK,
  SCALAR,
  typeName,
} from './values/reg.ts';
import type { Reg } from './values/reg.ts';
import { formatSigned, formatUnsigned, variableOffsetParts } from './values/scalar/index.ts';
import { SLOT_LETTERS, slotByte, STACK_DYNPTR, STACK_ITER, STACK_SPILL, types7 } from './values/stack.ts';
import type { DynptrState } from './values/stack.ts';
import type { Frame, VState } from './values/state.ts';

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
  if (t === SCALAR && s.isConst) return prefix + formatSigned(s.constS);
  let out = prefix + typeName(t);
  if (t === PTR_TO_STACK) {
    if (frameno !== reg.frameno) out += `[${reg.frameno}]`;
    if (s.isConst) return out + formatSigned(BigInt.asIntN(64, s.value + BigInt(reg.off)));
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
  if ((t & NON_OWN_REF) !== 0) parts.push('non_own_ref');
  if (isMapPointer(t) && reg.map !== null) {
    if (reg.map.name !== '') parts.push(`map=${reg.map.name}`);
    parts.push(`ks=${reg.map.keySize},vs=${reg.map.valueSize}`);
  }
  if (t !== SCALAR && reg.off !== 0) parts.push(`off=${formatSigned(BigInt(reg.off))}`);
  if (isPacket(t)) parts.push(`r=${formatUnsigned(BigInt.asUintN(64, BigInt(reg.range)))}`);
  if (baseType(t) === PTR_TO_MEM) parts.push(`sz=${formatUnsigned(BigInt(reg.memSize))}`);
  if (t === PTR_TO_DYNPTR) parts.push('type=local');
  parts.push(...variableOffsetParts(s));
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
    } else if (kind === STACK_DYNPTR) {
      // Told once, by the slot that it begins with, though its other slot comes first.
      spi++;
      out += ` fp${-(spi + 1) * 8}=${dynptrText(frame.stack[spi]?.dynptr)}`;
    } else out += `${name}=${letters}`;
  }
  // A lock's number is that of the pointer to its value, which has none where there is but one value: when the first has none, none is told.
  const refs = state.refs.map((ref) => ref.id);
  if ((refs[0] ?? 0) !== 0) out += ` refs=${refs.filter((id) => id !== 0).join(',')}`;
  if (frame.inCallback) out += ' cb';
  if (frame.inAsyncCallback) out += ' async_cb';
  return out;
}

/** The kernel keeps "this is the first slot" where other registers have their dynptr's number, and prints it as one. */
export function dynptrText(dynptr: DynptrState | undefined): string {
  if (dynptr === undefined) return 'dynptr_invalid()';
  const ref = dynptr.refObjId === 0 ? '' : `,ref_id=${dynptr.refObjId}`;
  return `dynptr_${dynptr.kind}(id=${dynptr.id}${ref}${dynptr.first ? ',dynptr_id=1' : ''})`;
}
