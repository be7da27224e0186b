import { EACCES } from '../../base/errno.ts';
import type { Env } from '../env.ts';
import { typeName } from '../values/reg.ts';
import type { Reg } from '../values/reg.ts';
import type { HelperDescriptor } from '../../kernel/catalogue/descriptor.ts';
import type { MapDef } from '../../elf/object.ts';
import type { DynptrFacts } from './dynptrs.ts';

/** Values gathered over the arguments of one call. */
export interface Call {
  readonly helper: HelperDescriptor;
  map: MapDef | null;
  /** Bytes of stack that the call writes. */
  raw: { readonly regno: number; readonly size: number } | null;
  callback: number;
  /** The key, when it is a known number on the stack; -1 otherwise. */
  key: number;
  /** Largest value of the last size argument. */
  largest: number;
  /** Register of an argument that the call takes back, 0 for none. */
  releaseReg: number;
  /** Reference of an argument, 0 for none. */
  refObjId: number;
  /** The size that the memory which the call gives will have. */
  memSize: number;
  /** The dynptr argument that was made before. */
  dynptr: DynptrFacts | null;
  /** Kernel BTF id of the per-CPU argument's type. */
  cpuType: number;
  /** It is an object that the program allocated: the number is one of the program's BTF. */
  ownCpuType: boolean;
}

/** Rejects an argument that is of none of the kinds that a helper takes there. */
export function rejectKind(env: Env, regno: number, reg: Reg, kinds: readonly number[]): never {
  const names = kinds.map((kind) => typeName(kind));
  return env.reject(
    EACCES,
    'bad-argument',
    `R${regno} type=${typeName(reg.type)} expected=${names.join(', ')}`,
    { why: 'kind', expected: names },
    regno,
  );
}
