import { KIND_NAMES } from '../../btf/kind-names.ts';
import { KF_ACQUIRE, KF_RCU_PROTECTED, KF_RET_NULL } from '../../kernel/catalogue/descriptor.ts';
import { kernelContext, packetAccess } from '../../kernel/rules/programs.ts';
import { dynptrFlag } from './dynptrs.ts';
import type { Env } from '../env.ts';
import { EINVAL } from '../../base/errno.ts';
import { holdsLockField } from '../memory/map-fields.ts';
import { holdsOnlyScalars, isScalarType } from './kfunc-args.ts';
import { newObject, nodePointer, noteObject, notOwning, sharedObject } from './object-args.ts';
import type { KfuncMeta } from './kfunc-meta.ts';
import {
  MEM_RCU,
  MEM_RDONLY,
  PTR_MAYBE_NULL,
  PTR_TO_BTF_ID,
  PTR_TO_MEM,
  PTR_TRUSTED,
  PTR_UNTRUSTED,
  Reg,
} from '../values/reg.ts';
import { acquireReference } from './references.ts';
import { setReg, UNKNOWN_REG, ZERO_REG } from '../regs.ts';

const isNode = (name: string): boolean => name === 'bpf_list_node' || name === 'bpf_rb_node';

/** What a kernel function leaves in r0. */
export function setKfuncResult(env: Env, meta: KfuncMeta): void {
  const btf = env.kernelBtf;
  const { flags, effect } = meta.kfunc.descriptor;
  const ret = btf.skipModifiers(meta.proto.ret);
  if (ret.kind === 'void') return;
  if (isScalarType(ret)) {
    setReg(env, 0, effect === 'lock' || effect === 'lock-irq' ? ZERO_REG : UNKNOWN_REG);
    return;
  }
  if (ret.kind !== 'ptr') env.unsupported(`the result of ${meta.name}`);
  let reg = pointerResult(env, meta, ret.type);
  // A second reference to an object that the program owns is always had.
  const orNull = (flags & KF_RET_NULL) !== 0 && !(effect === 'share-object' && meta.owned);
  if (orNull) reg = reg.with({ type: reg.type | PTR_MAYBE_NULL, id: env.newId() });
  if ((flags & KF_ACQUIRE) !== 0) {
    const id = acquireReference(env);
    reg = reg.with({ refObjId: id, ...(orNull ? { id } : {}) });
  } else if (isNode(btf.skipModifiers(ret.type).name)) reg = notOwning(env, reg);
  if (reg.id === 0 && holdsLockField(env, reg)) reg = reg.with({ id: env.newId() });
  setReg(env, 0, reg);
}

function pointerResult(env: Env, meta: KfuncMeta, pointee: number): Reg {
  const btf = env.kernelBtf;
  const { effect, flags } = meta.kfunc.descriptor;
  if (effect === 'kernel-context') return contextResult(env);
  if (effect === 'read-only-cast') return castResult(env, meta.constant);
  if (effect === 'dynptr-slice' || effect === 'dynptr-slice-rdwr') return slice(env, meta, effect === 'dynptr-slice');
  if (effect === 'new-object' || effect === 'new-percpu-object') {
    const made = newObject(env, meta.constant, effect === 'new-percpu-object', (id) =>
      holdsOnlyScalars(env, env.progBtf!, env.progBtf!.type(id), 0),
    );
    noteObject(env, made);
    env.callFact().size = env.progBtf!.sizeOf(made.btfId);
    return made;
  }
  if (effect === 'share-object') return sharedObject(meta.object!);
  const target = btf.skipModifiers(pointee);
  if (isNode(target.name) && meta.root !== null) return nodePointer(meta.root);
  if (target.kind === 'void') return UNKNOWN_REG;
  const protectedByRcu = (flags & KF_RCU_PROTECTED) !== 0;
  if (target.kind === 'struct' || target.kind === 'union') {
    let type = PTR_TO_BTF_ID;
    if (effect === 'untrusted-result') type |= PTR_UNTRUSTED;
    else if (protectedByRcu) type |= MEM_RCU;
    if (meta.kfunc.iterator?.method === 'next') {
      const { rcu } = env.state.frames[meta.iter!.frame]!.stack[meta.iter!.index]!.iter!;
      type |= rcu === 'trusted' ? MEM_RCU : PTR_TRUSTED;
    }
    return Reg.pointer(type, { btfId: target.id });
  }
  if (target.kind === 'fwd' || target.kind === 'func_proto')
    env.reject(
      EINVAL,
      'bad-kfunc',
      `kernel function ${meta.name} returns pointer type ${KIND_NAMES[target.kind]} ${target.name} is not supported`,
    );
  const readOnly = effect === 'writable-word' ? 0 : MEM_RDONLY;
  return Reg.pointer(PTR_TO_MEM | readOnly | (protectedByRcu ? MEM_RCU : 0), {
    memSize: btf.sizeOf(target.id),
    refObjId: meta.refObjId,
  });
}

/** Memory of a dynptr. */
function slice(env: Env, meta: KfuncMeta, readOnly: boolean): Reg {
  const { kind, id: dynptrId } = meta.dynptr!;
  if (!readOnly && !packetAccess(env.program).write)
    env.reject(EINVAL, 'read-only', 'the prog does not allow writes to packet data');
  return Reg.pointer(PTR_TO_MEM | dynptrFlag(kind) | (readOnly ? MEM_RDONLY : 0), {
    memSize: Number(BigInt.asUintN(32, meta.constant)),
    dynptrId,
  });
}

/** The context as the kernel has it. */
function contextResult(env: Env): Reg {
  const btf = env.kernelBtf;
  const id = kernelContext(env.program.type, btf);
  if (id === null) return env.unsupported('the kernel’s context of this type of program');
  const { kind } = btf.type(id);
  if (kind !== 'struct' && kind !== 'union')
    env.reject(EINVAL, 'bad-argument', `kern ctx type id ${id} is not a struct`, { why: 'other' });
  return Reg.pointer(PTR_TO_BTF_ID | PTR_TRUSTED, { btfId: id });
}

/** Anything taken as a pointer to a structure, or to plain bytes for type 0. */
function castResult(env: Env, type: bigint): Reg {
  const btf = env.kernelBtf;
  const id = Number(BigInt.asUintN(32, type));
  if (id >= btf.count)
    env.reject(
      EINVAL,
      'bad-argument',
      `Unknown type ID ${BigInt.asIntN(64, type)} passed to kfunc bpf_rdonly_cast`,
      { why: 'other' },
      2,
    );
  const { kind } = btf.type(id);
  if (kind === 'void') return Reg.pointer(PTR_TO_MEM | MEM_RDONLY | PTR_UNTRUSTED);
  if (kind !== 'struct' && kind !== 'union')
    env.reject(
      EINVAL,
      'bad-argument',
      'kfunc bpf_rdonly_cast type ID argument must be of a struct or void',
      { why: 'other' },
      2,
    );
  return Reg.pointer(PTR_TO_BTF_ID | PTR_UNTRUSTED, { btfId: id });
}
