import { slotSpot } from '../values/spot.ts';
import type { Env } from '../env.ts';
import { EINVAL } from '../../base/errno.ts';
import { UNKNOWN_REG } from '../regs.ts';
import { PTR_MAYBE_NULL, PTR_TO_MEM } from '../values/reg.ts';
import type { Reg } from '../values/reg.ts';
import { allBytes, isSpilled, slotByte, STACK_DYNPTR, STACK_INVALID } from '../values/stack.ts';
import type { DynptrKind, StackSlot } from '../values/stack.ts';
import type { Frame } from '../values/state.ts';

/** A dynptr fills two slots of the stack. */
export const DYNPTR_SLOTS = 2;

/** A dynptr of these gives its memory back when it is done with: it is a reference. */
export const isReference = (kind: DynptrKind): boolean => kind === 'ringbuf';

const holdsDynptr = (slot: StackSlot | undefined): boolean =>
  slot !== undefined && slotByte(slot.types, 0) === STACK_DYNPTR;

const EMPTIED: StackSlot = { types: allBytes(STACK_INVALID), spilled: null, iter: null };

/** Registers and spilled registers that are memory of a dynptr with this id become unknown numbers. */
export function forgetMemory(env: Env, id: number): void {
  // Only what has no mark of its dynptr's kind is looked for: memory that bpf_dynptr_slice gave carries one.
  const lost = (reg: Reg): boolean =>
    (reg.type === PTR_TO_MEM || reg.type === (PTR_TO_MEM | PTR_MAYBE_NULL)) && reg.dynptrId === id;
  for (const frame of env.state.frames) {
    for (let r = 0; r < 11; r++) if (lost(frame.regs[r]!)) frame.regs[r] = UNKNOWN_REG;
    frame.stack.forEach((slot, spi) => {
      if (isSpilled(slot) && lost(slot.spilled!)) frame.stack[spi] = { ...slot, spilled: UNKNOWN_REG };
    });
  }
}

/** A slot is about to be written: a dynptr of which it is a part is gone, all of it. One that is a reference must not be lost so. */
export function destroyDynptrAt(env: Env, frame: Frame, spi: number): void {
  const slot = frame.stack[spi];
  if (!holdsDynptr(slot)) return;
  const first = slot!.dynptr!.first ? spi : spi + 1;
  const { kind, id } = frame.stack[first]!.dynptr!;
  if (isReference(kind))
    env.reject(EINVAL, 'overwritten-dynptr', 'cannot overwrite referenced dynptr', { referenced: true }, [
      slotSpot(frame.frameno, spi),
    ]);
  emptyDynptr(env, frame, first);
  forgetMemory(env, id);
}

export function emptyDynptr(env: Env, frame: Frame, first: number): void {
  for (let i = 0; i < DYNPTR_SLOTS; i++) {
    env.scratched.slot(first - i);
    frame.stack[first - i] = EMPTIED;
    env.liveness.write(frame.frameno, first - i);
  }
}
