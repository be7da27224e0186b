import type { Held } from '../../btf/map-fields.ts';
import type { BtfType } from '../../btf/btf.ts';
import type { MapDef } from '../../elf/object.ts';
import type { Insn } from '../../isa/insn.ts';
import type { Kfunc } from '../../kernel/catalogue/kfuncs/table.ts';
import type { DynptrFacts } from './dynptrs.ts';
import type { Env } from '../env.ts';
import { EACCES } from '../../base/errno.ts';
import type { Reg } from '../values/reg.ts';
import type { IterPlace } from './iterators.ts';

/** What a call needs to know of a kernel function, and what its arguments told. */
export interface KfuncMeta {
  readonly kfunc: Kfunc;
  readonly name: string;
  readonly proto: BtfType & { readonly kind: 'func_proto' };
  iter: IterPlace | null;
  /** Reference of an argument, 0 for none. */
  refObjId: number;
  /** Register whose reference the call gives back, 0 for none. */
  releaseReg: number;
  /** The last dynptr argument that was made before. */
  dynptr: DynptrFacts | null;
  /** The map of an argument that lies in one of its values. */
  map: MapDef | null;
  /** Function of the program that is handed over, -1 for none. */
  callback: number;
  /** Value of the argument that must be a constant. */
  constant: bigint;
  /** The object that counts its references, or null. */
  object: Reg | null;
  /** That object is the program's own. */
  owned: boolean;
  /** What the list or tree among the arguments holds. */
  root: Held | null;
}

/** The prototype and description of a called kernel function. */
export function kfuncMeta(env: Env, insn: Insn): KfuncMeta {
  if (insn.off !== 0) env.unsupported('kernel functions of modules');
  const btf = env.kernelBtf;
  const func = btf.type(insn.imm);
  if (func.kind !== 'func') return env.unsupported(`a call of kernel type ${insn.imm}`);
  const kfunc = env.kernel.kfuncs.find(func.name);
  if (kfunc === null) {
    if (!btf.declTags(func.id, -1).includes('bpf_kfunc')) notAllowed(env, func.name);
    return env.unsupported(`kernel function ${func.name}`);
  }
  if (!mayCall(env, kfunc)) notAllowed(env, func.name);
  const proto = btf.type(func.type);
  if (proto.kind !== 'func_proto') return env.unsupported(`kernel function ${func.name} without a prototype`);
  return {
    kfunc,
    name: func.name,
    proto,
    iter: null,
    refObjId: 0,
    releaseReg: 0,
    dynptr: null,
    map: null,
    callback: -1,
    constant: 0n,
    object: null,
    owned: false,
    root: null,
  };
}

/** Whether the program is of a kind that may call the function. */
const mayCall = (env: Env, kfunc: Kfunc): boolean =>
  env.kernel.kfuncs.allowed(kfunc, env.program.type, env.program.expectedAttachType);

function notAllowed(env: Env, name: string): never {
  return env.reject(EACCES, 'kfunc-not-allowed', `calling kernel function ${name} is not allowed`);
}

/** Number of arguments that a kernel function reads, or null when it is not known or the program may not call it. */
export function kfuncArgCount(env: Env, insn: Insn): number | null {
  const btf = env.kernelBtf;
  if (insn.imm <= 0 || insn.off !== 0) return null;
  const func = btf.type(insn.imm);
  if (func.kind !== 'func') return null;
  const kfunc = env.kernel.kfuncs.find(func.name);
  if (kfunc === null || !mayCall(env, kfunc)) return null;
  const proto = btf.type(func.type);
  return proto.kind === 'func_proto' ? proto.params.length : null;
}

/** True for calls of an iterator's next. */
export function isIterNextCall(env: Env, insn: Insn): boolean {
  if (insn.imm <= 0 || insn.off !== 0) return false;
  return env.kernel.kfuncs.find(env.kernelBtf.type(insn.imm).name)?.iterator?.method === 'next';
}
