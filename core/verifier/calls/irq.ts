import type { Env } from '../env.ts';
import { EACCES, EINVAL } from '../../base/errno.ts';
import { PTR_TO_STACK, Reg } from '../values/reg.ts';
import { frameOf } from '../regs.ts';
import { checkStackBounds, spiOf, writeStack } from '../memory/stack-access.ts';
import { allBytes, slotByte, STACK_INVALID, STACK_IRQ_FLAG } from '../values/stack.ts';
import type { StackSlot } from '../values/stack.ts';

/** True when some byte holds saved interrupt state. */
function holdsIrqFlag(slot: StackSlot): boolean {
  for (let k = 0; k < 8; k++) if (slotByte(slot.types, k) === STACK_IRQ_FLAG) return true;
  return false;
}

/** The slot that the argument points at; `null` when it is not in use yet; -1 after a message. */
function place(env: Env, reg: Reg): number | null {
  if (!reg.scalar.isConst) {
    env.say('irq_flag has to be at a constant offset\n');
    return -1;
  }
  const off = reg.off + Number(BigInt.asIntN(64, reg.scalar.value));
  const spi = spiOf(off);
  if (off % 8 !== 0 || spi < 0) {
    env.say(`cannot pass in irq_flag at an offset=${off}\n`);
    return -1;
  }
  return spi < frameOf(env, reg).stack.length ? spi : null;
}

/**
 * The argument of bpf_local_irq_save and bpf_local_irq_restore: eight bytes of stack that hold the state of interrupts in between. A save is a
 * reference; only the last one may be restored.
 * @param byLock it belongs to a lock that is taken or given back
 */
export function checkIrqArgument(env: Env, regno: number, save: boolean, byLock: boolean): void {
  const reg = env.state.top.regs[regno]!;
  const arg = regno - 1;
  if (reg.type !== PTR_TO_STACK)
    env.reject(EINVAL, 'bad-argument', `arg#${arg} doesn't point to an irq flag on stack`, { why: 'other' }, regno);
  const frame = frameOf(env, reg);
  const spi = place(env, reg);
  if (save) {
    if (spi !== null && (spi < 0 || holdsIrqFlag(frame.stack[spi]!)))
      env.reject(EINVAL, 'bad-argument', `expected uninitialized irq flag as arg#${arg}`, { why: 'other' }, regno);
    checkStackBounds(env, regno, reg, reg.off, 8, 'write');
    writeStack(env, reg, reg.off, 8, -1);
    saveIrq(env, reg, byLock);
    return;
  }
  const slot = spi === null || spi < 0 ? null : frame.stack[spi]!;
  if (slot === null || slot.types !== allBytes(STACK_IRQ_FLAG))
    return env.reject(
      EINVAL,
      'bad-argument',
      `expected an initialized irq flag as arg#${arg}`,
      { why: 'other' },
      regno,
    );
  env.scratched.slot(spi!);
  env.liveness.read(frame.frameno, env.insnIdx, spi!);
  if ((slot.byLock === true) !== byLock) {
    const word = (lock: boolean): string => (lock ? 'lock' : 'native');
    env.reject(
      EINVAL,
      'bad-argument',
      `irq flag acquired by ${word(!byLock)} kfuncs cannot be restored with ${word(byLock)} kfuncs`,
      { why: 'other' },
      regno,
    );
  }
  restoreIrq(env, regno, slot.spilled!.refObjId);
  frame.stack[spi!] = { types: allBytes(STACK_INVALID), spilled: null, iter: null };
  env.liveness.write(frame.frameno, spi!);
}

function saveIrq(env: Env, reg: Reg, byLock: boolean): void {
  const { state } = env;
  const frame = frameOf(env, reg);
  const spi = place(env, reg)!;
  const id = env.newId();
  state.refs = [...state.refs, { id, insn: env.insnIdx, irqBefore: state.activeIrqId }];
  state.activeIrqId = id;
  frame.stack[spi] = {
    types: allBytes(STACK_IRQ_FLAG),
    spilled: Reg.pointer(PTR_TO_STACK, { refObjId: id }),
    iter: null,
    ...(byLock ? { byLock } : {}),
  };
  env.scratched.slot(spi);
}

function restoreIrq(env: Env, regno: number, id: number): void {
  const { state } = env;
  if (id !== state.activeIrqId) {
    const insn = state.refs.find((ref) => ref.id === state.activeIrqId)?.insn ?? 0;
    env.reject(
      EACCES,
      'irq-out-of-order',
      `cannot restore irq state out of order, expected id=${state.activeIrqId} acquired at insn_idx=${insn}`,
      {},
      regno,
      [insn],
    );
  }
  const found = state.refs.find((ref) => ref.id === id)!;
  state.refs = state.refs.filter((ref) => ref !== found);
  state.activeIrqId = found.irqBefore ?? 0;
}
