import type { MapDef } from '../../elf/object.ts';
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
/** A dynptr that somebody else made and that may be used but not changed (CONST_PTR_TO_DYNPTR). */
export const PTR_TO_DYNPTR = 16;
/** Sockets of kinds that no value here is of: arguments say that they take them. */
export const PTR_TO_SOCK_COMMON = 17;
export const PTR_TO_TCP_SOCK = 18;
export const PTR_TO_XDP_SOCK = 19;

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
export const MEM_RINGBUF = 1 << 17;
/** Marks of memory that a dynptr of each kind gave. */
export const DYNPTR_FLAGS = {
  local: 1 << 18,
  ringbuf: 1 << 19,
  skb: 1 << 20,
  xdp: 1 << 21,
  skb_meta: 1 << 22,
} as const;
/** A pointer to an object that a list or tree owns: it may be used as long as the lock is held. */
export const NON_OWN_REF = 1 << 23;
export const ANY_DYNPTR_FLAG = 0x1f << 18;

/** All flags: what is left of a type when its base is taken away. */
export const TYPE_FLAGS = ~0xff;
/** Flags that vouch for the object behind a pointer; any other makes it unsafe to rely on. */
export const TRUSTED_FLAGS = PTR_TRUSTED | MEM_ALLOC;

export const baseType = (type: number): number => type & 0xff;

/** A pointer to an object that the program allocated, of whatever state of trust. */
export const isAllocated = (type: number): boolean => baseType(type) === PTR_TO_BTF_ID && (type & MEM_ALLOC) !== 0;

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
  'dynptr_ptr',
  'sock_common',
  'tcp_sock',
  'xdp_sock',
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

/** What a pointer points at, beyond its type: one object for all pointers that go the same way. */
interface Target {
  readonly map: MapDef | null;
  readonly mapUid: number;
  readonly memSize: number;
  /** For memory of a dynptr: the number of that dynptr, else 0. */
  readonly dynptrId: number;
  /** 0 the kernel's BTF, 1 the program's. */
  readonly btfOf: number;
  readonly btfId: number;
  readonly frameno: number;
  /** Packet range known to be readable. */
  readonly range: number;
  readonly subprog: number;
}

const NO_TARGET: Target = {
  map: null,
  mapUid: 0,
  memSize: 0,
  dynptrId: 0,
  btfOf: 0,
  btfId: 0,
  frameno: 0,
  range: 0,
  subprog: 0,
};

/** `t` with these of its fields changed. */
function retargeted(t: Target, f: Partial<Target>): Target {
  const map = f.map === undefined ? t.map : f.map;
  const mapUid = f.mapUid ?? t.mapUid;
  const memSize = f.memSize ?? t.memSize;
  const dynptrId = f.dynptrId ?? t.dynptrId;
  const btfOf = f.btfOf ?? t.btfOf;
  const btfId = f.btfId ?? t.btfId;
  const frameno = f.frameno ?? t.frameno;
  const range = f.range ?? t.range;
  const subprog = f.subprog ?? t.subprog;
  const same =
    map === t.map &&
    mapUid === t.mapUid &&
    memSize === t.memSize &&
    dynptrId === t.dynptrId &&
    btfOf === t.btfOf &&
    btfId === t.btfId &&
    frameno === t.frameno &&
    range === t.range &&
    subprog === t.subprog;
  return same ? t : { map, mapUid, memSize, dynptrId, btfOf, btfId, frameno, range, subprog };
}

/** Fields of a register; see `Reg`. */
export interface RegFields extends Target {
  readonly type: number;
  readonly off: number;
  readonly scalar: Scalar;
  readonly id: number;
  readonly refObjId: number;
  readonly precise: boolean;
  /** With `ADD_CONST` in `id`: difference from the linked registers with the same id. */
  readonly delta: number;
}

/**
 * What the verifier knows of one register or one spilled slot: an immutable value. Pointers keep their variable part in `scalar` and the
 * fixed part in `off`. Change one with `with…`.
 */
export class Reg implements RegFields {
  private constructor(
    readonly type: number,
    readonly off: number,
    readonly scalar: Scalar,
    readonly id: number,
    readonly refObjId: number,
    readonly precise: boolean,
    readonly delta: number,
    private readonly target: Target,
  ) {}

  static readonly notInit = new Reg(NOT_INIT, 0, Scalar.unknown, 0, 0, false, 0, NO_TARGET);

  get map(): MapDef | null {
    return this.target.map;
  }
  get mapUid(): number {
    return this.target.mapUid;
  }
  get memSize(): number {
    return this.target.memSize;
  }
  get dynptrId(): number {
    return this.target.dynptrId;
  }
  get btfOf(): number {
    return this.target.btfOf;
  }
  get btfId(): number {
    return this.target.btfId;
  }
  get frameno(): number {
    return this.target.frameno;
  }
  get range(): number {
    return this.target.range;
  }
  get subprog(): number {
    return this.target.subprog;
  }

  /** A scalar with these bounds. */
  static scalar(scalar: Scalar, precise = false, id = 0, delta = 0): Reg {
    return new Reg(SCALAR, 0, scalar, id, 0, precise, delta, NO_TARGET);
  }

  /** A pointer of this type; its variable offset is the constant 0 unless said. */
  static pointer(type: number, fields: Partial<RegFields> = {}): Reg {
    return BLANK.with(fields).withType(type);
  }

  /** True when both point at the same kind of object: map, size, BTF type, packet range, function. Not the frame. */
  sameTarget(o: Reg): boolean {
    const a = this.target;
    const b = o.target;
    return (
      a === b ||
      (a.map === b.map &&
        a.mapUid === b.mapUid &&
        a.memSize === b.memSize &&
        a.dynptrId === b.dynptrId &&
        a.btfOf === b.btfOf &&
        a.btfId === b.btfId &&
        a.range === b.range &&
        a.subprog === b.subprog)
    );
  }

  // The changes that most instructions make have methods of their own: `with` looks at every field.

  /** The same value with other bounds. */
  withScalar(scalar: Scalar): Reg {
    if (scalar === this.scalar) return this;
    return new Reg(this.type, this.off, scalar, this.id, this.refObjId, this.precise, this.delta, this.target);
  }

  /** Another value with another link, all else the same. */
  withValue(scalar: Scalar, id: number, delta: number): Reg {
    return new Reg(this.type, this.off, scalar, id, this.refObjId, this.precise, delta, this.target);
  }

  /** True when it points at something, or did before it turned out to be NULL. */
  get hasTarget(): boolean {
    return this.target !== NO_TARGET;
  }

  /** A pointer with another fixed and variable offset. */
  withOffset(off: number, scalar: Scalar): Reg {
    return new Reg(this.type, off, scalar, this.id, this.refObjId, this.precise, this.delta, this.target);
  }

  /** A scalar linked to others by `id`, `delta` away from them; 0 and 0 for none. */
  withLink(id: number, delta: number): Reg {
    if (id === this.id && delta === this.delta) return this;
    return new Reg(this.type, this.off, this.scalar, id, this.refObjId, this.precise, delta, this.target);
  }

  /** A scalar that is needed exactly, or is not. */
  withPrecise(precise: boolean): Reg {
    if (precise === this.precise) return this;
    return new Reg(this.type, this.off, this.scalar, this.id, this.refObjId, precise, this.delta, this.target);
  }

  /** The same value as another type, e.g. without the possibility of NULL. */
  withType(type: number): Reg {
    if (type === this.type) return this;
    return new Reg(type, this.off, this.scalar, this.id, this.refObjId, this.precise, this.delta, this.target);
  }

  /** The same value with these fields changed. */
  with(f: Partial<RegFields>): Reg {
    return new Reg(
      f.type ?? this.type,
      f.off ?? this.off,
      f.scalar ?? this.scalar,
      f.id ?? this.id,
      f.refObjId ?? this.refObjId,
      f.precise ?? this.precise,
      f.delta ?? this.delta,
      retargeted(this.target, f),
    );
  }
}

/** What `Reg.pointer` starts from. */
const BLANK = Reg.scalar(Scalar.zero);
