import type { Btf } from '../btf/btf.ts';
import type { BpfObject, BpfProgram, MapDef } from '../elf/object.ts';
import type { Insn } from '../isa/insn.ts';
import type { KernelModel, Limits } from '../kernel/model.ts';
import type { Configuration } from '../kernel/rules/configuration.ts';
import { createVerdict } from '../kernel/rules/map-creation.ts';
import type { Creation } from '../kernel/rules/map-creation.ts';

/** What is verified and for which kernel: fixed before anything is checked. */
export interface Subject {
  readonly program: BpfProgram;
  readonly object: BpfObject;
  readonly kernel: KernelModel;
  /** The machine that the kernel runs on. */
  readonly machine: Configuration;
}

/** The program, its object and the kernel, as every check sees them. Nothing here changes during a verification. */
export class ProgramContext {
  readonly program: BpfProgram;
  readonly object: BpfObject;
  readonly kernel: KernelModel;
  /** The kernel's types and limits, at hand. */
  readonly kernelBtf: Btf;
  readonly limits: Limits;
  readonly machine: Configuration;
  readonly insns: readonly Insn[];
  readonly maps: readonly MapDef[];
  readonly progBtf: Btf | null;
  private readonly creations = new Map<MapDef, Creation>();

  constructor({ program, object, kernel, machine }: Subject) {
    this.program = program;
    this.object = object;
    this.kernel = kernel;
    this.kernelBtf = kernel.btf;
    this.limits = kernel.limits;
    this.machine = machine;
    this.insns = program.insns;
    this.maps = object.maps;
    this.progBtf = object.btf;
  }

  /** What BPF_MAP_CREATE makes of a map. */
  creation(map: MapDef): Creation {
    const before = this.creations.get(map);
    if (before !== undefined) return before;
    const made = createVerdict(map, { btf: this.progBtf, kernel: this.kernelBtf, machine: this.machine });
    this.creations.set(map, made);
    return made;
  }
}
