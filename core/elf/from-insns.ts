import type { Insn } from '../isa/insn.ts';
import type { BpfObject, MapDef } from './object.ts';
import { PROG } from './section-types.ts';

export interface AssembledOptions {
  /** Name of the program and, with `.asm`, of the file; `prog` unless told. */
  readonly name?: string;
  /** BPF_PROG_TYPE_*; raw tracepoint unless told. */
  readonly type?: number;
  readonly license?: string;
  /** Maps that `lddw` with source 1 or 2 names by index. */
  readonly maps?: readonly MapDef[];
  /** BPF_* attach type; 0 unless told. */
  readonly expectedAttachType?: number;
  /** Kernel BTF id of the attach target; 0 unless told. */
  readonly attachBtfId?: number;
  /** BPF_F_SLEEPABLE etc. */
  readonly flags?: number;
}

/** An object around instructions that were assembled rather than compiled: one program, no BTF. */
export function objectFromInsns(insns: readonly Insn[], options: AssembledOptions = {}): BpfObject {
  const name = options.name ?? 'prog';
  return {
    file: `${name}.asm`,
    license: options.license ?? 'GPL',
    programs: [
      {
        name,
        section: 'raw_tp',
        type: options.type ?? PROG.RAW_TRACEPOINT,
        expectedAttachType: options.expectedAttachType ?? 0,
        attachBtfId: options.attachBtfId ?? 0,
        flags: options.flags ?? 0,
        insns,
        funcInfo: [],
        lineInfo: [],
      },
    ],
    maps: options.maps ?? [],
    btf: null,
  };
}
