import type { Access } from './access.ts';
import { slotSpot } from '../values/spot.ts';
import { BPF_ST } from '../../isa/opcodes.ts';
import type { Env } from '../env.ts';
import { EACCES, EFAULT, EINVAL } from '../../base/errno.ts';
import { destroyDynptrAt } from './dynptr-slots.ts';
import { markPrecise } from '../track/precision.ts';
import { PTR_TO_STACK, Reg, SCALAR, isPointer } from '../values/reg.ts';
import { frameOf, growStack, isNull, linkBeforeCopy, setReg, UNKNOWN_REG, width, ZERO_REG } from '../regs.ts';
import { Scalar, formatTnum } from '../values/scalar/index.ts';
import {
  EMPTY_SLOT,
  isSpilled,
  slotByte,
  STACK_DYNPTR,
  STACK_INVALID,
  STACK_IRQ_FLAG,
  STACK_ITER,
  STACK_MISC,
  STACK_SPILL,
  STACK_ZERO,
  types7,
  withByte,
} from '../values/stack.ts';
import type { StackSlot } from '../values/stack.ts';
import { pushHistory } from '../track/history.ts';
import type { Frame } from '../values/state.ts';

const MAX_VAR_OFF = 1 << 29;

/** A value of a stack byte offset (negative) as slot number. */
export const spiOf = (off: number): number => Math.trunc((-off - 1) / 8);

/**
 * The bytes that an access touches must lie in the frame's 512 bytes.
 */
export function checkStackBounds(env: Env, regno: number, reg: Reg, off: number, size: number, access: Access): void {
  const s = reg.scalar;
  const start = s.num + off;
  if (start >= -env.limits.stack && start < 0 && size >= 0 && start + size <= 0) {
    growStack(env, frameOf(env, reg), -start);
    return;
  }
  const what = access === 'read' ? ' read from' : ' write to';
  const blame = regno;
  let min: bigint;
  let max: bigint;
  if (s.isConst) {
    min = BigInt.asIntN(64, s.value) + BigInt(off);
    max = min + BigInt(size);
  } else {
    if (s.smax >= MAX_VAR_OFF || s.smin <= -MAX_VAR_OFF)
      env.reject(
        EACCES,
        'unbounded-stack-access',
        `invalid unbounded variable-offset${what} stack R${regno}`,
        {},
        blame,
      );
    min = s.smin + BigInt(off);
    max = s.smax + BigInt(off + size);
  }
  let errno = min < -env.limits.stack || min > -1n ? EACCES : 0;
  if (errno === 0 && max > 0n) errno = EINVAL;
  if (errno === 0 && size < 0) errno = EFAULT;
  if (errno !== 0) {
    if (s.isConst)
      env.reject(
        errno,
        'stack-out-of-bounds',
        `invalid${what} stack R${regno} off=${min} size=${size}`,
        { at: Number(min), size },
        blame,
      );
    env.reject(
      errno,
      'stack-out-of-bounds',
      `invalid variable-offset${what} stack R${regno} var_off=${formatTnum(s)} off=${off} size=${size}`,
      { at: null, size },
      blame,
    );
  }
  growStack(env, frameOf(env, reg), Number(-min));
}

/** Bytes of a slot that held a register, iterator or the like become plain data. */
function scrubbed(slot: StackSlot): StackSlot {
  const kind = types7(slot.types);
  if (kind !== STACK_SPILL && kind !== STACK_DYNPTR && kind !== STACK_ITER && kind !== STACK_IRQ_FLAG) return slot;
  let types = 0;
  for (let k = 0; k < 8; k++)
    types = withByte(types, k, slotByte(slot.types, k) === STACK_INVALID ? STACK_INVALID : STACK_MISC);
  return { types, spilled: null, iter: null };
}

function spill(frame: Frame, spi: number, reg: Reg, size: number): void {
  let types = frame.stack[spi]!.types;
  for (let k = 7; k >= 0; k--) {
    if (k >= 8 - size) types = withByte(types, k, STACK_SPILL);
    else {
      const old = slotByte(types, k);
      if (old !== STACK_ZERO && old !== STACK_INVALID) types = withByte(types, k, STACK_MISC);
    }
  }
  frame.stack[spi] = { types, spilled: reg, iter: null };
}

/** A store through a stack pointer. `value` is the register stored, or -1 for an immediate or for bytes that a call writes. */
export function writeStack(env: Env, reg: Reg, off: number, size: number, value: number): void {
  const frame = frameOf(env, reg);
  if (reg.scalar.isConst) writeFixed(env, frame, off + reg.scalar.num, size, value);
  else writeVariable(env, frame, reg, off, size, value);
}

function writeFixed(env: Env, frame: Frame, off: number, size: number, value: number): void {
  const cur = env.state.top;
  const insn = env.insns[env.insnIdx]!;
  const spi = spiOf(off);
  destroyDynptrAt(env, frame, spi);
  let reg = value >= 0 ? cur.regs[value]! : null;
  env.scratched.slot(spi);
  const immediate = reg === null && (insn.code & 7) === BPF_ST;
  // Offsets of whole slots only: `off % 8` of a negative number is zero or negative.
  const aligned = off % 8 === 0;
  if (size === 8 && aligned) env.liveness.write(frame.frameno, spi);
  let history = true;
  if (reg !== null && aligned && reg.type === SCALAR) {
    const fits = width(reg.scalar) <= size * 8;
    if (fits) reg = linkBeforeCopy(env, value);
    spill(frame, spi, fits ? reg : reg.withLink(0, reg.delta), size);
  } else if (reg === null && aligned && immediate) {
    spill(frame, spi, Reg.scalar(Scalar.known(BigInt(insn.imm))), size);
  } else if (reg !== null && isPointer(reg)) {
    if (size !== 8) {
      env.text.writeLine(env.insnIdx);
      env.reject(EACCES, 'bad-spill-size', 'invalid size of register spill', { size }, [env.blameReg(value)]);
    }
    if (frame !== cur && reg.type === PTR_TO_STACK)
      env.reject(EINVAL, 'spill-to-caller', 'cannot spill pointers to stack into stack frame of the caller', {}, [
        env.blameReg(value),
      ]);
    spill(frame, spi, reg, size);
  } else {
    let type = STACK_MISC;
    const slot = scrubbed(frame.stack[spi]!);
    frame.stack[spi] = slot;
    if ((reg !== null && isNull(reg)) || (immediate && insn.imm === 0)) {
      if (value >= 0) markPrecise(env, value);
      type = STACK_ZERO;
    }
    let { types } = frame.stack[spi]!;
    const top = -off - 1;
    for (let i = 0; i < size; i++) types = withByte(types, (top - i) & 7, type);
    frame.stack[spi] = { types, spilled: frame.stack[spi]!.spilled, iter: null };
    history = false;
  }
  if (history) pushHistory(env, env.state, 0, slotSpot(frame.frameno, spi));
}

function writeVariable(env: Env, frame: Frame, reg: Reg, off: number, size: number, value: number): void {
  const insn = env.insns[env.insnIdx]!;
  const min = Number(reg.scalar.smin) + off;
  const max = Number(reg.scalar.smax) + off + size;
  const stored = value >= 0 ? env.state.top.regs[value]! : null;
  const zero = (stored !== null && isNull(stored)) || (stored === null && (insn.code & 7) === BPF_ST && insn.imm === 0);
  let usedZero = false;
  for (let i = min; i < max; i++) destroyDynptrAt(env, frame, spiOf(i));
  for (let i = min; i < max; i++) {
    const spi = spiOf(i);
    const k = (-i - 1) & 7;
    env.scratched.slot(spi);
    let slot = frame.stack[spi]!;
    let type = slotByte(slot.types, k);
    if (zero && type === STACK_SPILL && isSpilled(slot) && isNull(slot.spilled!)) {
      usedZero = true;
      continue;
    }
    slot = scrubbed(slot);
    type = slotByte(slot.types, k);
    let next = STACK_MISC;
    if (zero && type === STACK_ZERO) {
      next = STACK_ZERO;
      usedZero = true;
    }
    frame.stack[spi] = { types: withByte(slot.types, k, next), spilled: slot.spilled, iter: slot.iter };
  }
  if (usedZero && value >= 0) markPrecise(env, value);
}

/** A load through a stack pointer into register `dst`; -1 when a call only reads it. */
export function readStack(env: Env, regno: number, reg: Reg, off: number, size: number, dst: number): void {
  const frame = frameOf(env, reg);
  if (reg.scalar.isConst) {
    readFixed(env, frame, off + reg.scalar.num, size, dst);
    return;
  }
  if (dst < 0)
    env.reject(
      EACCES,
      'variable-stack-argument',
      `variable offset stack pointer cannot be passed into helper function; var_off=${formatTnum(reg.scalar)} off=${off} size=${size}`,
      {},
      [env.blameReg(regno)],
    );
  // Every byte that may be read must have been written.
  checkStackRange(env, regno, reg, off, { size, zeroAllowed: false, access: 'read' });
  const min = Number(reg.scalar.smin) + off;
  const max = Number(reg.scalar.smax) + off;
  readBytes(env, frame, min, max + size, dst);
}

function readBytes(env: Env, frame: Frame, min: number, max: number, dst: number): void {
  let zeros = 0;
  for (let i = min; i < max; i++) {
    const spi = spiOf(i);
    env.scratched.slot(spi);
    if (slotByte(frame.stack[spi]!.types, (-i - 1) & 7) !== STACK_ZERO) break;
    zeros++;
  }
  setReg(env, dst, zeros === max - min ? ZERO_REG : UNKNOWN_REG);
}

function readFixed(env: Env, frame: Frame, off: number, size: number, dst: number): void {
  const top = -off - 1;
  const spi = spiOf(off);
  const slot = frame.stack[spi] ?? EMPTY_SLOT;
  env.scratched.slot(spi);
  env.liveness.read(frame.frameno, env.insnIdx, spi);
  let history = true;
  if (isSpilled(slot)) {
    const reg = slot.spilled!;
    let spillSize = 1;
    for (let k = 7; k > 0 && slotByte(slot.types, k - 1) === STACK_SPILL; k--) spillSize++;
    if (size !== 8 || spillSize !== 8) {
      if (reg.type !== SCALAR) {
        env.text.writeLine(env.insnIdx);
        env.reject(EACCES, 'bad-fill-size', 'invalid size of register fill', { size }, [slotSpot(frame.frameno, spi)]);
      }
      if (dst < 0) return;
      if (size <= spillSize && narrowOk(off)) {
        // The value as spilled; the load narrows it afterwards, and a narrowed copy is no longer linked.
        setReg(env, dst, width(reg.scalar) > size * 8 ? reg.withLink(0, 0) : reg);
      } else {
        let spills = 0;
        let zeros = 0;
        for (let i = 0; i < size; i++) {
          const type = slotByte(slot.types, (top - i) & 7);
          if (type === STACK_SPILL) spills++;
          else if (type === STACK_ZERO) zeros++;
          else if (type !== STACK_MISC && type !== STACK_INVALID) unreadable(env, frame, off, i, size);
        }
        if (spills === size && isNull(reg)) setReg(env, dst, ZERO_REG);
        else if (zeros === size) {
          setReg(env, dst, ZERO_REG);
          history = false;
        } else {
          setReg(env, dst, UNKNOWN_REG);
          history = false;
        }
      }
    } else if (dst >= 0) setReg(env, dst, reg);
  } else {
    for (let i = 0; i < size; i++) {
      const type = slotByte(slot.types, (top - i) & 7);
      if (type !== STACK_MISC && type !== STACK_ZERO && type !== STACK_INVALID) unreadable(env, frame, off, i, size);
    }
    if (dst >= 0) readBytes(env, frame, off, off + size, dst);
    history = false;
  }
  if (history) pushHistory(env, env.state, 0, slotSpot(frame.frameno, spi));
}

function unreadable(env: Env, frame: Frame, off: number, i: number, size: number): never {
  return env.reject(
    EACCES,
    'invalid-stack-read',
    `invalid read from stack off ${off}+${i} size ${size}`,
    { off, size },
    [slotSpot(frame.frameno, spiOf(off))],
  );
}

/** A narrow load of a spilled register must read its low bytes (little-endian: at its lowest address). */
function narrowOk(off: number): boolean {
  return off % 8 === 0;
}

/** What a call fills must not be a dynptr: it could be the call's own. */
function checkNoDynptr(env: Env, regno: number, frame: Frame, min: number, size: number): void {
  for (let i = min; i < min + size; i++) {
    const slot = frame.stack[spiOf(i)];
    if (slot === undefined || slotByte(slot.types, (-i - 1) & 7) !== STACK_DYNPTR) continue;
    env.reject(
      EACCES,
      'overwritten-dynptr',
      `potential write to dynptr at off=${i} disallowed`,
      { referenced: false },
      [env.blameReg(regno), slotSpot(frame.frameno, spiOf(i))],
    );
  }
}

/** What a call asks of the memory that an argument points at, or a load of the stack where its offset is not known. */
export interface MemoryRange {
  readonly size: number;
  readonly zeroAllowed: boolean;
  readonly access: Access;
  /** The call only writes: nothing has to be readable. */
  readonly raw?: boolean;
}

/**
 * A range of stack that a call's argument points at, or a variable-offset load: every byte must be readable (root may read bytes
 * that were never written); what the call writes becomes plain data.
 * @returns true when the caller should mark the bytes as written by the call
 */
export function checkStackRange(
  env: Env,
  regno: number,
  reg: Reg,
  off: number,
  { size, zeroAllowed, access, raw = false }: MemoryRange,
): boolean {
  const blame = regno;
  if (size === 0 && !zeroAllowed) env.reject(EACCES, 'zero-size', 'invalid zero-sized read', {}, blame);
  checkStackBounds(env, regno, reg, off, size, access);
  const frame = frameOf(env, reg);
  const s = reg.scalar;
  const fixed = s.isConst;
  const min = (fixed ? s.num : Number(s.smin)) + off;
  const max = (fixed ? s.num : Number(s.smax)) + off;
  if (raw && fixed) {
    checkNoDynptr(env, regno, frame, min, size);
    return true;
  }
  for (let i = min; i < max + size; i++) {
    const spi = spiOf(i);
    const k = (-i - 1) & 7;
    const slot = frame.stack[spi]!;
    const type = slotByte(slot.types, k);
    if (type === STACK_ZERO || type === STACK_INVALID) {
      if (access === 'write') frame.stack[spi] = { ...slot, types: withByte(slot.types, k, STACK_MISC) };
    } else if (type !== STACK_MISC) {
      if (!isSpilled(slot)) {
        const text = fixed
          ? `invalid read from stack R${regno} off ${min}+${i - min} size ${size}`
          : `invalid read from stack R${regno} var_off ${formatTnum(s)}+${i - min} size ${size}`;
        env.reject(EACCES, 'invalid-stack-read', text, { off: min, size }, [
          env.blameReg(regno),
          slotSpot(frame.frameno, spi),
        ]);
      }
      if (access === 'write') frame.stack[spi] = scrubbed(slot);
    }
    env.liveness.read(frame.frameno, env.insnIdx, spi);
  }
  return false;
}
