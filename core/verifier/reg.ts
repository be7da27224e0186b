import type { MapDef } from '../elf/object.ts';
import { Scalar } from './scalar/scalar.ts';

/** Set in a scalar's `id` when it differs from the other bearers of the id by the constant `delta`. */
export const ADD_CONST64 = 1 << 30;
/** The same, made by 32-bit arithmetic. */
export const ADD_CONST32 = 1 << 29;
export const ADD_CONST = ADD_CONST32 | ADD_CONST64;

// Base types of a register's value (the kernel's enum bpf_reg_type), by our own numbers.
export const NOT_INIT = 0;
export const SCALAR = 1;
export const PTR_TO_CTX = 2;
export const CONST_PTR_TO_MAP = 3;
export const PTR_TO_MAP_VALUE = 4;
export const PTR_TO_MAP_KEY = 5;
export const PTR_TO_STACK = 6;
export const PTR_TO_PACKET = 7;
export const PTR_TO_PACKET_END = 8;
export const PTR_TO_BTF_ID = 9;
export const PTR_TO_MEM = 10;
export const PTR_TO_FUNC = 11;
export const PTR_TO_PACKET_META = 12;
export const PTR_TO_BUF = 13;
export const PTR_TO_SOCKET = 14;
export const PTR_TO_TP_BUFFER = 15;

// Flags that modify a base type.
export const PTR_MAYBE_NULL = 1 << 8;
export const MEM_RDONLY = 1 << 9;
export const PTR_TRUSTED = 1 << 10;
export const PTR_UNTRUSTED = 1 << 11;
export const MEM_RCU = 1 << 12;
export const MEM_PERCPU = 1 << 13;
export const MEM_ALLOC = 1 << 14;
export const MEM_UNINIT = 1 << 15;
export const MEM_USER = 1 << 16;
export const DYNPTR_TYPE_FLAG = 1 << 17;
export const MEM_RINGBUF = 1 << 18;

export const baseType = (type: number): number => type & 0xff;

const BASE_NAMES: readonly string[] = [
  '?',
  'scalar',
  'ctx',
  'map_ptr',
  'map_value',
  'map_key',
  'fp',
  'pkt',
  'pkt_end',
  'ptr_',
  'mem',
  'func',
  'pkt_meta',
  'buf',
  'sock',
  'tp_buffer',
];

/** The kernel's name of a type, modifiers included: `rdonly_mem_or_null`, `trusted_ptr_`. */
export function typeName(type: number): string {
  const base = baseType(type);
  let prefix = '';
  if ((type & MEM_RDONLY) !== 0) prefix += 'rdonly_';
  if ((type & MEM_RINGBUF) !== 0) prefix += 'ringbuf_';
  if ((type & MEM_USER) !== 0) prefix += 'user_';
  if ((type & MEM_PERCPU) !== 0) prefix += 'percpu_';
  if ((type & MEM_RCU) !== 0) prefix += 'rcu_';
  if ((type & PTR_UNTRUSTED) !== 0) prefix += 'untrusted_';
  if ((type & PTR_TRUSTED) !== 0) prefix += 'trusted_';
  const suffix = (type & PTR_MAYBE_NULL) !== 0 ? (base === PTR_TO_BTF_ID ? 'or_null_' : '_or_null') : '';
  return `${prefix}${BASE_NAMES[base]!}${suffix}`;
}

/** True for every value but a scalar and one that was never written. */
export const isPointer = (reg: Reg): boolean => reg.type !== SCALAR && reg.type !== NOT_INIT;

/** Fields of a register other than its bounds; see `Reg`. */
export interface RegFields {
  type: number;
  off: number;
  scalar: Scalar;
  id: number;
  refObjId: number;
  precise: boolean;
  /** With `ADD_CONST` in `id`: difference from the linked registers with the same id. */
  delta: number;
  map: MapDef | null;
  mapUid: number;
  memSize: number;
  /** 0 the kernel's BTF, 1 the program's. */
  btfOf: number;
  btfId: number;
  frameno: number;
  /** Packet range known to be readable. */
  range: number;
  subprog: number;
}

/**
 * What the verifier knows of one register or one spilled slot: an immutable value. Pointers keep their variable part in `scalar` and the
 * fixed part in `off`. Change one with `with`.
 */
export class Reg implements Readonly<RegFields> {
  private constructor(
    readonly type: number,
    readonly off: number,
    readonly scalar: Scalar,
    readonly id: number,
    readonly refObjId: number,
    readonly precise: boolean,
    readonly delta: number,
    readonly map: MapDef | null,
    readonly mapUid: number,
    readonly memSize: number,
    readonly btfOf: number,
    readonly btfId: number,
    readonly frameno: number,
    readonly range: number,
    readonly subprog: number,
  ) {}

  static readonly notInit = new Reg(NOT_INIT, 0, Scalar.unknown, 0, 0, false, 0, null, 0, 0, 0, 0, 0, 0, 0);

  /** A scalar with these bounds. */
  static scalar(scalar: Scalar, precise = false, id = 0, delta = 0): Reg {
    return new Reg(SCALAR, 0, scalar, id, 0, precise, delta, null, 0, 0, 0, 0, 0, 0, 0);
  }

  /** A pointer of this type; its variable offset is the constant 0 unless said. */
  static pointer(type: number, fields: Partial<RegFields> = {}): Reg {
    return Reg.scalar(Scalar.zero).with({ type, ...fields });
  }

  with(f: Partial<RegFields>): Reg {
    return new Reg(
      f.type ?? this.type,
      f.off ?? this.off,
      f.scalar ?? this.scalar,
      f.id ?? this.id,
      f.refObjId ?? this.refObjId,
      f.precise ?? this.precise,
      f.delta ?? this.delta,
      f.map === undefined ? this.map : f.map,
      f.mapUid ?? this.mapUid,
      f.memSize ?? this.memSize,
      f.btfOf ?? this.btfOf,
      f.btfId ?? this.btfId,
      f.frameno ?? this.frameno,
      f.range ?? this.range,
      f.subprog ?? this.subprog,
    );
  }
}
