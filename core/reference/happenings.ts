import type { BpfObject, BpfProgram } from '../elf/object.ts';
import { helperName } from '../isa/helper-names.ts';
import { isHelperCall, isKfuncCall } from '../isa/insn-kinds.ts';
import type { Insn } from '../isa/insn.ts';
import { annotationsOf } from '../kernel/catalogue/annotations.ts';
import type { KernelModel } from '../kernel/model.ts';
import { TRACE_ITER } from '../kernel/rules/program-types.ts';
import { contextId } from './ids.ts';

/** What of a walk counts here; a trace's data has it. */
export interface Walked {
  /** pc of each step; index 0 is step 1. */
  readonly pcs: ArrayLike<number>;
  readonly rejection: { readonly kind: string } | null;
}

/** What an instruction calls, by its name: a kernel function or a helper. */
export function calledBy(insn: Insn, kernel: KernelModel): string | undefined {
  if (isHelperCall(insn)) return helperName(insn.imm);
  if (!isKfuncCall(insn) || insn.imm <= 0 || insn.imm >= kernel.btf.count) return undefined;
  return kernel.btf.type(insn.imm).name;
}

/** The target of an iterator program; undefined for other programs. */
export function targetOf(program: BpfProgram, kernel: KernelModel): string | undefined {
  if (program.expectedAttachType !== TRACE_ITER || program.attachBtfId <= 0) return undefined;
  if (program.attachBtfId >= kernel.btf.count) return undefined;
  return kernel.targets.ofFunction(kernel.btf.type(program.attachBtfId).name)?.name;
}

/** Entries that a call belongs to: the function's own, its iterator's, those of its flags and of the annotations of its parameters. */
function* entriesOfCall(name: string, kernel: KernelModel): Generator<string> {
  yield name;
  if (kernel.kfuncs.find(name) === null) return;
  const owner = kernel.iterators.owner(name);
  if (owner !== undefined) yield `bpf_iter_${owner.name}`;
  for (const annotation of annotationsOf(name, kernel.kfuncs, kernel.btf)) yield annotation.name;
}

/** Entries of the reference that a program has something to do with, whether the walk comes there or not. */
export function entriesOf({ programs }: Pick<BpfObject, 'programs'>, kernel: KernelModel): ReadonlySet<string> {
  const found = new Set<string>();
  for (const program of programs) {
    const target = targetOf(program, kernel);
    if (target !== undefined) found.add(contextId(target));
    for (const insn of program.insns) {
      const name = calledBy(insn, kernel);
      if (name !== undefined) for (const id of entriesOfCall(name, kernel)) found.add(id);
    }
  }
  return found;
}

/**
 * For each entry of the reference that a walk shows, the step where that happens first: a function, its iterator, its flags and annotations at its call; a target at the
 * beginning; a rejection at the end.
 */
export function happenings(program: BpfProgram, walk: Walked, kernel: KernelModel): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const see = (id: string, step: number): void => {
    if (!found.has(id)) found.set(id, step);
  };
  const target = targetOf(program, kernel);
  if (target !== undefined && walk.pcs.length > 0) see(contextId(target), 1);
  const visited = new Set<number>();
  for (let i = 0; i < walk.pcs.length; i++) {
    const pc = walk.pcs[i]!;
    if (visited.has(pc)) continue;
    visited.add(pc);
    const insn = program.insns[pc];
    const name = insn === undefined ? undefined : calledBy(insn, kernel);
    if (name !== undefined) for (const id of entriesOfCall(name, kernel)) see(id, i + 1);
  }
  if (walk.rejection !== null) see(walk.rejection.kind, Math.max(1, walk.pcs.length));
  return found;
}
