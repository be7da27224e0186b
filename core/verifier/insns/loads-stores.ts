import type { Insn } from '../../isa/insn.ts';
import type { Env } from '../env.ts';
import { EINVAL } from '../../base/errno.ts';
import { checkAccess } from '../memory/memory.ts';
import {
  baseType,
  MEM_RDONLY,
  PTR_TO_BTF_ID,
  PTR_TO_CTX,
  PTR_TO_MEM,
  PTR_TO_SOCKET,
  PTR_UNTRUSTED,
} from '../values/reg.ts';
import type { Reg } from '../values/reg.ts';
import { readReg, writableReg } from '../regs.ts';

const special = (type: number): boolean => {
  const base = baseType(type);
  return base === PTR_TO_CTX || base === PTR_TO_BTF_ID || base === PTR_TO_SOCKET;
};
const isMemory = (type: number): boolean => baseType(type) === PTR_TO_MEM;
const isObject = (type: number): boolean => isMemory(type) || baseType(type) === PTR_TO_BTF_ID;

/**
 * Kinds of pointer whose accesses the kernel compiles differently: an instruction may only ever see one of them.
 * @param mayMix a plain load of kernel memory may meet it trusted on one path and untrusted on another
 */
export function sameKind(env: Env, reg: Reg, regno: number, mayMix: boolean): void {
  const kinds = env.facts.pointerKind;
  const before = kinds[env.insnIdx]!;
  if (before === reg.type) return;
  if (before === 0) kinds[env.insnIdx] = reg.type;
  else if (special(before) || special(reg.type)) {
    if (!mayMix || !isObject(before) || !isObject(reg.type))
      env.reject(EINVAL, 'mixed-pointers', 'same insn cannot be used with different pointers', {}, regno);
    const base = isMemory(before) || isMemory(reg.type) ? PTR_TO_MEM : PTR_TO_BTF_ID;
    kinds[env.insnIdx] = base | ((before | reg.type) & (PTR_UNTRUSTED | MEM_RDONLY));
  }
}

/** `dst = *(src + off)`. @param strict it must be aligned whatever it points at (atomic) */
export function loadFrom(env: Env, insn: Insn, size: number, strict: boolean, signExtend: boolean): void {
  const pointer = readReg(env, insn.src);
  writableReg(env, insn.dst);
  const { src: regno, dst: value, off } = insn;
  checkAccess(env, (env.accesses[env.insnIdx] ??= { regno, off, size, access: 'read', value, strict, signExtend }));
  sameKind(env, pointer, insn.src, !strict);
}

/** `*(dst + off) = value`, a register or -1 for an immediate. @param strict it must be aligned whatever it points at (atomic) */
export function storeTo(env: Env, insn: Insn, size: number, value: number, strict: boolean): void {
  const pointer = readReg(env, insn.dst);
  const { dst: regno, off } = insn;
  const signExtend = false;
  checkAccess(env, (env.accesses[env.insnIdx] ??= { regno, off, size, access: 'write', value, strict, signExtend }));
  sameKind(env, pointer, insn.dst, false);
}
