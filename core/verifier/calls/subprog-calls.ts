import { slotSpot } from '../values/spot.ts';
import { findPrevEntry, widen } from '../track/checkpoints.ts';
import { returnRange } from '../../kernel/rules/programs.ts';
import type { Insn } from '../../isa/insn.ts';
import { isKfuncCall } from '../../isa/insn-kinds.ts';
import type { Env } from '../env.ts';
import { E2BIG, EACCES, EINVAL } from '../../base/errno.ts';
import { holdsLock } from '../memory/btf-access.ts';
import { cannotSleep, effectsOf, losePackets } from './effects.ts';
import { misfittingArgument } from './global-funcs.ts';
import { stateText } from '../log.ts';
import { markPrecise } from '../track/precision.ts';
import { subprogAt } from '../before/subprograms.ts';
import { PTR_TO_STACK, Reg, SCALAR, typeName } from '../values/reg.ts';
import { clearCallerSaved, setReg, UNKNOWN_REG } from '../regs.ts';
import { Frame } from '../values/state.ts';
import type { ReturnRange } from '../values/state.ts';

/** A fresh frame: nothing in its registers but its frame pointer. */
export function newFrame(frameno: number, subprog: number, callsite: number): Frame {
  const regs = new Array<Reg>(11).fill(Reg.notInit);
  regs[10] = Reg.pointer(PTR_TO_STACK, { frameno });
  return new Frame(frameno, subprog, callsite, regs);
}

/** A call of a function of the program. */
export function checkSubprogCall(env: Env, insn: Insn): void {
  const target = env.insnIdx + insn.imm + 1;
  const number = subprogAt(env, target);
  const subprog = env.subprogs[number]!;
  const state = env.state;
  subprog.called = true;
  const misfit = misfittingArgument(env, number);
  if (subprog.global) {
    if (holdsLock(state))
      env.reject(
        EINVAL,
        'call-while-locked',
        'global function calls are not allowed while holding a lock,\nuse static function instead',
      );
    const effects = effectsOf(env, number);
    const within = effects.mightSleep ? cannotSleep(env) : null;
    if (within !== null)
      env.reject(
        EINVAL,
        'sleepable-kfunc',
        'global functions that may sleep are not allowed in non-sleepable context,\n' +
          'i.e., in a RCU/IRQ/preempt-disabled section, or in\na non-sleepable BPF program context',
        { within },
      );
    if (misfit !== null) {
      const text = `Caller passes invalid args into func#${number} ('${subprog.name}')`;
      env.reject(
        misfit.errno,
        'bad-global-arguments',
        text,
        { callee: subprog.name },
        misfit.regno > 0 ? misfit.regno : [],
      );
    }
    env.log.write(`Func#${number} ('${subprog.name}') is global and assumed valid.\n`);
    if (effects.changesPacket) losePackets(env);
    clearCallerSaved(env);
    setReg(env, 0, UNKNOWN_REG);
    env.insnIdx++;
    return;
  }
  const caller = state.top;
  pushFrame(env, number, env.insnIdx);
  const callee = state.top;
  for (let r = 1; r <= 5; r++) callee.regs[r] = caller.regs[r]!;
  for (let r = 0; r <= 5; r++) caller.regs[r] = Reg.notInit;
  env.insnIdx = target;
  if (env.logging) {
    env.log.write(`caller:\n${text(env, caller)}\ncallee:\n${text(env, callee)}\n`);
  }
}

function text(env: Env, frame: Frame): string {
  return stateText(env.state, frame, null, env.kernelBtf, env.progBtf);
}

/** Enters a function in a new frame. */
export function pushFrame(env: Env, subprog: number, callsite: number): void {
  const { state } = env;
  if (state.frames.length >= env.limits.frames)
    env.reject(E2BIG, 'too-many-frames', `the call stack of ${state.frames.length + 1} frames is too deep`);
  state.frames.push(newFrame(state.frames.length, subprog, callsite));
  env.liveness.forgetChain();
  env.scratched.all();
}

/** Whether a function's value lies in the range that its caller needs. */
function inRange(range: ReturnRange, reg: Reg, bits32 = false): boolean {
  const s = reg.scalar;
  if (bits32) return s.s32min >= range.min && s.s32max <= range.max;
  return reg.scalar.smin >= BigInt(range.min) && reg.scalar.smax <= BigInt(range.max);
}

function invalidScalar(env: Env, reg: Reg, range: ReturnRange, context: string, callback: boolean, regno = 0): never {
  const s = reg.scalar;
  let out = `${context} the register R${regno} has`;
  let unknown = true;
  if (s.smin > -(1n << 63n)) {
    out += ` smin=${s.smin}`;
    unknown = false;
  }
  if (s.smax < (1n << 63n) - 1n) {
    out += ` smax=${s.smax}`;
    unknown = false;
  }
  if (unknown) out += ' unknown scalar value';
  out += ` should have been in [${range.min}, ${range.max}]`;
  return env.reject(EINVAL, 'bad-return-value', out, { callback, range: { min: range.min, max: range.max } }, [
    env.blameReg(regno),
  ]);
}

/**
 * The end of a function. A static one returns to its caller; the program's or a global function's ends the path.
 * @returns true when the path ends
 */
export function checkExit(env: Env, insn: Insn): boolean {
  if (insn.imm !== 0 || insn.src !== 0 || insn.dst !== 0 || (insn.code & 7) !== 5)
    env.reject(EINVAL, 'reserved-field', 'BPF_EXIT uses reserved fields');
  const { state } = env;
  checkLeaks(env, 'BPF_EXIT instruction in main prog', false);
  if (state.frames.length > 1) {
    returnToCaller(env);
    return false;
  }
  checkResult(env, 0);
  return true;
}

/** What a program, or a function that is verified by itself, ends with. */
function checkResult(env: Env, regno: number): void {
  const outermost = env.state.frames[0]!;
  if (outermost.inAsyncCallback) checkAsyncReturn(env, outermost.callbackRange, regno);
  else if (outermost.subprog !== 0) checkGlobalReturn(env, regno);
  else checkProgramReturn(env, regno);
}

/** bpf_throw(cookie): the program ends at once, wherever it is, and returns the cookie. Nothing may be held then. */
export function checkThrow(env: Env): void {
  checkResult(env, 1);
}

/**
 * What must not be held where a program ends, or leaves for good.
 * @param sections whether RCU, preemption and interrupt sections count in a called function too
 * @param references whether references do
 */
export function checkLeaks(env: Env, at: string, sections: boolean, references = false): void {
  const { state } = env;
  const main = references || state.frames.length === 1;
  if (!main && !sections) return;
  if (holdsLock(state)) env.reject(EINVAL, 'unreleased-lock', `${at} cannot be used inside bpf_spin_lock-ed region`);
  const leaked: number[] = [];
  for (const ref of main ? state.refs : []) {
    if (ref.irqBefore !== undefined) continue;
    if (!env.kernel.rules.destroy && makesIterator(env, ref.insn)) continue;
    env.say(`Unreleased reference id=${ref.id} alloc_insn=${ref.insn}\n`);
    leaked.push(ref.id);
  }
  if (leaked.length > 0) {
    const blame = state.frames.flatMap((frame) =>
      frame.stack.flatMap((slot, spi) => (slot.iter?.first === true ? [slotSpot(frame.frameno, spi)] : [])),
    );
    env.reject(
      EINVAL,
      'unreleased-reference',
      `${at} would lead to reference leak`,
      { ids: leaked },
      blame,
      state.refs.map((ref) => ref.insn),
    );
  }
  if (state.activeIrqId !== 0)
    env.reject(EINVAL, 'interrupts-disabled', `${at} cannot be used inside bpf_local_irq_save-ed region`);
  if (state.activeRcuLocks > 0)
    env.reject(EINVAL, 'unreleased-rcu', `${at} cannot be used inside bpf_rcu_read_lock-ed region`);
  if (state.activePreemptLocks > 0)
    env.reject(EINVAL, 'preemption-disabled', `${at} cannot be used inside bpf_preempt_disable-ed region`);
}

/** Whether a reference that this instruction made is an iterator. */
function makesIterator(env: Env, insn: number): boolean {
  const made = env.insns[insn];
  if (made === undefined || !isKfuncCall(made)) return false;
  return env.kernel.kfuncs.find(env.kernelBtf.type(made.imm).name)?.iterator?.method === 'new';
}

/**
 * An instruction in a called function that may leave it at once, as the exit of a program that it goes on with, or a packet that is too short:
 * that way is walked first, the next instruction waits.
 * @param r0 what the caller gets then
 * @param before what else happens on that way
 */
export function mayLeaveFunction(env: Env, r0: Reg, before?: () => void): void {
  env.scratched.reg(0);
  env.push(env.insnIdx + 1, env.insnIdx, 'branch');
  before?.();
  setReg(env, 0, r0);
  returnToCaller(env);
}

function returnToCaller(env: Env): void {
  const { state } = env;
  const callee = state.top;
  const caller = state.frames[state.frames.length - 2]!;
  const r0 = callee.regs[0]!;
  env.liveness.update();
  if (r0.type === PTR_TO_STACK)
    env.reject(EINVAL, 'returns-stack-pointer', 'cannot return stack pointer to the caller', {}, [env.blameReg(0)]);
  let next = callee.callsite + 1;
  if (callee.inCallback) {
    if (r0.type !== SCALAR) env.reject(EACCES, 'bad-callback-return', 'R0 not a scalar value', {}, [env.blameReg(0)]);
    markPrecise(env, 0);
    if (!inRange(callee.callbackRange, r0)) invalidScalar(env, r0, callee.callbackRange, 'At callback return', true);
    next = callee.callsite;
  } else caller.regs[0] = r0;
  if (env.logging)
    env.log.write(`returning from callee:\n${text(env, callee)}\nto caller at ${next}:\n${text(env, caller)}\n`);
  state.frames.pop();
  env.liveness.forgetChain();
  env.insnIdx = next;
  if (callee.inCallback) {
    const before = findPrevEntry(env, state, next);
    if (before !== null) widen(env, before, state);
  }
}

function checkGlobalReturn(env: Env, regno: number): void {
  const reg = env.state.top.regs[regno]!;
  env.scratched.reg(regno);
  if (reg.type === 0)
    env.reject(EACCES, 'uninitialized-register', `R${regno} !read_ok`, { reg: regno }, [env.blameReg(regno)]);
  if (reg.type !== SCALAR)
    env.reject(
      EINVAL,
      'bad-return-value',
      `At subprogram exit the register R${regno} is not a scalar value (${typeName(reg.type)})`,
      { callback: false, range: null },
      [env.blameReg(regno)],
    );
}

/** The end of a function that the kernel calls by itself. */
function checkAsyncReturn(env: Env, range: ReturnRange, regno: number): void {
  const reg = env.state.top.regs[regno]!;
  env.scratched.reg(regno);
  if (reg.type === 0)
    env.reject(EACCES, 'uninitialized-register', `R${regno} !read_ok`, { reg: regno }, [env.blameReg(regno)]);
  const at = 'At async callback return';
  if (reg.type !== SCALAR)
    env.reject(
      EINVAL,
      'bad-callback-return',
      `${at} the register R${regno} is not a known value (${typeName(reg.type)})`,
      {},
      [env.blameReg(regno)],
    );
  markPrecise(env, regno);
  if (!inRange(range, reg)) invalidScalar(env, reg, range, at, true, regno);
}

function checkProgramReturn(env: Env, regno: number): void {
  const reg = env.state.top.regs[regno]!;
  const range = returnRange(env.program, env.kernelBtf);
  if (range === 'nothing') return;
  env.scratched.reg(regno);
  if (reg.type === 0)
    env.reject(EACCES, 'uninitialized-register', `R${regno} !read_ok`, { reg: regno }, [env.blameReg(regno)]);
  if (range === null) return;
  if (range === 'unsupported') env.unsupported('the return value of this type of program');
  if (reg.type !== SCALAR)
    env.reject(
      EINVAL,
      'bad-return-value',
      `At program exit the register R${regno} is not a known value (${typeName(reg.type)})`,
      { callback: false, range: null },
      [env.blameReg(regno)],
    );
  markPrecise(env, regno);
  if (!inRange(range, reg, range.bits32)) invalidScalar(env, reg, range, 'At program exit', false, regno);
}
