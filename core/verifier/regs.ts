import type { Env } from './env.ts';
import { EACCES, EINVAL } from '../base/errno.ts';
import { ADD_CONST, isPointer, NOT_INIT, Reg, SCALAR } from './values/reg.ts';
import { bitLength, Scalar } from './values/scalar/index.ts';
import { EMPTY_SLOT } from './values/stack.ts';
import type { Frame } from './values/state.ts';

export const UNKNOWN_REG = Reg.scalar(Scalar.unknown);
export const ZERO_REG = Reg.scalar(Scalar.zero);

/** A pointer must not become visible as a number; root may, so this only asks the kind. */
export { isPointer };

/** A register that is about to be read: it must exist and hold something. */
export function readReg(env: Env, regno: number): Reg {
  if (regno > 10) env.reject(EINVAL, 'invalid-register', `R${regno} is invalid`);
  env.scratched.reg(regno);
  const reg = env.state.top.regs[regno]!;
  if (reg.type === NOT_INIT)
    env.reject(EACCES, 'uninitialized-register', `R${regno} !read_ok`, { reg: regno }, [env.blameReg(regno)]);
  return reg;
}

/** A register that is about to be written: r10 is not. */
export function writableReg(env: Env, regno: number): void {
  if (regno > 10) env.reject(EINVAL, 'invalid-register', `R${regno} is invalid`);
  env.scratched.reg(regno);
  if (regno === 10) env.reject(EACCES, 'frame-pointer-write', 'frame pointer is read only', {}, [env.blameReg(10)]);
}

/** Sets a register of the running frame. */
export function setReg(env: Env, regno: number, reg: Reg): void {
  env.state.top.regs[regno] = reg;
}

/** The frame whose stack a stack pointer points into. */
export function frameOf(env: Env, reg: Reg): Frame {
  return env.state.frames[reg.frameno]!;
}

/** Makes sure that the frame's stack reaches down to `bytes` below its top. */
export function growStack(env: Env, frame: Frame, bytes: number): void {
  const slots = Math.ceil(bytes / 8);
  while (frame.stack.length < slots) frame.stack.push(EMPTY_SLOT);
  const subprog = env.subprogs[frame.subprog]!;
  if (subprog.stackDepth < slots * 8) subprog.stackDepth = slots * 8;
}

/** True when every value fits in 32 bits. */
export const fits32 = (s: Scalar): boolean => s.umax <= 0xffffffffn;

/** Number of bits that the largest value needs. */
export function width(s: Scalar): number {
  return bitLength(s.umax);
}

/** The scalar without its links to others. */
export function withoutId(reg: Reg): Reg {
  return reg.id === 0 && reg.delta === 0 ? reg : reg.withLink(0, 0);
}

/**
 * Before a copy: gives a scalar an id, so that a later check of one copy refines the other. A scalar that differs from its group
 * by a constant leaves it and starts a group of its own; constants start none, but stay in the one that they were refined in.
 */
export function linkBeforeCopy(env: Env, regno: number): Reg {
  const regs = env.state.top.regs;
  let reg = regs[regno]!;
  if (reg.type !== SCALAR) return reg;
  if ((reg.id & ADD_CONST) !== 0) reg = reg.withLink(0, 0);
  else if (reg.scalar.isConst) return reg;
  if (reg.id === 0 && !reg.scalar.isConst) reg = reg.withLink(env.newId(), reg.delta);
  regs[regno] = reg;
  return reg;
}

/** True for a register known to be the number 0. */
export const isNull = (reg: Reg): boolean => reg.type === SCALAR && reg.scalar.isConst && reg.scalar.value === 0n;

/** After a call r0 to r5 hold nothing. */
export function clearCallerSaved(env: Env): void {
  for (let r = 0; r <= 5; r++) {
    setReg(env, r, Reg.notInit);
    env.scratched.reg(r);
  }
}
