import type { Reg } from './reg.ts';

// What a byte of the stack holds (the kernel's enum bpf_stack_slot_type).
export const STACK_INVALID = 0;
export const STACK_SPILL = 1;
export const STACK_MISC = 2;
export const STACK_ZERO = 3;
export const STACK_DYNPTR = 4;
export const STACK_ITER = 5;
export const STACK_IRQ_FLAG = 6;

/** The letter that the log prints for each byte type. */
export const SLOT_LETTERS = '?rm0dif';

/** Iterator state kept in a slot. Only the first slot of an iterator has the reference; all carry the state and depth. */
export interface IterState {
  /** Iterator type's name: `num`, `bits`, `task`, … */
  readonly type: string;
  /** Kernel BTF id of `struct bpf_iter_<type>`. */
  readonly btfId: number;
  readonly state: 'active' | 'drained';
  readonly depth: number;
  /** True in the slot at the lowest address (the one the pointer points at), which carries the reference id. */
  readonly first: boolean;
  readonly refObjId: number;
  /** An RCU-protected iterator: `trusted` was made inside a read section that still lasts, `untrusted` outlived it. */
  readonly rcu: 'none' | 'trusted' | 'untrusted';
}

/** What a dynptr's memory is: a map's value, a record of a ring buffer, a packet in one of its forms. */
export type DynptrKind = 'local' | 'ringbuf' | 'skb' | 'xdp' | 'skb_meta';

/** One of the two slots of a dynptr (Documentation/bpf/kfuncs.rst; `struct bpf_dynptr`). */
export interface DynptrState {
  readonly kind: DynptrKind;
  /** True in the slot at the lowest address, the one that its pointer points at. */
  readonly first: boolean;
  /** Number that pointers into its memory carry. */
  readonly id: number;
  /** Reference that it stands for, 0 for none. */
  readonly refObjId: number;
}

/**
 * Eight bytes of stack: an immutable value.
 *
 *     types   bits 28..31 … bits 4..7  bits 0..3
 *     byte    fp-8 (lowest) …  fp-2      fp-1        for slot spi 0; the log prints fp-1 first
 */
export interface StackSlot {
  readonly types: number;
  /** Spilled register when the byte at the lowest address is STACK_SPILL, else null. */
  readonly spilled: Reg | null;
  readonly iter: IterState | null;
  /** Present in a slot whose interrupt state was saved as a lock was taken: what gives the lock back restores it. */
  readonly byLock?: true;
  /** Present in the slots of a dynptr. */
  readonly dynptr?: DynptrState;
}

/** A slot that was never written, or that was given back. */
export const EMPTY_SLOT: StackSlot = { types: 0, spilled: null, iter: null };

const ALL: readonly number[] = [0, 1, 2, 3, 4, 5, 6].map((type) => Math.imul(type, 0x11111111));

/** `types` with all eight bytes of this type. */
export const allBytes = (type: number): number => ALL[type]!;

/** Type of byte `k` of a slot; 0 is the highest address. */
export const slotByte = (types: number, k: number): number => (types >>> (k * 4)) & 15;

/** `types` with byte `k` replaced. */
export const withByte = (types: number, k: number, type: number): number =>
  (types & ~(15 << (k * 4))) | (type << (k * 4));

/** True when the slot holds a spilled register (whole or in its lower bytes). */
export const isSpilled = (slot: StackSlot): boolean => types7(slot.types) === STACK_SPILL;

/** Type of the byte at the lowest address, which decides what kind of slot it is. */
export const types7 = (types: number): number => types >>> 28;
