import type { ProgramEdit } from '../../elf/input.ts';
import type { BpfObject, BpfProgram } from '../../elf/object.ts';
import { disasmText } from '../../isa/disasm.ts';
import { helperName } from '../../isa/helper-names.ts';
import type { Insn } from '../../isa/insn.ts';
import { BPF_PSEUDO_CALL, BPF_PSEUDO_KFUNC_CALL, CALL } from '../../isa/opcodes.ts';
import type { KernelModel } from '../../kernel/model.ts';
import type { ProgramText } from '../query/program-text.ts';
import type { Grade } from './cure.ts';

/** One change of a fix: what it is, where, and what to write in C. */
export interface FixStep {
  readonly cure: string;
  readonly title: string;
  readonly write: string;
  /** The instruction of the program as it was rejected whose line it belongs to; -1 for one that another step put in. */
  readonly at: number;
}

/** Edits after which the verifier accepts a program that it rejected. */
export interface Fix {
  readonly steps: readonly FixStep[];
  readonly grade: Grade;
  readonly edits: readonly ProgramEdit[];
  /** The program that was accepted. */
  readonly object: BpfObject;
  readonly program: BpfProgram;
  /** By slot of that program: the number that it had, -1 for what is new. */
  readonly origin: Int32Array;
  /** Instructions that the verifier processed until it accepted. */
  readonly processed: number;
  /** Slots that were put in and taken away. */
  readonly cost: number;
}

/** A line of the difference: an instruction that stays, goes or is new, with its number before and after; -1 for none. */
export interface DifferenceLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly before: number;
  readonly after: number;
  readonly text: string;
}

/** A fix as it is shown. */
export interface FixView {
  readonly title: string;
  readonly grade: Grade;
  readonly steps: readonly (FixStep & {
    readonly file: string;
    readonly line: number;
    /** The source line, trimmed; empty where none is known. */
    readonly source: string;
  })[];
  readonly section: { readonly before: string; readonly after: string } | null;
  readonly difference: readonly DifferenceLine[];
  readonly processed: number;
  readonly edits: readonly ProgramEdit[];
}

/** Lines around a change that are shown too. */
const AROUND = 2;

/** A fix as it is shown, beside the program that it mends. */
export function fixView(text: ProgramText, fix: Fix, kernel: KernelModel): FixView {
  const section =
    text.program.section === fix.program.section ? null : { before: text.program.section, after: fix.program.section };
  return {
    title: fix.steps.map(({ title }) => title).join('; '),
    grade: fix.grade,
    steps: fix.steps.map((step) => ({
      ...step,
      file: text.fileName(step.at),
      line: text.lineNumber(step.at),
      source: text.sourceLine(step.at),
    })),
    section,
    difference: differenceOf(text.program, fix, kernel),
    processed: fix.processed,
    edits: fix.edits,
  };
}

// As assembly; a call without the number of what it calls, where that has a name.
function asmOf({ insns }: BpfProgram, kernel: KernelModel): (at: number) => string {
  const nameOf = ({ src, imm }: Insn): string | undefined =>
    src === BPF_PSEUDO_KFUNC_CALL && imm > 0 && imm < kernel.btf.count ? kernel.btf.type(imm).name : undefined;
  return (at) => {
    const insn = insns[at]!;
    if (insn.code === CALL && insn.src !== BPF_PSEUDO_CALL) {
      const name = insn.src === 0 ? helperName(insn.imm) : nameOf(insn);
      if (name !== undefined) return `call ${name}`;
    }
    return disasmText(insn, insns[at + 1], { dialect: 'asm', index: at });
  };
}

/** Instructions that went and came, in order, with those around them; a jump whose distance alone is another stays. */
function differenceOf(before: BpfProgram, fix: Fix, kernel: KernelModel): DifferenceLine[] {
  const old = asmOf(before, kernel);
  const now = asmOf(fix.program, kernel);
  const lines: DifferenceLine[] = [];
  let next = 0;
  const remove = (to: number): void => {
    for (; next < to; next++)
      if (before.insns[next]!.code !== 0) lines.push({ kind: 'removed', before: next, after: -1, text: old(next) });
  };
  fix.origin.forEach((from, at) => {
    if (fix.program.insns[at]!.code === 0) {
      if (from >= 0) next = from + 1;
      return;
    }
    if (from < 0) {
      // What goes stands before what takes its place.
      remove(fix.origin.subarray(at).find((other) => other >= 0) ?? before.insns.length);
      lines.push({ kind: 'added', before: -1, after: at, text: now(at) });
      return;
    }
    remove(from);
    next = from + 1;
    lines.push({ kind: 'same', before: from, after: at, text: now(at) });
  });
  remove(before.insns.length);
  const near = lines.map((_, i) =>
    lines.slice(Math.max(0, i - AROUND), i + AROUND + 1).some(({ kind }) => kind !== 'same'),
  );
  return lines.filter((_, i) => near[i]);
}
