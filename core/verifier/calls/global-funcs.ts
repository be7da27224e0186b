import { holdsStruct } from '../memory/btf-walk.ts';
import { useDynptr } from './dynptrs.ts';
import type { Env } from '../env.ts';
import { EACCES, EFAULT, EINVAL } from '../../base/errno.ts';
import { REJECTED } from '../env.ts';
import { checkArgumentMemory, checkArgumentOffset } from '../memory/memory.ts';
import { MEM_RCU, PTR_MAYBE_NULL, PTR_TO_BTF_ID, PTR_TO_CTX, PTR_TRUSTED, SCALAR, typeName } from '../values/reg.ts';
import type { Reg } from '../values/reg.ts';
import { isNull } from '../regs.ts';
import { prepareArguments } from './subprog-args.ts';
import type { Argument } from './subprog-args.ts';

/** Why a call does not fit: the errno that a global function's call is rejected with, and the argument's register, 0 when BTF is of no help. */
export interface Misfit {
  readonly errno: number;
  readonly regno: number;
}

/**
 * What of a call's arguments does not fit what the called function's BTF says; null when all do. For static functions the answer does not matter,
 * but what the kernel says of it is in the log.
 */
export function misfittingArgument(env: Env, number: number): Misfit | null {
  const subprog = env.subprogs[number]!;
  if (env.program.funcInfo.length === 0 || subprog.unreliable) return { errno: EINVAL, regno: 0 };
  const misfit = match(env, number);
  if (misfit !== null) subprog.unreliable = true;
  return misfit;
}

function match(env: Env, number: number): Misfit | null {
  const prepared = prepareArguments(env, number);
  if ('errno' in prepared) {
    if (prepared.errno === EFAULT) env.reject(EFAULT, 'bad-btf', '', { of: 'callee' });
    return { errno: prepared.errno, regno: 0 };
  }
  for (let i = 0; i < prepared.args.length; i++) {
    try {
      checkFits(env, prepared.args[i]!, i, env.subprogs[number]!.name);
    } catch (e) {
      // What is wrong has been said; for a static function it does not matter.
      if (e !== REJECTED) throw e;
      return { errno: env.rejection!.errno, regno: i + 1 };
    }
  }
  return null;
}

/** @throws Rejected when the argument does not fit */
function checkFits(env: Env, arg: Argument, i: number, callee: string): void {
  const regno = i + 1;
  const reg = env.state.top.regs[regno]!;
  const no = (text: string): never => env.reject(EINVAL, 'bad-global-arguments', text, { callee }, regno);
  switch (arg.kind) {
    case 'scalar':
      if (reg.type !== SCALAR) no(`R${regno} is not a scalar`);
      return;
    case 'untrusted-mem':
      return;
    case 'ctx':
      checkArgumentOffset(env, regno, reg);
      if (reg.type !== PTR_TO_CTX) no(`arg#${i} expects pointer to ctx`);
      return;
    case 'dynptr':
      checkArgumentOffset(env, regno, reg);
      useDynptr(env, regno, false, null);
      return;
    case 'mem':
      checkArgumentOffset(env, regno, reg);
      checkMemory(env, regno, arg.size);
      if (!arg.nullable && (reg.type & PTR_MAYBE_NULL) !== 0) no(`arg#${i} is expected to be non-NULL`);
      return;
    case 'btf':
      if (arg.trusted && !(arg.nullable && isNull(reg))) checkStruct(env, regno, reg, arg.btfId, arg.nullable);
  }
}

/** Memory that the function may read and write, if the pointer is not NULL. */
function checkMemory(env: Env, regno: number, size: number): void {
  const regs = env.state.top.regs;
  const reg = regs[regno]!;
  if (isNull(reg)) return;
  // The check takes the pointer as not NULL; what the call sees is as it was. Sizes are taken as signed.
  regs[regno] = reg.withType(reg.type & ~PTR_MAYBE_NULL);
  try {
    checkArgumentMemory(env, regno, { size: size | 0, access: 'read', zeroAllowed: true });
    checkArgumentMemory(env, regno, { size: size | 0, access: 'write', zeroAllowed: true });
  } catch (e) {
    // Whatever is wrong with the memory, the errno is one.
    if (e === REJECTED) env.rejection = { ...env.rejection!, errno: EINVAL };
    throw e;
  } finally {
    regs[regno] = reg;
  }
}

const STRUCT_POINTERS: readonly number[] = [PTR_TO_BTF_ID, PTR_TO_BTF_ID | PTR_TRUSTED, PTR_TO_BTF_ID | MEM_RCU];

function checkStruct(env: Env, regno: number, reg: Reg, btfId: number, nullable: boolean): void {
  const type = nullable ? reg.type & ~PTR_MAYBE_NULL : reg.type;
  const no = (text: string): never => env.reject(EACCES, 'bad-argument', text, { why: 'other' }, regno);
  if (!STRUCT_POINTERS.includes(type))
    no(`R${regno} type=${typeName(reg.type)} expected=${STRUCT_POINTERS.map((t) => typeName(t)).join(', ')}`);
  const btf = env.kernelBtf;
  if (!holdsStruct(btf, reg.btfId, reg.off, btfId))
    no(`R${regno} is of type ${btf.type(reg.btfId).name} but ${btf.type(btfId).name} is expected`);
  checkArgumentOffset(env, regno, reg);
}
