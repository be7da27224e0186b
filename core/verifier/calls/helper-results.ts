import type { Env } from '../env.ts';
import { hasField } from '../memory/map-fields.ts';
import { acquireReference } from './references.ts';
import {
  MEM_ALLOC,
  MEM_RCU,
  MEM_RDONLY,
  MEM_RINGBUF,
  PTR_MAYBE_NULL,
  PTR_TO_BTF_ID,
  PTR_TO_MAP_VALUE,
  PTR_TO_MEM,
  PTR_TRUSTED,
  Reg,
} from '../values/reg.ts';
import { setReg, UNKNOWN_REG } from '../regs.ts';
import { ranged } from '../values/scalar/index.ts';
import type { Scalar } from '../values/scalar/index.ts';
import type { Call } from './helper-call.ts';

/** Fields of map values that are locks. */
const LOCKS = ['bpf_spin_lock', 'bpf_res_spin_lock'] as const;
/** BPF_FUNC_map_lookup_elem */
const LOOKUP = 1;
const MAX_ERRNO = 4095;

/** What the verifier knows of a number that a helper gives. */
function boundedResult(env: Env, call: Call): Scalar {
  const [min, max] = call.helper.retBounds === 'cpu' ? [0, env.machine.cpus - 1] : [-MAX_ERRNO, call.largest];
  const signed = { smin: BigInt(min), smax: BigInt(max), s32min: min, s32max: max };
  return ranged(min < 0 ? signed : { ...signed, umin: BigInt(min), umax: BigInt(max), u32min: min, u32max: max });
}

export function setResult(env: Env, call: Call): void {
  const { helper, map } = call;
  switch (helper.ret) {
    case 'integer':
      setReg(env, 0, helper.retBounds === undefined ? UNKNOWN_REG : Reg.scalar(boundedResult(env, call)));
      break;
    case 'void':
      setReg(env, 0, Reg.notInit);
      break;
    case 'map-value-or-null':
      // An element of an array that is known to exist cannot be NULL.
      if (helper.id === LOOKUP && call.key >= 0 && call.key < map!.maxEntries)
        setReg(env, 0, Reg.pointer(PTR_TO_MAP_VALUE, { map, id: hasField(env, map!, ...LOCKS) ? env.newId() : 0 }));
      else setReg(env, 0, Reg.pointer(PTR_TO_MAP_VALUE | PTR_MAYBE_NULL, { map, id: env.newId() }));
      break;
    case 'btf-task': {
      const btfId = env.kernelBtf.find('struct', helper.btfStruct ?? 'task_struct');
      setReg(env, 0, Reg.pointer(PTR_TO_BTF_ID | PTR_TRUSTED, { btfId }));
      break;
    }
    case 'btf-id':
      setReg(env, 0, Reg.pointer(PTR_TO_BTF_ID, { btfId: env.kernelBtf.find('struct', helper.retStruct ?? '') }));
      break;
    case 'btf-id-or-null': {
      const btfId = env.kernelBtf.find('struct', helper.retStruct ?? '');
      if (btfId === 0) env.unsupported(`${helper.name} without struct ${helper.retStruct ?? ''} in this BTF`);
      setReg(env, 0, Reg.pointer(PTR_TO_BTF_ID | PTR_MAYBE_NULL, { btfId, id: env.newId() }));
      break;
    }
    case 'ringbuf-mem-or-null': {
      env.newId();
      const id = acquireReference(env);
      const { memSize } = call;
      setReg(env, 0, Reg.pointer(PTR_TO_MEM | MEM_RINGBUF | PTR_MAYBE_NULL, { memSize, id, refObjId: id }));
      break;
    }
    case 'dynptr-mem-or-null': {
      const { memSize } = call;
      const { id: dynptrId, refObjId } = call.dynptr!;
      setReg(env, 0, Reg.pointer(PTR_TO_MEM | PTR_MAYBE_NULL, { memSize, dynptrId, refObjId, id: env.newId() }));
      break;
    }
    case 'cpu-copy':
    case 'cpu-copy-or-null':
      setReg(env, 0, cpuCopy(env, call, helper.ret === 'cpu-copy-or-null'));
      break;
    case 'mem-or-null':
      env.unsupported(`the result of ${helper.name}`);
  }
}

/** One CPU's copy of a per-CPU object: a structure, or plain memory to read. */
function cpuCopy(env: Env, { cpuType, ownCpuType }: Call, orNull: boolean): Reg {
  if (ownCpuType) return Reg.pointer(PTR_TO_BTF_ID | MEM_ALLOC | MEM_RCU, { btfOf: 1, btfId: cpuType });
  const type = env.kernelBtf.skipModifiers(cpuType);
  const flag = orNull ? PTR_MAYBE_NULL : 0;
  const id = orNull ? env.newId() : 0;
  if (type.kind === 'struct' || type.kind === 'union') return Reg.pointer(PTR_TO_BTF_ID | flag, { btfId: cpuType, id });
  return Reg.pointer(PTR_TO_MEM | MEM_RDONLY | flag, { memSize: env.kernelBtf.sizeOf(type.id), id });
}
