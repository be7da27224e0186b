import type { Reg } from './reg.ts';

// What a byte of the stack holds (the kernel's enum bpf_stack_slot_type); the letter is the one in its log.
export const STACK_INVALID = 0; // ?
export const STACK_SPILL = 1; // r
export const STACK_MISC = 2; // m
export const STACK_ZERO = 3; // 0
export const STACK_DYNPTR = 4; // d
export const STACK_ITER = 5; // i
export const STACK_IRQ_FLAG = 6; // f

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
}

/** Eight bytes of stack: an immutable value. */
export interface StackSlot {
  /** Eight types, byte 0 (lowest address) in bits 0..3, byte 7 in bits 28..31. */
  readonly types: number;
  /** Spilled register when any byte is STACK_SPILL, else null. */
  readonly spilled: Reg | null;
  readonly iter: IterState | null;
}

/** Type of byte `i` (0 = lowest address) of a slot. */
export const slotByte = (types: number, i: number): number => (types >>> (i * 4)) & 15;
