import type { Insn } from '../isa/insn.ts';
import type { BpfObject } from './object.ts';
import { PROG } from './section-types.ts';

export interface AssembledOptions {
  /** Name of the program and, with `.asm`, of the file; `prog` unless told. */
  readonly name?: string;
  /** BPF_PROG_TYPE_*; raw tracepoint unless told. */
  readonly type?: number;
  readonly license?: string;
}

/** An object around instructions that were assembled rather than compiled: one program, no maps, no BTF. */
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
        expectedAttachType: 0,
        attachBtfId: 0,
        flags: 0,
        insns,
        funcInfo: [],
        lineInfo: [],
      },
    ],
    maps: [],
    btf: null,
  };
}
