import type { Spot } from '../values/spot.ts';
import { regSpot, slotSpot } from '../values/spot.ts';
import { findPrevEntry, widen } from '../track/checkpoints.ts';
import {
  BPF_JA,
  BPF_JCOND,
  BPF_JEQ,
  BPF_JGE,
  BPF_JGT,
  BPF_JLE,
  BPF_JLT,
  BPF_JMP,
  BPF_JMP32,
  BPF_JNE,
  BPF_X,
} from '../../isa/opcodes.ts';
import type { Insn } from '../../isa/insn.ts';
import { isTrusted } from '../memory/btf-access.ts';
import type { Env } from '../env.ts';
import { EINVAL } from '../../base/errno.ts';
import { pushHistory } from '../track/history.ts';
import { holdsLockField } from '../memory/map-fields.ts';
import { markPrecise } from '../track/precision.ts';
import type { Reg } from '../values/reg.ts';
import {
  ADD_CONST,
  ADD_CONST32,
  baseType,
  CONST_PTR_TO_MAP,
  isPointer,
  PTR_MAYBE_NULL,
  PTR_TO_BTF_ID,
  PTR_TO_MAP_KEY,
  PTR_TO_MAP_VALUE,
  PTR_TO_MEM,
  PTR_TO_PACKET,
  PTR_TO_PACKET_END,
  PTR_TO_PACKET_META,
  PTR_TO_SOCKET,
  PTR_TO_STACK,
  PTR_UNTRUSTED,
  SCALAR,
} from '../values/reg.ts';
import { readReg } from '../regs.ts';
import { addDelta, branchTaken, conditionOutcomes } from '../values/scalar/index.ts';
import { isSpilled } from '../values/stack.ts';
import { HIST_DST_REG_STACK, HIST_SRC_REG_STACK } from '../values/state.ts';
import type { VState } from '../values/state.ts';

const AT_PACKET_END = -1;
const BEYOND_PACKET_END = -2;
const MAX_PACKET_OFF = 0xffffn;

const FLIPPED: Readonly<Record<number, number>> = {
  0x10: 0x10,
  0x50: 0x50,
  0x40: 0x40,
  0x20: 0xa0,
  0xa0: 0x20,
  0x30: 0xb0,
  0xb0: 0x30,
  0x60: 0xc0,
  0xc0: 0x60,
  0x70: 0xd0,
  0xd0: 0x70,
};

const isPacketPointer = (reg: Reg): boolean =>
  reg.type === PTR_TO_PACKET || reg.type === PTR_TO_PACKET_META || reg.type === PTR_TO_PACKET_END;

/** Types that are never NULL unless they say so. */
function notNull(reg: Reg): boolean {
  if ((reg.type & PTR_MAYBE_NULL) !== 0) return false;
  switch (baseType(reg.type)) {
    case PTR_TO_SOCKET:
    case PTR_TO_MAP_VALUE:
    case PTR_TO_MAP_KEY:
    case CONST_PTR_TO_MAP:
      return true;
    case PTR_TO_MEM:
      return (reg.type & PTR_UNTRUSTED) === 0;
    case PTR_TO_BTF_ID:
      return isTrusted(reg);
    default:
      return false;
  }
}

/** Which way a comparison goes: 1 taken, 0 not taken, -1 either. */
function decide(op: number, is64: boolean, dst: Reg, src: Reg): number {
  if (isPacketPointer(dst) && isPacketPointer(src) && is64) return decidePacket(op, dst, src);
  if (!isPointer(dst) && !isPointer(src)) return branchTaken(op, is64, dst.scalar, src.scalar);
  let pointer = dst;
  let number = src;
  let flipped = op;
  const constant = (reg: Reg): boolean =>
    reg.type === SCALAR && (is64 ? reg.scalar.isConst : (reg.scalar.mask & 0xffffffffn) === 0n);
  if (!constant(number)) {
    flipped = FLIPPED[op] ?? op;
    [pointer, number] = [number, pointer];
  }
  if (!constant(number) || !notNull(pointer)) return -1;
  const value = is64 ? number.scalar.value : number.scalar.value & 0xffffffffn;
  if (value !== 0n) return -1;
  if (flipped === BPF_JEQ) return 0;
  return flipped === BPF_JNE ? 1 : -1;
}

function decidePacket(op: number, dst: Reg, src: Reg): number {
  let packet = dst;
  let flipped = op;
  if (src.type !== PTR_TO_PACKET_END) {
    if (dst.type !== PTR_TO_PACKET_END) return -1;
    packet = src;
    flipped = FLIPPED[op] ?? op;
  }
  if (packet.range >= 0) return -1;
  switch (flipped) {
    case BPF_JLE:
    case BPF_JGT:
      return packet.range === BEYOND_PACKET_END ? (flipped === BPF_JGT ? 1 : 0) : -1;
    case BPF_JLT:
    case BPF_JGE:
      return flipped === BPF_JGE ? 1 : 0;
    default:
      return -1;
  }
}

/** Unconditional jumps, `may_goto` and comparisons (RFC 9669 section 4.3). Sets `env.insnIdx` to where the walk goes on. */
export function checkJump(env: Env, insn: Insn): void {
  const op = insn.code & 0xf0;
  const is32 = (insn.code & 7) === BPF_JMP32;
  const fromReg = (insn.code & 8) === BPF_X;
  if (op === BPF_JA) {
    const bad = fromReg || insn.src !== 0 || insn.dst !== 0 || (is32 ? insn.off !== 0 : insn.imm !== 0);
    if (bad) env.reject(EINVAL, 'reserved-field', 'BPF_JA uses reserved fields');
    env.insnIdx += (is32 ? insn.imm : insn.off) + 1;
    return;
  }
  if (op > BPF_JCOND) env.reject(EINVAL, 'unknown-opcode', `invalid BPF_JMP/JMP32 opcode ${op.toString(16)}`);
  if (op === BPF_JCOND) {
    mayGoto(env, insn);
    return;
  }
  compare(env, insn, op, !is32, fromReg);
}

function mayGoto(env: Env, insn: Insn): void {
  if (insn.code !== (BPF_JMP | BPF_JCOND) || insn.src !== 0 || insn.dst !== 0 || insn.imm !== 0)
    env.reject(EINVAL, 'reserved-field', `invalid may_goto imm ${insn.imm}`);
  const idx = env.insnIdx;
  const before = findPrevEntry(env, env.state.parent, idx);
  const queued = env.push(idx + 1, idx, 'may_goto');
  queued.mayGotoDepth++;
  if (before !== null) widen(env, before, queued);
  env.insnIdx += insn.off + 1;
}

function compare(env: Env, insn: Insn, op: number, is64: boolean, fromReg: boolean): void {
  const here = env.state;
  const regs = here.top.regs;
  readReg(env, insn.dst);
  let src: Reg;
  let flags = 0;
  if (fromReg) {
    if (insn.imm !== 0) env.reject(EINVAL, 'reserved-field', 'BPF_JMP/JMP32 uses reserved fields');
    src = readReg(env, insn.src);
    if (src.type === PTR_TO_STACK) flags |= HIST_SRC_REG_STACK;
  } else {
    if (insn.src !== 0) env.reject(EINVAL, 'reserved-field', 'BPF_JMP/JMP32 uses reserved fields');
    src = env.immediate(true);
  }
  let dst = regs[insn.dst]!;
  if (dst.type === PTR_TO_STACK) flags |= HIST_DST_REG_STACK;
  if (flags !== 0) pushHistory(env, here, flags);
  const self = fromReg && insn.src === insn.dst;
  const way = decide(op, is64, dst, src);
  if (way >= 0) {
    if (!isPointer(dst)) markPrecise(env, insn.dst);
    if (fromReg && !isPointer(src)) markPrecise(env, insn.src);
    env.text.writeInsnState(env.insnIdx, env.state, here.top);
    env.insnIdx += way === 1 ? insn.off + 1 : 1;
    return;
  }
  let linked: readonly Spot[] = NONE_LINKED;
  if ((fromReg && src.type === SCALAR && src.id !== 0) || (dst.type === SCALAR && dst.id !== 0)) {
    linked = linkedOperands(env, here, fromReg ? src : null, dst);
    if (linked.length > 1) pushHistory(env, here, 0, null, linked);
  }
  const other = env.push(env.insnIdx + insn.off + 1, env.insnIdx, 'branch');
  const otherRegs = other.top.regs;
  dst = regs[insn.dst]!;
  if (fromReg) src = regs[insn.src]!;
  if (dst.type === SCALAR && src.type === SCALAR) {
    const { taken, fallthrough, violations } = conditionOutcomes(op, is64, dst.scalar, src.scalar, self);
    for (const line of violations) env.log.write(`${line}\n`);
    otherRegs[insn.dst] = otherRegs[insn.dst]!.withScalar(taken[0]);
    regs[insn.dst] = dst.withScalar(fallthrough[0]);
    if (fromReg && !self) {
      otherRegs[insn.src] = otherRegs[insn.src]!.withScalar(taken[1]);
      regs[insn.src] = src.withScalar(fallthrough[1]);
    }
  }
  if (fromReg && src.type === SCALAR && src.id !== 0) {
    syncLinked(here, regs[insn.src]!, insn.src, linked);
    syncLinked(other, otherRegs[insn.src]!, insn.src, linked);
  }
  if (dst.type === SCALAR && dst.id !== 0) {
    syncLinked(here, regs[insn.dst]!, insn.dst, linked);
    syncLinked(other, otherRegs[insn.dst]!, insn.dst, linked);
  }
  refineNull(insn, op, is64, fromReg, here, other);
  if (is64 && !fromReg && insn.imm === 0 && (op === BPF_JEQ || op === BPF_JNE) && (dst.type & PTR_MAYBE_NULL) !== 0) {
    markNull(env, here, insn.dst, op === BPF_JNE);
    markNull(env, other, insn.dst, op === BPF_JEQ);
  } else if (is64 && fromReg) {
    matchPacket(op, insn, here, other);
  }
  env.text.writeInsnState(env.insnIdx, env.state, here.top);
  env.insnIdx++;
}

const NONE_LINKED: readonly Spot[] = [];

/** What is linked to either side of a comparison. */
function linkedOperands(env: Env, state: VState, src: Reg | null, dst: Reg): Spot[] {
  const linked: Spot[] = [];
  if (src !== null && src.type === SCALAR && src.id !== 0) collectLinked(env, state, src.id, linked);
  if (dst.type === SCALAR && dst.id !== 0) collectLinked(env, state, dst.id, linked);
  return linked;
}

/** Registers and spilled slots that share a scalar's id, innermost frame first. At most six; the rest lose their link. */
function collectLinked(env: Env, state: VState, id: number, out: Spot[]): void {
  const wanted = id & ~ADD_CONST;
  for (let f = state.frames.length - 1; f >= 0; f--) {
    const frame = state.frames[f]!;
    const live = env.facts.liveRegs[state.frameInsn(f)]!;
    for (let r = 0; r < 10; r++) {
      const reg = frame.regs[r]!;
      if ((live & (1 << r)) === 0 || reg.type !== SCALAR || (reg.id & ~ADD_CONST) !== wanted) continue;
      if (out.length < env.limits.linkedRegisters) out.push(regSpot(f, r));
      else frame.regs[r] = reg.withLink(0, 0);
    }
    for (let spi = 0; spi < frame.stack.length; spi++) {
      const slot = frame.stack[spi]!;
      if (!isSpilled(slot)) continue;
      const reg = slot.spilled!;
      if (reg.type !== SCALAR || (reg.id & ~ADD_CONST) !== wanted) continue;
      if (out.length < env.limits.linkedRegisters) out.push(slotSpot(f, spi));
      else frame.stack[spi] = { ...slot, spilled: reg.withLink(0, 0) };
    }
  }
}

/** What a branch taught about one scalar holds for those linked to it, shifted by their constant differences. */
function syncLinked(state: VState, known: Reg, knownRegno: number, linked: readonly Spot[]): void {
  for (const l of linked) {
    const frame = state.frames[l.frame]!;
    const isKnown = l.what === 'reg' && l.index === knownRegno && l.frame === state.frames.length - 1;
    const reg = l.what === 'reg' ? frame.regs[l.index]! : frame.stack[l.index]!.spilled;
    if (reg === null || reg.type !== SCALAR || isKnown) continue;
    if ((reg.id & ~ADD_CONST) !== (known.id & ~ADD_CONST)) continue;
    // 32-bit and 64-bit differences do not add up.
    if (((reg.id ^ known.id) & ADD_CONST) === ADD_CONST) continue;
    let after: Reg;
    if (((reg.id | known.id) & ADD_CONST) === 0 || reg.delta === known.delta) after = known;
    else
      after = known
        .withLink(reg.id, reg.delta)
        .withScalar(addDelta(known.scalar, reg.delta - known.delta, ((reg.id | known.id) & ADD_CONST32) === 0));
    if (l.what === 'reg') frame.regs[l.index] = after;
    else frame.stack[l.index] = { ...frame.stack[l.index]!, spilled: after };
  }
}

/** Comparing a pointer that may be NULL with one that is not tells that neither is, where they are equal. */
function refineNull(insn: Insn, op: number, is64: boolean, fromReg: boolean, here: VState, other: VState): void {
  if (!is64 || !fromReg || (op !== BPF_JEQ && op !== BPF_JNE)) return;
  const regs = here.top.regs;
  const dst = regs[insn.dst]!;
  const src = regs[insn.src]!;
  if (
    !isPointer(dst) ||
    !isPointer(src) ||
    baseType(dst.type) === PTR_TO_BTF_ID ||
    baseType(src.type) === PTR_TO_BTF_ID
  )
    return;
  const equal = (op === BPF_JEQ ? other : here).top.regs;
  if (notNull(dst) && (src.type & PTR_MAYBE_NULL) !== 0) equal[insn.src] = asNotNull(equal[insn.src]!);
  if (notNull(src) && (dst.type & PTR_MAYBE_NULL) !== 0) equal[insn.dst] = asNotNull(equal[insn.dst]!);
}

/** The pointer without the possibility of NULL. What a map of maps holds turns out to be a map then. */
export function asNotNull(reg: Reg): Reg {
  const type = reg.type & ~PTR_MAYBE_NULL;
  if (baseType(type) === PTR_TO_MAP_VALUE && reg.map?.inner !== undefined)
    return reg.with({ type: CONST_PTR_TO_MAP | (type & ~0xff), map: reg.map.inner });
  return reg.withType(type);
}

/** After a NULL check: every copy of the pointer is NULL, or none is. */
function markNull(env: Env, state: VState, regno: number, isNull: boolean): void {
  const { id, refObjId } = state.top.regs[regno]!;
  if (refObjId !== 0 && refObjId === id && isNull) state.refs = state.refs.filter((ref) => ref.id !== id);
  const after = (reg: Reg): Reg => {
    if ((reg.type & PTR_MAYBE_NULL) === 0 || reg.id !== id) return reg;
    // The number keeps what the pointer pointed at: loops compare it.
    if (isNull) return reg.with({ type: SCALAR, id: 0, delta: 0, refObjId: 0 });
    // Which element a lock belongs to is told by the pointer's number.
    return holdsLockField(env, reg) ? asNotNull(reg) : asNotNull(reg).withLink(0, 0);
  };
  for (const frame of state.frames) {
    for (let r = 0; r < 11; r++) frame.regs[r] = after(frame.regs[r]!);
    for (let spi = 0; spi < frame.stack.length; spi++) {
      const slot = frame.stack[spi]!;
      if (slot.spilled === null) continue;
      const spilled = after(slot.spilled);
      if (spilled !== slot.spilled) frame.stack[spi] = { ...slot, spilled };
    }
  }
}

/** The start of the packet's data itself, which ends its metadata. */
const isPacketStart = (reg: Reg): boolean =>
  reg.type === PTR_TO_PACKET && reg.id === 0 && reg.off === 0 && reg.scalar.isConst && reg.scalar.value === 0n;

/** A comparison of a packet pointer with the packet's end tells how much may be read. */
function matchPacket(op: number, insn: Insn, here: VState, other: VState): void {
  const dst = here.top.regs[insn.dst]!;
  const src = here.top.regs[insn.src]!;
  const dstPacket =
    (dst.type === PTR_TO_PACKET && src.type === PTR_TO_PACKET_END) ||
    (dst.type === PTR_TO_PACKET_META && isPacketStart(src));
  const srcPacket =
    (dst.type === PTR_TO_PACKET_END && src.type === PTR_TO_PACKET) ||
    (isPacketStart(dst) && src.type === PTR_TO_PACKET_META);
  if (!dstPacket && !srcPacket) return;
  const pointer = dstPacket ? dst : src;
  const regno = dstPacket ? insn.dst : insn.src;
  const flipped = dstPacket ? op : (FLIPPED[op] ?? op);
  switch (flipped) {
    case BPF_JGT:
      goodRange(here, pointer, false);
      markEnd(other, regno, true);
      break;
    case BPF_JLT:
      goodRange(other, pointer, true);
      markEnd(here, regno, false);
      break;
    case BPF_JGE:
      goodRange(here, pointer, true);
      markEnd(other, regno, false);
      break;
    case BPF_JLE:
      goodRange(other, pointer, false);
      markEnd(here, regno, true);
      break;
  }
}

function goodRange(state: VState, pointer: Reg, open: boolean): void {
  if (pointer.off < 0 || (pointer.off === 0 && open)) return;
  if (pointer.scalar.umax > MAX_PACKET_OFF || pointer.scalar.umax + BigInt(pointer.off) > MAX_PACKET_OFF) return;
  const range = pointer.off + (open ? 1 : 0);
  const after = (reg: Reg): Reg =>
    reg.type === pointer.type && reg.id === pointer.id && reg.range < range ? reg.with({ range }) : reg;
  for (const frame of state.frames) {
    for (let r = 0; r < 11; r++) frame.regs[r] = after(frame.regs[r]!);
    frame.stack.forEach((slot, spi) => {
      if (slot.spilled !== null) frame.stack[spi] = { ...slot, spilled: after(slot.spilled) };
    });
  }
}

function markEnd(state: VState, regno: number, open: boolean): void {
  const reg = state.top.regs[regno]!;
  if (reg.type === PTR_TO_PACKET) state.top.regs[regno] = reg.with({ range: open ? BEYOND_PACKET_END : AT_PACKET_END });
}
