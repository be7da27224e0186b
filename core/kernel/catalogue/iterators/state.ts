import type { Behaviour } from '../descriptor.ts';
import type { Machine } from '../../machine/machine.ts';
import { argument, give } from '../helpers/registers.ts';

// What the iterators over the kernel's things have in common: their state on the program's stack is a few words, and r1 points at it.

/** Word `index` (eight bytes each) of the state that r1 points at. */
export function stateWord(machine: Machine, regs: Int32Array, index: number): bigint {
  const at = argument(regs, 1) + BigInt(8 * index);
  return machine.load(Number(BigInt.asIntN(32, at)), Number(BigInt.asIntN(32, at >> 32n)), 8);
}

export function setStateWord(machine: Machine, regs: Int32Array, index: number, value: bigint): void {
  const at = argument(regs, 1) + BigInt(8 * index);
  machine.store(Number(BigInt.asIntN(32, at)), Number(BigInt.asIntN(32, at >> 32n)), 8, value);
}

/** Gives what a step came to: its address, or NULL. */
export function giveThing(regs: Int32Array, thing: { readonly address: bigint } | null): void {
  give(regs, thing?.address ?? 0n);
}

/** What next and destroy do where the state is the address of a walk that the kernel keeps. */
export const nextOfWalk: Behaviour = (machine, regs) =>
  giveThing(regs, machine.kernel.walks.next(stateWord(machine, regs, 0)));
export const endOfWalk: Behaviour = (machine, regs) => machine.kernel.walks.end(stateWord(machine, regs, 0));
