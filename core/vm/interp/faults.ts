import { Unsupported } from '../../base/errors.ts';
import { getU64 } from '../../base/u64.ts';
import { disasmText } from '../../isa/disasm.ts';
import type { Insn } from '../../isa/insn.ts';
import { BPF_PSEUDO_BTF_ID, BPF_REG_FP, LDDW } from '../../isa/opcodes.ts';
import { formOf } from '../../isa/table.ts';
import { MachineFault } from '../../kernel/machine/machine.ts';
import { accessFault, READABLE } from '../../kernel/machine/memory.ts';
import { isKernelSymbol } from '../addresses.ts';
import type { RunState } from './run-state.ts';

/**
 * Why a load or store through the register at word `base` was refused.
 * @throws Unsupported when what lies there is something that the machine does not have
 */
export function memoryFault(
  run: RunState,
  pc: number,
  base: number,
  off: number,
  size: number,
  mode: number,
): MachineFault {
  run.faultPc = pc;
  const address = getU64(run.file, base) + BigInt(off);
  const lo = Number(BigInt.asIntN(32, address));
  const hi = Number(BigInt.asIntN(32, address >> 32n));
  const name = mode === READABLE ? run.fields.unknownAt(lo, size) : undefined;
  if (name !== undefined) throw new Unsupported(`${name} of the context in a run that is not given one`, pc);
  if (isKernelSymbol(address)) throw new Unsupported('reading variables of the kernel', pc);
  for (let at = lo; mode === READABLE && at < lo + size; at++) {
    const missing = run.machine.missing(at, hi);
    if (missing !== null) throw new Unsupported(missing, pc);
  }
  if (run.machine.isMapObject(lo, hi)) throw new Unsupported('reading the fields of a map in a run', pc);
  return accessFault(lo, hi, size, mode);
}

/**
 * A load of what may not be read. One that the verifier lets go through any pointer of the kernel's gives zero where nothing is mapped, as the
 * kernel's own machine code does; every other one is a fault.
 */
export function missingLoad(run: RunState, pc: number, into: number, base: number, off: number, size: number): void {
  const fault = memoryFault(run, pc, base, off, size, READABLE);
  if (run.probes?.(pc) !== true) throw fault;
  run.file[into] = 0;
  run.file[into + 1] = 0;
}

/** Why an instruction that the dispatch loop has no case for does not run: it is not covered, or it is none. */
export function unrunnable(run: RunState, pc: number): Error {
  const insn = run.code.insns[pc] as Insn;
  run.faultPc = pc;
  if (insn.code === LDDW && insn.src === BPF_PSEUDO_BTF_ID)
    return new Unsupported('the address of a symbol of the kernel in a run', pc);
  if (formOf(insn)?.valid === true && insn.dst <= BPF_REG_FP && insn.src <= BPF_REG_FP)
    return new Unsupported(`running ${disasmText(insn)}`, pc);
  return new MachineFault(`opcode 0x${insn.code.toString(16).padStart(2, '0')} is no instruction here`);
}
